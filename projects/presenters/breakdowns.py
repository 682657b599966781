"""The page of totals: the same projects added up in several ways, each coming to the same whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.queries.breakdowns import (
    Beside,
    Check,
    Group,
    Places,
    added_up,
    beside,
    checks,
    groups,
    places_of,
    total,
)
from projects.queries.plans import Totals
from yuxi_eldercare.core.models import Department, Region

from .plans import ProjectChoices, ProjectFilter

LISTED: Final = 50  # linked projects on the page; their count and sums are of all
PLACE, BODY = "place", "body"
# What the table by county counts by.
BASES: Final = (PLACE, BODY)
Sort = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """One row of a table; `value` narrows the ledger to it by the table's `parameter`, where the ledger can be."""

    label: str
    totals: Totals
    value: str = ""


@dataclass(frozen=True)
class Table:
    """One way of adding up; `says` tells what a project is counted by."""

    key: str
    parameter: str
    title: str
    heading: str
    says: str
    lines: list[Line]


@dataclass(frozen=True)
class Column:
    """A column of sums in every table: the field of `Totals`, its heading, and how its cells begin."""

    name: str
    title: str
    opening: SafeString

    @property
    def is_money(self) -> bool:
        """Whether it shows an amount in 万元, not a number of projects."""
        return self.name != "count"


@dataclass(frozen=True)
class Breakdowns:
    """The page: the whole, the tables, what stands beside it, and what the documents state."""

    whole: Totals
    tables: list[Table]
    beside: Totals
    linked: list[Beside]
    checks: list[Check]
    basis: str


def columns(*, ledger: bool) -> list[Column]:
    """The columns of sums, those of money as far as the reader may see the `ledger`."""
    shown = [
        ("count", _("项目数"), "num"),
        ("total_fen", _("总投资"), "num"),
        ("central_fen", _("申请中央预算内"), "num optional"),
    ]
    if ledger:
        shown += [
            ("planned_fen", _("计划资金"), "num optional"),
            ("arrived_fen", _("到位"), "num"),
            ("spent_fen", _("支出"), "num optional"),
            ("invested_fen", _("完成投资"), "num"),
        ]
    opening = '<td class="{}" data-label="{}">'
    return [Column(name, title, format_html(opening, look, title)) for name, title, look in shown]


def breakdowns_page(wanted: ProjectFilter, choices: ProjectChoices, basis: str) -> Breakdowns:
    """Everything the page shows about the projects asked for.

    Six statements at most: without links or stated totals one less of each.
    """
    found = groups(wanted.projects())
    places = places_of(choices.bodies)
    documents = [row.pk for row in choices.documents if wanted.document in {"", row.key}]
    return Breakdowns(
        whole=total(found.counted),
        tables=[
            _by_county(found.counted, places, basis),
            _by(found.counted, "category", _("按领域"), _("领域"), lambda group: group.category),
            _by(found.counted, "type", _("按类型"), _("类型"), lambda group: group.type),
            _by_year(found.counted),
            _by_body(found.counted, places),
        ],
        beside=found.apart,
        linked=beside(found.linked[:LISTED]) if found.linked else [],
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
            Line(_region_name(key), sums[key], key.code if _is_county(key) else "")
            for key in sorted(sums, key=_region_order)
        ]
    return Table("county", "county", _("按县（市、区）"), _("地区"), says, lines)


def _county(region: Region | None, places: Places) -> Region | None:
    while region is not None and region.level not in {Region.Level.COUNTY, Region.Level.CITY}:
        region = places.regions.get(region.parent_id or "")
    return region


def _region_of_bodies(group: Group, places: Places) -> Region | str:
    """The region all bodies belong to; "joint" for several, "none" without a body."""
    found = (places.bodies[pk].region for pk in group.bodies)
    regions = {_county(region, places) or region for region in found}
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
        Line(name or _("未载明"), sums[name], name)
        for name in sorted(sums, key=lambda name: (not name, -sums[name].total_fen, name))
    ]
    return Table(key, key, title, heading, _("按文中的写法计。"), lines)


def _by_year(found: list[Group]) -> Table:
    sums = added_up(found, lambda group: group.start_year)
    years = sorted(sums, key=lambda year: (year is None, year or 0))
    lines = [Line(_("未载明") if year is None else str(year), sums[year]) for year in years]
    return Table("start", "", _("按计划开工年"), _("开工年"), _("按文中载明的起始年计。"), lines)


def _by_body(found: list[Group], places: Places) -> Table:
    by_ids = added_up(found, lambda group: group.bodies)
    sums = {tuple(places.bodies[pk] for pk in ids): totals for ids, totals in by_ids.items()}
    keys = sorted(sums, key=lambda key: (not key, [(b.region.position, b.position, b.pk) for b in key]))
    lines = [Line(_joined(key), sums[key], key[0].key if len(key) == 1 else "") for key in keys]
    says = _("按文中的责任单位计；几个单位共同负责的项目单列一行，不拆分也不重复。")
    return Table("body", "body", _("按责任单位"), _("责任单位"), says, lines)


def _joined(bodies: tuple[Department, ...]) -> str:
    return _("、").join(body.name for body in bodies) or _("未载明责任单位")
