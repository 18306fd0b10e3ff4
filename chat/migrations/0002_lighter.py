import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Rows that every message changes: with room on their page for the next version of a row, the
# indexes need no new entry.
CHANGING = ("chat_conversation", "chat_member")


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in CHANGING:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversations_newest',
        ),
        migrations.AlterField(
            model_name='member',
            name='conversation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='chat.conversation'),
        ),
        migrations.AlterField(
            model_name='message',
            name='author',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='message',
            name='conversation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='chat.conversation'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['-created_at', '-id'], name='conversations_begun'),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop, elidable=False),
    ]
