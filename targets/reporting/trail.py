"""What every change of entries shares: locking rows, writing steps, one audit event, and who entered what."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, EntryStep, Indicator, ReportingRound, Target
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, Succession, User

from .figures import stored_figure
from .scope import place

# Entries in one `IN (…)`: far below what every database takes.
CHUNK = 5000
# Up to so many entries are read with everything in one statement; beyond, shared objects are read once.
FEW = 200
_ROWS_IN_AUDIT = 20
ENTERING = ("save", "submit", "correct")
# Functions a succession names when the whole unit went over.
WHOLE = ("", "全部职能")

Snapshot = dict[str, Any]


class Complaints:
    """Collects what is wrong with entries of a call, then refuses with all of it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._problems: list[Problem] = []
        self._only_permission = True

    def add(self, index: int, field: str, sentence: str, *, permission: bool = False) -> None:
        """Note a complaint; among several entries the sentence begins with the place."""
        text = sentence if len(self._entries) == 1 else f"{place(self._entries[index])}：{sentence}"
        self._problems.append(Problem(index, field, text))
        self._only_permission &= permission

    def about(self, index: int) -> bool:
        """Whether there is a complaint about this entry."""
        return any(problem.index == index for problem in self._problems)

    def refuse(self) -> None:
        """Raises `NotAllowed` when it is all about permission, `Refused` when anything else is wrong."""
        if self._problems:
            raise (NotAllowed if self._only_permission else Refused)(self._problems)


def entry_rows(today: date) -> QuerySet[Entry]:
    """Entries with all that rules and sentences need: `is_deliverable` and the unit's `successor` as well."""
    done = Target.objects.filter(indicator=OuterRef("indicator"), target_type="done", withdrawn_at=None)
    heir = _successions(today).filter(predecessor=OuterRef("department")).order_by("pk")
    return Entry.objects.select_related(
        "round",
        "indicator__denominator_series",
        "region",
        "department__region",
        "confirmer__region",
        "edited_by",
    ).annotate(is_deliverable=Exists(done), successor=Subquery(heir.values("successor__short_name")[:1]))


def _successions(today: date) -> QuerySet[Succession]:
    """Whole units that went over to others by a day."""
    return Succession.objects.filter(Q(since__isnull=True) | Q(since__lte=today), function__in=WHOLE)


def locked(entries: Iterable[Entry | int]) -> list[Entry]:
    """The rows as they are now, locked until the transaction ends, in the order given.

    Locks are taken by id, and before those of judging. Raises `Refused` for none, a repeated or unknown one.
    """
    wanted = [entry if isinstance(entry, int) else entry.pk for entry in entries]
    if not wanted:
        raise Refused.because(_("没有选择要处理的数据。"), "entries")
    if len(set(wanted)) < len(wanted):
        raise Refused.because(_("同一项数据出现了两次，请只保留一次。"), "entries")
    today = timezone.localdate()
    few = len(wanted) <= FEW
    rows = (entry_rows(today) if few else Entry.objects.all()).select_for_update(of=("self",)).order_by("pk")
    ordered = sorted(wanted)
    found: dict[int, Entry] = {}
    for start in range(0, len(ordered), CHUNK):
        found |= {row.pk: row for row in rows.filter(pk__in=ordered[start : start + CHUNK])}
    if len(found) < len(wanted):
        raise Refused.because(_("有的数据项已不存在，请刷新页面。"), "entries")
    if not few:
        attach_shared(list(found.values()), today)
    return [found[pk] for pk in wanted]


def attach_shared(rows: Sequence[Entry], today: date) -> None:
    """Give plain rows what `entry_rows` gives, reading each shared object once: seven statements for any number."""
    rounds = ReportingRound.objects.in_bulk({row.round_id for row in rows})
    indicators = Indicator.objects.select_related("denominator_series").in_bulk(
        {row.indicator_id for row in rows}
    )
    regions = Region.objects.in_bulk({row.region_id for row in rows})
    units = {row.department_id for row in rows} | {row.confirmer_id for row in rows} - {None}
    departments = Department.objects.select_related("region").in_bulk(units)
    people = User.objects.in_bulk({row.edited_by_id for row in rows} - {None})
    done = set(
        Target.objects.filter(indicator__in=indicators, target_type="done", withdrawn_at=None).values_list(
            "indicator_id", flat=True
        )
    )
    heirs = _successions(today).filter(predecessor__in=units).order_by("-pk")
    successors = dict(heirs.values_list("predecessor_id", "successor__short_name"))
    for row in rows:
        row.round, row.indicator = rounds[row.round_id], indicators[row.indicator_id]
        row.region, row.department = regions[row.region_id], departments[row.department_id]
        row.confirmer = departments[row.confirmer_id] if row.confirmer_id else None
        row.edited_by = people[row.edited_by_id] if row.edited_by_id else None
        row.is_deliverable = row.indicator_id in done  # type: ignore[attr-defined]
        row.successor = successors.get(row.department_id)  # type: ignore[attr-defined]


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


def said(entry: Entry) -> tuple[Any, ...]:
    """What an entry says, cheaply: to see whether anything changed. `as_snapshot` makes it readable."""
    return tuple(map(entry.__dict__.__getitem__, SAID))


def as_snapshot(values: tuple[Any, ...]) -> Snapshot:
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
) -> None:
    """Write a step per entry and one audit event for all. Two statements, however many entries."""
    after = {entry.pk: snapshot(entry) for entry in entries}
    EntryStep.objects.bulk_create(
        [
            EntryStep(
                entry=entry,
                verb=verb,
                by=by,
                at=at,
                reason=reason,
                before=before.get(entry.pk),
                after=after[entry.pk],
            )
            for entry in entries
        ],
        batch_size=2000,
    )
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


def store(rows: Sequence[Entry], fields: list[str]) -> None:
    """Write the same columns of many entries: an update for one, one upsert per few hundred for more."""
    if len(rows) == 1:
        rows[0].save(update_fields=fields)
        return
    Entry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=2000
    )


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
