"""The ledger of a province's projects: pages, filters and exports at 20,000 projects, in CPU and statements.

Every project has stages, money by source and monthly reports; some have two bodies or a link. The world is made in a
process of its own on a temporary SQLite database; CPU time is the shortest of several turns. Run with
`python -m tests.bench.bench_ledger`.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from .isolated import measured_apart, set_up, tell
from .timing import cpu, statements

PROJECTS, COUNTIES, BODIES = 20_000, 100, 300
CPU_LIMIT, STATEMENT_LIMIT = 150, 15
EXPORT_LIMIT = 10  # s CPU, inside the request
TODAY = date(2026, 11, 1)
PAGES = (
    ("list", "/projects/"),
    ("list, last page", f"/projects/?page={PROJECTS // 50}"),
    ("list, one county", "/projects/?county=530050"),
    ("list, red lights", "/projects/?light=red"),
    ("list, stage and problems", "/projects/?stage=building&problems=1"),
    ("list, one body", "/projects/?body=unit-7"),
    ("list, a word", "/projects/?text=1999"),
    ("totals", "/projects/totals/"),
    ("totals by body", "/projects/totals/?by=body"),
    ("Gantt", "/projects/gantt/"),
    ("one project", "/projects/b.p.00007/"),
)


def run() -> list[dict[str, Any]]:
    """The measures of every page."""
    return measured_apart("bench_ledger", "inside")


def inside() -> list[dict[str, Any]]:
    """Make the world in this process's database and measure its pages."""
    set_up()
    from django.test import Client

    user = make()
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    from projects.following.standings import refresh_standings

    start = time.process_time()
    refresh_standings(day=TODAY)
    judged = time.process_time() - start
    return [
        *(found for name, path in PAGES for found in _measure(name, path, client)),
        *(_export(form, client) for form in ("xlsx", "csv")),
        {"name": f"judging {PROJECTS:,} projects from their entries", "unit": "s CPU", "ours": judged},
    ]


def _measure(name: str, path: str, client: Any) -> Iterator[dict[str, Any]]:
    answer = client.get(path)
    text = answer.content.decode()
    if answer.status_code != 200 or not (
        "号养老服务中心建设项目" in text or f"<strong>{PROJECTS - 200}<" in text
    ):
        raise RuntimeError(f"{path} answered {answer.status_code}, or without a project")
    full = f"{name}, {PROJECTS:,} projects"
    [spent] = cpu(lambda: client.get(path))
    yield {"name": full, "unit": "ms CPU", "ours": spent, "limit": CPU_LIMIT}
    found = statements(lambda: client.get(path))
    yield {"name": f"{full}, SQL statements", "statements": found, "limit": STATEMENT_LIMIT}


def _export(form: str, client: Any) -> dict[str, Any]:
    """Everything as a file, once."""
    start = time.process_time()
    answer = client.get(f"/projects/export.{form}")
    size = len(b"".join(answer))
    if answer.status_code != 200 or size < 100 * PROJECTS:
        raise RuntimeError(f"the export as {form} answered {answer.status_code} with {size} bytes")
    seconds = time.process_time() - start
    return {
        "name": f"export as {form}, {PROJECTS:,} projects",
        "unit": "s CPU",
        "ours": seconds,
        "limit": EXPORT_LIMIT,
    }


def make() -> Any:
    """A province of counties, their plan, its projects and all that was entered; returns a leader."""
    from projects.models import (
        FundingEntry,
        FundingPlan,
        Project,
        ProjectBody,
        ProjectLink,
        ProjectReport,
        StageChange,
        StatedTotal,
    )
    from yuxi_eldercare.core.models import Department, Document, Membership, Plan, Region, User

    chance = random.Random(20261122)
    top = Region.objects.create(code="530000", name="省", short_name="省", level="city")
    counties = Region.objects.bulk_create(
        Region(code=f"53{n:04}", name=f"第{n}县", short_name=f"第{n}县", level="county", parent=top)
        for n in range(1, COUNTIES + 1)
    )
    units = Department.objects.bulk_create(
        Department(key=f"unit-{n}", name=f"第{n}局", short_name=f"第{n}局", region=counties[n % COUNTIES])
        for n in range(BODIES)
    )
    plan = Plan.objects.create(
        key="b-plan", name="规划", region=top, start=date(2021, 1, 1), end=date(2025, 12, 31)
    )
    document = Document.objects.create(
        key="b",
        plan=plan,
        prefix="b",
        title="规划",
        status="issued",
        effective_from=date(2021, 1, 1),
        effective_to=date(2025, 12, 31),
    )
    user = User.objects.create(username="bench", display_name="测")
    Membership.objects.create(user=user, role="leader", region=top, valid_from=date(2020, 1, 1))
    projects = Project.objects.bulk_create(
        (
            Project(
                key=f"b.p.{n:05}",
                document=document,
                position=n,
                number=str(n),
                name=f"第{n}号养老服务中心建设项目",
                listing="tabled",
                category="养老" if n % 3 else "托育",
                type=f"类型{n % 8}",
                region=counties[n % COUNTIES],
                start_year=2021 + n % 3,
                end_year=2023 + n % 3,
                total_investment_fen=chance.randrange(100, 9_000) * 1_000_000,
            )
            for n in range(PROJECTS)
        ),
        batch_size=2_000,
    )

    def write(model: Any, rows: Any) -> None:
        model.objects.bulk_create(rows, batch_size=2_000)

    write(
        ProjectBody,
        (
            ProjectBody(project=p, department=units[n % BODIES], as_written=units[n % BODIES].name)
            for n, p in enumerate(projects)
        ),
    )
    write(
        ProjectBody,
        (
            ProjectBody(project=p, department=units[(n + 1) % BODIES], as_written="二", position=1)
            for n, p in enumerate(projects)
            if n % 50 == 0
        ),
    )
    write(
        ProjectLink,
        (
            ProjectLink(project=p, to=projects[n - 1], kind="same")
            for n, p in enumerate(projects)
            if n % 100 == 99
        ),
    )
    StatedTotal.objects.create(key="b.t.1", document=document, label="合计", count=PROJECTS)
    reached = ["approved", "started", "building", "built", "in_use"]
    write(
        StageChange,
        (
            StageChange(project=p, stage=stage, on=date(2022, 1, 1) + timedelta(100 * k), entered_by=user)
            for n, p in enumerate(projects)
            for k, stage in enumerate(reached[: n % 6])
        ),
    )
    write(
        FundingPlan,
        (
            FundingPlan(project=p, source=source, planned_fen=50_000_000, entered_by=user)
            for p in projects
            for source in ("city", "county")
        ),
    )
    write(
        FundingEntry,
        (
            FundingEntry(
                project=p,
                source="city",
                kind=kind,
                on=date(2023, 1, 1) + timedelta(30 * k),
                amount_fen=10_000_000,
                entered_by=user,
            )
            for p in projects
            for k, kind in enumerate(("arrived", "spent", "arrived"))
        ),
    )
    write(
        ProjectReport,
        (
            ProjectReport(
                project=p,
                month_end=date(2023, month, 28),
                invested_fen=month * 20_000_000,
                problems="用地" if month == 12 and n % 5 == 0 else "",
                entered_by=user,
            )
            for n, p in enumerate(projects)
            for month in (3, 6, 9, 12)
        ),
    )
    return user


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        tell(inside())
    else:
        for measure in run():
            print(measure)
