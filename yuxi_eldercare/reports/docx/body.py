"""The blocks of a report as the body of a Word document."""

from collections.abc import Iterable, Iterator

from ..blocks import Block, Chart, Column, Content, Heading, Paragraph, Signature, Table
from ..layout import (
    BOTTOM_MM,
    CHECKSUM,
    LEFT_MM,
    LINE_PT,
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    RIGHT_MM,
    TEXT_WIDTH_MM,
    TOP_MM,
)
from .chart import height_mm
from .styles import fonts
from .xml import WP, A, C, R, W, attribute, emu, part, text, twips

_RULE = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'


def document(content: Content) -> bytes:
    """`word/document.xml`; the charts are `rIdChart1` … in their order."""
    inner = [paragraph("Title", content.title), paragraph("Edition", content.edition)]
    charts = 0
    for block in content.blocks:
        if isinstance(block, Chart):
            charts += 1
        inner.extend(_block(block, charts, content))
    return paged(inner)


def paged(inner: Iterable[str]) -> bytes:
    """Paragraphs and tables as a document in the official page layout."""
    return part(
        f'<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}" xmlns:a="{A}" xmlns:c="{C}">'
        f"<w:body>{''.join(inner)}{_section()}</w:body></w:document>"
    )


def paragraph(style: str, words: str, extra: str = "") -> str:
    """A paragraph of one run in a style."""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{text(line)}</w:t>' for line in words.split("\n"))
    run = f"<w:r>{lines}</w:r>" if words else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{run}</w:p>'


def _block(block: Block, chart: int, content: Content) -> Iterator[str]:
    match block:
        case Heading():
            yield paragraph(f"Heading{block.level}", block.text)
        case Paragraph():
            yield _led(block)
        case Table():
            yield paragraph("Caption", block.caption)
            yield _table(block)
            yield paragraph("Note", block.note)
        case Chart():
            yield _drawing(block, chart)
            yield paragraph("Caption", block.caption, '<w:keepNext w:val="0"/>')
        case Signature():
            yield from _signature(block, CHECKSUM + content.digest())


def _led(block: Paragraph) -> str:
    lead = (
        f'<w:r><w:rPr>{fonts("kai")}</w:rPr><w:t xml:space="preserve">{text(block.lead)}</w:t></w:r>'
        if block.lead
        else ""
    )
    run = f'<w:r><w:t xml:space="preserve">{text(block.text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr>{lead}{run}</w:p>'


def _signature(block: Signature, checksum: str) -> Iterator[str]:
    yield paragraph("Normal", "", "<w:keepNext/>")
    if block.unit:
        yield paragraph("Signed", block.unit)
    yield paragraph("Signed", block.date)
    yield paragraph("Normal", "")
    top = f"<w:pBdr>{_RULE.format('top', 6)}</w:pBdr>"
    for number, line in enumerate([*block.proof, checksum]):
        yield paragraph("Proof", line, f"<w:keepNext/><w:keepLines/>{'' if number else top}")


def _table(table: Table) -> str:
    widths = _widths(table.columns)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rules = [
        _RULE.format(side, size) for side, size in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4))
    ]
    rules += [_RULE.format("insideH", 4), _RULE.format("insideV", 4)]
    small = "Small" if table.is_wide else ""
    head = "".join(
        _cell(f"CellHead{small}", column.title, width, "")
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in table.rows:
        cells = "".join(
            _cell(f"Cell{small}", words, width, column.align)
            for words, column, width in zip(row, table.columns, widths, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{"".join(rules)}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        ' w:noVBand="1"/>'
        f"<w:tblCaption w:val={attribute(table.caption)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _widths(columns: tuple[Column, ...]) -> list[int]:
    whole, shares = twips(TEXT_WIDTH_MM), sum(column.share for column in columns)
    widths = [whole * column.share // shares for column in columns]
    widths[0] += whole - sum(widths)
    return widths


def _cell(style: str, words: str, width: int, align: str) -> str:
    extra = f'<w:jc w:val="{align}"/>' if align not in {"", "left"} else ""
    lines = "".join(paragraph(style, line, extra) for line in words.split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
    )


def _drawing(chart: Chart, number: int) -> str:
    wide, high = emu(TEXT_WIDTH_MM), emu(height_mm(chart))
    drawing = (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="Chart {number}" descr={attribute(chart.caption)}/>'
        f'<a:graphic><a:graphicData uri="{C}"><c:chart r:id="rIdChart{number}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
    return f'<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r>{drawing}</w:r></w:p>'


def _section() -> str:
    """A4 with the margins and a grid of 22 lines; 28 characters a line come from the body's spacing."""
    references = "".join(
        f'<w:{kind}Reference w:type="{place}" r:id="rId{kind.title()}{place.title()}"/>'
        for kind in ("header", "footer")
        for place in ("default", "even")
    )
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{twips(PAGE_WIDTH_MM)}" w:h="{twips(PAGE_HEIGHT_MM)}"/>'
        f'<w:pgMar w:top="{twips(TOP_MM)}" w:right="{twips(RIGHT_MM)}" w:bottom="{twips(BOTTOM_MM)}" '
        f'w:left="{twips(LEFT_MM)}" w:header="{twips(20)}" w:footer="{twips(23)}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{round(LINE_PT * 20)}"/></w:sectPr>'
    )
