"""The page of totals: the same projects added up in several ways, each coming to the same whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.models import Project
from projects.queries.breakdowns import (
    NOTHING,
    Check,
    Group,
    Places,
    added_up,
    beside,
    checks,
    groups,
    places_of,
    plus,
)
from projects.queries.plans import Totals
from yuxi_eldercare.core.models import Department, Region

LISTED: Final = 50  # linked projects on the page; their count and sums are of all
PLACE, BODY = "place", "body"
# What the table by county counts by.
BASES: Final = (PLACE, BODY)
Sort = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """One row of a table; `query` narrows the ledger to it, where the ledger can be."""

    label: str
    totals: Totals
    query: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One way of adding up; `says` tells what a project is counted by."""

    key: str
    title: str
    heading: str
    says: str
    lines: list[Line]


@dataclass(frozen=True)
class Breakdowns:
    """The page: the whole, the tables, what stands beside it, and what the documents state."""

    whole: Totals
    tables: list[Table]
    beside: Totals
    linked: list[Project]
    checks: list[Check]
    basis: str


def breakdowns_page(rows: QuerySet[Project], documents: list[int], basis: str) -> Breakdowns:
    """Everything the page shows about these rows. Seven statements, eight where projects have several bodies."""
    every = groups(rows)
    found = [group for group in every if not group.apart]
    places = places_of(found)
    return Breakdowns(
        whole=reduce(plus, (group.totals for group in found), NOTHING),
        tables=[
            _by_county(found, places, basis),
            _by(found, "category", _("按领域"), _("领域"), lambda group: group.category),
            _by(found, "type", _("按类型"), _("类型"), lambda group: group.type),
            _by_year(found),
            _by_body(found, places),
        ],
        beside=reduce(plus, (group.totals for group in every if group.apart), NOTHING),
        linked=beside(rows, LISTED) if any(group.apart for group in every) else [],
        checks=checks(documents),
        basis=basis,
    )


def _by_county(found: list[Group], places: Places, basis: str) -> Table:
    """By the county a project lies in, or by the one its body belongs to: city departments stand apart then."""
    if basis == BODY:
        says = _(
            "按责任单位所属地区计：市级部门负责的项目计入市级，不论建在哪个县；"
            "几个地区共同负责的、文中未载明责任单位的单列。"
        )
        sums = added_up(found, lambda group: _region_of_bodies(group, places))
        lines = [Line(_body_region_name(key), sums[key]) for key in sorted(sums, key=_region_order)]
    else:
        says = _("按建设地点所在县（市、区）计：建在某县的市级部门项目计入该县。")
        sums = added_up(found, lambda group: _county(places.regions.get(group.region), places))
        lines = [
            Line(_region_name(key), sums[key], {"county": key.code} if _is_county(key) else {})
            for key in sorted(sums, key=_region_order)
        ]
    return Table("county", _("按县（市、区）"), _("地区"), says, lines)


def _county(region: Region | None, places: Places) -> Region | None:
    while region is not None and region.level not in {Region.Level.COUNTY, Region.Level.CITY}:
        region = places.regions.get(region.parent_id or "")
    return region


def _bodies(group: Group, places: Places) -> tuple[Department, ...]:
    """The bodies responsible for the projects of a group, in the order of the text."""
    ids = places.joint.get(group.joint, ()) if group.joint is not None else (group.body,)
    return tuple(places.bodies[pk] for pk in ids if pk is not None)


def _region_of_bodies(group: Group, places: Places) -> Region | str:
    """The region all bodies belong to; "joint" for several, "none" without a body."""
    regions = {_county(body.region, places) or body.region for body in _bodies(group, places)}
    if not regions:
        return "none"
    return regions.pop() if len(regions) == 1 else "joint"


def _is_county(region: Region | None) -> bool:
    return region is not None and region.level == Region.Level.COUNTY


def _region_order(region: Region | str | None) -> Sort:
    if not isinstance(region, Region):
        return (1, 0, str(region))
    return (0, region.position, region.code)


def _region_name(region: Region | None) -> str:
    if region is None:
        return _("未载明")
    return region.short_name if _is_county(region) else _("%(city)s（市级）") % {"city": region.short_name}


def _body_region_name(key: Region | str) -> str:
    if isinstance(key, Region):
        return _region_name(key)
    return _("几个地区共同") if key == "joint" else _("未载明责任单位")


def _by(found: list[Group], key: str, title: str, heading: str, word: Callable[[Group], str]) -> Table:
    """By a word of the text."""
    sums = added_up(found, word)
    lines = [
        Line(name or _("未载明"), sums[name], {key: name} if name else {})
        for name in sorted(sums, key=lambda name: (not name, -sums[name].total_fen, name))
    ]
    return Table(key, title, heading, _("按文中的写法计。"), lines)


def _by_year(found: list[Group]) -> Table:
    sums = added_up(found, lambda group: group.start_year)
    years = sorted(sums, key=lambda year: (year is None, year or 0))
    lines = [Line(_("未载明") if year is None else str(year), sums[year]) for year in years]
    return Table("start", _("按计划开工年"), _("开工年"), _("按文中载明的起始年计。"), lines)


def _by_body(found: list[Group], places: Places) -> Table:
    sums = added_up(found, lambda group: _bodies(group, places))
    keys = sorted(sums, key=lambda key: (not key, [(b.region.position, b.position, b.pk) for b in key]))
    lines = [Line(_joined(key), sums[key], {"body": key[0].key} if len(key) == 1 else {}) for key in keys]
    says = _("按文中的责任单位计；几个单位共同负责的项目单列一行，不拆分也不重复。")
    return Table("body", _("按责任单位"), _("责任单位"), says, lines)


def _joined(bodies: tuple[Department, ...]) -> str:
    return _("、").join(body.name for body in bodies) or _("未载明责任单位")
