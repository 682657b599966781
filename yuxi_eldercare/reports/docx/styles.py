"""The parts that do not depend on what a report says: styles, settings, fonts, page numbers."""

from typing import Final

from ..layout import (
    BODY_PT,
    CHARACTER_PT,
    FONTS,
    HEADING_ROLES,
    LATIN,
    LINE_PT,
    NUMBER_PT,
    TABLE_PT,
    TITLE_PT,
    WIDE_TABLE_PT,
)
from .xml import R, W, attribute, part, text

_LINE = round(LINE_PT * 20)
# A grid of characters narrower than the letters makes LibreOffice give each letter two places, so the 28 characters
# of a line are had by setting 16 pt letters a quarter of a point closer.
_SQUEEZE = round((CHARACTER_PT - BODY_PT) * 20)
_LANGUAGE = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'


def half_points(points: float) -> int:
    """Sizes are counted in half points."""
    return round(points * 2)


def fonts(role: str) -> str:
    """The fonts of a run: the role's for Chinese, Latin digits beside it."""
    name = attribute(FONTS[role][0])
    latin = attribute(LATIN)
    return f'<w:rFonts w:ascii={latin} w:hAnsi={latin} w:eastAsia={name} w:cs={latin} w:hint="eastAsia"/>'


def _run(role: str, points: float, *, bold: bool = False) -> str:
    size = half_points(points)
    weight = "<w:b/>" if bold else '<w:b w:val="0"/>'
    squeeze = _SQUEEZE if points == BODY_PT else 0
    return (
        f'<w:rPr>{fonts(role)}{weight}<w:color w:val="000000"/><w:spacing w:val="{squeeze}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _style(
    key: str, name: str, paragraph: str, run: str, *, based: str = "Normal", following: str = ""
) -> str:
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="{based}"/>{after}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr>{run}</w:style>"
    )


def _exact(before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{_LINE}" w:lineRule="exact"/>'


_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'


def _spaced(before: int, after: int, line: int, rule: str = "auto") -> str:
    """Spacing of what does not stand on the page's grid of lines."""
    return (
        f'<w:snapToGrid w:val="0"/><w:spacing w:before="{before}" w:after="{after}" w:line="{line}" '
        f'w:lineRule="{rule}"/>'
    )


_TIGHT = _spaced(20, 20, 240)


def styles() -> bytes:
    """Normal is the body: 16 pt 仿宋, justified, 28.95 pt from line to line, two characters indented."""
    size = half_points(BODY_PT)
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:widowControl w:val="0"/>{_exact()}{_INDENT}<w:jc w:val="both"/></w:pPr>'
        f'<w:rPr>{fonts("body")}<w:spacing w:val="{_SQUEEZE}"/><w:kern w:val="2"/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/>{_LANGUAGE}</w:rPr></w:style>'
    )
    headings = "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/><w:keepLines/>{_exact()}{_INDENT}<w:outlineLvl w:val="{level - 1}"/>',
            _run(role, BODY_PT, bold=level == 3),
            following="Normal",
        )
        for level, role in HEADING_ROLES.items()
    )
    centred = '<w:jc w:val="center"/>'
    others = [
        _style(
            "Title",
            "Title",
            f'<w:keepNext/><w:spacing w:before="{_LINE}" w:after="0" w:line="640" w:lineRule="exact"/>'
            f"{_NO_INDENT}{centred}",
            _run("title", TITLE_PT),
            following="Edition",
        ),
        _style("Edition", "Edition", f"{_exact(after=_LINE)}{_NO_INDENT}{centred}", _run("kai", BODY_PT)),
        _style(
            "Caption",
            "caption",
            f"<w:keepNext/>{_exact(before=120)}{_NO_INDENT}{centred}",
            _run("black", 12),
        ),
        _style("Cell", "Table Cell", f'{_TIGHT}{_NO_INDENT}<w:jc w:val="left"/>', _run("body", TABLE_PT)),
        _style(
            "CellHead",
            "Table Head",
            f"<w:keepNext/>{_TIGHT}{_NO_INDENT}{centred}",
            _run("black", TABLE_PT),
            based="Cell",
        ),
        _style("CellSmall", "Table Cell Small", "", _run("body", WIDE_TABLE_PT), based="Cell"),
        _style("CellHeadSmall", "Table Head Small", "", _run("black", WIDE_TABLE_PT), based="CellHead"),
        _style(
            "Note",
            "Table Note",
            f"{_spaced(60, 120, 300)}{_NO_INDENT}",
            _run("body", TABLE_PT),
        ),
        _style(
            "Picture",
            "Picture",
            f"<w:keepNext/>{_spaced(120, 0, 240)}{_NO_INDENT}{centred}",
            _run("body", TABLE_PT),
        ),
        _style(
            "Signed",
            "Signed",
            f'<w:keepNext/>{_exact()}<w:ind w:rightChars="400" w:right="1280" w:firstLineChars="0" w:firstLine="0"/>'
            '<w:jc w:val="right"/>',
            _run("body", BODY_PT),
        ),
        _style(
            "Proof",
            "Proof",
            f'{_spaced(0, 0, 320, "exact")}{_NO_INDENT}<w:jc w:val="left"/>',
            _run("body", TABLE_PT),
        ),
        _style("Header", "header", f'{_TIGHT}{_NO_INDENT}<w:jc w:val="right"/>', _run("black", TABLE_PT)),
        _style("Footer", "footer", f"{_TIGHT}{_NO_INDENT}", _run("song", NUMBER_PT)),
    ]
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="70" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts("body")}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{_LANGUAGE}'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    return part(f'<w:styles xmlns:w="{W}">{defaults}{normal}{headings}{"".join(others)}{table}</w:styles>')


def settings() -> bytes:
    """Page numbers alternate; Chinese punctuation may hang and is squeezed, as Word does for Chinese."""
    return part(
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
        '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:drawingGridHorizontalSpacing w:val="160"/><w:drawingGridVerticalSpacing w:val="290"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


_FAMILIES: Final = {"title": "auto", "body": "modern", "black": "modern", "kai": "modern", "song": "auto"}


def font_table() -> bytes:
    """The fonts by name, each with the one to take where it is missing."""
    rows = [
        f"<w:font w:name={attribute(names[0])}><w:altName w:val={attribute(names[2] if len(names) > 2 else names[1])}/>"
        f'<w:charset w:val="86"/><w:family w:val="{_FAMILIES[role]}"/><w:pitch w:val="default"/></w:font>'
        for role, names in FONTS.items()
    ]
    latin = (
        f'<w:font w:name={attribute(LATIN)}><w:charset w:val="00"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font>'
    )
    return part(f'<w:fonts xmlns:w="{W}">{"".join(rows)}{latin}</w:fonts>')


def footer(*, even: bool) -> bytes:
    """— 1 — at the outer side, one character in from the edge of the type area."""
    side = "left" if even else "right"
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280" w:firstLineChars="0" w:firstLine="0"/>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    dash = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    return part(
        f'<w:ftr xmlns:w="{W}" xmlns:r="{R}"><w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}'
        f'<w:jc w:val="{side}"/></w:pPr>'
        f"{dash.format('— ')}{field}{dash.format(' —')}</w:p></w:ftr>"
    )


def header(mark: str) -> bytes:
    """The mark that stands on every page, or nothing."""
    run = f'<w:r><w:t xml:space="preserve">{text(mark)}</w:t></w:r>' if mark else ""
    return part(
        f'<w:hdr xmlns:w="{W}" xmlns:r="{R}"><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{run}</w:p></w:hdr>'
    )
