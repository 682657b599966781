"""What happened to a part cannot be unwritten: the database refuses it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from targets.guards import FOLLOWING
from targets.models import PartMonth, PartStep, ScoreLine, ScoreRule

from .world import Following

ATTACKS: dict[str, Callable[[], object]] = {
    "a step's reason": lambda: PartStep.objects.update(text="改过"),
    "a step": lambda: PartStep.objects.all()._raw_delete("default"),
    "a red month": lambda: PartMonth.objects.update(light="green"),
    "a month": lambda: PartMonth.objects.all().delete(),
    "points": lambda: ScoreLine.objects.update(points=5),
    "a score": lambda: ScoreLine.objects.all().delete(),
}


@pytest.fixture
def written(following: Following) -> None:
    """A part with a step, a red month and the points it cost."""
    part = following.issue()[0]
    PartMonth.objects.create(part=part, month_end=date(2024, 8, 31), light="red", state=part.state)
    rule = ScoreRule.objects.create(cause="red_month", points=-2, valid_from=date(2024, 1, 1))
    ScoreLine.objects.create(
        department=part.department,
        region=part.region,
        rule=rule,
        points=rule.points,
        on=date(2024, 8, 31),
        cause_key="month",
        part=part,
    )


def content() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (PartStep, PartMonth, ScoreLine)]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_database_refuses(written: None, attack: Callable[[], object]) -> None:
    before = content()
    assert all(before)
    with pytest.raises(IntegrityError, match=r"append-only|never change"), transaction.atomic():
        attack()
    assert content() == before


def test_the_demonstrations_own_rows_can_go(written: None) -> None:
    with transaction.atomic():
        PartMonth.objects.create(
            part=PartStep.objects.all()[0].part,
            month_end=date(2024, 9, 30),
            light="red",
            state="issued",
            is_demo=True,
        )
        PartMonth.objects.filter(is_demo=True).delete()
    assert PartMonth.objects.count() == 1


def test_the_triggers_are_there_after_all_migrations(db: None) -> None:
    tables = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(tables[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    assert set().union(*(guard.names[connection.vendor] for guard in FOLLOWING)) <= there
