"""Values pushed by another system: rows matched to the cells they answer, saved and submitted like typed ones.

All or nothing. Rights, windows, checks and locks are those of `entries.save_entries` and `steps.submit`; here
rows find their cells, and what is wrong is said row by row.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Final, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from targets.models import Entry
from yuxi_eldercare.core.models import User

from .basics import BASIC
from .changes import Conflict, Conflicts, EntryChange
from .checks import Problem
from .context import explanation_texts
from .denominators import Denominator
from .entries import CHANGEABLE, Saved, apply, save_entries
from .figures import figure_of
from .numbers import CellRefused
from .pushed_places import Places
from .pushed_rows import PushedRow, RowProblem, read_rows
from .steps import submit
from .trail import said

CHANNEL: Final = "api"
PERMISSION: Final = "not_allowed"
CONFLICT: Final = "conflict"
EXPLANATION: Final = "explanation_needed"
DENOMINATOR: Final = "denominator_missing"
# The stable code of what an action refuses about a field.
_CODES: Final = {
    "department": PERMISSION,
    "value": "invalid_number",
    "numerator": "invalid_number",
    "denominator": "invalid_number",
    "correction_reason": "correction_reason_needed",
}


class PushRefused(Exception):
    """Nothing was written: what is wrong, row by row, and what needs an explanation besides."""

    def __init__(self, problems: Iterable[RowProblem], warnings: Iterable[RowProblem] = ()) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.row is not None, problem.row))
        self.warnings = list(warnings)
        super().__init__("\n".join(problem.message for problem in self.problems))


@dataclass(frozen=True)
class Pushed:
    """What a push did, or with `dry_run` would do; entries stand in the order of the rows."""

    entries: list[Entry]
    changed: list[bool]
    warnings: list[RowProblem]
    dry_run: bool
    submitted: int = 0


@dataclass
class _Work:
    """A push under way: rows with their cells, and what was found."""

    by: User
    dry_run: bool
    submit: bool
    rows: list[PushedRow] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    changes: list[EntryChange] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


class _Undo(Exception):
    """Takes back what a dry run wrote to see whether it could."""


def push(*, rows: Sequence[Any], by: User, dry_run: bool = False, submit: bool = False) -> Pushed:
    """Save what the rows say and, if asked, submit it. Raises `PushRefused`, and then nothing was written.

    A row that says what its cell says already changes nothing, also where the cell was submitted: the same
    push twice is no error. Explained and unexplained soft checks save a draft; unexplained ones stop a
    submission, hard ones everything.
    """
    work = _Work(by, dry_run, submit)
    read, work.problems = read_rows(rows)
    _match(work, read)
    if work.problems:
        _refuse(work)
    try:
        with transaction.atomic():
            pushed = _write(work)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return pushed


def _match(work: _Work, read: Sequence[PushedRow]) -> None:
    """Give every row its cell and its change; a row that has none has a problem."""
    places = Places(read, work.by)
    seen: dict[int, int] = {}
    for row in read:
        found = places.of(row)
        if isinstance(found, RowProblem):
            work.problems.append(found)
            continue
        if found.pk in seen:
            text = _("与第 %(row)s 行（从 0 数起）是同一项，请只保留一行。") % {"row": seen[found.pk]}
            work.problems.append(RowProblem(row.number, "indicator", "duplicate", text))
            continue
        seen[found.pk] = row.number
        try:
            change = row.change(found.indicator)
        except CellRefused as refused:
            work.problems += [
                RowProblem(row.number, name, "invalid_number", sentence)
                for name, sentence in refused.fields.items()
            ]
            continue
        work.rows.append(row)
        work.entries.append(found)
        work.changes.append(EntryChange(found.pk, change, row.revision))


def _refuse(work: _Work) -> NoReturn:
    """Some rows are wrong already: ask about the others, so that everything wrong is told at once."""
    places = _open_places(work)
    if places:
        with _refusals(work, places):
            changes = [work.changes[n] for n in places]
            saved = save_entries(changes=changes, by=work.by, channel=CHANNEL, dry_run=True)
        _judge(work, saved, places)
    raise PushRefused(work.problems, work.warnings)


def _open_places(work: _Work) -> list[int]:
    """The rows that ask for something: all but those that repeat what is on its way already."""
    pairs = zip(work.entries, work.changes, strict=True)
    return [number for number, (entry, wanted) in enumerate(pairs) if not _repeats(entry, wanted)]


def _write(work: _Work) -> Pushed:
    """Save and submit; the caller rolls back for a dry run."""
    open_rows = _open_places(work)
    saved: list[Saved] = []
    if open_rows:
        with _refusals(work, open_rows):
            changes = [work.changes[n] for n in open_rows]
            held = {work.entries[n].pk: work.entries[n] for n in open_rows}
            saved = save_entries(changes=changes, by=work.by, channel=CHANNEL, held=held)
    _judge(work, saved, open_rows)
    now = {one.entry.pk: one.entry for one in saved}
    changed = {one.entry.pk for one in saved if one.changed}
    sent: list[Entry] = []
    if work.submit and open_rows:
        with _refusals(work, open_rows):
            sent = submit(entries=[work.entries[n] for n in open_rows], by=work.by)
        now |= {entry.pk: entry for entry in sent}
    return Pushed(
        [now.get(entry.pk, entry) for entry in work.entries],
        [entry.pk in changed for entry in work.entries],
        work.warnings,
        work.dry_run,
        len(sent),
    )


def _repeats(entry: Entry, wanted: EntryChange) -> bool:
    """Whether a cell that is on its way, or counts, says already what the row says."""
    if entry.state in CHANGEABLE:
        return False
    own = entry.denominator
    denominator = Denominator(own, entry.period_end, 0, False) if own is not None else None
    trial, change = copy(entry), wanted.change
    if apply(trial, replace(change, explanations=None, explanation=None), denominator):
        return False
    told = explanation_texts(entry)
    explained = {rule: text.strip() for rule, text in (change.explanations or {}).items()}
    return (
        said(trial) == said(entry)
        and all(told.get(rule, "") == text for rule, text in explained.items())
        and (change.explanation is None or {*told.values()} <= {change.explanation.strip()})
    )


@contextmanager
def _refusals(work: _Work, places: Sequence[int]) -> Iterator[None]:
    """Inside, what an action refuses is a `PushRefused` by rows."""
    try:
        yield
    except (Refused, Conflicts) as refused:
        _note(work, refused, places)
        raise PushRefused(work.problems, work.warnings) from None


def _judge(work: _Work, saved: Sequence[Saved], places: Sequence[int]) -> None:
    """Sort what the checks found: hard problems refuse; soft ones warn, or refuse where it is to be submitted."""
    for place, one in zip(places, saved, strict=True):
        number = work.rows[place].number
        for problem in one.problems:
            if not problem.blocks:
                continue
            code = _code_of(problem, one.entry)
            told = RowProblem(number, problem.field, code, problem.message, problem.rule)
            waits = code in {EXPLANATION, DENOMINATOR}
            (work.warnings if waits and not work.submit else work.problems).append(told)
    if work.problems:
        raise PushRefused(work.problems, work.warnings)


def _code_of(problem: Problem, entry: Entry) -> str:
    if problem.severity == "soft":
        return EXPLANATION
    series = entry.indicator.denominator_series_id is not None
    waiting = series and problem.rule == BASIC and problem.field == "denominator"
    return DENOMINATOR if waiting else "check_failed"


def _note(work: _Work, refused: Refused | Conflicts, places: Sequence[int]) -> None:
    """What an action refused, as problems of rows."""
    if isinstance(refused, Conflicts):
        work.problems += [
            _conflict(work.rows[places[index]].number, conflict) for index, conflict in refused.conflicts
        ]
        return
    for problem in refused.problems:
        if problem.index is None:
            work.problems.append(RowProblem(None, problem.field, "refused", problem.message))
            continue
        place = places[problem.index]
        code = _refusal_code(problem.field, work.entries[place])
        work.problems.append(RowProblem(work.rows[place].number, problem.field, code, problem.message))


def _refusal_code(name: str, entry: Entry) -> str:
    if name == "state":
        return "not_writable" if entry.state in CHANGEABLE else "already_sent"
    return _CODES.get(name, "invalid_value")


def _conflict(number: int, conflict: Conflict) -> RowProblem:
    entry = conflict.entry
    who = str(conflict.theirs_by) if conflict.theirs_by else _("他人")
    text = _("%(who)s已改为%(figure)s（修订号 %(revision)s），请核对后带上新的修订号再推送。")
    words = {"who": who, "figure": conflict.theirs.text(entry.indicator), "revision": entry.revision}
    current = {"revision": entry.revision, **figure_of(entry).as_json()}
    return RowProblem(number, "revision", CONFLICT, text % words, current=current)
