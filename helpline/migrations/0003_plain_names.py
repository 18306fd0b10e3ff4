from django.db import migrations, models

CHANNELS = [("ticket", "Ticket"), ("chat", "Live chat"), ("emergency", "Emergency")]
KINDS = [("agent", "Agent"), ("doctor", "Doctor"), ("supervisor", "Supervisor")]
STAGES = [
    ("agents", "Agents on duty"),
    ("doctors", "Doctors on duty"),
    ("everyone", "Supervisors and everyone"),
]


class Migration(migrations.Migration):
    dependencies = [("helpline", "0002_first_answers")]

    operations = [
        migrations.AlterField(
            "alert", "stage", models.CharField("group", choices=STAGES, max_length=8)
        ),
        migrations.AlterField(
            "duty", "kind", models.CharField("duty", choices=KINDS, max_length=10)
        ),
        migrations.AlterField(
            "emergency",
            "stage",
            models.CharField("alerted group", choices=STAGES, default="agents", max_length=8),
        ),
        migrations.AlterField(
            "ticket",
            "channel",
            models.CharField("channel", choices=CHANNELS, default="ticket", max_length=10),
        ),
    ]
