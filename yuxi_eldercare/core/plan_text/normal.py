"""A document's text without its typography, and the way back to the source line.

Dropped: all white space (line breaks, blanks, no-break and full-width spaces, tabs), page-number
lines such as ``- 3 -`` and rules of dashes. Everything else stays character for character, so a
phrase can be compared exactly. Word boundaries that white space gave (two table cells ``30`` and
``55``) are remembered in ``glued``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

_PAGE_NUMBER = re.compile(r"^\s*[-–—]\s*\d+\s*[-–—]\s*$")
_RULE = re.compile(r"^\s*[-–—]{5,}\s*$")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def squeeze(text: str) -> str:
    """``text`` without white space: the form in which phrases are compared."""
    return "".join(ch for ch in text if not _is_space(ch))


def _is_space(ch: str) -> bool:
    return ch.isspace() or ch in _INVISIBLE


@dataclass(frozen=True)
class NormalText:
    """Text without white space, with the line each character came from.

    ``line_starts[i]`` is the offset of the first character of the i-th non-empty line and
    ``line_numbers[i]`` its number in the file (from 1). ``glued[k]`` says that character ``k`` followed
    its predecessor without white space between. ``table_rows`` holds the offsets of lines that are rows
    of a table: two or more cells with tabs between.
    """

    text: str
    line_starts: tuple[int, ...]
    line_numbers: tuple[int, ...]
    glued: bytes
    table_rows: frozenset[int] = frozenset()

    def line(self, offset: int) -> int:
        """Source line of the character at ``offset``."""
        if not self.line_starts:
            return 1
        return self.line_numbers[max(0, bisect_right(self.line_starts, offset) - 1)]

    def lines_between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Offset ranges of the (parts of) lines inside ``[start, end)``."""
        bounds = [start, *(s for s in self.line_starts if start < s < end), end]
        return [(a, b) for a, b in pairwise(bounds) if a < b]


def normalise(source: str) -> NormalText:
    """Normalise the text of a document (any line ending)."""
    chars: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    glued = bytearray()
    table_rows: set[int] = set()
    for number, line in enumerate(source.splitlines(), start=1):
        if _PAGE_NUMBER.match(line) or _RULE.match(line):
            continue
        if len([cell for cell in line.split("\t") if squeeze(cell)]) > 1:
            table_rows.add(len(chars))
        began = False
        space_before = True
        for ch in line:
            if _is_space(ch):
                space_before = True
                continue
            if not began:
                starts.append(len(chars))
                numbers.append(number)
                began = True
            chars.append(ch)
            glued.append(0 if space_before else 1)
            space_before = False
    return NormalText("".join(chars), tuple(starts), tuple(numbers), bytes(glued), frozenset(table_rows))
