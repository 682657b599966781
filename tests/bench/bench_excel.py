"""A sheet of 100,000 rows checked, previewed and applied, against bare reading plus bare `bulk_create` of the same.

It runs in a process of its own on a temporary SQLite database, wall time, each once and in one run.
"""

import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from .isolated import measured_apart, set_up, tell

INDICATORS, REGIONS, PERIODS = 50, 100, 20
ROWS = INDICATORS * REGIONS * PERIODS
RATIO_LIMIT = 5


def run() -> list[dict[str, Any]]:
    """Seconds of ours and of the reference, and their ratio."""
    return measured_apart("bench_excel", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the round in this process's database, fill its template in, and measure."""
    set_up()
    round, user, department = world()
    content = filled_in(round, user, department)
    parts: dict[str, float] = {}
    ours = timed(lambda: upload(content, round, user, parts))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    parts["bare reading"] = timed(lambda: bare_reading(content))
    parts["bare writing"] = bare_writing(round)
    reference = parts["bare reading"] + parts["bare writing"]
    print({name: f"{seconds:.2f} s" for name, seconds in parts.items()}, f"peak {peak} MB", file=sys.stderr)
    return [
        {
            "name": f"{ROWS:,} rows of Excel: check, preview, apply",
            "unit": "s",
            "ours": ours,
            "reference": reference,
            "ratio": ours / reference,
            "limit": RATIO_LIMIT,
        }
    ]


def timed(work: Callable[[], Any]) -> float:
    """Seconds of the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def world() -> tuple[Any, Any, Any]:
    """A round of one unit with 100,000 empty cells, open for a month."""
    from datetime import timedelta

    from django.utils import timezone

    from targets.models import Entry, Indicator, ReportingRound
    from targets.reporting.periods import latest_ended, shifted
    from tests.worlds import make_user
    from yuxi_eldercare.core.models import Department, Region

    today = timezone.localdate()
    city = Region.objects.create(code="999900", name="云溪市", short_name="云溪市", level="city")
    unit = Department.objects.create(
        key="bench", name="市民政局", short_name="市民政局", kind="department", region=city
    )
    regions = Region.objects.bulk_create(
        Region(code=str(990000 + n), name=f"第{n}县", short_name=f"第{n}县", level="county", parent=city)
        for n in range(REGIONS)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(
            key=f"bench-{n}", name=f"指标{n}", theme="养老", unit="家", direction="up", rollup="sum",
            basis="point", integer=True, definition="测试用", position=n,
        )
        for n in range(INDICATORS)
    )  # fmt: skip
    last = latest_ended("month", today)
    opened = ReportingRound.objects.create(
        name="月报",
        kind="month",
        period_end=last,
        opens_on=today - timedelta(3),
        due_on=today + timedelta(30),
        grace_until=today + timedelta(40),
    )
    ends: list[date] = [shifted("month", last, -n) for n in range(PERIODS)]
    Entry.objects.bulk_create(
        (
            Entry(round=opened, indicator=i, region=r, department=unit, confirmer=unit, period_end=end)
            for i in indicators
            for r in regions
            for end in ends
        ),
        batch_size=2000,
    )
    return opened, make_user("bench", "reporter", city, unit), unit


def filled_in(round: Any, user: Any, department: Any) -> bytes:
    """The round's template with a number typed into every row, packed as it was."""
    from targets.excel.columns import letter
    from targets.excel.template import write_template

    cell = re.compile(rf'<c r="({letter("value")}\d*(\d))" s="(\d+)"/>')
    out = BytesIO()
    template = BytesIO(write_template(round=round, department=department, by=user))
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                typed, count = cell.subn(
                    r'<c r="\1" s="\3" t="inlineStr"><is><t>1\2</t></is></c>', text.decode()
                )
                if count != ROWS:
                    raise RuntimeError(f"{count} cells to type into")
                text = typed.encode()
            new.writestr(part, text)
    return out.getvalue()


def upload(content: bytes, round: Any, user: Any, parts: dict[str, float]) -> None:
    """What the product does with an uploaded sheet: kept, read, compared and checked, then read and written."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from targets.excel import uploads
    from yuxi_eldercare.core import dispatch
    from yuxi_eldercare.core.models import Job

    def step(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        parts[name] = time.perf_counter() - start
        return done

    with dispatch.at_once():
        file = SimpleUploadedFile("a.xlsx", content)
        received = step("check", lambda: uploads.receive(upload=file, round=round, by=user))
        step("apply", lambda: uploads.start(file=received.file, round=round, by=user, write=True))
    for job in Job.objects.order_by("pk"):
        if (job.result.get("changed"), job.result.get("fault_count")) != (ROWS, 0):
            raise RuntimeError(f"not all rows would change: {job.error or job.result}"[:2000])


def bare_reading(content: bytes) -> None:
    """The sheet through calamine, nothing else."""
    from python_calamine import CalamineWorkbook

    from targets.excel.columns import SHEET

    CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(SHEET).to_python()


def bare_writing(round: Any) -> float:
    """Seconds of `bulk_create` for the same rows with their figures, into the same table under another round."""
    from django.db import transaction

    from targets.models import Entry, ReportingRound

    other = ReportingRound.objects.create(
        name="另一轮",
        kind=round.kind,
        period_end=round.period_end,
        opens_on=round.opens_on,
        due_on=round.due_on,
        grace_until=round.grace_until,
    )
    rows = list(Entry.objects.filter(round=round))
    for row in rows:
        row.pk, row.round = None, other
    with transaction.atomic():
        return timed(lambda: Entry.objects.bulk_create(rows, batch_size=2000))


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for measure in run():
            print(measure)
