"""Lets the database itself keep the record append-only."""

from django.db import migrations

from audit import triggers


def run(statements):
    def apply(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return apply


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(run(triggers.CREATE), run(triggers.DROP))]
