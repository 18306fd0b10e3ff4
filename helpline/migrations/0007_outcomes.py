import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpline', '0006_handed_over_with'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='emergencystep',
            name='other',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='whom it concerned'),
        ),
        migrations.AlterField(
            model_name='emergencystep',
            name='kind',
            field=models.CharField(choices=[('pressed', 'The emergency button was pressed'), ('told', 'Place, number or what is happening was told'), ('stage', 'A group was rung'), ('again', 'Everyone was alerted again'), ('no_call', 'No call could be made; it goes on in writing'), ('rang', 'A device rang'), ('opened', 'Opened it'), ('declined', 'Declined'), ('answered', 'Answered'), ('joined', 'Joined the call'), ('connected', 'Was connected with the person'), ('left', 'Left the call'), ('cut_off', 'Was cut off from the call'), ('lost', 'No longer had it'), ('rung_again', 'Everyone was rung again'), ('offered', 'Asked somebody to take over'), ('taken_back', 'Took the question back'), ('refused', 'Declined to take it over'), ('handed_over', 'Took it over'), ('ended', 'The emergency was ended')], max_length=12, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ambulance', 'Ambulance or emergency services called'), ('in_person', 'With a doctor or at a hospital in person'), ('advised', 'Advised, and safe where they are'), ('false_alarm', 'Pressed by mistake, no help needed'), ('unreached', 'Could not be reached'), ('other', 'Something else')], max_length=12, verbose_name='what became of them')),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='in words')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('emergency', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outcome', to='helpline.emergency')),
            ],
            options={
                'verbose_name': 'outcome',
                'verbose_name_plural': 'outcomes',
            },
        ),
    ]
