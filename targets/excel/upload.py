"""An uploaded template against what is there: errors by row and column, the differences, all or nothing.

Only rows that a person touched since the download, and that say something else than the entry does now, are
changes; so the same file twice changes nothing, and an old file does not undo what others entered meanwhile.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.actions.refusals import Refused
from targets.models import Entry, ReportingRound
from targets.reporting.changes import CellChange, Conflicts, EntryChange
from targets.reporting.entries import Saved, closed_state, save_entries
from targets.reporting.figures import Figure, figure_of
from targets.reporting.numbers import CellRefused, typed
from targets.reporting.scope import entries_by_code, place
from targets.reporting.window import window_of
from yuxi_eldercare.core.models import User

from . import columns
from .columns import INPUTS, NOT_APPLICABLE, letter, unwritten
from .reading import Book, Row, changed_structure

# What a page lists; the counts always say how many there are.
LISTED: Final = 200
_COLUMN = {"state": "state", "department": "indicator_name", "numbers": "value"}
Key = tuple[str, str, date]


@dataclass(frozen=True)
class Fault:
    """Something wrong at a place of the sheet."""

    row: int
    column: str  # its letter
    message: str

    def as_json(self) -> dict[str, Any]:
        """For a page, and for the result of a job."""
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass
class Comparison:
    """What an uploaded sheet would do: faults, or the changes with the rows they come from."""

    rows: int = 0
    touched: int = 0
    faults: list[Fault] = field(default_factory=list)
    changes: list[EntryChange] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  # the sheet's row of each change
    before: list[tuple[Figure, str, str]] = field(default_factory=list)  # figure, reason, note of each
    saved: list[Saved] = field(default_factory=list)
    applied: bool = False

    def fault(self, row: int, name: str, message: str) -> None:
        """Note something wrong in a named column."""
        self.faults.append(Fault(row, letter(name), message))

    def as_json(self) -> dict[str, Any]:
        """The preview as pages show it: counts in full, lists up to `LISTED`."""
        warned = [
            Fault(row, letter(_column(problem.field)), problem.message)
            for row, saved in zip(self.numbers, self.saved, strict=False)
            for problem in saved.problems
            if problem.blocks
        ]
        changed = [n for n, saved in enumerate(self.saved) if saved.changed]
        self.faults.sort(key=lambda fault: (fault.row, fault.column))
        return {
            "rows": self.rows,
            "touched": self.touched,
            "changed": len(changed),
            "applied": self.applied,
            "fault_count": len(self.faults),
            "faults": [fault.as_json() for fault in self.faults[:LISTED]],
            "warning_count": len(warned),
            "warnings": [fault.as_json() for fault in warned[:LISTED]],
            "differences": [self._difference(n) for n in changed[:LISTED]],
        }

    def _difference(self, number: int) -> dict[str, Any]:
        entry = self.saved[number].entry
        figure, reason, note = self.before[number]
        said = [
            (_("备注"), note, entry.note),
            (_("不适用的理由"), reason, entry.na_reason),
        ]
        return {
            "row": self.numbers[number],
            "place": place(entry),
            "before": figure.text(entry.indicator),
            "after": figure_of(entry).text(entry.indicator),
            "texts": [{"name": name, "before": old, "after": new} for name, old, new in said if old != new],
        }


def compare(book: Book, *, round: ReportingRound, by: User) -> Comparison:
    """Match rows to entries by their codes and read what was typed; nothing is written.

    Raises `Refused` when the file as a whole cannot be taken: another round or unit, changed structure, a
    round that is closed for the unit.
    """
    if book.round != round.pk:
        other = ReportingRound.objects.filter(pk=book.round).first()
        name = other.name if other else _("另一个轮次")
        text = _("这是“%(other)s”的模板，不能上传到“%(round)s”，请到对应的轮次上传。")
        raise Refused.because(text % {"other": name, "round": round.name}, "file")
    entries = {
        key: entry
        for key, entry in entries_by_code(round, by).items()
        if entry.department.key == book.department
    }
    if not entries:
        raise Refused.because(_("模板属于其他单位，你不能为它填报，请下载本单位的模板。"), "file")
    window = window_of(round, next(iter(entries.values())).department_id)
    if not window.may_write:
        raise Refused.because(window.sentence, "file")
    if len(book.header) < len(columns.NAMES):
        raise changed_structure()
    found = Comparison(rows=len(book.rows))
    matched = _match(book, entries, found)
    if not found.faults and not book.is_intact:
        raise changed_structure()
    for row, entry in matched:
        entry.round = round
        _compare_row(row, entry, found, by)
    return found


def check(found: Comparison, *, by: User) -> Comparison:
    """Ask the same door that saving uses what it would say; nothing is written."""
    return _save(found, by=by, dry_run=True)


def apply(found: Comparison, *, by: User) -> Comparison:
    """Write all changes, or none when anything is wrong: then `faults` says what."""
    _save(found, by=by, dry_run=False)
    found.applied = not found.faults
    return found


def _save(found: Comparison, *, by: User, dry_run: bool) -> Comparison:
    if found.faults or not found.changes:
        return found
    try:
        found.saved = save_entries(changes=found.changes, by=by, channel="excel", dry_run=dry_run)
    except Conflicts as met:
        for index, conflict in met.conflicts:
            text = _("下载模板之后%(who)s已改为%(figure)s，请重新下载模板，核对后再填。")
            who = str(conflict.theirs_by) if conflict.theirs_by else _("他人")
            figure = conflict.theirs.text(conflict.entry.indicator)
            found.fault(found.numbers[index], "value", text % {"who": who, "figure": figure})
    except Refused as refused:
        for problem in refused.problems:
            row = found.numbers[problem.index] if problem.index is not None else columns.HEADER_ROW + 1
            found.fault(row, _column(problem.field), problem.message)
    return found


def _match(book: Book, entries: dict[Key, Entry], found: Comparison) -> list[tuple[Row, Entry]]:
    matched: list[tuple[Row, Entry]] = []
    seen: dict[Key, int] = {}
    for row in book.rows:
        key = _key(row)
        entry = entries.get(key) if key else None
        if key is None or entry is None:
            text = _("这一行的代码（%(code)s）不在本单位本轮次的填报任务中，请重新下载模板。")
            code = " ".join(row.texts[:3]).strip()[:60] or _("空")
            found.fault(row.number, "indicator", text % {"code": code})
        elif key in seen:
            text = _("与第%(row)s行是同一项，请只保留一行。")
            found.fault(row.number, "indicator", text % {"row": seen[key]})
        else:
            seen[key] = row.number
            matched.append((row, entry))
    return matched


def _key(row: Row) -> Key | None:
    try:
        return row["indicator"], row["region"], date.fromisoformat(row["period_end"])
    except ValueError:
        return None


def _compare_row(row: Row, entry: Entry, found: Comparison, by: User) -> None:
    now = columns.inputs_of(entry)
    given = {name: row[name] for name in INPUTS}
    if is_rate(entry.indicator):
        given["value"] = ""  # a formula over the parts
        if entry.indicator.denominator_series_id is not None:
            given["denominator"] = ""
    else:
        given["numerator"] = given["denominator"] = ""
    if columns.seal(given) == row["seal"]:
        return
    found.touched += 1
    if given == now:
        return
    if sentence := closed_state(entry):
        found.fault(row.number, "state", sentence)
        return
    change = _change(row, entry, given, now, found)
    if change is None:
        return
    found.changes.append(EntryChange(entry.pk, change, _revision(row, entry, by)))
    found.numbers.append(row.number)
    found.before.append((figure_of(entry), entry.na_reason, entry.note))


def _change(
    row: Row, entry: Entry, given: dict[str, str], now: dict[str, str], found: Comparison
) -> CellChange | None:
    """What the row asks for beyond what is there; none when it cannot be understood."""
    texts: dict[str, str | None] = {
        name: unwritten(given[name]) if given[name] != now[name] else None for name in ("na_reason", "note")
    }
    if all(given[name] == now[name] for name in columns.FIGURES):
        return CellChange(na_reason=texts["na_reason"], note=texts["note"])
    numbers = {name: given[name] for name in ("value", "numerator", "denominator")}
    if given["na"] not in {"", NOT_APPLICABLE}:
        found.fault(row.number, "na", _("这一列只能选“不适用”或留空。"))
        return None
    if given["na"]:
        if any(numbers.values()) and all(given[name] != now[name] for name in numbers if given[name]):
            found.fault(row.number, "na", _("既填了数字又选了“不适用”，请只保留一个。"))
            return None
        return CellChange(answer="na", na_reason=texts["na_reason"], note=texts["note"])
    try:
        return typed(
            entry.indicator,
            value=numbers.get("value", ""),
            numerator=numbers.get("numerator", ""),
            denominator=numbers.get("denominator", ""),
            na_reason=texts["na_reason"],
            note=texts["note"],
        )
    except CellRefused as refused:
        for name, sentence in refused.fields.items():
            found.fault(row.number, name, sentence)
    return None


def _revision(row: Row, entry: Entry, by: User) -> int:
    """The revision the author saw: that of the download, or today's where they made the last change."""
    if entry.edited_by_id == by.pk or not row["revision"].isdecimal():
        return entry.revision
    return int(row["revision"][:9])


def _column(name: str) -> str:
    """The column that shows a field of an entry."""
    known = _COLUMN.get(name, name)
    return known if known in columns.PLACE else "value"
