from django.db import migrations, models
from django.db.models import F


def join(apps, schema_editor):
    """Whoever has a ticket was said to have joined when they were given it."""
    tickets = apps.get_model("helpline", "Ticket").objects
    tickets.exclude(assignee=None).update(joined_at=F("assigned_at"))


class Migration(migrations.Migration):
    dependencies = [("helpline", "0003_plain_names")]

    operations = [
        migrations.AddField(
            "ticket",
            "joined_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(join, migrations.RunPython.noop, elidable=True),
    ]
