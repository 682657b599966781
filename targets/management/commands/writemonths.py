"""`manage.py writemonths [--month 2026-10]`: how every part stood at a month's end, written once."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from targets.following.months import last_month_end, write_months


class Command(BaseCommand):
    help = "Write the state and light of every part at the end of a month (default: the last one). Runs again safely."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", help="a month that is over, such as 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        month_end = _end(options["month"]) if options["month"] else last_month_end(timezone.localdate())
        try:
            count = write_months(month_end=month_end)
        except ValueError as error:
            raise CommandError(f"{month_end:%Y-%m} 还没有结束，请写已经结束的月份。") from error
        self.stdout.write(f"{month_end:%Y-%m}：新记录 {count} 个承办事项的月末状态。")


def _end(text: str) -> date:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(f"“{text}”不是月份，请写成 2026-10。") from error
    return last_month_end((first + timedelta(days=31)).replace(day=1))
