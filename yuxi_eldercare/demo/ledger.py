"""The demonstration's project ledger: a dozen projects from 谋划 to 投用, one stopped, one late, one in trouble.

Everything goes through `projects.following`, entered by the demonstration people of the counties.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from projects.following import enter_funding, enter_stage, plan_funding, report_month
from projects.following.standings import refresh_standings
from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectLink,
    ProjectPhoto,
    ProjectReport,
    StageChange,
)
from projects.queries.ledger import standings_day
from yuxi_eldercare.core.models import User

from .pictures import site_picture
from .removal import remove

FEN_PER_WAN: Final = 1_000_000
# Who keeps the projects of a county.
_KEEPERS: Final = {"530402": "hongta", "530425": "yimen"}
_OTHERS: Final = "qita"
_ENTERED_AFTER: Final = timedelta(4)
Stages = tuple[tuple[str, str], ...]  # stage, day
Months = tuple[tuple[str, int], ...]  # month's end, percent of the total invested since the beginning


@dataclass(frozen=True)
class Story:
    """What becomes of one project; shares of the total by source in percent, and how much of it has come."""

    key: str
    stages: Stages
    months: Months
    sources: Mapping[str, int]
    arrived: int = 100  # percent of the plan
    reason: str = ""  # of a stop, or of going on after it
    problems: str = ""  # of the latest month
    beds: int = 0  # once built
    places: int = 0
    area: int = 0
    pictures: int = 0


_TO_USE: Final[Stages] = (
    ("planned", "2021-05-20"),
    ("approved", "2022-02-18"),
    ("started", "2022-06-30"),
    ("building", "2022-09-15"),
    ("built", "2023-11-28"),
    ("accepted", "2024-03-15"),
    ("in_use", "2024-05-08"),
)
_BUILDING: Final[Stages] = (("approved", "2022-11-10"), ("started", "2023-03-20"), ("building", "2023-06-01"))
_BUILT: Final[Stages] = (*_BUILDING, ("built", "2025-10-30"))
_MIXED: Final = {"central": 50, "city": 10, "county": 40}
_BONDS: Final = {"central": 30, "bonds": 50, "county": 20}
_PRIVATE: Final = {"social": 80, "central": 20}

STORIES: Final = (
    Story(
        "oy23.p.09", _TO_USE, (("2022-12-31", 30), ("2023-06-30", 70), ("2023-12-31", 96), ("2024-05-31", 100)),
        _MIXED, beds=60, area=2_400, pictures=2,
    ),
    Story(
        "oy23.p.12",
        (("approved", "2022-12-05"), ("started", "2023-02-27"), ("built", "2023-12-20"), ("in_use", "2024-04-01")),
        (("2023-06-30", 45), ("2023-12-31", 100)), _MIXED, beds=80, area=3_100,
    ),
    Story(
        "oy23.p.01", (*_BUILDING, ("built", "2025-12-10"), ("accepted", "2026-04-22")),
        (("2023-12-31", 35), ("2024-12-31", 70), ("2025-12-31", 100)), _BONDS, beds=199, area=13_800, pictures=1,
    ),
    Story(
        "oy23.p.03", _BUILDING, (("2023-12-31", 20), ("2024-12-31", 45), ("2025-12-31", 62), ("2026-10-31", 71)),
        _PRIVATE, arrived=80, beds=0, area=9_600, pictures=2,
        problems="二期用地指标尚未落实，需市自然资源和规划局协调；社会资本第三笔出资未到位。",
    ),
    Story(
        "oy23.p.05", _BUILT, (("2023-12-31", 30), ("2024-12-31", 68), ("2025-10-31", 100)), _MIXED,
        beds=120, area=4_800,
    ),
    Story(
        "oy23.p.08", (*_BUILDING, ("stopped", "2024-08-16")), (("2023-12-31", 25), ("2024-07-31", 38)), _BONDS,
        arrived=60, reason="施工单位资金链断裂，合同解除，重新招标。", problems="停工场地需要看护，已完工程待审计。",
    ),
    Story(
        "oy23.p.14", _BUILT, (("2023-12-31", 40), ("2024-12-31", 82), ("2025-10-31", 100)), _MIXED,
        beds=150, area=6_200,
    ),
    Story(
        "oy23.p.18", _BUILDING[:1], (("2024-06-30", 3),), _MIXED, arrived=20,
        problems="选址调整，用地手续重新报批。",
    ),
    Story(
        "oy23.p.22", _BUILDING, (("2023-12-31", 30), ("2024-12-31", 66), ("2026-09-30", 83)), _PRIVATE,
        arrived=90, area=3_000,
    ),
    Story(
        "oy23.p.24", (*_BUILDING, ("built", "2024-02-05"), ("in_use", "2024-09-10")),
        (("2023-12-31", 92), ("2024-06-30", 100)), _MIXED, beds=110, area=4_100,
    ),
    Story(
        "oy23.p.30",
        (("approved", "2022-01-12"), ("started", "2022-05-16"), ("built", "2023-12-01"), ("in_use", "2024-02-26")),
        (("2022-12-31", 50), ("2023-12-31", 100)), _BONDS, places=300, area=5_500, pictures=1,
    ),
    Story(
        "oy23.p.40", _BUILDING, (("2023-12-31", 22), ("2024-12-31", 54)), _MIXED, arrived=70, area=1_900,
    ),
    Story("ym.p.1", _BUILDING, (("2023-12-31", 33), ("2024-12-31", 74)), _MIXED, arrived=85, beds=40),
    Story("oy23.p.20", (("planned", "2022-10-08"),), (), {}),
)  # fmt: skip
_FINISHED: Final = {"built", "accepted", "in_use"}


def keep_ledger(today: date | None = None) -> int:
    """Write the stories that can be told where none is yet; returns how many. Standings follow the day in any case."""
    day = today or timezone.localdate()
    told = 0
    if not StageChange.objects.filter(is_demo=True).exists():
        people = {row.username: row for row in User.objects.filter(is_demo=True)}
        projects = Project.objects.filter(key__in=[story.key for story in STORIES], withdrawn_at=None)
        by_key = {row.key: row for row in projects}
        with transaction.atomic():
            for story in STORIES:
                project = by_key.get(story.key)
                keeper = people.get(_KEEPERS.get(project.region_id, _OTHERS)) if project else None
                if project is not None and keeper is not None:
                    _tell(story, project, keeper, day)
                    told += 1
            _date_entries(day)
    if told or standings_day() != day:
        refresh_standings(day=day)
    return told


def _date_entries(today: date) -> None:
    """Entries are dated a few days after what they tell, so that months closed since then know of them."""
    begun: dict[int, date] = {}
    tables: tuple[tuple[Any, str], ...] = (
        (StageChange, "on"), (FundingEntry, "on"), (ProjectReport, "month_end"),
    )  # fmt: skip
    for model, about in tables:
        rows = list(model._default_manager.filter(is_demo=True))
        for row in rows:
            told = getattr(row, about)
            begun[row.project_id] = min(told, begun.get(row.project_id, told))
            row.entered_at = _moment(told, today)
        model._default_manager.bulk_update(rows, ["entered_at"])
    plans = list(FundingPlan.objects.filter(is_demo=True))
    for plan in plans:
        plan.entered_at = _moment(begun[plan.project_id], today)
    FundingPlan.objects.bulk_update(plans, ["entered_at"])


def _moment(told: date, today: date) -> datetime:
    on = min(told + _ENTERED_AFTER, today)
    return min(timezone.make_aware(datetime.combine(on, time(10))), timezone.now())


def remove_ledger() -> int:
    """Take the entries of the demonstration away; returns how many. Uploaded files go with their people."""
    models = (ProjectPhoto, ProjectReport, FundingEntry, FundingPlan, StageChange, ProjectLink)
    gone = sum(remove(model._default_manager.filter(is_demo=True)) for model in models)
    if gone:
        _put_back(ProjectReport.objects.order_by("pk"), "month_end")
        _put_back(FundingPlan.objects.order_by("pk"), "source")
        refresh_standings()
    return gone


def _put_back(rows: QuerySet[Any], what: str) -> None:
    """What a demonstration entry had superseded counts again."""
    latest = {(pk, about): row for row, pk, about in rows.values_list("pk", "project", what)}
    rows.filter(pk__in=list(latest.values()), superseded_at__isnull=False).update(superseded_at=None)


def _tell(story: Story, project: Project, by: User, today: date) -> None:
    for stage, text in story.stages:
        on = date.fromisoformat(text)
        if on <= today:
            enter_stage(
                project=project, stage=stage, on=on, by=by, reason=story.reason if stage == "stopped" else ""
            )
    total = project.total_investment_fen or 0
    _money(story, project, by, total, today)
    months = [(date.fromisoformat(text), percent) for text, percent in story.months]
    past = [(month_end, percent) for month_end, percent in months if month_end <= today]
    for month_end, percent in past:
        last = (month_end, percent) == past[-1]
        finished = last and story.stages[-1][0] in _FINISHED
        report_month(
            project=project,
            month_end=month_end,
            invested_fen=total * percent // 100,
            beds=story.beds if finished else 0,
            childcare_places=story.places if finished else 0,
            area_m2=story.area * percent // 100,
            problems=story.problems if last else "",
            photos=[site_picture(project.name, n) for n in range(story.pictures)] if last else (),
            by=by,
        )


def _money(story: Story, project: Project, by: User, total: int, today: date) -> None:
    """What each source plans; before a month's report money arrives, at its end what was built is paid."""
    months = [(date.fromisoformat(text), percent) for text, percent in story.months]
    for source, part in story.sources.items():
        planned = total * part // 100
        plan_funding(project=project, source=source, planned_fen=planned, by=by)
        sums = {"arrived": 0, "spent": 0}
        for number, (month_end, percent) in enumerate(months, 1):
            come = planned * min(story.arrived, percent + 15) // 100
            paid = min(come, planned * percent // 100 // FEN_PER_WAN * FEN_PER_WAN)
            for kind, fen, on in (("arrived", come, month_end - timedelta(60)), ("spent", paid, month_end)):
                if on > today or fen <= sums[kind]:
                    continue
                enter_funding(
                    project=project,
                    source=source,
                    kind=kind,
                    on=on,
                    amount_fen=fen - sums[kind],
                    voucher=f"记-{on.year}-{project.number or '县'}-{number}",
                    by=by,
                )
                sums[kind] = fen
