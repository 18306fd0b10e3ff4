import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Rows that every message changes: with room on their page for the next version of a row, the
# indexes need no new entry.
CHANGING = ("notifications_notification",)


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in CHANGING:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='notification',
            name='notifications_unread',
        ),
        migrations.AlterField(
            model_name='notification',
            name='recipient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop, elidable=False),
    ]
