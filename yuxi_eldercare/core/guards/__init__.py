"""What the database itself refuses, by triggers that PostgreSQL and SQLite both have.

Installed by a migration. A later migration that rebuilds one of these tables on SQLite (any change of a column
or constraint does) drops its triggers: it must end with `migrations.RunPython(append_only.install)`, or
`separation.install`; a test looks for them after all migrations have run.
"""
