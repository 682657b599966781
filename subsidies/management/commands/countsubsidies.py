"""`manage.py countsubsidies`: count indicators from the subsidies' ledgers, and offer the figures."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subsidies.offering import offer_counts


class Command(BaseCommand):
    help = (
        "Count adapted homes and the lottery fund's share for the rounds that are open and for what was "
        "offered before, and offer the figures to reporters."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--year",
            action="append",
            default=[],
            type=int,
            help="also as of the end of this year; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [year for year in options["year"] if not date.min.year <= year <= date.max.year]
        if wrong:
            raise CommandError(f"{wrong[0]}：不是年份。")
        done = offer_counts([date(year, 12, 31) for year in options["year"]])
        self.stdout.write(
            f"新增 {done.added}，变动 {done.changed}，撤下 {done.removed}，未变 {done.same}；"
            f"与已生效数不同 {done.findings}"
        )
