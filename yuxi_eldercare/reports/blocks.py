"""What a report says, whatever the format: a title, blocks in order, sheets of numbers. Plain values, no Django.

A `Content` has one canonical JSON; its sha256 is the report's content checksum. Everything a renderer writes comes
from it, so that equal contents give equal files.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from .sheets import Sheet, sheet_from

Align = Literal["left", "center", "right"]
WIDE: Final = 7  # columns


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading of level 1 (一、), 2 (（一）) or 3 (1.); the number is part of the text."""

    level: Literal[1, 2, 3]
    text: str
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph; `lead` are its first words, set apart."""

    text: str
    lead: str = ""
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its share of the width, and how its cells stand."""

    title: str
    share: int
    align: Align = "left"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a caption above and a note below; the head is repeated on every page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    block: Literal["table"] = "table"

    @property
    def is_wide(self) -> bool:
        """Whether it is set in smaller type."""
        return len(self.columns) >= WIDE


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of a chart; `values` stand beside the chart's categories, None where there is none.

    `look` is one of the lights, or "value", "path" and "target".
    """

    name: str
    look: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Stacked bars (`bars`, a bar per category) or lines over categories in order (`lines`).

    A chart is always followed by a table with the same numbers, which the builders add.
    """

    form: Literal["bars", "lines"]
    caption: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    block: Literal["chart"] = "chart"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who issued it and the date, right-aligned; then the lines that prove it, and nothing after."""

    unit: str
    date: str
    proof: tuple[str, ...]
    block: Literal["signature"] = "signature"


Block = Heading | Paragraph | Table | Chart | Signature
_BLOCKS: Final = {"heading": Heading, "paragraph": Paragraph, "signature": Signature}


@dataclass(frozen=True, kw_only=True)
class Content:
    """A whole report. `mark` stands in the header of every page (demonstration data), `edition` below the title.

    A title may be broken into lines, so that no word is torn.
    """

    kind: str
    title: str
    edition: str
    subject: str
    mark: str
    blocks: tuple[Block, ...]
    sheets: tuple[Sheet, ...]

    @property
    def name(self) -> str:
        """The title in one line."""
        return self.title.replace("\n", "")

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def canonical(self) -> bytes:
        """The one spelling that is hashed."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    def digest(self) -> str:
        """The content checksum."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def tables(self) -> Iterator[Table]:
        """The tables in order."""
        return (block for block in self.blocks if isinstance(block, Table))


def content_from(found: Mapping[str, Any]) -> Content:
    """The content that `as_json` (or JSON of it) wrote down."""
    return Content(
        **{
            **{key: found[key] for key in ("kind", "title", "edition", "subject", "mark")},
            "blocks": tuple(_block(block) for block in found["blocks"]),
            "sheets": tuple(sheet_from(sheet) for sheet in found["sheets"]),
        }
    )


def _block(found: Mapping[str, Any]) -> Block:
    given = dict(found)
    match given["block"]:
        case "table":
            given["columns"] = tuple(Column(**column) for column in given["columns"])
            given["rows"] = tuple(tuple(row) for row in given["rows"])
            return Table(**given)
        case "chart":
            given["categories"] = tuple(given["categories"])
            given["series"] = tuple(
                Series(**{**series, "values": tuple(series["values"])}) for series in given["series"]
            )
            return Chart(**given)
        case "signature":
            return Signature(**{**given, "proof": tuple(given["proof"])})
    block: Block = _BLOCKS[given["block"]](**given)
    return block


def differences(kept: Content, fresh: Content) -> list[tuple[str, str]]:
    """(kept, fresh) for every line of text that differs, in the order of the document."""
    before, after = list(lines_of(kept)), list(lines_of(fresh))
    found = []
    for verb, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb != "equal":
            found.append(("\n".join(before[i:j]), "\n".join(after[k:m])))
    return found


def lines_of(content: Content) -> Iterator[str]:
    """Every line a reader reads; a row of a table is one line."""
    yield content.title
    yield content.edition
    for block in content.blocks:
        match block:
            case Table():
                yield block.caption
                yield from (" | ".join(row) for row in block.rows)
                yield block.note
            case Chart():
                yield block.caption
            case Signature():
                yield from (block.unit, block.date, *block.proof)
            case Paragraph():
                yield block.lead + block.text
            case Heading():
                yield block.text
    for sheet in content.sheets:
        yield from (" | ".join("" if cell is None else str(cell) for cell in row) for row in sheet.rows)


class Outline:
    """Collects blocks and numbers the headings: 一、 then （一） then 1., each beginning anew below its parent."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._numbers = [0, 0, 0]
        self._tables = self._charts = 0

    def heading(self, level: Literal[1, 2, 3], text: str) -> None:
        """A numbered heading."""
        self._numbers[level - 1] += 1
        self._numbers[level:] = [0] * (3 - level)
        number = self._numbers[level - 1]
        prefix = (f"{chinese_number(number)}、", f"（{chinese_number(number)}）", f"{number}. ")[level - 1]
        self.blocks.append(Heading(level=level, text=prefix + text))

    def say(self, *sentences: str, lead: str = "") -> None:
        """A paragraph of the sentences that are not empty; none when all are."""
        text = "".join(sentence for sentence in sentences if sentence)
        if text or lead:
            self.blocks.append(Paragraph(text=text, lead=lead))

    def table(
        self, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], note: str = ""
    ) -> None:
        """A table numbered 表1, 表2 …; left out when it has no rows."""
        if not rows:
            return
        self._tables += 1
        self.blocks.append(
            Table(
                caption=f"表{self._tables}  {caption}",
                columns=tuple(columns),
                rows=tuple(tuple(row) for row in rows),
                note=note,
            )
        )

    def chart(
        self,
        form: Literal["bars", "lines"],
        caption: str,
        unit: str,
        categories: Sequence[str],
        series: Sequence[Series],
    ) -> None:
        """A chart numbered 图1, 图2 …"""
        self._charts += 1
        self.blocks.append(
            Chart(
                form=form,
                caption=f"图{self._charts}  {caption}",
                unit=unit,
                categories=tuple(categories),
                series=tuple(series),
            )
        )


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; up to 99."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones else ""
    )
    return text or _DIGITS[0]
