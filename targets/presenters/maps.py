"""The map of the counties for one indicator: by light or by value, on imported outlines or on tiles.

Values are put into few classes of equal width with round bounds; the darker, the greater. Words on every class keep
4.5:1, lights are told by shape and word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from targets.models import Indicator
from targets.queries.judged import Judged
from targets.queries.series import CountyValue
from yuxi_eldercare.core.maps import Drawing
from yuxi_eldercare.core.models import MapOutline, Region
from yuxi_eldercare.core.templatetags.frame import SHAPES, number

from . import words
from .distribution import leading, value_words
from .scales import ticks

BY_LIGHT, BY_VALUE = "light", "value"
CLASSES: Final = 4
# Tiles roughly where the counties lie: (row, column).
TILES: Final = {
    "530425": (1, 1),
    "530481": (1, 3),
    "530402": (2, 2),
    "530403": (2, 3),
    "530424": (2, 4),
    "530426": (3, 1),
    "530423": (3, 3),
    "530427": (4, 1),
    "530428": (4, 2),
}
TILE_COLUMNS: Final = 4


def tile_place(code: str, others: int = 0) -> tuple[int, int]:
    """Where a county's tile lies; a place that is not on the map stands below it, the `others`th such one."""
    row, column = divmod(others, TILE_COLUMNS)
    return TILES.get(code, (5 + row, column + 1))


@dataclass(frozen=True)
class Place:
    """A county on the map. `fill` is a class of the style sheet; `shape` and `word` are empty by value."""

    region: Region
    fill: str
    shape: str
    word: str
    value: str
    title: str
    row: int
    column: int
    path: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Step:
    """One entry of the legend."""

    fill: str
    shape: str
    text: str


@dataclass(frozen=True)
class MapPicture:
    """Everything the map shows; with `outline` real shapes, else tiles."""

    by: str
    places: list[Place]
    legend: list[Step]
    outline: MapOutline | None
    width: int
    height: int
    label: str


def map_picture(
    indicator: Indicator,
    counties: Sequence[CountyValue],
    due: date | None,
    by: str,
    outline: MapOutline | None,
) -> MapPicture:
    """The map of one indicator; lights are those of the targets due on `due`."""
    drawing = Drawing.from_json(outline.drawing) if outline else None
    if drawing is not None and any(c.region.code not in drawing.paths for c in counties):
        drawing = outline = None  # counties have changed since the import
    bounds = class_bounds(
        [c.latest.value for c in counties if c.latest and c.latest.value is not None],
        integer=indicator.integer,
    )
    places, beside = [], 0
    for county in counties:
        place = _place(indicator, county, due, by, bounds)
        row, column = tile_place(county.region.code, beside)
        beside += county.region.code not in TILES
        places.append(_with_shape(place, drawing, row, column))
    return MapPicture(
        by=by,
        places=places,
        legend=_value_legend(bounds, places, indicator) if by == BY_VALUE else _light_legend(places),
        outline=outline,
        width=drawing.width if drawing else 0,
        height=drawing.height if drawing else 0,
        label=_label(indicator, due, by),
    )


def class_bounds(values: Sequence[Decimal], *, integer: bool) -> list[float]:
    """Round bounds of at most `CLASSES` classes of equal width that hold the values; [] without values."""
    if not values:
        return []
    low, high = float(min(values)), float(max(values))
    if low == high:
        return [low, low]
    for count in range(CLASSES + 1, 2, -1):
        bounds = ticks(low, high, count)
        if len(bounds) <= CLASSES + 1 and not (integer and any(b != int(b) for b in bounds)):
            return bounds
    return ticks(low, high, 2)


def class_of(value: Decimal, bounds: Sequence[float]) -> int:
    """The class (1 is the lowest) a value falls in; a value on a bound belongs to the class above, but the last."""
    inner = bounds[1:-1]
    return 1 + sum(float(value) >= bound for bound in inner)


def _place(
    indicator: Indicator, county: CountyValue, due: date | None, by: str, bounds: Sequence[float]
) -> Place:
    row = leading(county, due, indicator)
    latest = county.latest
    value = value_words(latest, indicator)
    word = words.state_word(row.state, row.light) if row else _("不单独考核")
    if by == BY_VALUE:
        known = latest is not None and latest.value is not None
        fill = f"v{class_of(latest.value, bounds)}" if known else "none"  # type: ignore[union-attr, arg-type]
        shape = shown = ""
    else:
        fill, shape, shown = (row.light, SHAPES[row.light], word) if row else ("none", "", word)
    return Place(county.region, fill, shape, shown, value, _title(county, value, row, word), 0, 0)


def _title(county: CountyValue, value: str, row: Judged | None, word: str) -> str:
    text = _("%(place)s：%(value)s（%(period)s），%(word)s") % {
        "place": county.region.name,
        "value": value,
        "period": words.period(county.latest.period_end) if county.latest else "—",
        "word": word,
    }
    if row is None:
        return text
    demand = words.demand(row.milestone, row.indicator)
    return text + _("，要求 %(due)s %(demand)s") % {"due": words.due_words(row.milestone), "demand": demand}


def _with_shape(place: Place, drawing: Drawing | None, row: int, column: int) -> Place:
    code = place.region.code
    x, y = drawing.labels[code] if drawing else (0, 0)
    path = drawing.paths[code] if drawing else ""
    return Place(
        place.region, place.fill, place.shape, place.word, place.value, place.title, row, column, path, x, y
    )


def _light_legend(places: Sequence[Place]) -> list[Step]:
    """The lights in use, worst first; places that nobody judges last."""
    steps = [
        Step(light, SHAPES[light], f"{words.LIGHTS[light]} {count}")
        for light in ("red", "yellow", "green", "grey")
        if (count := sum(place.fill == light for place in places))
    ]
    if any(place.fill == "none" for place in places):
        steps.append(Step("none", "", _("不单独考核")))
    return steps


def _value_legend(bounds: Sequence[float], places: Sequence[Place], indicator: Indicator) -> list[Step]:
    unit = indicator.unit
    shown = [words.with_unit(Decimal(str(bound)), unit) for bound in bounds]
    if len(bounds) == 2 and bounds[0] == bounds[1]:
        steps = [Step("v1", "", shown[0])]
    else:
        pairs = zip(bounds, shown[1:], strict=False)
        steps = [
            Step(f"v{place}", "", _("%(low)s 至 %(high)s") % {"low": number(Decimal(str(low))), "high": high})
            for place, (low, high) in enumerate(pairs, 1)
        ]
    if any(place.fill == "none" for place in places):
        steps.append(Step("none", "", _("没有数据")))
    return steps


def _label(indicator: Indicator, due: date | None, by: str) -> str:
    if by == BY_VALUE:
        return _("%(name)s：各县（市、区）最新数值") % {"name": indicator.name}
    return _("%(name)s：各县（市、区）%(due)s目标的灯") % {"name": indicator.name, "due": words.period(due)}
