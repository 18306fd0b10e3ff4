from django.db import migrations, models


def keep(apps, schema_editor):
    """What was handed over before had one summary only."""
    emergencies = apps.get_model("helpline", "Emergency").objects
    handed = emergencies.filter(steps__kind="handed_over", offered_to=None)
    emergencies.filter(pk__in=handed.values("pk")).update(handed_over_with=models.F("summary"))


class Migration(migrations.Migration):
    dependencies = [("helpline", "0005_presses")]

    operations = [
        migrations.AddField(
            "emergency",
            "handed_over_with",
            models.TextField(blank=True, db_default="", verbose_name="handed over with"),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=True),
    ]
