"""`manage.py countregister`: count indicators from the register and the project ledger, and offer the figures."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.offering import offer_counts


class Command(BaseCommand):
    help = (
        "Count every declared formula for the rounds that are open and for what was offered before, "
        "and offer the figures to reporters."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--period-end",
            action="append",
            default=[],
            help="also as of this day (YYYY-MM-DD, the last day of a month); may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = offer_counts([_day(text) for text in options["period_end"]])
        self.stdout.write(
            f"新增 {done.added}，变动 {done.changed}，撤下 {done.removed}，未变 {done.same}；"
            f"与已生效数不同 {done.findings}"
        )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text}：不是日期，请写成 2023-12-31 的样子。") from error
    if day.month == date.fromordinal(day.toordinal() + 1).month:
        raise CommandError(f"{text}：不是月末，期末日期应为某月的最后一天。")
    return day
