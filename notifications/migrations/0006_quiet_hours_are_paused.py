from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_push'),
    ]

    operations = [
        migrations.AddField(
            model_name='preferences',
            name='quiet_is_paused',
            field=models.BooleanField(db_default=False, default=False, verbose_name='quiet hours are off'),
        ),
    ]
