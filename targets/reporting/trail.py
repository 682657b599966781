"""What every change of entries shares: locking rows, writing steps, one audit event, and who entered what."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, EntryStep, Target
from targets.queries.proposals import with_proposals
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User

from .bulk import insert_rows, update_rows
from .figures import stored_figure
from .scope import place
from .sharing import attach_shared, successions
from .watching import Seen, unseen
from .window import exceptions_at

# Entries in one `IN (…)`: far below what every database takes.
CHUNK = 5000
# Up to so many entries are read with everything in one statement; beyond, shared objects are read once.
FEW = 200
_ROWS_IN_AUDIT = 20
ENTERING = ("save", "submit", "correct")

Snapshot = dict[str, Any]
Said = tuple[Any, ...]  # the columns of SAID


class Complaints:
    """Collects what is wrong with entries of a call, then refuses with all of it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._problems: list[Problem] = []
        self._places: set[int] = set()
        self._only_permission = True
        self._some_permission = False

    def add(self, index: int, field: str, sentence: str, *, permission: bool = False) -> None:
        """Note a complaint; among several entries the sentence begins with the place."""
        text = sentence if len(self._entries) == 1 else f"{place(self._entries[index])}：{sentence}"
        self._problems.append(Problem(index, field, text))
        self._places.add(index)
        self._only_permission &= permission
        self._some_permission |= permission

    def about(self, index: int) -> bool:
        """Whether there is a complaint about this entry."""
        return index in self._places

    def forbid(self) -> None:
        """Raises like `refuse` when a permission is missing: before anything is said about the entries."""
        if self._some_permission:
            self.refuse()

    def refuse(self) -> None:
        """Raises `NotAllowed` when it is all about permission, `Refused` when anything else is wrong."""
        if self._problems:
            raise (NotAllowed if self._only_permission else Refused)(self._problems)


def entry_rows(today: date) -> QuerySet[Entry]:
    """Entries with all that rules and sentences need.

    `is_deliverable`, the unit's `successor`, the end of its exception (`excepted_until`) and what is offered for
    them come along.
    """
    done = Target.objects.filter(indicator=OuterRef("indicator"), target_type="done", withdrawn_at=None)
    heir = successions(today).filter(predecessor=OuterRef("department")).order_by("pk")
    granted = exceptions_at(timezone.now()).filter(round=OuterRef("round"), department=OuterRef("department"))
    return (
        with_proposals(Entry.objects.all())
        .select_related(
            "round",
            "indicator__denominator_series",
            "region",
            "department__region",
            "confirmer__region",
            "edited_by",
        )
        .annotate(
            is_deliverable=Exists(done),
            successor=Subquery(heir.values("successor__short_name")[:1]),
            excepted_until=Subquery(granted.reverse().values("expires_at")[:1]),
        )
    )


def locked(entries: Iterable[Entry | int], held: Mapping[int, Entry] | None = None) -> list[Entry]:
    """The rows as they are now, locked until the transaction ends, in the order given.

    Locks are taken by id, and before those of judging. Of `held` (rows read before, by id) those whose
    revision is still the same are used as they are: every change raises it. Raises `Refused` for none, a
    repeated or an unknown one.
    """
    return _rows(entries, held or {}, lock=True)


def unlocked(entries: Iterable[Entry | int], held: Mapping[int, Entry] | None = None) -> list[Entry]:
    """The same to look at only; rows that are `held` are taken as they are."""
    return _rows(entries, held or {}, lock=False)


def _rows(entries: Iterable[Entry | int], held: Mapping[int, Entry], *, lock: bool) -> list[Entry]:
    wanted = [entry if isinstance(entry, int) else entry.pk for entry in entries]
    if not wanted:
        raise Refused.because(_("没有选择要处理的数据。"), "entries")
    if len(set(wanted)) < len(wanted):
        raise Refused.because(_("同一项数据出现了两次，请只保留一次。"), "entries")
    today = timezone.localdate()
    if len(wanted) <= FEW:
        rows = entry_rows(today).filter(pk__in=wanted).order_by("pk")
        found = {row.pk: row for row in (rows.select_for_update(of=("self",)) if lock else rows)}
    else:
        found = _read_many(sorted(wanted), held, lock=lock)
        attach_shared(list(found.values()), today)
    if len(found) < len(wanted):
        raise Refused.because(_("有的数据项已不存在，请刷新页面。"), "entries")
    return [found[pk] for pk in wanted]


def _read_many(ordered: Sequence[int], held: Mapping[int, Entry], *, lock: bool) -> dict[int, Entry]:
    """Rows without what they share; only those that are not held in their present revision are read."""
    rows = Entry.objects.order_by("pk")
    if lock:
        rows = rows.select_for_update()
    found: dict[int, Entry] = {}
    for chunk in chunks(ordered):
        if held and lock:
            revisions = rows.filter(pk__in=chunk).values_list("pk", "revision")
            known = {pk: held[pk] for pk, revision in revisions if _revision(held.get(pk)) == revision}
        else:
            known = {pk: held[pk] for pk in chunk if pk in held}
        found |= known
        if missing := [pk for pk in chunk if pk not in known]:
            found |= {row.pk: row for row in rows.filter(pk__in=missing)}
    return found


def _revision(row: Entry | None) -> int | None:
    return None if row is None else row.revision


def usable(entry: Entry) -> str:
    """Why nothing more can be entered here whatever the date: a sentence, or nothing."""
    if entry.indicator.withdrawn_at is not None:
        return _("指标已停用，本项不再填报，已填内容保留可查。")
    if entry.department.withdrawn or entry.successor:  # type: ignore[attr-defined]
        heir = entry.successor  # type: ignore[attr-defined]
        who = _("由%(heir)s填报") % {"heir": heir} if heir else _("由承接单位填报")
        text = _("%(department)s已合并或撤销，本项%(who)s，请牵头单位先移交填报责任。")
        return text % {"department": entry.department.short_name, "who": who}
    if entry.region.withdrawn:
        return _("该行政区划已撤销，本项不再填报。")
    return ""


SAID = (
    "state",
    "value",
    "numerator",
    "denominator",
    "not_applicable",
    "na_reason",
    "note",
    "explanations",
    "correction_reason",
)


def said(entry: Entry) -> Said:
    """What an entry says, cheaply: to see whether anything changed. `as_snapshot` makes it readable."""
    return tuple(map(entry.__dict__.__getitem__, SAID))


def as_it_was(entry: Entry, before: Said) -> Entry:
    """A copy of an entry that says what it said before."""
    then = copy(entry)
    for name, value in zip(SAID, before, strict=True):
        setattr(then, name, value)
    return then


def as_snapshot(values: Said) -> Snapshot:
    """What an entry said, for steps and audit rows: plain decimal strings."""
    state, value, numerator, denominator, absent, na_reason, text, explanations, correction = values
    return {
        "state": str(state),
        **stored_figure(value, numerator, denominator, absent).as_json(),
        "na_reason": na_reason,
        "note": text,
        "explanations": dict(explanations),
        "correction_reason": correction,
    }


def snapshot(entry: Entry) -> Snapshot:
    """What an entry says now, for steps and audit rows."""
    return as_snapshot(said(entry))


def note(
    verb: str,
    entries: Sequence[Entry],
    before: Mapping[int, Snapshot],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    process: str = "",
    seen: Seen = unseen,
) -> None:
    """Write a step per entry and one audit event for all: two statements per few thousand entries."""
    after = {entry.pk: snapshot(entry) for entry in entries}
    for start in range(0, len(entries), CHUNK):
        part = entries[start : start + CHUNK]
        steps = [
            EntryStep(
                entry_id=entry.pk,
                verb=verb,
                by_id=by.pk if by else None,
                at=at,
                reason=reason,
                before=before.get(entry.pk),
                after=after[entry.pk],
            )
            for entry in part
        ]
        insert_rows(steps, ["entry", "verb", "by", "at", "reason", "before", "after"])
        seen(start + len(part))
    _audit(f"entries.{verb}", entries, before, after, by=by, reason=reason, process=process)


def _audit(
    action: str,
    entries: Sequence[Entry],
    before: Mapping[int, Snapshot],
    after: Mapping[int, Snapshot],
    *,
    by: User | None,
    reason: str,
    process: str,
) -> None:
    if len(entries) == 1:
        only = entries[0]
        audit.record(
            by=by,
            action=action,
            object_type="entry",
            object_key=entry_key(only),
            before=before.get(only.pk),
            after={**after[only.pk], "department": only.department.key},
            detail=reason,
            process=process,
        )
        return
    rows = [
        {"entry": entry_key(e), "department": e.department.key, **after[e.pk], "before": before.get(e.pk)}
        for e in entries
    ]
    audit.record(
        by=by,
        action=action,
        object_type="entries",
        object_key=f"{entries[0].round.name} ×{len(entries)}"[:120],
        after={
            "count": len(rows),
            "sha256": hashlib.sha256(orjson.dumps(rows)).hexdigest(),
            "rows": rows[:_ROWS_IN_AUDIT],
        },
        detail=reason,
        process=process,
    )


def entry_key(entry: Entry) -> str:
    """An entry's name for audit rows: indicator, region, period end, round."""
    return f"{entry.indicator.key} {entry.region_id} {entry.period_end} #{entry.round_id}"[:120]


def store(rows: Sequence[Entry], fields: list[str], seen: Seen = unseen) -> None:
    """Write the same columns of many entries; `seen` hears how many are written."""
    if len(rows) == 1:
        rows[0].save(update_fields=fields)
        return
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        update_rows(part, fields)
        seen(start + len(part))


def enterers(entries: Sequence[Entry]) -> dict[int, set[int]]:
    """Ids of the people who entered each entry since its value last began to count. One statement."""
    published = (
        EntryStep.objects.filter(entry=OuterRef("entry"), verb="publish")
        .order_by()
        .values("entry")
        .annotate(last=Max("pk"))
        .values("last")
    )
    found: dict[int, set[int]] = {entry.pk: set() for entry in entries}
    for chunk in chunks([entry.pk for entry in entries]):
        rows = (
            EntryStep.objects.filter(entry__in=chunk, verb__in=ENTERING, by__isnull=False)
            .annotate(since=Coalesce(Subquery(published), Value(0)))
            .filter(pk__gt=F("since"))
            .order_by()
            .values_list("entry_id", "by_id")
            .distinct()
        )
        for entry_id, user_id in rows:
            found[entry_id].add(user_id)
    return found


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in parts that fit one statement."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def history(entry: Entry) -> list[EntryStep]:
    """Everything that happened to an entry, oldest first, with the people. One statement."""
    return list(EntryStep.objects.filter(entry=entry).select_related("by").order_by("pk"))
