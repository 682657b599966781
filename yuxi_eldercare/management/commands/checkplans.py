"""`manage.py checkplans`."""

from typing import Any

from django.core.management.base import BaseCommand

from yuxi_eldercare.checks.running import run_checks


class Command(BaseCommand):
    help = "Check the loaded plans against themselves and each other; raise, update and withdraw findings."

    def handle(self, *args: Any, **options: Any) -> None:
        changes = run_checks()
        for change in changes:
            self.stdout.write(f"{change.verb:9}{change.key} {' '.join(change.fields)}".rstrip())
        if not changes:
            self.stdout.write("没有变化。")
