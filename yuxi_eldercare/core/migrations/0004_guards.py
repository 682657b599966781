"""Triggers of PostgreSQL and SQLite: the audit trail is append-only, administrators' roles stay apart."""

from django.db import migrations

from yuxi_eldercare.core.guards import append_only, separation


class Migration(migrations.Migration):
    dependencies = [("core", "0003_accounts_and_audit")]
    operations = [
        migrations.RunPython(append_only.install, append_only.remove),
        migrations.RunPython(separation.install, separation.remove),
    ]
