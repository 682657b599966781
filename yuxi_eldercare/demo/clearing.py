"""Taking the demonstration away: its values, accounts and effects, and nothing else.

The audit trail stays: it is append-only. Events of demonstration accounts keep the name and lose the link.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from targets.actions.breakdown import apply_breakdown
from targets.actions.rulings import apply_rulings, revert_rulings
from targets.actions.values import REPLACES_DEMO
from targets.binding import bindings
from targets.judging.differences import finding_key
from targets.judging.nightly import rejudge_all
from targets.judging.rejudging import rejudge_indicator
from targets.models import (
    Assessment,
    Breakdown,
    Indicator,
    Milestone,
    Observation,
    ObservationBatch,
    RegionalTarget,
    RolledUpValue,
    Target,
    ThresholdSet,
    Transition,
)
from targets.tasks import NIGHTLY
from yuxi_eldercare.core import audit, jobs
from yuxi_eldercare.core.models import AuditEvent, Finding, Job, Region, Ruling, User

from .applications import remove_applications
from .closes import remove_closes
from .counts import remove_counts
from .following import remove_following
from .institutions import remove_institutions
from .ledger import remove_ledger
from .people import remove_people
from .removal import remove
from .supervision import remove_supervision
from .undoing import undo_reporting

PROCESS = "cleardemo"

Place = tuple[int, str, date]  # indicator id, region code, period end


@dataclass
class Cleared:
    """What was there and is gone."""

    values: int = 0
    batches: int = 0
    rulings: int = 0
    thresholds: int = 0
    findings: int = 0
    rounds: int = 0
    closes: int = 0
    ledger: int = 0
    applications: int = 0
    people: int = 0
    institutions: int = 0
    parts: int = 0
    notices: int = 0
    accounts: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def clear() -> Cleared:
    """Remove everything demonstrational and judge what is left; in a database without it, nothing happens.

    The removal is one transaction. A run like the nightly one follows, so that every assessment names a run
    that was not the demonstration's.
    """
    with transaction.atomic():
        cleared = _remove()
    demo_runs = Job.objects.filter(params__demo=True)
    if cleared or demo_runs.exists():
        job = jobs.create(NIGHTLY, "清除演示数据后重新判定")
        jobs.run(job.pk, lambda progress: _run(progress))
        demo_runs.delete()
    return cleared


def _run(progress: jobs.Progress) -> None:
    rejudge_all(progress, timezone.localdate())


def _remove() -> Cleared:
    accounts = User.objects.filter(is_demo=True)
    values = Observation.objects.filter(is_demo=True)
    touched = set(values.values_list("indicator_id", flat=True).distinct().order_by())
    cleared = Cleared(closes=remove_closes())  # first: they hold on to what goes next
    cleared.rulings, ruled = _remove_rulings(Ruling.objects.filter(ruled_by__in=accounts))
    cleared.thresholds, judged = _remove_thresholds(ThresholdSet.objects.filter(set_by__in=accounts))
    touched |= ruled | judged | _withdraw_acceptances(accounts) | _remove_breakdowns(accounts)
    cleared.ledger = remove_ledger()  # before the files it shows
    cleared.applications = remove_applications(accounts)  # before the institutions they are of
    cleared.people = remove_people(accounts)
    cleared.institutions = remove_institutions(accounts)
    cleared.notices = remove_supervision(accounts)  # before the parts they are about
    cleared.parts = remove_following(accounts)
    cleared.rounds = undo_reporting(accounts)
    _remove_judgements()
    places = list(values.order_by().values_list("indicator_id", "region_id", "period_end").distinct())
    cleared.values = remove(values)
    _put_back(places)
    cleared.batches = remove(ObservationBatch.objects.filter(is_demo=True))
    for indicator in sorted(touched):
        rejudge_indicator(indicator, cause="correction")
    cleared.findings = _remove_findings(places) + remove_counts(places)
    cleared.accounts = _remove_accounts(accounts)
    if cleared:
        audit.record(
            by=None,
            process=PROCESS,
            action="demo.clear",
            object_type="demonstration",
            object_key=timezone.localdate().isoformat(),
            after=asdict(cleared),
        )
    return cleared


def _remove_judgements() -> None:
    """Assessments made from demonstration values, and transitions; whatever lost a transition is judged anew.

    An assessment without demonstration values may stand on a history that had them: then its own is retold.
    """
    transitions = Transition.objects.filter(is_demo=True)
    retold = set(transitions.values_list("regional_target_id", "milestone_id"))
    transitions.delete()
    rows = Assessment.objects.filter(regional_target__in={target for target, _ in retold})
    keys = [
        row
        for row, *identity in rows.values_list("pk", "regional_target_id", "milestone_id")
        if tuple(identity) in retold
    ]
    Assessment.objects.filter(Q(is_demo=True) | Q(pk__in=keys)).delete()


def _put_back(places: Iterable[Place]) -> None:
    """Versions beside a removed one count again, and from 1, as if it had never been there."""
    wanted = set(places)
    rows = Observation.objects.filter(
        indicator__in={indicator for indicator, _, _ in wanted},
        region__in={region for _, region, _ in wanted},
        period_end__in={period_end for _, _, period_end in wanted},
    ).order_by("version")
    left: dict[Place, list[Observation]] = {}
    for row in rows:
        place = (row.indicator_id, row.region_id, row.period_end)
        if place in wanted:
            left.setdefault(place, []).append(row)
    for versions in left.values():
        for number, row in enumerate(versions, 1):
            row.version = number
            if number == 1 and row.reason == REPLACES_DEMO:
                row.reason = ""
            following = versions[number] if number < len(versions) else None
            row.superseded_at = following.known_from if following else None
            row.save(update_fields=["version", "reason", "superseded_at"])


def _withdraw_acceptances(accounts: Iterable[User]) -> set[int]:
    """Incomplete roll-ups that a demonstration account let count; returns the indicators."""
    rows = RolledUpValue.objects.filter(accepted_by__in=accounts)
    touched = set(rows.values_list("indicator_id", flat=True))
    rows.update(accepted_reason="", accepted_by=None)
    return touched


def _remove_breakdowns(accounts: Iterable[User]) -> set[int]:
    """Breakdowns drafted or issued by demonstration accounts, with the parts they gave the counties."""
    rows = Breakdown.objects.filter(Q(created_by__in=accounts) | Q(issued_by__in=accounts))
    targets = list(Target.objects.filter(breakdowns__in=rows).distinct())
    remove(rows)
    for target in targets:
        in_force = target.breakdowns.filter(state=Breakdown.State.ISSUED).first()
        apply_breakdown(target, in_force, timezone.now())
    Milestone.objects.filter(target__in=targets, regional__isnull=False, withdrawn_at__isnull=False).delete()
    return {target.indicator_id for target in targets}


def _remove_thresholds(rows: Iterable[ThresholdSet]) -> tuple[int, set[int]]:
    """Threshold versions set by demonstration accounts; what they judged is judged anew."""
    keys = [row.pk for row in rows]
    if not keys:
        return 0, set()
    judged = Assessment.objects.filter(thresholds__in=keys)
    touched = set(judged.values_list("indicator_id", flat=True).distinct().order_by())
    judged.delete()
    return remove(ThresholdSet.objects.filter(pk__in=keys)), touched


def _remove_rulings(rows: Iterable[Ruling]) -> tuple[int, set[int]]:
    """Rulings by demonstration accounts; the ruling each of them replaced is in force again."""
    keys = [row.pk for row in rows]
    if not keys:
        return 0, set()
    findings = list(Finding.objects.filter(rulings__in=keys).distinct())
    targets = list(Target.objects.filter(settled_by__in=keys))
    revert_rulings()
    count = remove(Ruling.objects.filter(pk__in=keys))
    for finding in findings:
        last = finding.rulings.order_by("-ruled_at", "-pk").first()
        if last is not None and last.replaced_at is not None:
            last.replaced_at = None
            last.save(update_fields=["replaced_at"])
    apply_rulings()
    _bind_again(target.pk for target in targets)
    return count, {target.indicator_id for target in targets}


def _bind_again(targets: Iterable[int]) -> None:
    """Targets that a ruling had set aside bind again where the text binds them."""
    members: dict[str, list[str]] = {}
    for code, parent in Region.objects.filter(withdrawn=False).values_list("code", "parent_id"):
        members.setdefault(parent or "", []).append(code)
    rows = Target.objects.filter(pk__in=list(targets)).select_related("indicator", "document", "plan")
    for target in rows:
        for binding in bindings(target, members):
            RegionalTarget.objects.filter(target=target, region=binding.region_code).update(
                active=True, has_baseline=binding.has_baseline
            )


def _remove_findings(places: Iterable[Place]) -> int:
    """Findings about figures that demonstration values were part of and that no longer stand."""
    indicators = {row.pk: row for row in Indicator.objects.filter(pk__in={place[0] for place in places})}
    above = dict(Region.objects.values_list("code", "parent_id"))
    keys = {
        finding_key(indicators[indicator], region, period_end)
        for indicator, county, period_end in places
        for region in (county, above[county])
        if region is not None
    }
    gone = Finding.objects.filter(
        origin=Finding.Origin.DATA, withdrawn_at__isnull=False, rulings__isnull=True
    )
    return remove(gone.filter(pk__in=[row.pk for row in gone if row.key in keys]))


def _remove_accounts(accounts: Iterable[User]) -> int:
    """The accounts, and what cannot be without its signer; audit events keep the name and lose the link."""
    keys = [account.pk for account in accounts]
    AuditEvent.objects.filter(actor__in=keys).update(actor=None)
    return remove(User.objects.filter(pk__in=keys))
