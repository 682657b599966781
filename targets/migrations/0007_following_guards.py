"""The database keeps the trail of parts, their months and the points given as they were written."""

from django.db import migrations

from targets import guards


class Migration(migrations.Migration):
    dependencies = [("targets", "0006_following")]

    operations = [migrations.RunPython(guard.install, guard.remove) for guard in guards.FOLLOWING]
