"""确认生效 and what comes after: the lead department makes values count; a correction is a new version.

While a published value is being corrected the old one stays in force until the new one is published.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions import publish_values
from targets.actions.refusals import Refused
from targets.models import Entry, Observation, ObservationBatch
from targets.queries.proposals import proposals_of
from yuxi_eldercare.core.models import User

from .basics import new_value
from .cascade import cascade, lock_values
from .context import check_entries, explained_rules
from .denominators import refresh
from .entries import windows_of
from .figures import figure_of
from .proposals import compare
from .red import ask
from .scope import Entitlements, may_confirm
from .steps import Approved, blocking, reasons_against
from .trail import Complaints, enterers, locked, note, snapshot, store, usable
from .wording import kept

State = Entry.State
Rows = Iterable[Entry | int]


@transaction.atomic
def publish(*, entries: Rows, by: User) -> list[Entry]:
    """Make reviewed entries count, all or none; lights are judged anew right after the commit.

    Denominators of others are taken as they count now. Who entered a value does not confirm it. Published
    denominators give the rates they enter new versions at once. Raises `Refused`, `NotAllowed`.
    """
    rows = locked(entries)
    _complaints(rows, by).refuse()
    lock_values(rows)
    refresh(rows)
    _check_again(rows)
    return _publish(rows, by)


@transaction.atomic
def publish_clean(*, entries: Rows, by: User) -> Approved:
    """Publish those that may be published and of which no check says anything; leave the others, with why."""
    rows = locked(entries)
    lock_values(rows)
    refresh(rows)
    problems = check_entries(rows)

    def clean(row: Entry) -> str:
        found = problems.get(row.pk, [])
        return found[0].message if found else ""

    left = reasons_against(rows, lambda chosen: _complaints(chosen, by), clean)
    good = [row for row in rows if row.pk not in left]
    return Approved(_publish(good, by) if good else [], left)


def _complaints(rows: Sequence[Entry], by: User) -> Complaints:
    complaints = Complaints(rows)
    entered = enterers(rows)
    for index, row in enumerate(rows):
        decision = may_confirm(by, row)
        if not decision:
            complaints.add(index, "confirmer", decision.reason, permission=True)
        elif row.state != State.REVIEWED:
            complaints.add(index, "state", _("只有通过审核的数据可以确认生效。"))
        elif by.pk in entered[row.pk]:
            text = _("不能确认自己填报的数据，请由其他有权限的人员确认。")
            complaints.add(index, "by", text, permission=True)
        elif row.indicator.withdrawn_at is not None or row.region.withdrawn:
            complaints.add(index, "state", usable(row))
    return complaints


def _check_again(rows: Sequence[Entry]) -> None:
    """What was fine at submission may not be now: a rule, a denominator or a neighbour changed."""
    complaints = Complaints(rows)
    problems = check_entries(rows)
    for index, row in enumerate(rows):
        for problem in blocking(problems.get(row.pk, [])):
            text = _("%(problem)s（提交后情况有变，请退回填报单位处理。）")
            complaints.add(index, problem.field, text % {"problem": problem.message})
    complaints.refuse()


def _publish(rows: list[Entry], by: User) -> list[Entry]:
    now = timezone.now()
    before = {row.pk: snapshot(row) for row in rows}
    batch = publish_values(
        values=[new_value(row, figure_of(row), note=note_of(row)) for row in rows],
        by=by,
        label=f"填报确认：{rows[0].round.name}",
        is_demo=rows[0].round.is_demo,
        recount_later=True,
    )
    counting = _counting(batch)
    for row in rows:
        row.observation = counting[row.indicator_id, row.region_id, row.period_end]
        row.state, row.published_by, row.published_at = State.PUBLISHED, by, now
        row.revision += 1
    fields = ["state", "revision", "value", "denominator", "observation", "published_by", "published_at"]
    store(rows, fields)
    note("publish", rows, before, by=by, at=now)
    ask(rows, by=by)
    cascade([(row.indicator_id, row.region_id, row.period_end) for row in rows])
    offered = proposals_of(rows)
    compare([(row.indicator_id, row.region_id, row.period_end) for row in rows if row.pk in offered])
    return rows


@kept
def note_of(row: Entry) -> str:
    """What stays with the value: its note, the reason it is not applicable, explanations of soft checks."""
    parts = [row.note]
    if row.not_applicable:
        parts.append(_("不适用：%(reason)s") % {"reason": row.na_reason})
    valid = explained_rules(row, figure_of(row))
    parts += [
        _("说明：%(text)s") % {"text": told["text"]}
        for key, told in sorted(row.explanations.items())
        if key in valid
    ]
    return "\n".join(part for part in parts if part)


def _counting(batch: ObservationBatch) -> dict[tuple[int, str, object], Observation]:
    return {
        (row.indicator_id, row.region_id, row.period_end): row
        for row in Observation.objects.filter(batch=batch)
    }


@transaction.atomic
def start_correction(*, entry: Entry | int, reason: str, by: User) -> Entry:
    """Begin a new version of a published value: a draft with the old figure, which stays in force."""
    if not reason.strip():
        raise Refused.because(_("更正须写明理由。"), "reason")
    row = locked([entry])[0]
    complaints = Complaints([row])
    _check_owner(row, complaints, by)
    if row.state != State.PUBLISHED:
        complaints.add(0, "state", _("只有已生效的数据需要更正。"))
    complaints.refuse()
    return _reopen(row, State.DRAFT, reason.strip(), "correct", by)


@transaction.atomic
def cancel_correction(*, entry: Entry | int, by: User) -> Entry:
    """Give a correction up before it is submitted: the entry shows again the value that is in force."""
    row = locked([entry])[0]
    complaints = Complaints([row])
    _check_owner(row, complaints, by)
    if row.observation_id is None or row.state not in (State.DRAFT, State.RETURNED):
        complaints.add(0, "state", _("没有正在进行的更正。"))
    complaints.refuse()
    return _reopen(row, State.PUBLISHED, "", "cancel", by)


def _reopen(row: Entry, state: str, reason: str, verb: str, by: User) -> Entry:
    """Set the entry to the value in force, in the given state."""
    now = timezone.now()
    before = {row.pk: snapshot(row)}
    value = _in_force(row)
    row.value, row.numerator, row.denominator = value.value, value.numerator, value.denominator
    row.not_applicable, row.observation = value.not_applicable, value
    row.state, row.correction_reason = state, reason
    row.returned_by, row.returned_at, row.return_reason = None, None, ""
    row.revision += 1
    fields = ["value", "numerator", "denominator", "not_applicable", "observation", "state", "revision"]
    store([row], [*fields, "correction_reason", "returned_by", "returned_at", "return_reason"])
    note(verb, [row], before, by=by, at=now, reason=reason)
    return row


def _in_force(row: Entry) -> Observation:
    return Observation.objects.get(
        indicator=row.indicator_id, region=row.region_id, period_end=row.period_end, superseded_at=None
    )


def _check_owner(row: Entry, complaints: Complaints, by: User) -> None:
    now = timezone.now()
    right = Entitlements(by, timezone.localdate(now)).of(row.department, row.region)
    window = windows_of([row], now)[row.round_id, row.department_id]
    if not right:
        complaints.add(0, "department", right.decision.reason, permission=True)
    elif sentence := usable(row) or ("" if window.may_write else window.sentence):
        complaints.add(0, "state", sentence)
