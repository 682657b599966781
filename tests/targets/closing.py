"""A small world with values in two months, and how its tests close them."""

from datetime import date
from typing import Any

from targets.judging.rejudging import rejudge_indicator
from targets.models import FrozenAssessment, Indicator, JudgingState
from tests.worlds import GREEN, RED, WHITE, World, make_world, publish, value
from yuxi_eldercare.core.models import FrozenRecord, PeriodClose
from yuxi_eldercare.period_close import close_month

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
GAPS = "演示环境尚未开展填报，先行封存。"


def make_closing_world(as_of: date = JANUARY) -> World:
    """Year-end figures of 2023, judged as of a day: beds are met by two counties and not by the third."""
    world = make_world()
    JudgingState.objects.create(as_of=as_of)
    publish(
        value(world.beds, RED, "2023", (40, 100)),
        value(world.beds, GREEN, "2023", (31, 100)),
        value(world.beds, WHITE, "2023", (20, 100)),
        value(world.homes, RED, "2023", 2),
        value(world.homes, GREEN, "2023", 0),
        value(world.households, RED, "2023", 150, note="年报"),
        value(world.smart, GREEN, "2023", "na"),
        judge_later=True,
    )
    judge_all()
    return world


def judge_all() -> None:
    """Bring every stored judgement up to date."""
    for pk in Indicator.objects.values_list("pk", flat=True).order_by("pk"):
        rejudge_indicator(pk, cause="value")


def close(world: World, month_end: date = JANUARY, **fields: Any) -> PeriodClose:
    """Close a month as the lead department."""
    return close_month(**{"month_end": month_end, "by": world.lin, "acknowledged": GAPS, **fields})


def content(close: PeriodClose) -> list[Any]:
    """Everything the database holds of a close."""
    tables = (
        PeriodClose.objects.filter(pk=close.pk),
        FrozenAssessment.objects.filter(close=close),
        FrozenRecord.objects.filter(close=close),
    )
    return [list(rows.order_by("pk").values()) for rows in tables]
