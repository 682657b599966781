"""Saving cells: one by one as a person types, or many at once from a sheet or another system.

A draft with problems is saved, so that nothing typed is lost; problems block its submission. What cannot be
stored, or may not be changed now or by this person, is refused, and then nothing is written.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.models import Entry
from yuxi_eldercare.core.models import User

from .changes import CellChange, Conflict, Conflicts, EntryChange
from .checks import Problem
from .context import check_entries, enabled_rules, past_of, related_codes, stamp_of
from .denominators import Denominator, Denominators, with_denominator
from .figures import NOT_APPLICABLE, Figure, figure_of, rate_of
from .scope import Entitlement, Entitlements
from .trail import Complaints, Said, as_snapshot, locked, note, said, store, unlocked, usable
from .watching import Watch, unwatched
from .window import Window, round_status, window_until

State = Entry.State
Versions = Mapping[str, int]  # of the rules that are switched on, by key
NO_VERSIONS: Versions = MappingProxyType({})
CHANGEABLE = frozenset(Entry.OPEN_STATES)
_MOST = {"value": Decimal(10) ** 9, "numerator": Decimal(10) ** 11, "denominator": Decimal(10) ** 11}
_PLACES = {"value": 6, "numerator": 4, "denominator": 4}
_TEXT_MOST = 2000
WRITTEN = [
    "state",
    "revision",
    "value",
    "numerator",
    "denominator",
    "not_applicable",
    "na_reason",
    "note",
    "explanations",
    "correction_reason",
    "channel",
    "edited_by",
    "edited_at",
    "on_behalf",
]


@dataclass(frozen=True)
class Saved:
    """An entry as it stands after a save, what checks say of it, and whether anything was written.

    `before` is what it `said` before; `as_it_was` reads it.
    """

    entry: Entry
    problems: list[Problem]
    changed: bool
    before: Said


@transaction.atomic
def save_entry(
    *,
    entry: Entry | int,
    change: CellChange | Callable[[Entry], CellChange],
    expected_revision: int,
    by: User,
    channel: str = "grid",
) -> Saved:
    """Save one cell. Raises `Refused`, or `Conflict` when it was changed since `expected_revision`.

    A change that depends on the indicator may be a function of the entry; what it raises goes through. The
    same change sent twice by the same person (the answer got lost on the way) is no conflict.
    """
    row = locked([entry])[0]
    now = timezone.now()
    complaints = _rights([row], by, now)
    given = change(row) if callable(change) else change
    work = [EntryChange(row.pk, given, expected_revision)]
    try:
        return _save([row], work, complaints, by=by, now=now, channel=channel)[0]
    except Conflicts as found:
        raise found.conflicts[0][1] from None


def save_entries(
    *,
    changes: Sequence[EntryChange],
    by: User,
    channel: str = "excel",
    dry_run: bool = False,
    held: Mapping[int, Entry] | None = None,
    watch: Watch = unwatched,
) -> list[Saved]:
    """Save many cells, all or none, in a fixed number of statements per few thousand rows.

    Rows that change nothing are not written: the same file twice writes nothing the second time. With
    `dry_run` everything is asked and checked but nothing written. Raises `Conflicts`, or `Refused` by place.
    `held` are entries the caller read before (by id); those that did not change since are not read again.
    `watch` is told how many rows are checked and written.
    """
    wanted, now = [change.entry_id for change in changes], timezone.now()
    with nullcontext() if dry_run else transaction.atomic():
        rows = unlocked(wanted, held) if dry_run else locked(wanted, held)
        complaints = _rights(rows, by, now)
        return _save(rows, changes, complaints, by=by, now=now, channel=channel, dry_run=dry_run, watch=watch)


def _save(
    rows: list[Entry],
    changes: Sequence[EntryChange],
    complaints: Complaints,
    *,
    by: User,
    now: datetime,
    channel: str,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> list[Saved]:
    """1. conflicts  2. the changes  3. checks and what explains them  4. writing."""
    rules = enabled_rules()
    related = related_codes(rules, {row.indicator.key for row in rows})
    past = past_of(rows, related)
    denominators = Denominators.among(past, rows)
    before = {row.pk: said(row) for row in rows}
    versions = {rule.key: rule.version for rule in rules}
    _check_conflicts(rows, changes, denominators, versions, by)
    for index, (row, wanted) in enumerate(zip(rows, changes, strict=True)):
        if complaints.about(index):
            continue
        for name, sentence in apply(row, wanted.change, denominators.for_entry(row), versions):
            complaints.add(index, name, sentence)
    complaints.refuse()
    problems = check_entries(rows, rules=rules, past=past, seen=watch("check", len(rows)))
    _explain(rows, changes, problems, versions)
    changed = [row for row in rows if said(row) != before[row.pk]]
    _stamp(changed, by=by, now=now, channel=channel)
    if changed and not dry_run:
        store(changed, WRITTEN, watch("write", len(changed)))
        then = {row.pk: as_snapshot(before[row.pk]) for row in changed}
        note("save", changed, then, by=by, at=now, seen=watch("note", len(changed)))
    written = {row.pk for row in changed}
    return [Saved(row, problems.get(row.pk, []), row.pk in written, before[row.pk]) for row in rows]


def _check_conflicts(
    rows: Sequence[Entry],
    changes: Sequence[EntryChange],
    denominators: Denominators,
    versions: Versions,
    by: User,
) -> None:
    conflicts = []
    for index, (row, wanted) in enumerate(zip(rows, changes, strict=True)):
        if wanted.expected_revision is None or wanted.expected_revision == row.revision:
            continue
        own = row.edited_by_id == by.pk
        if own and _says_already(row, wanted.change, denominators.for_entry(row), versions):
            continue
        conflicts.append((index, Conflict(row, wanted.change, figure_of(row))))
    if conflicts:
        raise Conflicts(conflicts)


def _says_already(
    row: Entry, change: CellChange, denominator: Denominator | None, versions: Versions
) -> bool:
    trial = copy(row)
    return not apply(trial, change, denominator, versions) and said(trial) == said(row)


def _rights(rows: Sequence[Entry], by: User, now: datetime) -> Complaints:
    """Own unit or an authorisation, an open window, a state in which the unit writes, a living indicator.

    Raises `NotAllowed` for a person without the right to any of them, before anything is said about them.
    """
    rights = Entitlements(by, timezone.localdate(now))
    windows = windows_of(rows, now)
    complaints = Complaints(rows)
    known: dict[tuple[int, str], Entitlement] = {}
    for index, row in enumerate(rows):
        place = row.department_id, row.region_id
        if place not in known:
            known[place] = rights.of(row.department, row.region)
        right = known[place]
        if not right:
            complaints.add(index, "department", right.decision.reason, permission=True)
            continue
        row.on_behalf = right.proxy
        window = windows[row.round_id, row.department_id]
        sentence = usable(row) or ("" if window.may_write else window.sentence) or closed_state(row)
        if sentence:
            complaints.add(index, "state", sentence)
    complaints.forbid()
    return complaints


def windows_of(rows: Sequence[Entry], now: datetime) -> dict[tuple[int, int], Window]:
    """The windows of the units of these entries, by (round id, department id).

    No statement for entries from `trail.entry_rows`, else one per round whose grace time is over.
    """
    if all("excepted_until" in row.__dict__ for row in rows):
        return {
            (row.round_id, row.department_id): window_until(row.round, row.excepted_until, now)  # type: ignore[attr-defined]
            for row in rows
        }
    units: dict[int, set[int]] = {}
    rounds = {row.round_id: row.round for row in rows}
    for row in rows:
        units.setdefault(row.round_id, set()).add(row.department_id)
    return {
        (pk, department): window
        for pk, departments in units.items()
        for department, window in round_status(rounds[pk], departments, now).items()
    }


def closed_state(row: Entry) -> str:
    """Why an entry on its way cannot be changed, or nothing."""
    if row.state == State.SUBMITTED:
        return _("已提交审核，如需修改请先撤回。")
    if row.state == State.REVIEWED:
        return _("已通过审核、待确认，如需修改请联系审核员或牵头单位退回。")
    if row.state == State.PUBLISHED:
        return _("已确认生效，如需修改请发起更正并写明理由。")
    return ""


def apply(
    row: Entry, change: CellChange, denominator: Denominator | None, versions: Versions = NO_VERSIONS
) -> list[tuple[str, str]]:
    """Put a change into an entry (not saved); returns what cannot be stored as (field, sentence)."""
    wrong = []
    if change.answer is not None:
        figure = _figure(row, change, denominator)
        wrong = list(_unstorable(figure))
        if not wrong:
            _set_figure(row, figure)
    for name in ("na_reason", "note", "correction_reason"):
        text = getattr(change, name)
        if text is None:
            continue
        if len(text) > _TEXT_MOST:
            wrong.append((name, _("文字超过%(most)s字，请缩短。") % {"most": _TEXT_MOST}))
        elif name == "correction_reason" and row.observation_id is not None and not text.strip():
            wrong.append((name, _("更正须写明理由。")))
        else:
            setattr(row, name, text.strip())
    told = [*(change.explanations or {}).values(), change.explanation or ""]
    if any(len(text) > _TEXT_MOST for text in told):
        wrong.append(("explanation", _("说明超过%(most)s字，请缩短。") % {"most": _TEXT_MOST}))
    elif change.explanations is not None and not wrong:
        row.explanations = _explained(row, change.explanations, versions)
    return wrong


def _explain(
    rows: Sequence[Entry],
    changes: Sequence[EntryChange],
    problems: dict[int, list[Problem]],
    versions: Versions,
) -> None:
    """Let the one text of a change explain whatever soft rules say of the entry's figure.

    Where they say nothing the text is not taken: there is nothing that it could stand beside.
    """
    for row, wanted in zip(rows, changes, strict=True):
        if wanted.change.explanation is None:
            continue
        text = wanted.change.explanation.strip()
        found = problems.get(row.pk, [])
        soft = [problem.rule for problem in found if problem.severity == "soft"]
        if not text:
            row.explanations = {}
        elif soft:
            row.explanations = {rule: _told(row, rule, text, versions) for rule in soft}
        else:
            continue
        problems[row.pk] = [
            replace(problem, explained=bool(text)) if problem.severity == "soft" else problem
            for problem in found
        ]


def _figure(row: Entry, change: CellChange, denominator: Denominator | None) -> Figure:
    if change.answer == "na":
        return NOT_APPLICABLE
    if change.answer == "empty":
        return Figure()
    indicator = row.indicator
    if indicator.denominator_series_id is not None:
        return with_denominator(indicator, change.numerator, denominator)
    if is_rate(indicator) and (change.numerator is not None or change.denominator is not None):
        value = rate_of(indicator, change.numerator, change.denominator)
        return Figure(value, change.numerator, change.denominator)
    return Figure(change.value, change.numerator, change.denominator)


def _set_figure(row: Entry, figure: Figure) -> None:
    if figure == figure_of(row):
        return
    row.value, row.numerator, row.denominator = figure.value, figure.numerator, figure.denominator
    row.not_applicable = figure.not_applicable


def _unstorable(figure: Figure) -> list[tuple[str, str]]:
    wrong = []
    for name, most in _MOST.items():
        number: Decimal | None = getattr(figure, name)
        if number is None:
            continue
        if not number.is_finite() or abs(number) >= most:
            wrong.append((name, _("数值过大，请核对计量单位。")))
        elif number != round(number, _PLACES[name]):
            text = _("小数最多%(places)s位，请四舍五入后填写。")
            wrong.append((name, text % {"places": _PLACES[name]}))
    return wrong


def _explained(row: Entry, given: Mapping[str, str], versions: Versions) -> dict[str, dict[str, Any]]:
    """The explanations with the new ones; an empty text removes."""
    told = dict(row.explanations)
    for key, text in given.items():
        if text.strip():
            told[key] = _told(row, key, text, versions)
        else:
            told.pop(key, None)
    return told


def _told(row: Entry, rule: str, text: str, versions: Versions) -> dict[str, Any]:
    """An explanation, tied to the figure it was written for; it names the version of the rule it answers."""
    told: dict[str, Any] = {"text": text.strip(), "for": stamp_of(row, figure_of(row))}
    return {**told, "version": versions[rule]} if rule in versions else told


def _stamp(rows: Sequence[Entry], *, by: User, now: datetime, channel: str) -> None:
    """Note on changed rows who changed them, and the state that follows from what they say."""
    for row in rows:
        row.revision += 1
        row.channel, row.edited_by, row.edited_at = channel, by, now
        empty = figure_of(row).is_empty and row.observation_id is None
        row.state = State.EMPTY if empty else State.DRAFT
