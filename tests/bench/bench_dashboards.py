"""The cockpit and a county's dashboard at full size, measured as `bench_pages` measures.

Beside the world of pages they read changes of lights, a closed month and answers about red lights. The weight of a
first visit is everything a browser fetches for the cockpit, compressed one by one.
"""

import gzip
import re
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from . import bench_pages
from .bench_pages import Page
from .isolated import measured_apart, set_up, tell
from .timing import statements

WORLD = (9, 100)
COUNTY = "530425"
PAGES = (
    Page("cockpit", WORLD, "/?year=2025", "overview.html", "市第11局"),
    Page(
        "county dashboard", WORLD, f"/counties/{COUNTY}/?year=2025", "county.html", "第99项养老服务设施覆盖率"
    ),
    Page("wall display", WORLD, "/display/?year=2025", "display.html", "第9县", ratio=False),
    Page(
        "comparison of nine counties",
        WORLD,
        "/counties/compare/?year=2025",
        "county_compare.html",
        "第9县",
        ratio=False,
    ),
)
# kB that a first visit may weigh.
WEIGHT_LIMIT = 700


def run() -> list[dict[str, Any]]:
    """The measures, made in a process of its own on a temporary SQLite database."""
    return measured_apart("bench_dashboards", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure."""
    set_up()

    from .world_pages import make

    make(*WORLD)
    _furnish()
    client = bench_pages._client()
    found = [measure for page in PAGES for measure in _measure(page, client)]
    return [*found, _weight(client)]


def _measure(page: Page, client: Any) -> list[dict[str, Any]]:
    """CPU against rendering from a ready context, and statements.

    Answers that carry their context copy it for every included template; so the page is asked for once that way,
    and measured as it is served.
    """
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    answer = client.get(page.path)
    if answer.status_code != 200 or page.holds not in answer.content.decode():
        raise RuntimeError(f"{page.path} answered {answer.status_code} without {page.holds}")
    again = bench_pages._rendering(page, answer)
    teardown_test_environment()
    if len(again()) != len(answer.content.decode()):
        raise RuntimeError(f"{page.path}: the ready context does not give the same page")
    ours, other = _cpu(page, client, again)
    name = f"{page.name}, {WORLD[0]} counties × {WORLD[1]} indicators"
    return [
        {
            "name": name,
            "unit": "ms CPU",
            "ours": ours,
            "reference": other,
            "ratio": ours / other,
            "limit": bench_pages.RATIO_LIMIT if page.ratio else None,
        },
        {
            "name": f"{name}, SQL statements",
            "statements": statements(lambda: client.get(page.path)),
            "limit": bench_pages.STATEMENT_LIMIT,
        },
    ]


def _cpu(page: Page, client: Any, again: Callable[[], str]) -> tuple[float, float]:
    """Milliseconds of CPU of the page and of the rendering, the shortest of several turns.

    The rendering runs where the page renders: how deep the stack is there changes what the same calls cost, since
    CPython gives frames their memory in pieces and may do so again and again at the edge of one.
    """
    from django.http import HttpResponse
    from django.urls import resolve

    view = sys.modules[resolve(page.path.split("?")[0]).func.__module__]
    times: dict[str, list[float]] = {"ours": [], "reference": []}

    def ready(*_given: Any) -> HttpResponse:
        start = time.process_time()
        html = again()
        times["reference"].append((time.process_time() - start) * 1000)
        return HttpResponse(html)

    for _ in range(bench_pages.ROUNDS):
        start = time.process_time()
        client.get(page.path)
        times["ours"].append((time.process_time() - start) * 1000)
        with patch.object(view, "render", ready):
            client.get(page.path)
    return min(times["ours"]), min(times["reference"])


def _furnish() -> None:
    """A change of every light, a closed month, and an answer about every tenth red light."""
    from django.utils import timezone

    from targets.models import Assessment, RedResponse, ReportingRound, Transition
    from yuxi_eldercare.period_close import close_month

    now = timezone.now()
    rows = list(Assessment.objects.defer("inputs", "answer"))
    Transition.objects.bulk_create(
        (
            Transition(
                regional_target_id=row.regional_target_id,
                milestone_id=row.milestone_id,
                region_id=row.region_id,
                as_of=day,
                at=now,
                from_light=before,
                to_light=row.light,
                to_state=row.state,
                cause="nightly",
            )
            for row in rows
            for day, before in ((date(2024, 1, 1), ""), (date(2025, 6, 10), row.light))
        ),
        batch_size=1000,
    )
    months = [date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)]
    for month_end in months:
        close_month(month_end=month_end, by=None, acknowledged="bench", process="bench")
    asked = ReportingRound.objects.create(
        name="二季度季报",
        kind="quarter",
        period_end=date(2025, 6, 30),
        opens_on=date(2025, 7, 1),
        due_on=date(2025, 7, 10),
        grace_until=date(2025, 7, 15),
    )
    RedResponse.objects.bulk_create(
        RedResponse(
            round=asked,
            regional_target_id=row.regional_target_id,
            milestone_id=row.milestone_id,
            cause="改造资金未到位",
            measure="年内完成改造",
            responsible_person="王某",
            deadline=date(2025, 12, 31),
            answered_at=now,
        )
        for row in [row for row in rows if row.light == "red"][::10]
    )


def _weight(client: Any) -> dict[str, Any]:
    """What a browser fetches for the first page: the document, what it links, what that imports, its fragments."""
    page = client.get(PAGES[0].path).content
    html = page.decode()
    total = len(gzip.compress(page))
    for address in re.findall(r'hx-get="([^"]+)" hx-trigger="load"', html):
        total += len(gzip.compress(client.get(address.replace("&amp;", "&")).content))
    total += sum(len(gzip.compress(content)) for content in static_files(html).values())
    return {
        "name": "cockpit, first visit compressed",
        "unit": "kB",
        "ours": total / 1000,
        "limit": WEIGHT_LIMIT,
    }


def static_files(html: str) -> dict[str, bytes]:
    """The static files a page names, and the styles those import, by name."""
    from django.conf import settings
    from django.contrib.staticfiles import finders

    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    names = [
        address.removeprefix(prefix)
        for address in re.findall(r'(?:src|href)="([^"?]+)"', html)
        if address.startswith(prefix)
    ]
    found: dict[str, bytes] = {}
    while names:
        name = names.pop()
        if name in found:
            continue
        path = finders.find(name)
        if path is None:
            raise RuntimeError(f"{name} is named and not there")
        found[name] = Path(path).read_bytes()
        if name.endswith(".css"):
            folder = name.rpartition("/")[0]
            names += [
                f"{folder}/{other}" for other in re.findall(r'@import url\("([^"]+)"\)', found[name].decode())
            ]
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for measure in run():
            print(measure)
