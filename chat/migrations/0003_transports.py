from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0002_lighter'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='muted_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='muted until'),
        ),
    ]
