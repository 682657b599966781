"""`manage.py loadplans [FOLDER] [--dry-run]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yuxi_eldercare.loading import PlanFilesRefused, load_plans


class Command(BaseCommand):
    help = "Load plan files (default: fixtures/). All or nothing; prints what it changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="a collection, or one document's folder")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would change and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_plans(options["folder"], dry_run=options["dry_run"])
        except PlanFilesRefused as refused:
            raise CommandError(f"{refused}\n共 {len(refused.errors)} 处问题，未做任何改动。") from refused
        listed = options["verbosity"] > 1 or len(report.changes) <= 40
        for change in report.changes if listed else []:
            self.stdout.write(f"{change.verb:9}{change.kind} {change.key} {' '.join(change.fields)}".rstrip())
        for name, count in sorted(report.counts.items()):
            self.stdout.write(f"{count:6} {name}")
        if not report.changes:
            self.stdout.write("没有变化。")
        elif options["dry_run"]:
            self.stdout.write("试运行：以上变化未写入。")
