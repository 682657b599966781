"""A sent notice as a Word document (GB/T 9704-2012): authority in red, number, rule, title, addressee, body, signature.

Everything comes from the words kept at sending, so that a notice's file has the same bytes whenever it is asked for.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from yuxi_eldercare.reports.docx.body import paged, paragraph
from yuxi_eldercare.reports.docx.package import MEDIA_TYPE, Properties, assemble
from yuxi_eldercare.reports.docx.styles import fonts, half_points
from yuxi_eldercare.reports.docx.xml import text

__all__ = ["MEDIA_TYPE", "render"]

_RED: Final = "C00000"
_WORDS: Final = ("title", "number", "to", "paragraphs", "authority", "date")
# The authority's name fills the line in the largest size that holds it.
_NAME_PT, _NAME_LEAST_PT, _LINE_PT = 36, 18, 440
_TITLE_MOST: Final = 20  # characters of 22 pt on a line
# What a title's last line may begin with, so that no word is torn.
_TAILS: Final = ("进展滞后的", "的")
# So many paragraphs stay on the page of the signature: it never stands alone.
_KEPT: Final = 2
_FLUSH: Final = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_TITLE_SPACING: Final = (
    '<w:snapToGrid w:val="0"/><w:spacing w:before="360" w:after="0" w:line="640" w:lineRule="exact"/>'
)
_CENTRED: Final = '<w:jc w:val="center"/>'
_TOGETHER: Final = "<w:keepNext/><w:keepLines/>"


def render(said: Mapping[str, Any], *, created: str, mark: str = "") -> bytes:
    """The document's bytes; equal arguments, equal bytes. `mark` stands in the header (demonstration data)."""
    words = {name: said[name] for name in _WORDS}
    canonical = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    about = Properties(
        title=words["title"],
        subject=words["number"],
        identifier=hashlib.sha256(canonical.encode()).hexdigest(),
        mark=mark,
        created=created,
    )
    return assemble(paged(_paragraphs(words)), about)


def _paragraphs(words: Mapping[str, Any]) -> Iterator[str]:
    yield _authority(words["authority"])
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="{_RED}"/></w:pBdr>'
    yield paragraph("Normal", words["number"], f"{rule}{_FLUSH}{_CENTRED}")
    yield paragraph("Title", broken(words["title"]), _TITLE_SPACING)
    yield paragraph("Normal", "", "<w:keepNext/>")
    yield paragraph("Normal", words["to"], _FLUSH)
    last = len(words["paragraphs"]) - _KEPT
    for number, said in enumerate(words["paragraphs"]):
        yield paragraph("Normal", said, _TOGETHER if number >= last else "")
    yield paragraph("Normal", "", "<w:keepNext/>")
    yield paragraph("Signed", words["authority"], _TOGETHER)
    yield paragraph("Signed", words["date"], "<w:keepLines/>")


def broken(title: str) -> str:
    """A title in lines that fit: broken before its last words, and in the middle where that is not enough."""
    if len(title) <= _TITLE_MOST:
        return title
    cut = next((place for tail in _TAILS if (place := title.rfind(tail)) > 0), len(title))
    head, tail = title[:cut], title[cut:]
    if len(head) <= _TITLE_MOST:
        return f"{head}\n{tail}"
    middle = -(-len(head) // 2)
    return f"{head[:middle]}\n{head[middle:]}{tail}"


def _authority(name: str) -> str:
    """发文机关标志."""
    points = max(_NAME_LEAST_PT, min(_NAME_PT, _LINE_PT // max(1, len(name))))
    size = half_points(points)
    run = (
        f'<w:rPr>{fonts("title")}<w:color w:val="{_RED}"/><w:spacing w:val="0"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )
    line = (points + 8) * 20
    spacing = (
        f'<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="160" w:line="{line}" w:lineRule="exact"/>'
    )
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Normal"/><w:keepNext/>{spacing}{_FLUSH}{_CENTRED}</w:pPr>'
        f'<w:r>{run}<w:t xml:space="preserve">{text(name)}</w:t></w:r></w:p>'
    )
