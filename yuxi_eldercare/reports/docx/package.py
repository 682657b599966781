"""The Word package: every part, its type and its relations, zipped without a clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..archives import zipped
from ..blocks import Chart, Content
from . import body, chart, styles
from .xml import OFFICE, PACKAGE, attribute, part, text

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STATIC: Final = {
    "styles": "styles",
    "settings": "settings",
    "fontTable": "fontTable",
}
_PLACES: Final = ("Default", "Even")


def render(content: Content, *, created: str) -> bytes:
    """The document's bytes. `created` is an ISO moment that its properties name; equal arguments, equal bytes."""
    return assemble(
        body.document(content),
        Properties(
            title=content.name,
            subject=content.subject,
            identifier=content.digest(),
            mark=content.mark,
            created=created,
        ),
        charts=[block for block in content.blocks if isinstance(block, Chart)],
    )


@dataclass(frozen=True, kw_only=True)
class Properties:
    """What a document says about itself; `mark` stands in the header of every page."""

    title: str
    subject: str
    identifier: str
    mark: str
    created: str


def assemble(document: bytes, about: Properties, *, charts: Sequence[Chart] = ()) -> bytes:
    """The package around a `word/document.xml`; equal arguments, equal bytes."""
    parts = {
        "[Content_Types].xml": _types(len(charts)),
        "_rels/.rels": _relations(
            [
                ("rId1", f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
                ("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("rId3", f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
            ]
        ),
        "docProps/core.xml": _core(about),
        "docProps/app.xml": part(
            f'<Properties xmlns="{OFFICE}/extended-properties"><Application>Yuxi</Application></Properties>'
        ),
        "word/document.xml": document,
        "word/styles.xml": styles.styles(),
        "word/settings.xml": styles.settings(),
        "word/fontTable.xml": styles.font_table(),
        "word/headerDefault.xml": styles.header(about.mark),
        "word/headerEven.xml": styles.header(about.mark),
        "word/footerDefault.xml": styles.footer(even=False),
        "word/footerEven.xml": styles.footer(even=True),
        "word/_rels/document.xml.rels": _document_relations(len(charts)),
    }
    for number, found in enumerate(charts, 1):
        parts[f"word/charts/chart{number}.xml"] = chart.chart_part(found)
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = _relations(
            [("rId1", f"{OFFICE}/relationships/package", f"../embeddings/chart{number}.xlsx")]
        )
        parts[f"word/embeddings/chart{number}.xlsx"] = chart.workbook(found)
    return zipped(parts)


def _types(charts: int) -> bytes:
    overrides = [
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        *((f"/word/{name}.xml", f"{_WORD}.{kind}+xml") for name, kind in _STATIC.items()),
        *(
            (f"/word/{kind}{place}.xml", f"{_WORD}.{kind}+xml")
            for kind in ("header", "footer")
            for place in _PLACES
        ),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
        *(
            (
                f"/word/charts/chart{number}.xml",
                "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
            )
            for number in range(1, charts + 1)
        ),
    ]
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return part(
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
        f"{rows}</Types>"
    )


def _relations(rows: list[tuple[str, str, str]]) -> bytes:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target={attribute(target)}/>' for key, kind, target in rows
    )
    return part(f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>')


def _document_relations(charts: int) -> bytes:
    base = f"{OFFICE}/relationships"
    rows = [(f"rId{name.title()}", f"{base}/{name}", f"{name}.xml") for name in _STATIC]
    rows += [
        (f"rId{kind.title()}{place}", f"{base}/{kind}", f"{kind}{place}.xml")
        for kind in ("header", "footer")
        for place in _PLACES
    ]
    rows += [
        (f"rIdChart{number}", f"{base}/chart", f"charts/chart{number}.xml") for number in range(1, charts + 1)
    ]
    return _relations(rows)


def _core(about: Properties) -> bytes:
    """Title, subject and an identifier; a fixed moment and no person."""
    moment = f'xsi:type="dcterms:W3CDTF">{about.created}</dcterms'
    return part(
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{text(about.title)}</dc:title><dc:subject>{text(about.subject)}</dc:subject>"
        f"<dc:identifier>{about.identifier}</dc:identifier><dc:language>zh-CN</dc:language>"
        f"<dcterms:created {moment}:created><dcterms:modified {moment}:modified></cp:coreProperties>"
    )
