"""`manage.py closemonth 2026-10-31 --by USER [--acknowledge TEXT]`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.closing import month_name
from yuxi_eldercare.core.models import User
from yuxi_eldercare.period_close import close_month


class Command(BaseCommand):
    help = "Close a month: freeze all judgements and records as of its last day. It cannot be reopened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "month_end", type=date.fromisoformat, help="last day of the month, e.g. 2026-10-31"
        )
        parser.add_argument("--by", required=True, help="user name of the person who closes it")
        parser.add_argument(
            "--acknowledge", default="", help="why it is closed although something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(_("没有用户名为“%(name)s”的账号。") % {"name": options["by"]})
        try:
            close = close_month(month_end=options["month_end"], by=by, acknowledged=options["acknowledge"])
        except (ActionRefused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        text = _(
            "%(month)s已封存：评估 %(assessments)s 项，任务和项目 %(records)s 项，摘要 %(algorithm)s %(digest)s"
        )
        self.stdout.write(
            text
            % {
                "month": month_name(close),
                "assessments": close.assessments,
                "records": close.records,
                "algorithm": close.algorithm,
                "digest": close.digest,
            }
        )
