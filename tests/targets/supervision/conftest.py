"""The staffed world with a task broken down, a ladder of short steps, and a city that issues notices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from targets.models import (
    Assignment,
    AssignmentBody,
    AssignmentPart,
    AssignmentSource,
    IssuingAuthority,
    LadderStep,
    PartStep,
    ScoreRule,
    SupervisionNotice,
)
from tests.reporting_world import Reporting, at, make_reporting_world
from tests.worlds import day, make_user
from yuxi_eldercare.core.models import Clause, Department, User

ISSUED = "2024-10-08"  # a Tuesday; what is issued today is to be signed for by the 11th


@dataclass
class Ladder:
    """The rows by name: 红河区's bureau and the tax office each hold a part of one task, due at the year's end."""

    r: Reporting
    task: Assignment
    part: AssignmentPart
    tax: Department
    letter: AssignmentPart
    tia: User  # the tax office's reporter
    du: User

    def notices(self, **wanted: Any) -> list[SupervisionNotice]:
        """Notices in the order they were written."""
        return list(SupervisionNotice.objects.filter(**wanted).order_by("pk"))


def make_task(r: Reporting, key: str = "w.s.1") -> Assignment:
    """A task with the phrase that states it."""
    document = r.world.document
    clause, _made = Clause.objects.get_or_create(
        document=document, number="二（四）", defaults={"heading": "养老", "position": 1}
    )
    task = Assignment.objects.create(
        key=key,
        document=document,
        number="4",
        kind="task",
        title="建立基本养老服务清单，推动纳入基本公共服务。",
    )
    AssignmentSource.objects.create(record=task, clause=clause, phrase="建立基本养老服务清单", position=0)
    return task


def make_part(task: Assignment, unit: Department, by: User, **fields: Any) -> AssignmentPart:
    """A part as the supervisor issues it, with the step that says so."""
    given = {"due": day("2024"), "frequency": "quarter", "issued_on": day(ISSUED), **fields}
    since = given.pop("state_since", given["issued_on"])
    part = AssignmentPart.objects.create(
        assignment=task,
        department=unit,
        region=unit.region,
        role=AssignmentBody.Role.RESPONSIBLE,
        state_since=since,
        issued_by=by,
        **given,
    )
    PartStep.objects.create(
        part=part,
        kind=PartStep.Kind.ISSUE,
        at=timezone.now(),
        by=by,
        data={
            "state": ["", "issued"],
            "due": [None, part.due.isoformat() if part.due else None],
            "frequency": [None, part.frequency],
        },
    )
    return part


def make_ladder() -> None:
    """Each cause: remind 2 days before, urge after 1, order after 10 by hand, circular after 30 by hand."""
    rungs = (("remind", -2, None), ("urge", 1, None), ("order", 10, 5), ("circular", 30, None))
    for cause in LadderStep.Cause.values:
        for kind, after, reply in rungs:
            LadderStep.objects.create(
                cause=cause,
                kind=kind,
                after_days=after,
                reply_workdays=reply,
                approved_by_hand=kind in {"order", "circular"},
            )


def make_authorities(unit: Department) -> None:
    """One unit issues everything, under a word for each kind."""
    words = {"remind": "云养提", "urge": "云养催", "order": "云养督", "circular": "云养通"}
    for kind, word in words.items():
        IssuingAuthority.objects.create(region=unit.region, kind=kind, department=unit, word=word)


def make_points() -> None:
    """A point more or less for everything, more for what weighs more."""
    points = {
        "on_time": "1", "late": "-1", "returned": "-0.5", "closed_on_time": "5", "closed_late": "1",
        "red_month": "-1", "notice": "-2", "circular": "-5", "praised": "3", "criticised": "-3",
    }  # fmt: skip
    ScoreRule.objects.bulk_create(
        ScoreRule(cause=cause, points=Decimal(worth), valid_from=date(2024, 1, 1))
        for cause, worth in points.items()
    )


def make_supervised_world() -> Ladder:
    """The world on 8 October 2024, with two parts issued and the ladder set up."""
    r = make_reporting_world()
    du = r.world.du
    task = make_task(r)
    tax = Department.objects.create(
        key="w-tax", name="云溪市税务局", short_name="市税务局", kind="vertical", region=r.world.city
    )
    make_ladder()
    make_authorities(r.city)
    make_points()
    return Ladder(
        r=r,
        task=task,
        part=make_part(task, r.red, du),
        tax=tax,
        letter=make_part(task, tax, du),
        tia=make_user("tia", "reporter", r.world.city, tax),
        du=du,
    )


@pytest.fixture
def s(db: None) -> Iterator[Ladder]:
    """The supervised world; the clock stands at 10:00 on 8 October 2024."""
    with at(ISSUED):
        yield make_supervised_world()
