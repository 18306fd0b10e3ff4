"""The table of the cache that several processes share."""

from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """Only where the settings name a database cache."""
    from django.core.cache import caches

    if isinstance(caches["default"], BaseDatabaseCache):
        call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("telemed", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
