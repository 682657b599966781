"""`manage.py report`: produce a report from a closed month, keep it, and write one of its forms to a file."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.files import open_stored
from yuxi_eldercare.core.models import Report, ReportFile
from yuxi_eldercare.reports.orders import Order
from yuxi_eldercare.reports.producing import produce

PROCESS = "report"


class Command(BaseCommand):
    help = "Produce a report from a closed month: briefing, county, midterm or final."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=Report.Kind.values)
        parser.add_argument(
            "--month", required=True, type=date.fromisoformat, help="last day of a closed month, 2026-10-31"
        )
        about = parser.add_mutually_exclusive_group()
        about.add_argument("--region", default="", help="code of a county (county report)")
        about.add_argument("--plan", default="", help="key of a plan (midterm, final)")
        parser.add_argument("--issuer", default="", help="the unit that signs, as it is to be printed")
        parser.add_argument("--format", default="docx", choices=ReportFile.Form.values)
        parser.add_argument("-o", "--output", type=Path, help="where to write the file")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order(
            kind=options["kind"],
            month_end=options["month"],
            region=options["region"],
            plan=options["plan"],
            issuer=options["issuer"],
        )
        try:
            report = produce(order=order, by=None, process=PROCESS)
        except ActionRefused as refused:
            raise CommandError(str(refused)) from None
        row = report.files.filter(form=options["format"]).select_related("file").first()
        if row is None:
            raise CommandError("服务器上没有中文字体，不能产生 PDF；请安装字体，或改用 --format docx。")
        self.stdout.write(f"{report.title}\n内容校验码 {report.content_sha256}\n文件校验码 {row.file.sha256}")
        if options["output"]:
            with open_stored(row.file) as stream:
                options["output"].write_bytes(stream.read())
            self.stdout.write(f"已写入 {options['output']}")
