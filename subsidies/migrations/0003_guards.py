"""The database keeps journals, postings, steps of applications and versions of schemes as they were written."""

from django.db import migrations

from subsidies import guards


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_grants")]

    operations = [migrations.RunPython(guard.install, guard.remove) for guard in guards.APPEND_ONLY]
