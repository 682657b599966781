"""Saving cells: one by one as a person types, or many at once from a sheet or another system.

A draft with problems is saved, so that nothing typed is lost; problems block its submission. What cannot be
stored, or may not be changed now or by this person, is refused, and then nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

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
from .scope import Entitlements
from .trail import Complaints, as_snapshot, locked, note, said, store, usable
from .window import Window, round_status

State = Entry.State
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
    """An entry as it stands after a save, what checks say of it, and whether anything was written."""

    entry: Entry
    problems: list[Problem]
    changed: bool


@transaction.atomic
def save_entry(
    *, entry: Entry | int, change: CellChange, expected_revision: int, by: User, channel: str = "grid"
) -> Saved:
    """Save one cell. Raises `Conflict` when it was changed since `expected_revision`, or `Refused`.

    The same change sent twice by the same person (the answer got lost on the way) is no conflict.
    """
    row = locked([entry])[0]
    work = [EntryChange(row.pk, change, expected_revision)]
    try:
        return _save([row], work, by=by, channel=channel)[0]
    except Conflicts as found:
        raise found.conflicts[0][1] from None


@transaction.atomic
def save_entries(
    *, changes: Sequence[EntryChange], by: User, channel: str = "excel", dry_run: bool = False
) -> list[Saved]:
    """Save many cells, all or none, in a fixed number of statements per few thousand rows.

    Rows that change nothing are not written: the same file twice writes nothing the second time. With
    `dry_run` everything is asked and checked but nothing written. Raises `Conflicts`, or `Refused` by place.
    """
    rows = locked(change.entry_id for change in changes)
    return _save(rows, changes, by=by, channel=channel, dry_run=dry_run)


def _save(
    rows: list[Entry], changes: Sequence[EntryChange], *, by: User, channel: str, dry_run: bool = False
) -> list[Saved]:
    now = timezone.now()
    rules = enabled_rules()
    related = related_codes(rules, {row.indicator.key for row in rows})
    past = past_of(rows, related)
    denominators = Denominators.among(past, rows)
    before = {row.pk: said(row) for row in rows}
    _check_conflicts(rows, changes, denominators, by)
    complaints = Complaints(rows)
    _check_rights(rows, complaints, by, now)
    changed = []
    for index, (row, wanted) in enumerate(zip(rows, changes, strict=True)):
        if complaints.about(index):
            continue
        for name, sentence in apply(row, wanted.change, denominators.for_entry(row)):
            complaints.add(index, name, sentence)
        if said(row) != before[row.pk]:
            changed.append(row)
    complaints.refuse()
    _stamp(changed, by=by, now=now, channel=channel)
    if changed and not dry_run:
        store(changed, WRITTEN)
        note("save", changed, {row.pk: as_snapshot(before[row.pk]) for row in changed}, by=by, at=now)
    problems = check_entries(rows, rules=rules, past=past)
    written = {row.pk for row in changed}
    return [Saved(row, problems.get(row.pk, []), row.pk in written) for row in rows]


def _check_conflicts(
    rows: Sequence[Entry], changes: Sequence[EntryChange], denominators: Denominators, by: User
) -> None:
    conflicts = []
    for index, (row, wanted) in enumerate(zip(rows, changes, strict=True)):
        if wanted.expected_revision is None or wanted.expected_revision == row.revision:
            continue
        if row.edited_by_id == by.pk and _says_already(row, wanted.change, denominators.for_entry(row)):
            continue
        conflicts.append((index, Conflict(row, wanted.change, figure_of(row))))
    if conflicts:
        raise Conflicts(conflicts)


def _says_already(row: Entry, change: CellChange, denominator: Denominator | None) -> bool:
    trial = Entry(**{field.attname: getattr(row, field.attname) for field in Entry._meta.concrete_fields})
    trial.indicator = row.indicator
    return not apply(trial, change, denominator) and said(trial) == said(row)


def _check_rights(rows: Sequence[Entry], complaints: Complaints, by: User, now: datetime) -> None:
    """Own unit or an authorisation, an open window, a state in which the unit writes, a living indicator."""
    rights = Entitlements(by, timezone.localdate(now))
    windows = windows_of(rows, now)
    for index, row in enumerate(rows):
        right = rights.of(row.department, row.region)
        if not right:
            complaints.add(index, "department", right.decision.reason, permission=True)
            continue
        row.on_behalf = right.proxy
        window = windows[row.round_id, row.department_id]
        sentence = usable(row) or ("" if window.may_write else window.sentence) or closed_state(row)
        if sentence:
            complaints.add(index, "state", sentence)


def windows_of(rows: Sequence[Entry], now: datetime) -> dict[tuple[int, int], Window]:
    """The windows of the units of these entries, by (round id, department id)."""
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


def apply(row: Entry, change: CellChange, denominator: Denominator | None) -> list[tuple[str, str]]:
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
    if change.explanations is not None and not wrong:
        row.explanations = _explained(row, change)
    return wrong


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
    figure = replace(figure)
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


def _explained(row: Entry, change: CellChange) -> dict[str, dict[str, str]]:
    """The explanations with the new ones, each tied to the figure it was written for."""
    stamp = stamp_of(row, figure_of(row))
    told = dict(row.explanations)
    for key, text in (change.explanations or {}).items():
        if text.strip():
            told[key] = {"text": text.strip()[:_TEXT_MOST], "for": stamp}
        else:
            told.pop(key, None)
    return told


def _stamp(rows: Sequence[Entry], *, by: User, now: datetime, channel: str) -> None:
    """Note on changed rows who changed them, and the state that follows from what they say."""
    for row in rows:
        row.revision += 1
        row.channel, row.edited_by, row.edited_at = channel, by, now
        empty = figure_of(row).is_empty and row.observation_id is None
        row.state = State.EMPTY if empty else State.DRAFT
