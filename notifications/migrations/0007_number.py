from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_quiet_hours_are_paused'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='number',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='number'),
        ),
    ]
