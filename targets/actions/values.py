"""确认生效: making reported values count. A correction is a new version with a reason, never an update."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.judging.locks import lock, rates_over
from targets.judging.values import exact_ratio
from targets.models import Indicator, Observation, ObservationBatch, Target
from targets.progress import plain
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.dispatch import after_commit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import PUBLISH_VALUE, can

from .checks import Candidate, NewValue, check, is_rate
from .refusals import NotAllowed, Problem, Refused

REPLACES_DEMO = "替换演示数据"
_SIX_PLACES = Decimal("0.000001")
_ROWS_IN_AUDIT = 20

Key = tuple[int, str, date]  # indicator id, region code, period end


@dataclass(frozen=True)
class _Known:
    """The versions there are of one value."""

    last_version: int
    in_force: Observation | None


def publish_values(
    *,
    values: Sequence[NewValue],
    by: User | None,
    label: str,
    is_demo: bool = False,
    known_from: datetime | None = None,
    process: str = "",
    judge_later: bool = False,
    recount_later: bool = False,
) -> ObservationBatch:
    """Make values count, all or none; what they touch is judged anew right after the commit.

    Rates whose denominators these are get new versions in the same transaction, unless the caller sees to
    that itself with the rates locked (`recount_later`).

    Without `by`, a process acts and is named by `process`; only it may say since when (`known_from`) the
    values were known, and may leave judging to its caller (`judge_later`). What a demonstration account
    publishes is demonstration data. Raises `Refused` with everything that is wrong, or `NotAllowed`.
    """
    if by is not None and (known_from is not None or judge_later):
        raise ValueError("only a process may choose when values became known or that they are judged later")
    is_demo = is_demo or (by is not None and by.is_demo)
    with transaction.atomic():
        candidates = _candidates(values, timezone.localdate(known_from))
        _check_permission(candidates, by)
        own = {(candidate.indicator.pk, candidate.region.code) for candidate in candidates}
        rates = rates_over(own) if not recount_later else set()
        lock(own | rates)
        # Not before the lock: a month that was closed while we waited for it did not know these values.
        now = known_from or timezone.now()
        known = _known(candidates)
        candidates = _check_corrections(candidates, known, is_demo)
        batch = ObservationBatch.objects.create(label=label, is_demo=is_demo, created_by=by)
        _supersede(candidates, known, now)
        rows = [_observation(candidate, known, batch, now) for candidate in candidates]
        Observation.objects.bulk_create(rows, batch_size=500)
        _audit(batch, candidates, rows, known, by, process)
        if not judge_later:
            after_commit("targets.rejudge", _touched(candidates))
        if rates:
            # Not at the top: entries that show these values, and with them all of reporting, follow too.
            from targets.reporting.cascade import cascade

            cascade([_key(c) for c in candidates], known_from=known_from, judge_later=judge_later)
    return batch


def _candidates(values: Sequence[NewValue], today: date) -> list[Candidate]:
    """The values with the rows their codes stand for. Raises `Refused` for everything hard checks find."""
    if not values:
        raise Refused.because(_("没有要生效的数据。"), "values")
    indicators = {row.key: row for row in Indicator.objects.filter(key__in={v.indicator for v in values})}
    regions = Region.objects.select_related("parent").in_bulk({v.region for v in values})
    deliverables = set(
        Target.objects.filter(
            indicator__in=indicators.values(), target_type=Target.Type.DONE, withdrawn_at=None
        ).values_list("indicator_id", flat=True)
    )
    problems: list[Problem] = []
    candidates: list[Candidate] = []
    for index, new in enumerate(values):
        indicator, region = indicators.get(new.indicator), regions.get(new.region)
        if indicator is None:
            text = _("第%(number)s条：没有代码为“%(code)s”的指标，请核对指标代码。")
            problems.append(Problem(index, "indicator", text % {"number": index + 1, "code": new.indicator}))
        if region is None:
            text = _("第%(number)s条：没有代码为“%(code)s”的地区，请核对行政区划代码。")
            problems.append(Problem(index, "region", text % {"number": index + 1, "code": new.region}))
        if indicator is None or region is None:
            continue
        candidate = Candidate(index, new, indicator, region, indicator.pk in deliverables)
        problems += check(candidate, today)
        candidates.append(candidate)
    problems += _repeated(candidates)
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.index or 0))
    return candidates


def _repeated(candidates: Iterable[Candidate]) -> Iterable[Problem]:
    first: dict[Key, int] = {}
    for candidate in candidates:
        earlier = first.setdefault(_key(candidate), candidate.index)
        if earlier != candidate.index:
            yield candidate.problem(
                "period_end", _("与第%(number)s条重复，请只保留一条。") % {"number": earlier + 1}
            )


def _check_permission(candidates: Sequence[Candidate], by: User | None) -> None:
    """Raises `NotAllowed`: a role for every region, and nobody confirms what they entered."""
    if by is None:
        return
    problems = []
    for region in {candidate.region.code: candidate.region for candidate in candidates}.values():
        decision = can(by, PUBLISH_VALUE, region=region)
        if not decision:
            problems.append(Problem(None, "region", decision.reason))
    for candidate in candidates:
        reporter = candidate.new.reported_by
        if reporter is not None and reporter.is_demo and not by.is_demo:
            problems.append(candidate.problem("reported_by", _("演示账号填报的数据不能作为正式数据确认。")))
        if reporter is not None and reporter.pk == by.pk:
            problems.append(
                candidate.problem("reported_by", _("不能确认自己填报的数据，请由其他有权限的人员确认。"))
            )
    if problems:
        raise NotAllowed(problems)


def _known(candidates: Sequence[Candidate]) -> dict[Key, _Known]:
    """What is on record for these values already. One statement."""
    wanted = {_key(candidate) for candidate in candidates}
    rows = Observation.objects.filter(
        indicator__in={key[0] for key in wanted},
        region__in={key[1] for key in wanted},
        period_end__in={key[2] for key in wanted},
    ).order_by("version")
    known: dict[Key, _Known] = {}
    for row in rows:
        key = (row.indicator_id, row.region_id, row.period_end)
        if key in wanted:
            known[key] = _Known(row.version, row if row.superseded_at is None else None)
    return known


def _check_corrections(
    candidates: Sequence[Candidate], known: dict[Key, _Known], is_demo: bool
) -> list[Candidate]:
    """A value that replaces one needs a reason. Real values replace demonstration data, not the reverse."""
    problems, settled = [], []
    for candidate in candidates:
        before = known.get(_key(candidate))
        old = before.in_force if before else None
        if old is not None and is_demo and not old.is_demo:
            problems.append(candidate.problem("value", _("已有正式数据，演示数据不能替换它。")))
        elif before is not None and old is not None and old.is_demo and not is_demo:
            reason = candidate.new.reason or REPLACES_DEMO
            candidate = replace(candidate, new=replace(candidate.new, reason=reason))
        elif before is not None and not candidate.new.reason.strip():
            problems.append(candidate.problem("reason", _("该期已有生效数据，更正须写明理由（reason）。")))
        elif before is None and candidate.new.reason:
            candidate = replace(candidate, new=replace(candidate.new, reason=""))
        settled.append(candidate)
    if problems:
        raise Refused(problems)
    return settled


def _supersede(candidates: Sequence[Candidate], known: dict[Key, _Known], now: datetime) -> None:
    old = [known[_key(candidate)].in_force for candidate in candidates if _key(candidate) in known]
    replaced = [row.pk for row in old if row is not None]
    if replaced:
        Observation.objects.filter(pk__in=replaced).update(superseded_at=now)


def _observation(
    candidate: Candidate, known: dict[Key, _Known], batch: ObservationBatch, now: datetime
) -> Observation:
    new, before = candidate.new, known.get(_key(candidate))
    return Observation(
        indicator=candidate.indicator,
        region=candidate.region,
        period_kind=new.period_kind,
        period_end=new.period_end,
        version=before.last_version + 1 if before else 1,
        value=_value(candidate),
        numerator=None if new.not_applicable else new.numerator,
        denominator=None if new.not_applicable else new.denominator,
        not_applicable=new.not_applicable,
        note=new.note,
        reason=new.reason,
        department_id=new.department_id,
        reported_by=new.reported_by,
        reported_at=new.reported_at or now,
        known_from=now,
        batch=batch,
        is_demo=batch.is_demo,
    )


def _value(candidate: Candidate) -> Decimal | None:
    """The figure as stored: of a rate, the quotient rounded (its parts stay exact beside it)."""
    new = candidate.new
    if new.not_applicable:
        return None
    if is_rate(candidate.indicator) and new.numerator is not None and new.denominator is not None:
        quotient = exact_ratio(new.numerator, new.denominator, candidate.indicator.scale or 1)
        return quotient.quantize(_SIX_PLACES)
    return new.value


def _touched(candidates: Iterable[Candidate]) -> list[list[Any]]:
    """Indicators with their regions, as JSON for the task."""
    found: dict[int, set[str]] = {}
    for candidate in candidates:
        found.setdefault(candidate.indicator.pk, set()).add(candidate.region.code)
    return [[indicator, sorted(regions)] for indicator, regions in sorted(found.items())]


def _audit(
    batch: ObservationBatch,
    candidates: Sequence[Candidate],
    rows: Sequence[Observation],
    known: dict[Key, _Known],
    by: User | None,
    process: str,
) -> None:
    """One event for the batch: the first rows in full, all of them as a digest."""
    after = [_facts(candidate, row) for candidate, row in zip(candidates, rows, strict=True)]
    before = [
        _facts(candidate, old)
        for candidate in candidates
        if _key(candidate) in known and (old := known[_key(candidate)].in_force) is not None
    ]
    audit.record(
        by=by,
        process=process,
        action="observations.publish",
        object_type="observation_batch",
        object_key=str(batch.pk),
        before={"count": len(before), "rows": before[:_ROWS_IN_AUDIT]} if before else None,
        after={
            "count": len(after),
            "is_demo": batch.is_demo,
            "sha256": hashlib.sha256(orjson.dumps(after)).hexdigest(),
            "rows": after[:_ROWS_IN_AUDIT],
        },
        detail=batch.label,
    )


def _facts(candidate: Candidate, row: Observation) -> dict[str, Any]:
    def text(number: Decimal | None) -> str | None:
        return None if number is None else plain(number)

    return {
        "indicator": candidate.indicator.key,
        "region": row.region_id,
        "period_end": row.period_end.isoformat(),
        "version": row.version,
        "value": text(row.value),
        "numerator": text(row.numerator),
        "denominator": text(row.denominator),
        "not_applicable": row.not_applicable,
        "reason": row.reason,
    }


def _key(candidate: Candidate) -> Key:
    return candidate.indicator.pk, candidate.region.code, candidate.new.period_end
