"""`python -m tests.deployment.upgraded`: DATABASE_URL as an older release left it, then migrated; prints its schema.

The older release knows none of the squashed migrations and has a part of each chain, so that the rest of all of them
follows one by one.
"""

import json
import os
import sys

import django

HALFWAY = [
    ("core", "0007_period_close"),
    ("targets", "0003_reporting_confirmer"),
    ("projects", "0003_ledger"),
    ("subsidies", "0001_initial"),
]


def main() -> None:
    """Go halfway, then on; print the schema, and what was recorded as applied before and after."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    from .schema import schema

    older = MigrationExecutor(connection)
    older.loader = MigrationLoader(connection, replace_migrations=False)
    older.migrate(HALFWAY)
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(name__contains="_squashed_").delete()
    before = sorted(map(list, recorder.applied_migrations()))
    call_command("migrate", verbosity=0)
    after = sorted(map(list, recorder.applied_migrations()))
    json.dump({"before": before, "after": after, "schema": schema(connection)}, sys.stdout)


if __name__ == "__main__":
    main()
