"""Charts as Word draws them: each a chart part with its numbers in a small workbook, so that it can be edited.

Patterns, markers and dashes differ, and values stand at the marks, so that the chart reads in black and white.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from yuxi_eldercare.core.spreadsheets import neutral

from ..blocks import Chart, Series
from ..layout import LOOKS
from ..sheets import column_letters
from .xml import A, C, R, attribute, part, text

SHEET = "Sheet1"
_BORDER = '<a:ln w="9525"><a:solidFill><a:srgbClr val="333333"/></a:solidFill></a:ln>'
_NO_LINE = "<a:ln><a:noFill/></a:ln>"
_CATEGORIES, _VALUES = 111111101, 111111102


def height_mm(chart: Chart) -> float:
    """Bars need a line each; lines a fixed height."""
    return min(120.0, 28.0 + 8.5 * len(chart.categories)) if chart.form == "bars" else 72.0


def chart_part(chart: Chart) -> bytes:
    """`word/charts/chartN.xml`; its workbook is `rId1`."""
    plot = _bars(chart) if chart.form == "bars" else _lines(chart)
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_words(900)}</c:legend>'
        if len(chart.series) > 1
        else ""
    )
    return part(
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}" xmlns:r="{R}"><c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{_place(chart)}{plot}'
        f"<c:spPr><a:noFill/>{_NO_LINE}</c:spPr></c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>{_NO_LINE}</c:spPr>{_words(900)}'
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _place(chart: Chart) -> str:
    """Where the plot stands: lines leave room at the right for their names."""
    if chart.form == "bars":
        return "<c:layout/>"
    numbers = {"x": 0.08, "y": 0.05, "w": 0.78, "h": 0.7}
    inner = "".join(f'<c:{name} val="{value}"/>' for name, value in numbers.items())
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{inner}</c:manualLayout></c:layout>"
    )


def workbook(chart: Chart) -> bytes:
    """The numbers behind the chart: categories down, series across."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})
        page = book.add_worksheet(SHEET)
        for column, series in enumerate(chart.series, 1):
            page.write_string(0, column, neutral(series.name))
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    page.write_number(row, column, value)
        for row, name in enumerate(chart.categories, 1):
            page.write_string(row, 0, neutral(name))
    return out.getvalue()


def _bars(chart: Chart) -> str:
    series = "".join(_bar_series(chart, number) for number in range(len(chart.series)))
    return (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="45"/><c:overlap val="100"/>'
        f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/></c:barChart>'
        f"{_category_axis('l', reversed_=True)}{_value_axis('b', chart.unit, at_end=True)}"
    )


def _bar_series(chart: Chart, number: int) -> str:
    series = chart.series[number]
    ink, paper, pattern, _, _ = LOOKS[series.look]
    if pattern:
        fill = (
            f'<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="{ink}"/></a:fgClr>'
            f'<a:bgClr><a:srgbClr val="{paper}"/></a:bgClr></a:pattFill>'
        )
    else:
        fill = f'<a:solidFill><a:srgbClr val="{paper}"/></a:solidFill>'
    colour = "FFFFFF" if series.look == "red" else "000000"
    paper_behind = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' if pattern else "<a:noFill/>"
    labels = (
        f'<c:dLbls><c:numFmt formatCode="0;;;" sourceLinked="0"/><c:spPr>{paper_behind}{_NO_LINE}</c:spPr>'
        f'{_words(900, colour, bold=True)}<c:dLblPos val="ctr"/>{_shown(value=True)}</c:dLbls>'
    )
    return (
        f'<c:ser>{_named(chart, number)}<c:spPr>{fill}{_BORDER}</c:spPr><c:invertIfNegative val="0"/>{labels}'
        f"{_data(chart, number)}</c:ser>"
    )


def _lines(chart: Chart) -> str:
    series = "".join(_line_series(chart, number) for number in range(len(chart.series)))
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>'
        f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/></c:lineChart>'
        f"{_category_axis('b', reversed_=False)}{_value_axis('l', chart.unit, at_end=False)}"
    )


def _line_series(chart: Chart, number: int) -> str:
    series = chart.series[number]
    ink, _, _, mark, dash = LOOKS[series.look]
    colour = f'<a:solidFill><a:srgbClr val="{ink}"/></a:solidFill>'
    line = (
        "<a:ln><a:noFill/></a:ln>"
        if dash == "none"
        else f'<a:ln w="22225">{colour}<a:prstDash val="{dash}"/></a:ln>'
    )
    fill = "FFFFFF" if series.look == "grey" else ink
    symbol = "none" if mark == "none" else mark
    marker = (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="7"/><c:spPr><a:solidFill><a:srgbClr val="{fill}"/>'
        f'</a:solidFill><a:ln w="12700">{colour}</a:ln></c:spPr></c:marker>'
        if symbol != "none"
        else '<c:marker><c:symbol val="none"/></c:marker>'
    )
    return (
        f"<c:ser>{_named(chart, number)}<c:spPr>{line}</c:spPr>{marker}{_last_label(series, ink)}"
        f'{_data(chart, number)}<c:smooth val="0"/></c:ser>'
    )


def _last_label(series: Series, ink: str) -> str:
    """Name and value beside the last point."""
    last = max((i for i, value in enumerate(series.values) if value is not None), default=None)
    if last is None or series.look == "path":
        return ""
    look = f'<c:spPr><a:noFill/>{_NO_LINE}</c:spPr>{_words(900, ink, bold=True)}<c:dLblPos val="r"/>'
    return (
        f'<c:dLbls><c:dLbl><c:idx val="{last}"/>{look}{_shown(value=True, name=True)}<c:separator> </c:separator>'
        f"</c:dLbl>{_shown(value=False)}</c:dLbls>"
    )


def _shown(*, value: bool, name: bool = False) -> str:
    """What a label shows, in the order the format asks for."""
    return (
        f'<c:showLegendKey val="0"/><c:showVal val="{int(value)}"/><c:showCatName val="0"/>'
        f'<c:showSerName val="{int(name)}"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    )


def _named(chart: Chart, number: int) -> str:
    cell = f"{SHEET}!${column_letters(number + 1)}$1"
    name = text(chart.series[number].name)
    return (
        f'<c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>{cell}</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    )


def _data(chart: Chart, number: int) -> str:
    last = len(chart.categories) + 1
    letters = column_letters(number + 1)
    names = _points(list(chart.categories))
    values = _points([None if value is None else f"{value:.15g}" for value in chart.series[number].values])
    return (
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{SHEET}!${letters}$2:${letters}${last}</c:f><c:numCache>"
        f"<c:formatCode>General</c:formatCode>{values}</c:numCache></c:numRef></c:val>"
    )


def _points(values: Sequence[str | None]) -> str:
    points = "".join(
        f'<c:pt idx="{index}"><c:v>{text(value)}</c:v></c:pt>'
        for index, value in enumerate(values)
        if value is not None
    )
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _category_axis(place: str, *, reversed_: bool) -> str:
    order = "maxMin" if reversed_ else "minMax"
    return (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="{order}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{place}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{_BORDER}</c:spPr>{_words(900)}"
        f'<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _value_axis(place: str, unit: str, *, at_end: bool) -> str:
    """The axis of values; its title is the unit."""
    grid = '<a:ln w="6350"><a:solidFill><a:srgbClr val="C8CED6"/></a:solidFill></a:ln>'
    run = f'<a:r><a:rPr lang="zh-CN" sz="900" b="0"/><a:t>{text(unit)}</a:t></a:r>'
    turn = ' rot="0" vert="horz"' if place == "l" else ""
    title = (
        f'<c:title><c:tx><c:rich><a:bodyPr{turn}/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr>{run}</a:p>'
        '</c:rich></c:tx><c:overlay val="0"/></c:title>'
    )
    return (
        f'<c:valAx><c:axId val="{_VALUES}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{place}"/><c:majorGridlines><c:spPr>{grid}</c:spPr></c:majorGridlines>'
        f'{title}<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr>{_NO_LINE}</c:spPr>{_words(900)}'
        f'<c:crossAx val="{_CATEGORIES}"/><c:crosses val="{"max" if at_end else "autoZero"}"/>'
        '<c:crossBetween val="between"/></c:valAx>'
    )


def _words(size: int, colour: str = "000000", *, bold: bool = False) -> str:
    """The font of words in a chart."""
    face = f"<a:latin typeface={attribute('Times New Roman')}/><a:ea typeface={attribute('宋体')}/>"
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}" b="{int(bold)}"><a:solidFill><a:srgbClr val="{colour}"/>'
        f'</a:solidFill>{face}</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
