from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpline", "0004_joining")]

    operations = [
        migrations.AddField(
            "emergencystep", "client_id", models.UUIDField(editable=False, null=True)
        ),
    ]
