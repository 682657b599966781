"""Counting institutions as of each period's end. Only those that are open count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
from django.db.models import Count, Min, Q, QuerySet

from projects.derivation import Derived, Formula, RegisterRows, Term, derive, parse_formulas
from projects.derivation.formulas import ALL_TOWNSHIPS, CHOICES, FLAGS, MEASURES, ROWS, TOWNSHIPS
from projects.models import InstitutionVersion
from yuxi_eldercare.core.models import Region

from .declared import declared

_MEASURED: Final = tuple(name for name in MEASURES if name not in (*ROWS, TOWNSHIPS, ALL_TOWNSHIPS))
_COLUMNS: Final = ("county_id", "region_id", "since", "until", *CHOICES, *FLAGS, *_MEASURED)
Level = Region.Level


@dataclass(frozen=True)
class Counted:
    """Parts by indicator, each of shape (len(counties), len(period_ends))."""

    counties: list[str]
    period_ends: list[date]
    parts: dict[str, Derived]


@dataclass(frozen=True)
class Places:
    """The counties in order, and the county each township and the township each region lies in, as indices."""

    counties: list[str]
    townships: list[int]
    township_of: dict[str, int]


@dataclass(frozen=True)
class Begin:
    """Since when the register knows institutions of some kinds in a county, and whether any is a demonstration's."""

    since: date
    is_demo: bool


@cache
def formulas() -> list[Formula]:
    """The declared formulas over the register; raises `FormulaError` for what cannot be computed."""
    return parse_formulas(declared())


def count_register(period_ends: Sequence[date]) -> Counted:
    """Every formula for every county at every period end, which ascend. Two statements."""
    places = read_places()
    rows = register_rows(places)
    ends = list(period_ends)
    parts = derive(rows, formulas(), regions=len(places.counties), period_ends=ends)
    return Counted(places.counties, ends, parts)


def read_places() -> Places:
    """The divisions in force. One statement."""
    found = list(Region.objects.filter(withdrawn=False).values_list("code", "level", "parent_id"))
    counties = [code for code, level, _parent in found if level == Level.COUNTY]
    county = {code: index for index, code in enumerate(counties)}
    towns = [(code, parent) for code, level, parent in found if level == Level.TOWNSHIP and parent in county]
    township_of = {code: index for index, (code, _parent) in enumerate(towns)}
    villages = [(code, parent) for code, level, parent in found if level == Level.VILLAGE]
    township_of |= {code: township_of[parent] for code, parent in villages if parent in township_of}
    return Places(counties, [county[parent] for _code, parent in towns], township_of)


def register_rows(places: Places) -> RegisterRows:
    """The register's open versions in force as columns. One statement."""
    found = InstitutionVersion.objects.filter(
        superseded_at=None, status=InstitutionVersion.Status.OPEN, county__in=places.counties
    ).order_by()
    columns: dict[str, Any] = dict(
        zip(_COLUMNS, zip(*found.values_list(*_COLUMNS).iterator(20_000), strict=True), strict=False)
    )
    place = {code: index for index, code in enumerate(places.counties)}

    def whole(values: Sequence[int]) -> Any:
        return np.fromiter(values, dtype=np.int64, count=len(values))

    return RegisterRows(
        region=whole([place[code] for code in columns.get("county_id", ())]),
        since=whole([day.toordinal() for day in columns.get("since", ())]),
        until=whole([(day or date.max).toordinal() for day in columns.get("until", ())]),
        choices={name: np.array(columns.get(name, ()), dtype=np.str_) for name in CHOICES},
        flags={name: np.array(columns.get(name, ()), dtype=np.bool_) for name in FLAGS},
        measures={name: whole(columns.get(name, ())) for name in _MEASURED},
        township=whole([places.township_of.get(code, -1) for code in columns.get("region_id", ())]),
        townships=whole(places.townships),
    )


def register_begins() -> dict[tuple[str, bool], Begin]:
    """Since when the register knows anything, by county and whether it is about childcare. One statement.

    Before that day, and where nothing was ever entered, nothing is counted: not known is not zero.
    """
    rows = (
        InstitutionVersion.objects.filter(superseded_at=None)
        .order_by()
        .values_list("county_id", "kind")
        .annotate(since=Min("since"), demo=Count("pk", filter=Q(is_demo=True)))
    )
    found: dict[tuple[str, bool], Begin] = {}
    for county, kind, since, demo in rows:
        key = county, kind == InstitutionVersion.Kind.CHILDCARE
        before = found.get(key)
        if before is None:
            found[key] = Begin(since, bool(demo))
        else:
            found[key] = Begin(min(before.since, since), before.is_demo or bool(demo))
    return found


def about_childcare(formula: Formula) -> bool:
    """Whether a formula is about childcare institutions, which others keep than those for the old."""
    return formula.numerator.choices.get("kind") == frozenset({InstitutionVersion.Kind.CHILDCARE})


def counted_institutions(*terms: Term, counties: Collection[str], on: date) -> QuerySet[InstitutionVersion]:
    """The list behind a number: the versions any of the terms is about in some counties on a day."""
    holds = Q(superseded_at=None, status=InstitutionVersion.Status.OPEN, county__in=counties, since__lte=on)
    holds &= Q(until=None) | Q(until__gt=on)
    wanted = Q(pk__in=[])
    for term in terms:
        if term.measure != ALL_TOWNSHIPS:
            wanted |= _about(term)
    rows = InstitutionVersion.objects.filter(holds & wanted)
    return rows.select_related("institution", "region", "county").order_by("county__position", "name", "pk")


def _about(term: Term) -> Q:
    wanted = ~Q(pk__in=[])
    for name, codes in term.choices.items():
        wanted &= Q((f"{name}__in", sorted(codes)))
    for name, value in term.flags.items():
        wanted &= Q((name, value))
    for name, least in term.at_least.items():
        wanted &= Q((f"{name}__gte", least))
    return wanted
