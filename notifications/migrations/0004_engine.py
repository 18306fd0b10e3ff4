from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_transports'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='delivery',
            name='deliveries_due',
        ),
        migrations.AlterField(
            model_name='delivery',
            name='reason',
            field=models.CharField(blank=True, choices=[('', ''), ('chosen', 'turned off by the person'), ('muted', 'the conversation is muted'), ('quiet', 'quiet hours'), ('seen', 'seen meanwhile'), ('no_address', 'no address or device for it'), ('no_transport', 'not set up on this server'), ('over', 'no longer of interest'), ('trouble', 'the service could not be reached'), ('refused', 'the service refused it'), ('interrupted', 'interrupted while it was being sent')], max_length=12, verbose_name='reason'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['transport', 'due_at'], name='deliveries_due_by'),
        ),
    ]
