"""What a reviewer looks at: what changed since the last period, the last approval, and the last return."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Entry, EntryStep
from targets.progress import plain

from .context import Past, past_of
from .figures import Figure, figure_of, from_json
from .periods import previous, same_last_year
from .trail import chunks

APPROVED = ("review", "publish")
RETURNED = "return"
_WORDS = {
    "na_reason": gettext_lazy("不适用的理由"),
    "note": gettext_lazy("备注"),
    "correction_reason": gettext_lazy("更正理由"),
}


@dataclass(frozen=True)
class Returned:
    """Why an entry was returned after its last approval, and what was changed since."""

    reason: str
    sentences: list[str]


@dataclass(frozen=True)
class Difference:
    """An entry against the last period, the same period last year, and its own earlier versions."""

    last: Figure | None
    last_year: Figure | None
    approved: (
        Figure | None
    )  # as last reviewed or published before it was submitted now; none when it never was
    change: Decimal | None  # now minus last period
    percent: Decimal | None  # the same in per cent of the last period
    sentences: list[str] = field(default_factory=list)  # what differs from the approved version
    returned: Returned | None = None  # none when it was not returned since it was last approved


def differences(entries: Sequence[Entry], past: Past | None = None) -> dict[int, Difference]:
    """The differences of entries (with round, indicator), by id. Two statements, one when `past` is given."""
    if not entries:
        return {}
    past = past or past_of(entries)
    steps = _last_steps(entries)
    return {entry.pk: _difference(entry, past, steps.get(entry.pk, {})) for entry in entries}


def _last_steps(entries: Sequence[Entry]) -> dict[int, dict[bool, EntryStep]]:
    """The last approval (True) and the last return (False) of each entry, before what is on its way now.

    Of what was submitted, a review or publication since then is part of the way it is on, not before it.
    """
    approvals = EntryStep.objects.filter(entry=OuterRef("entry"), verb__in=APPROVED).filter(
        Q(entry__state__in=Entry.OPEN_STATES) | Q(pk__lt=Subquery(_last_of(verb="submit")))
    )
    approved = Q(pk=Subquery(_last_pk(approvals)))
    returned = Q(pk=Subquery(_last_of(verb=RETURNED)))
    found: dict[int, dict[bool, EntryStep]] = {}
    for chunk in chunks([entry.pk for entry in entries]):
        for step in EntryStep.objects.filter(approved | returned, entry__in=chunk):
            found.setdefault(step.entry_id, {})[step.verb != RETURNED] = step
    return found


def _last_of(*, verb: str) -> QuerySet[EntryStep, int]:
    return _last_pk(EntryStep.objects.filter(entry=OuterRef("entry"), verb=verb))


def _last_pk(steps: QuerySet[EntryStep]) -> QuerySet[EntryStep, int]:
    """For a sub-select: the id of the latest of one entry's steps."""
    return steps.order_by().values("entry").annotate(last=Max("pk")).values_list("last", flat=True)


def _difference(entry: Entry, past: Past, steps: dict[bool, EntryStep]) -> Difference:
    in_force = past.context.in_force.get((entry.indicator.key, entry.region_id), {})
    now = figure_of(entry)
    last = in_force.get(previous(entry.round.kind, entry.period_end))
    change = percent = None
    if last is not None and last.value is not None and now.value is not None:
        change = now.value - last.value
        percent = round(change * 100 / abs(last.value), 1) if last.value else None
    approval, returned = steps.get(True), steps.get(False)
    approved = approval.after if approval else None
    if returned is not None and approval is not None and returned.pk < approval.pk:
        returned = None
    return Difference(
        last,
        in_force.get(same_last_year(entry.period_end)),
        from_json(approved),
        change,
        percent,
        _sentences(entry, now, approved) if approved is not None else [],
        Returned(returned.reason, _sentences(entry, now, returned.after or {})) if returned else None,
    )


def _sentences(entry: Entry, now: Figure, approved: dict[str, Any]) -> list[str]:
    before = from_json(approved) or Figure()
    told = []
    if now != before:
        text = _("数值由%(before)s改为%(now)s")
        told.append(text % {"before": before.text(entry.indicator), "now": now.text(entry.indicator)})
    for name, word in _WORDS.items():
        if str(approved.get(name) or "") != getattr(entry, name):
            told.append(_("%(name)s有改动") % {"name": word})
    if dict(approved.get("explanations") or {}) != dict(entry.explanations):
        told.append(_("说明有改动"))
    return told


def change_text(difference: Difference, unit: str) -> str:
    """The change since the last period as people read it: “+3 家（+12%）”, “持平”, or a dash."""
    if difference.change is None:
        return "—"
    if not difference.change:
        return _("持平")
    sign = "+" if difference.change > 0 else ""
    amount = f"{sign}{plain(round(difference.change, 2))}"
    shown = _("%(amount)s个百分点") % {"amount": amount} if unit == "%" else f"{amount} {unit}"
    if difference.percent is None:
        return shown
    return f"{shown}（{sign}{plain(difference.percent)}%）"
