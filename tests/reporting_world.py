"""The small world of `worlds`, staffed for reporting: bureaus, people, lines, and a round that is open.

    红河区民政局: Ann 填报员, Bob 审核员        青山县民政局: Cai 填报员, Deng 审核员, Gan 县牵头单位
    市民政局: Han 填报员, Hui 审核员, Lin and Mei 牵头单位
    红河区统计局: Su 填报员, Sun 审核员          市统计局: Shi 牵头单位
    白水县民政局: Wu 填报员 (the outsider)

It is 8 October 2024. The round asks for the third quarter, is due on the 18th and locks after the 23rd.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from targets.models import Entry, Indicator, ReportingLine, ReportingRound
from targets.reporting.changes import CellChange
from targets.reporting.entries import Saved, save_entry
from targets.reporting.publishing import publish
from targets.reporting.rounds import Dates, open_round
from targets.reporting.steps import review, submit
from yuxi_eldercare.core.models import Department, Region, User

from .worlds import CITY, GREEN, RED, WHITE, World, day, make_user, make_world

QUARTER = day("2024-09-30")
NOW = datetime(2024, 10, 8, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DATES = Dates(day("2024-10-01"), day("2024-10-18"), day("2024-10-23"))


@dataclass
class Reporting:
    """The rows by name."""

    world: World
    red: Department
    green: Department
    white: Department
    city: Department
    red_statistics: Department
    statistics: Department
    ann: User
    bob: User
    cai: User
    deng: User
    gan: User
    han: User
    hui: User
    lin: User
    mei: User
    su: User
    sun: User
    shi: User
    wu: User
    population: Indicator
    places: Indicator  # 每千人托位数: its denominator is the population series
    round: ReportingRound

    def entry(self, indicator: Indicator, region: str = RED, end: date = QUARTER) -> Entry:
        """The cell of an indicator and region as it is now."""
        return Entry.objects.select_related("round", "indicator", "region", "department", "confirmer").get(
            indicator=indicator, region=region, period_end=end, round__period_end=end
        )

    @property
    def people(self) -> list[User]:
        """Everybody of the reporting units."""
        names = ["ann", "bob", "cai", "deng", "gan", "han", "hui", "lin", "mei", "su", "sun", "shi", "wu"]
        return [getattr(self, name) for name in names]


@contextmanager
def at(moment: datetime | str) -> Iterator[None]:
    """Inside, the clock says this moment (or 10:00 on this day)."""
    if isinstance(moment, str):
        moment = datetime.combine(day(moment), NOW.timetz())
    with patch("django.utils.timezone.now", return_value=moment):
        yield


def make_reporting_world() -> Reporting:
    """Write the world with its round; call it `at(NOW)`."""
    world = make_world()
    red, green, white = world.counties[RED], world.counties[GREEN], world.counties[WHITE]
    units = {
        "red": _unit("red-civil-affairs", "红河区民政局", red),
        "green": _unit("green-civil-affairs", "青山县民政局", green),
        "white": _unit("white-civil-affairs", "白水县民政局", white),
        "city": world.bureau,
        "red_statistics": _unit("red-statistics", "红河区统计局", red),
        "statistics": _unit("city-statistics", "市统计局", world.city),
    }
    staff = {
        "ann": ("reporter", "red"),
        "bob": ("reviewer", "red"),
        "cai": ("reporter", "green"),
        "deng": ("reviewer", "green"),
        "gan": ("lead", "green"),
        "han": ("reporter", "city"),
        "hui": ("reviewer", "city"),
        "mei": ("lead", "city"),
        "su": ("reporter", "red_statistics"),
        "sun": ("reviewer", "red_statistics"),
        "shi": ("lead", "statistics"),
        "wu": ("reporter", "white"),
    }
    people = {
        name: make_user(name, role, units[unit].region, units[unit]) for name, (role, unit) in staff.items()
    }
    population, places = _series()
    _lines(world, units, population, places)
    opened = open_round(kind="quarter", period_end=QUARTER, dates=DATES)
    return Reporting(
        world=world, **units, **people, lin=world.lin, population=population, places=places, round=opened
    )


def _unit(key: str, name: str, region: Region) -> Department:
    return Department.objects.create(key=key, name=name, short_name=name, kind="department", region=region)


def _series() -> tuple[Indicator, Indicator]:
    common: dict[str, Any] = {
        "theme": "人口",
        "direction": "up",
        "basis": "point",
        "definition": "测试用",
    }
    population = Indicator.objects.create(
        key="w-population", name="常住人口", unit="人", rollup="sum", integer=True, position=10, **common
    )
    places = Indicator.objects.create(
        key="w-places",
        name="每千人托位数",
        unit="个",
        rollup="ratio_of_sums",
        scale=1000,
        decimals=2,
        denominator_series=population,
        position=11,
        **common,
    )
    return population, places


def _lines(world: World, units: dict[str, Department], population: Indicator, places: Indicator) -> None:
    counties = {RED: units["red"], GREEN: units["green"], WHITE: units["white"]}
    wanted = [
        (indicator, code, unit, units["city"])
        for indicator in (world.beds, world.homes, world.households)
        for code, unit in counties.items()
    ]
    wanted += [
        (places, RED, units["red"], units["city"]),
        (population, RED, units["red_statistics"], units["statistics"]),
        (world.lottery, CITY, units["city"], units["city"]),
        (world.smart, GREEN, units["green"], units["green"]),  # the county's own plan, its own lead
    ]
    ReportingLine.objects.bulk_create(
        ReportingLine(
            indicator=indicator,
            region_id=code,
            department=unit,
            confirmer=confirmer,
            frequency="quarter",
            valid_from=day("2021-01-01"),
        )
        for indicator, code, unit, confirmer in wanted
    )


def number(
    value: Any = None, *, parts: tuple[Any, Any] | None = None, numerator: Any = None, **fields: Any
) -> CellChange:
    """A change that types a number, or the parts of a rate, or only the numerator."""
    if parts is not None:
        return CellChange(
            answer="number", numerator=Decimal(str(parts[0])), denominator=Decimal(str(parts[1])), **fields
        )
    if numerator is not None:
        return CellChange(answer="number", numerator=Decimal(str(numerator)), **fields)
    return CellChange(answer="number", value=Decimal(str(value)), **fields)


def fill(entry: Entry, change: CellChange, by: User) -> Saved:
    """Save a change over whatever the entry is now."""
    entry.refresh_from_db()
    return save_entry(entry=entry, change=change, expected_revision=entry.revision, by=by)


def walk(entry: Entry, change: CellChange, *, reporter: User, reviewer: User, lead: User) -> Entry:
    """The whole way of one value: entered, submitted, reviewed, published."""
    fill(entry, change, reporter)
    submit(entries=[entry], by=reporter)
    review(entries=[entry], by=reviewer)
    return publish(entries=[entry], by=lead)[0]


def states(entries: Iterable[Entry]) -> list[str]:
    """The states of entries as they are now."""
    return list(
        Entry.objects.filter(pk__in=[entry.pk for entry in entries])
        .order_by("pk")
        .values_list("state", flat=True)
    )
