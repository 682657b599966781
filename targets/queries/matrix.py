"""The matrix of indicators × regions: what a filter leaves, in which order, and how its lights add up.

A line is an indicator with a due date; it meets a region in the spots of all targets that bind it there, the
most demanding first. `indicators` and `regions` say how the two axes are ordered, whichever of them are rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from targets.models import Indicator
from yuxi_eldercare.core.models import Region

from .board import Board, Made, Spot
from .chapters import chapters_of
from .judged import LIGHT_ORDER
from .leads import Lead, leads_of

NOBODY = "none"  # in place of a department: targets that name none
TEXT, REDS, LIGHT, VALUE = "text", "reds", "light", "value"


@dataclass(frozen=True)
class MatrixFilter:
    """What the matrix is narrowed to; `year` None means every due year."""

    year: int | None = None
    document: str = ""
    chapter: str = ""
    department: str = ""
    nature: str = ""
    light: str = ""


@dataclass(frozen=True)
class Order:
    """How an axis is ordered: as the text or the map has it, by reds, or by light or value on one of the other
    axis, which `key` names.
    """

    by: str = TEXT
    key: str = ""

    @classmethod
    def read(cls, text: str) -> "Order":
        """From `reds`, `light:530425` or `value:code@2025-12-31`; anything else is the usual order."""
        by, _, key = text.partition(":")
        if (by == REDS and not key) or (by in {LIGHT, VALUE} and key):
            return cls(by, key)
        return cls()

    def __str__(self) -> str:
        return f"{self.by}:{self.key}" if self.key else self.by


@dataclass(frozen=True)
class Line:
    """An indicator as it falls due on a day, and its spots by region."""

    indicator: Indicator
    due: date
    spots: dict[str, list[Spot]]
    place: tuple[int, ...]  # in the order of the texts

    @property
    def key(self) -> str:
        """What stands for it in an address."""
        return f"{self.indicator.key}@{self.due.isoformat()}"

    def all_spots(self) -> list[Spot]:
        """Every spot of the line."""
        return [spot for found in self.spots.values() for spot in found]

    def in_regions(self, codes: Iterable[str]) -> list[Spot]:
        """The line's spots in these regions."""
        return [spot for code in codes for spot in self.spots.get(code, ())]


@dataclass(frozen=True)
class Narrowed:
    """What a filter leaves of a board, and what it could be narrowed to further."""

    spots: list[Spot]
    documents: list[tuple[str, str]]
    chapters: set[str]
    departments: list[Lead]
    nobody: bool  # some target names no department
    leads: dict[int, list[Lead]] = field(default_factory=dict)


def narrowed(found: Board, wanted: MatrixFilter) -> Narrowed:
    """The spots the filter leaves. Four to seven statements.

    Choices are those of the year; chapters are those of the chosen document.
    """
    pks = list(found.targets)
    leads, chapters = leads_of(pks), chapters_of(pks)
    plans = {t.document.key: (t.document.position, t.document.title) for t in found.targets.values()}
    kept = {
        pk
        for pk, target in found.targets.items()
        if wanted.document in {"", target.document.key}
        and wanted.nature in {"", target.nature}
        and (not wanted.chapter or chapters.get(pk) == wanted.chapter)
        and _led(leads.get(pk, []), wanted.department)
    }
    return Narrowed(
        [s for s in found.spots if s.target in kept and (not wanted.light or s.light == wanted.light)],
        [(key, title) for key, (_, title) in sorted(plans.items(), key=lambda item: item[1])],
        {chapters[pk] for pk in pks if pk in chapters and _of_document(found, pk, wanted)},
        sorted({lead.key: lead for own in leads.values() for lead in own}.values()),
        any(pk not in leads for pk in pks),
        leads,
    )


def _led(leads: Iterable[Lead], department: str) -> bool:
    keys = {lead.key for lead in leads}
    return not department or (not keys if department == NOBODY else department in keys)


def _of_document(found: Board, target: int, wanted: MatrixFilter) -> bool:
    return bool(wanted.document) and found.targets[target].document.key == wanted.document


def lines_of(found: Board, spots: Iterable[Spot]) -> list[Line]:
    """The lines that these spots make, in the order of the texts."""
    dues = {pk: milestone.due for pk, milestone in found.milestones.items()}
    order = {pk: (target.document.position, target.position) for pk, target in found.targets.items()}
    grouped: dict[tuple[int, date], dict[str, list[Spot]]] = {}
    places: dict[tuple[int, date], tuple[int, int]] = {}
    for spot in spots:
        due = dues[spot.milestone]
        assert due is not None, "only milestones with a due date are judged"
        key = (spot.indicator, due)
        if key not in grouped:
            grouped[key], places[key] = {}, order[spot.target]
        cell = grouped[key].setdefault(spot.region, [])
        cell.append(spot)
        if len(cell) > 1:
            cell.sort(key=found.strictness)
        if order[spot.target] < places[key]:
            places[key] = order[spot.target]
    lines = [
        Line(found.indicators[pk], due, cells, (*places[pk, due], due.toordinal()))
        for (pk, due), cells in grouped.items()
    ]
    return sorted(lines, key=lambda line: line.place)


def ordered_lines(found: Board, lines: Sequence[Line], order: Order) -> list[Line]:
    """Lines by reds of the counties, or by the light they have in one region, worst first."""
    if order.by == REDS:
        return sorted(lines, key=lambda line: -reds(line.in_regions(found.counties)))
    if order.by == LIGHT:
        return sorted(lines, key=lambda line: _worst(line.spots.get(order.key, [])))
    return list(lines)


def ordering_line(lines: Sequence[Line], order: Order) -> Line | None:
    """The line by which regions are ordered."""
    return next((line for line in lines if line.key == order.key), None)


def ordered_regions(found: Board, lines: Sequence[Line], order: Order, details: Made) -> list[Region]:
    """The city, then its counties: by reds, or by light or value on one line (the greatest value first).

    `details` hold those of the ordering line.
    """
    line = ordering_line(lines, order)
    key: Callable[[Region], Any] | None = None
    if order.by == REDS:
        key = lambda region: -sum(reds(line.spots.get(region.code, ())) for line in lines)  # noqa: E731
    elif order.by == LIGHT and line is not None:
        key = lambda region: _worst(line.spots.get(region.code, []))  # noqa: E731
    elif order.by == VALUE and line is not None:
        figures = _figures(line, details)
        key = lambda region: -figures.get(region.code, Decimal("-Infinity"))  # noqa: E731
    cities = [region for region in found.regions if region.level == Region.Level.CITY]
    counties = [region for region in found.regions if region.level != Region.Level.CITY]
    return cities + (counties if key is None else sorted(counties, key=key))


def _figures(line: Line, details: Made) -> dict[str, Decimal]:
    """By region, the figure judged on a line."""
    leading = {region: spots[0] for region, spots in line.spots.items()}
    actual = {code: details[s.milestone, s.region].answer.get("actual") for code, s in leading.items()}
    return {region: Decimal(text) for region, text in actual.items() if text is not None}


def reds(spots: Iterable[Spot]) -> int:
    """How many of the spots are red."""
    return sum(spot.light == "red" for spot in spots)


def _worst(spots: Sequence[Spot]) -> tuple[Any, ...]:
    """Red first, nothing judged last."""
    return (min((LIGHT_ORDER[spot.light] for spot in spots), default=len(LIGHT_ORDER)),)
