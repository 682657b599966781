"""An uploaded sheet against what is there: faults by row and column, the difference, and all or nothing.

A row counts as touched when its typed cells differ from what the template was written with; the others say
nothing, so that an old file does not undo what others entered meanwhile.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from targets.models import Entry, ReportingRound
from targets.reporting.changes import Conflicts, EntryChange
from targets.reporting.entries import Saved, closed_state, save_entries
from targets.reporting.figures import figure_of
from targets.reporting.scope import entries_by_code, place, units_of
from targets.reporting.trail import as_it_was
from targets.reporting.watching import Watch, unwatched
from targets.reporting.window import window_of
from yuxi_eldercare.core.models import Department, User

from . import columns
from .columns import letter
from .reading import Book, Facts, Row, changed_structure
from .rows import RowFaults, change_of, typed_cells

# What a page lists; the counts always say how many there are.
LISTED: Final = 200
_COLUMN = {"state": "state", "department": "indicator_name", "numbers": "value"}
_STEP: Final = 2_000  # rows between two signs of life
Key = tuple[str, str, date]


@dataclass(frozen=True)
class Fault:
    """Something wrong, or worth a look, at a place of the sheet."""

    row: int
    column: str  # its letter
    message: str

    def as_json(self) -> dict[str, Any]:
        """For a page, and for the result of a job."""
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass
class Comparison:
    """What an uploaded sheet would do: faults, or the changes with the rows they come from."""

    department: int
    rows: int = 0
    touched: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)  # how a cell was understood, where that may surprise
    changes: list[EntryChange] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)  # by id, as they were read to compare with
    numbers: list[int] = field(default_factory=list)  # the sheet's row of each change
    saved: list[Saved] = field(default_factory=list)
    applied: bool = False

    def fault(self, row: int, name: str, message: str) -> None:
        """Note something wrong in a named column."""
        self.faults.append(Fault(row, letter(name), message))

    def notice(self, row: int, name: str, message: str) -> None:
        """Note what a person should look at in a named column."""
        self.notices.append(Fault(row, letter(name), message))

    def as_json(self) -> dict[str, Any]:
        """The preview as pages show it: counts in full, lists up to `LISTED`."""
        wrong, unexplained, notices = [], [], list(self.notices)
        changed = []
        for number, (row, saved) in enumerate(zip(self.numbers, self.saved, strict=False)):
            soft = [problem for problem in saved.problems if problem.severity == "soft"]
            wrong += [
                Fault(row, letter(_column(problem.field)), problem.message)
                for problem in saved.problems
                if problem.severity == "hard"
            ]
            again = _again(saved.entry)
            unexplained += [
                Fault(row, letter("explanation"), problem.message + again)
                for problem in soft
                if problem.blocks
            ]
            if self.changes[number].change.explanation and not soft:
                text = _("这一项没有需要说明的检查，说明不会保存；要留下的话，请写在备注列。")
                notices.append(Fault(row, letter("explanation"), text))
            if saved.changed:
                changed.append(number)
        lists = {"fault": self.faults, "warning": wrong, "unexplained": unexplained, "notice": notices}
        for found in lists.values():
            found.sort(key=lambda fault: (fault.row, fault.column))
        return {
            "department": self.department,
            "rows": self.rows,
            "touched": self.touched,
            "changed": len(changed),
            "applied": self.applied,
            **{f"{name}_count": len(found) for name, found in lists.items()},
            **{f"{name}s": [fault.as_json() for fault in found[:LISTED]] for name, found in lists.items()},
            "explanation_column": letter("explanation"),
            "differences": [self._difference(n) for n in changed[:LISTED]],
        }

    def _difference(self, number: int) -> dict[str, Any]:
        entry = self.saved[number].entry
        then = as_it_was(entry, self.saved[number].before)
        texts, now, titles = _texts(then), _texts(entry), columns.titles()
        return {
            "row": self.numbers[number],
            "place": place(entry),
            "before": figure_of(then).text(entry.indicator),
            "after": figure_of(entry).text(entry.indicator),
            "texts": [
                {"name": titles[name], "before": texts[name], "after": now[name]}
                for name in now
                if texts[name] != now[name]
            ],
        }


def compare(book: Book, *, round: ReportingRound, by: User, watch: Watch = unwatched) -> Comparison:
    """Match rows to entries by their codes and read what was typed; nothing is written.

    Raises `Refused` when the file as a whole cannot be taken: another round or unit, changed structure, a
    round that is closed for the unit.
    """
    unit = check_place(book.facts, round=round, by=by)
    entries = entries_by_code(round, by, unit.pk)
    if len(book.header) < len(columns.NAMES):
        raise changed_structure()
    found = Comparison(unit.pk, len(book.rows))
    matched = _match(book, entries, found)
    if not found.faults and not book.is_intact:
        raise changed_structure()
    seen = watch("compare", len(matched))
    for count, (row, entry) in enumerate(matched, 1):
        _compare_row(row, entry, book, found, by)
        if count % _STEP == 0:
            seen(count)
    return found


def check_place(facts: Facts, *, round: ReportingRound, by: User) -> Department:
    """The unit a template is for. Raises `Refused` when it cannot be taken to this round by this person now."""
    if facts.round != round.pk:
        other = ReportingRound.objects.filter(pk=facts.round).first()
        name = other.name if other else _("另一个轮次")
        text = _("这是“%(other)s”的模板，不能上传到“%(round)s”，请到对应的轮次上传。")
        raise Refused.because(text % {"other": name, "round": round.name}, "file")
    unit = next((unit for unit in units_of(round, by) if unit.key == facts.department), None)
    if unit is None:
        raise Refused.because(_("模板属于其他单位，你不能为它填报，请下载本单位的模板。"), "file")
    window = window_of(round, unit.pk)
    if not window.may_write:
        raise Refused.because(window.sentence, "file")
    return unit


def check(found: Comparison, *, by: User, watch: Watch = unwatched) -> Comparison:
    """Ask the same door that saving uses what it would say; nothing is written."""
    return _save(found, by=by, dry_run=True, watch=watch)


def apply(found: Comparison, *, by: User, watch: Watch = unwatched) -> Comparison:
    """Write all changes, or none when anything is wrong: then `faults` says what."""
    _save(found, by=by, dry_run=False, watch=watch)
    found.applied = not found.faults
    return found


def _save(found: Comparison, *, by: User, dry_run: bool, watch: Watch) -> Comparison:
    if found.faults or not found.changes:
        return found
    try:
        found.saved = save_entries(
            changes=found.changes,
            by=by,
            channel="excel",
            dry_run=dry_run,
            held=found.entries,
            watch=watch,
        )
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
    days: dict[str, date | None] = {}
    for row in book.rows:
        key = _key(row, days)
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


def _key(row: Row, days: dict[str, date | None]) -> Key | None:
    """Where a row belongs; `days` keeps the few different period ends that were read."""
    indicator, region, end = row.texts[:3]
    if end not in days:
        try:
            days[end] = date.fromisoformat(end)
        except ValueError:
            days[end] = None
    day = days[end]
    return None if day is None else (indicator, region, day)


def _compare_row(row: Row, entry: Entry, book: Book, found: Comparison, by: User) -> None:
    given = typed_cells(row, entry.indicator)
    if columns.seal(given) == row["seal"]:
        return
    found.touched += 1
    now = columns.inputs_of(entry)
    if given == now:
        return
    if sentence := closed_state(entry):
        found.fault(row.number, "state", sentence)
        return
    try:
        change, surprises = change_of(row, entry.indicator, given, now, book.percents)
    except RowFaults as faults:
        for name, sentence in faults.fields.items():
            found.fault(row.number, name, sentence)
        return
    for name, sentence in surprises.items():
        found.notice(row.number, name, sentence)
    found.changes.append(EntryChange(entry.pk, change, _revision(row, entry, by)))
    found.entries[entry.pk] = entry
    found.numbers.append(row.number)


def _texts(entry: Entry) -> dict[str, str]:
    return {
        "note": entry.note,
        "na_reason": entry.na_reason,
        "explanation": columns.explanation_of(entry),
    }


def _again(entry: Entry) -> str:
    """What to say beside a soft problem when there is an explanation, but of an earlier figure."""
    if not columns.explanation_of(entry):
        return ""
    return _("原有的说明是为以前的数写的，请按现在的数改写或补充。")


def _revision(row: Row, entry: Entry, by: User) -> int:
    """The revision the author saw: that of the download, or today's where they made the last change."""
    if entry.edited_by_id == by.pk or not row["revision"].isdecimal():
        return entry.revision
    return int(row["revision"][:9])


def _column(name: str) -> str:
    """The column that shows a field of an entry."""
    known = _COLUMN.get(name, name)
    return known if known in columns.PLACE else "value"
