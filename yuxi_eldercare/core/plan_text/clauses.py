"""Find the declared clauses and table rows of a document, and phrases inside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from yuxi_eldercare.core.plan_text.normal import NormalText, squeeze

#: What stands before the first declared clause.
PREAMBLE = "文首"
#: A table of contents repeats headings and page numbers and states nothing.
CONTENTS = "目录"
ROW_MARK = "·"


@dataclass(frozen=True)
class Span:
    """A half-open range of offsets in a normalised text."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """True when ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Clause:
    """A numbered part of the text: from its own heading to the next declared one."""

    number: str
    heading: str
    span: Span
    opening: Span

    @property
    def is_table(self) -> bool:
        """Annexes and tables: each line is a cell (or a row), not a wrapped piece of prose."""
        return self.number.startswith("附件") or "表" in self.number


@dataclass
class ClauseMap:
    """The clauses of one document, by number. ``missing`` lists the starts that were not found."""

    normal: NormalText
    clauses: list[Clause] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows: dict[str, list[Span]] = {}

    def get(self, number: str) -> Clause | None:
        """The clause with exactly this number."""
        return next((clause for clause in self.clauses if clause.number == number), None)

    def scope(self, reference: str) -> Span | None:
        """Range of a reference: a clause with everything below it, or one row (``附件3·14``).

        ``None`` when the clause is unknown, or has no such row.
        """
        number, mark, row = reference.partition(ROW_MARK)
        clause = self.get(number)
        if clause is None:
            return None
        whole = Span(clause.span.start, self._end_with_children(clause))
        if not mark:
            return whole
        rows = self._rows.setdefault(number, find_rows(self.normal, whole))
        return rows[int(row) - 1] if row.isdigit() and 0 < int(row) <= len(rows) else None

    def heading_scope(self, reference: str) -> Span | None:
        """Where a reference finds the years that are not in its phrase: its clause, or its table's header."""
        number, mark, _ = reference.partition(ROW_MARK)
        row = f"{number}{ROW_MARK}1"
        scope, first = self.scope(number), self.row_number_span(row) or self.scope(row)
        return Span(scope.start, first.start) if scope and first and mark else scope

    def row_number_span(self, reference: str) -> Span | None:
        """The cell that holds the row's own number."""
        row = reference.partition(ROW_MARK)[2]
        scope = self.scope(reference)
        if scope is None or not row:
            return None
        for start, end in self.normal.lines_between(scope.start, scope.end):
            if self.normal.text[start:end] == row:
                return Span(start, end)
        return None

    def at(self, offset: int) -> Clause | None:
        """The (deepest) clause in which a character stands."""
        return next((c for c in self.clauses if c.span.start <= offset < c.span.end), None)

    def _end_with_children(self, clause: Clause) -> int:
        end = clause.span.end
        for other in self.clauses[self.clauses.index(clause) + 1 :]:
            if not other.number.startswith(clause.number) or clause.number == PREAMBLE:
                break
            end = other.span.end
        return end


def split_clauses(normal: NormalText, declared: Sequence[tuple[str, str, str]]) -> ClauseMap:
    """Cut a text at the declared clause starts ``(number, heading, starts)``, in order.

    A start that is not found after the previous one is reported in ``missing`` and skipped; the text
    then belongs to the clause before it.
    """
    found: list[tuple[str, str, int, int]] = []
    missing: list[str] = []
    position = 0
    for number, heading, starts in declared:
        needle = squeeze(starts)
        at = _find_start(normal, needle, position) if needle else -1
        if at < 0:
            missing.append(number)
            continue
        found.append((number, heading, at, at + len(needle)))
        position = at + len(needle)
    first = found[0][2] if found else len(normal.text)
    clauses = [Clause(PREAMBLE, PREAMBLE, Span(0, first), Span(0, 0))]
    for index, (number, heading, at, opening_end) in enumerate(found):
        end = found[index + 1][2] if index + 1 < len(found) else len(normal.text)
        clauses.append(Clause(number, heading, Span(at, end), Span(at, opening_end)))
    return ClauseMap(normal, clauses, missing)


def _find_start(normal: NormalText, needle: str, position: int) -> int:
    """First occurrence that begins a line; else the first one anywhere (a heading run into a line)."""
    line_starts = set(normal.line_starts)
    anywhere = at = normal.text.find(needle, position)
    while at >= 0:
        if at in line_starts:
            return at
        at = normal.text.find(needle, at + 1)
    return anywhere


def find_rows(normal: NormalText, scope: Span) -> list[Span]:
    """The rows of a table, in order.

    Where each line is a row (cells with tabs between), the first is the header and the others count
    from 1. Where each line is a cell, rows are numbered 1, 2, 3 … in the text; a row begins one cell
    before its number, because a category that several rows share stands there, and ends before the
    number of the next row.
    """
    lines = normal.lines_between(scope.start, scope.end)
    tabbed = [Span(start, end) for start, end in lines if start in normal.table_rows]
    if tabbed:
        return tabbed[1:]
    starts: list[int] = []
    numbers: list[int] = []
    for index, (start, end) in enumerate(lines):
        if normal.text[start:end] == str(len(starts) + 1):
            starts.append(lines[index - 1][0] if index else start)
            numbers.append(start)
    ends = [*numbers[1:], scope.end] if numbers else []
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def occurrences(normal: NormalText, phrase: str, scope: Span) -> Iterator[Span]:
    """Every place inside ``scope`` where ``phrase`` stands, white space ignored."""
    needle = squeeze(phrase)
    if not needle:
        return
    at = normal.text.find(needle, scope.start, scope.end)
    while at >= 0:
        yield Span(at, at + len(needle))
        at = normal.text.find(needle, at + 1, scope.end)
