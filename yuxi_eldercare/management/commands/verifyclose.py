"""`manage.py verifyclose [2026-10-31]`: exits 1 and names the first frozen row that is not as it was closed."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yuxi_eldercare.closing.background import verify_all
from yuxi_eldercare.core.queries.closes import closes


class Command(BaseCommand):
    help = "Read closed months back and compare every row with its digest; exits 1 where one does not match."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month_end", nargs="?", type=date.fromisoformat, help="one month; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["month_end"]
        months = [close for close in closes() if asked in (None, close.month_end)]
        if asked is not None and not months:
            raise CommandError(_("%(day)s 没有封存的月份。") % {"day": asked})
        faults = verify_all(months)
        if faults:
            raise CommandError("\n".join(fault.sentence for fault in faults))
        for close in months:
            self.stdout.write(f"{close.month_end} {close.algorithm} {close.digest}")
        self.stdout.write(_("%(n)s 个封存月份完好。") % {"n": len(months)})
