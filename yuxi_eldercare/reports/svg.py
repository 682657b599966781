"""Charts as SVG, for the page and the PDF: the same marks, patterns and words as the Word chart.

Pure text with rounded numbers, so that equal charts give equal bytes. No style sheet and no script.
"""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape
from zlib import crc32

from .blocks import Chart, Series
from .layout import FONTS, LOOKS

WIDTH: Final = 620
_SIZE: Final = 12
_LEFT_OF_BARS: Final = 96
_ROW: Final = 30
_LINES_HEIGHT: Final = 270
_PATCH: Final = 24  # a white patch behind a number needs so much of a striped bar
_DASHES: Final = {"dash": "7 4", "sysDot": "2 3"}


def draw(chart: Chart) -> str:
    """The whole picture, words included."""
    return _bars(chart) if chart.form == "bars" else _lines(chart)


def _bars(chart: Chart) -> str:
    most = max(_totals(chart), default=0)
    ticks = _ticks(most)
    plot = WIDTH - _LEFT_OF_BARS - 40
    scale = plot / ticks[-1]
    foot = 10 + _ROW * len(chart.categories)
    parts = [_defs(chart)]
    for tick in ticks:
        x = _LEFT_OF_BARS + tick * scale
        parts.append(_rule(x, 6, x, foot, "C8CED6"))
        parts.append(_text(x, foot + 16, f"{tick:g}", anchor="middle"))
    for row, name in enumerate(chart.categories):
        y = 10 + row * _ROW
        parts.append(_text(_LEFT_OF_BARS - 6, y + 18, name, anchor="end"))
        parts.extend(_bar(chart, row, y, scale))
    parts.append(_rule(_LEFT_OF_BARS, 6, _LEFT_OF_BARS, foot, "333333"))
    parts.append(_text(WIDTH - 2, foot + 16, chart.unit, anchor="end"))
    parts.append(_legend(chart, foot + 40))
    return _whole(chart, foot + 54, parts)


def _bar(chart: Chart, row: int, y: float, scale: float) -> list[str]:
    parts, x = [], float(_LEFT_OF_BARS)
    for series in chart.series:
        value = series.values[row] or 0
        if value <= 0:
            continue
        wide = value * scale
        parts.append(
            f'<rect x="{_n(x)}" y="{_n(y + 4)}" width="{_n(wide)}" height="{_ROW - 8}" fill="{_fill(chart, series)}" '
            'stroke="#333333" stroke-width="0.8"/>'
        )
        if LOOKS[series.look][2] and wide >= _PATCH:
            parts.append(
                f'<rect x="{_n(x + wide / 2 - 9)}" y="{_n(y + 7)}" width="18" height="{_ROW - 14}" fill="#FFFFFF"/>'
            )
        colour = "FFFFFF" if series.look == "red" else "000000"
        parts.append(_text(x + wide / 2, y + 19, f"{value:g}", anchor="middle", colour=colour, bold=True))
        x += wide
    return parts


def _lines(chart: Chart) -> str:
    values = [value for series in chart.series for value in series.values if value is not None]
    ticks = _ticks(max(values, default=0))
    left, right, foot = 44, WIDTH - 96, _LINES_HEIGHT - 62
    scale = (foot - 16) / ticks[-1]
    step = (right - left) / max(1, len(chart.categories) - 1)
    parts = []
    for tick in ticks:
        y = foot - tick * scale
        parts += [_rule(left, y, right, y, "C8CED6"), _text(left - 6, y + 4, f"{tick:g}", anchor="end")]
    every = max(1, -(-len(chart.categories) // 12))
    for place, name in enumerate(chart.categories):
        if place % every == 0:
            parts.append(_text(left + place * step, foot + 18, name, anchor="middle"))
    parts.append(_rule(left, foot, right, foot, "333333"))
    parts.append(_text(left - 6, 10, chart.unit, anchor="end"))
    taken: list[float] = []
    for series in chart.series:
        points = [
            (left + place * step, foot - value * scale)
            for place, value in enumerate(series.values)
            if value is not None
        ]
        parts.extend(_line(series, points, taken))
    parts.append(_legend(chart, _LINES_HEIGHT - 14))
    return _whole(chart, _LINES_HEIGHT, parts)


def _line(series: Series, points: Sequence[tuple[float, float]], taken: list[float]) -> list[str]:
    """The line, its marks, and its name with the last value beside the last point, clear of other names."""
    ink, _, _, _, dash = LOOKS[series.look]
    parts = []
    if dash != "none" and len(points) > 1:
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{_DASHES[dash]}"' if dash in _DASHES else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="#{ink}" stroke-width="1.8"{dashes}/>')
    parts += [_mark(series.look, x, y) for x, y in points]
    if points and series.look != "path":
        x, y = points[-1]
        while any(abs(y - other) < _SIZE for other in taken):
            y -= 2
        taken.append(y)
        last = [value for value in series.values if value is not None][-1]
        parts.append(_text(x + 10, y + 4, f"{series.name} {last:g}", colour=ink, bold=True))
    return parts


def _mark(look: str, x: float, y: float) -> str:
    ink, _, _, mark, _ = LOOKS[look]
    fill = "FFFFFF" if look == "grey" else ink
    style = f'fill="#{fill}" stroke="#{ink}" stroke-width="1.4"'
    match mark:
        case "square":
            return f'<rect x="{_n(x - 4)}" y="{_n(y - 4)}" width="8" height="8" {style}/>'
        case "triangle":
            return f'<polygon points="{_n(x)},{_n(y - 5)} {_n(x - 5)},{_n(y + 4)} {_n(x + 5)},{_n(y + 4)}" {style}/>'
        case "diamond":
            return (
                f'<polygon points="{_n(x)},{_n(y - 6)} {_n(x + 6)},{_n(y)} {_n(x)},{_n(y + 6)} {_n(x - 6)},{_n(y)}" '
                f"{style}/>"
            )
        case "circle":
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" {style}/>'
    return ""


def _legend(chart: Chart, y: float) -> str:
    wide = [34 + _SIZE * len(series.name) for series in chart.series]
    x = (WIDTH - sum(wide)) / 2
    parts = []
    for series, room in zip(chart.series, wide, strict=True):
        if chart.form == "bars":
            parts.append(
                f'<rect x="{_n(x)}" y="{_n(y - 10)}" width="16" height="11" fill="{_fill(chart, series)}" '
                'stroke="#333333" stroke-width="0.8"/>'
            )
        else:
            parts.append(_mark(series.look, x + 8, y - 4))
        parts.append(_text(x + 21, y, series.name))
        x += room
    return "".join(parts)


def _defs(chart: Chart) -> str:
    patterns = [_pattern(chart, series.look) for series in chart.series if LOOKS[series.look][2]]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def _key(chart: Chart, look: str) -> str:
    """The name of a pattern: several charts may stand on one page."""
    return f"p{crc32(chart.caption.encode()):x}-{look}"


def _pattern(chart: Chart, look: str) -> str:
    """Slanting stripes of ink on paper."""
    ink, paper, *_ = LOOKS[look]
    return (
        f'<pattern id="{_key(chart, look)}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#{paper}"/>'
        f'<rect width="2.2" height="6" fill="#{ink}"/></pattern>'
    )


def _fill(chart: Chart, series: Series) -> str:
    return f"url(#{_key(chart, series.look)})" if LOOKS[series.look][2] else f"#{LOOKS[series.look][1]}"


def _totals(chart: Chart) -> list[float]:
    return [sum(series.values[row] or 0 for series in chart.series) for row in range(len(chart.categories))]


def _ticks(most: float) -> list[float]:
    """From 0 to at least `most` in four to six round steps."""
    if most <= 0:
        return [0, 1]
    size = 10.0 ** (len(str(int(most))) - 1)
    if most < 1:
        size = 0.1
    step = next(factor * size for factor in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if most / (factor * size) <= 6)
    if most >= 5:
        step = max(1.0, step)
    count = int(-(-most // step))
    return [round(step * number, 6) for number in range(count + 1)]


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = "000000", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="#{colour}"{weight}>{escape(words)}</text>'


def _rule(x: float, y: float, to_x: float, to_y: float, colour: str) -> str:
    return f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" stroke="#{colour}" stroke-width="0.8"/>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _whole(chart: Chart, height: float, parts: Sequence[str]) -> str:
    family = ", ".join(f"'{name}'" for name in FONTS["song"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" role="img" '
        f'aria-label="{escape(chart.caption, {chr(34): "&quot;"})}" font-family="{family}, serif" font-size="{_SIZE}">'
        f"{''.join(parts)}</svg>"
    )
