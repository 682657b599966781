"""What a breakdown (目标分解, §4.5) starts from: the whole, the counties, the versions, shares to propose."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from targets.judging.values import values_in_force
from targets.models import Breakdown, Indicator, Milestone, Target
from yuxi_eldercare.core.models import AuditEvent, Document, Region

Place = tuple[str, date]  # region code, due date
_SPLIT_TYPES = {Target.Type.REACH, Target.Type.FLOOR, Target.Type.CEILING, Target.Type.ANNUAL}
_SPLIT_ROLLUPS = {Indicator.Rollup.SUM, Indicator.Rollup.RATIO}
_LONGEST = 12  # years offered beside the target's own due dates


def why_not_split(target: Target, indicator: Indicator) -> str:
    """Why this target cannot be broken down by county; empty when it can. Reads document and region."""
    if target.document.status == Document.Status.DRAFT:
        return _("征求意见稿中的目标不作考核，不能分解。")
    if target.withdrawn_at or target.superseded_by_ruling:
        return _("该目标已不再执行，不能分解。")
    if target.region.level != Region.Level.CITY or target.scope != Target.Scope.CITY:
        return _("只有全市目标才能分解到县（市、区）。")
    if target.qualitative or target.target_type not in _SPLIT_TYPES or indicator.rollup not in _SPLIT_ROLLUPS:
        return _("这类目标不能按县相加，不能分解。")
    return ""


def own_milestones(target: Target) -> list[Milestone]:
    """What the text itself demands, without the parts of single regions; uses prefetched rows."""
    return [row for row in target.milestones.all() if row.regional_id is None and row.withdrawn_at is None]


def wholes(target: Target) -> dict[date, Milestone]:
    """The target's own dated demands by due date: what the parts must make."""
    return {row.due: row for row in own_milestones(target) if row.due is not None and row.value is not None}


def counties_of(target: Target) -> list[Region]:
    """The counties a city's target is split between, in the usual order."""
    return list(Region.objects.filter(parent=target.region_id, withdrawn=False).order_by("position", "code"))


def offered_dues(target: Target, demanded: Mapping[date, Milestone]) -> list[date]:
    """The target's own due dates, and the ends of the other years between the baseline and the last one."""
    if not demanded:
        return []
    last = max(demanded)
    start = target.baseline_date or target.plan.start
    first = start.year + (1 if target.baseline_date else 0)
    years = range(max(first, last.year - _LONGEST), last.year + 1)
    own_years = {due.year for due in demanded}
    return sorted({*demanded, *(date(y, 12, 31) for y in years if y not in own_years)})


def versions_of(target: Target) -> QuerySet[Breakdown]:
    """All versions of the breakdown, latest first, with people and parts."""
    return target.breakdowns.select_related("created_by", "issued_by").prefetch_related("parts__region")


def withdrawal_reasons(target: Target) -> dict[str, str]:
    """Why issued versions were taken out of force, by their key in the audit trail. One statement.

    (A discarded draft leaves its number to the next one.)
    """
    rows = AuditEvent.objects.filter(
        object_type="breakdown",
        action="breakdown.withdraw",
        object_key__startswith=f"{target.key} v",
        before__state="issued",
    )
    return dict(rows.values_list("object_key", "detail"))


def next_version(target: Target) -> int:
    """Number of the next version."""
    return (target.breakdowns.aggregate(last=Max("version"))["last"] or 0) + 1


def weights(counties: Sequence[Region]) -> list[tuple[Indicator, dict[str, Decimal]]]:
    """Denominator series (60岁以上人口 …) that every county has reported, with the latest value of each."""
    series = list(
        Indicator.objects.filter(denominator_of__isnull=False, rollup=Indicator.Rollup.SUM, withdrawn_at=None)
        .distinct()
        .order_by("position", "key")
    )
    known = values_in_force([row.pk for row in series], [county.code for county in counties])
    found = []
    for row in series:
        latest = {
            county.code: values[max(values)].value
            for county in counties
            if (values := known.get((row.pk, county.code)))
        }
        shares = {code: value for code, value in latest.items() if value is not None and value > 0}
        if counties and len(shares) == len(counties):
            found.append((row, shares))
    return found


def denominators(indicator: Indicator, counties: Sequence[Region]) -> dict[str, Decimal]:
    """Every county's latest denominator of a rate: what its part weighs in the city's. Empty unless all are known.

    Those of a series of its own, else those reported with the rate. One statement.
    """
    if indicator.rollup != Indicator.Rollup.RATIO or not counties:
        return {}
    series = indicator.denominator_series_id
    known = values_in_force([series or indicator.pk], [county.code for county in counties])
    found: dict[str, Decimal] = {}
    for (_indicator, region), values in known.items():
        given = ((end, row.value if series else row.denominator) for end, row in values.items())
        latest = max(((end, number) for end, number in given if number), default=None)
        if latest is not None:
            found[region] = latest[1]
    return found if len(found) == len(counties) else {}


def propose(
    target: Target, counties: Sequence[Region], shares: Mapping[str, Decimal] | None
) -> dict[Place, Decimal]:
    """Parts that make exactly the whole on every due date of the target, by `shares` or (None) equally.

    Of a rate every county gets the city's. What grows from date to date is shared by what each still lacks
    of its fair share, so that no county's part shrinks; rounding goes to the largest remainders.
    """
    weight = {county.code: shares[county.code] if shares else Decimal(1) for county in counties}
    demanded = {due: row.value for due, row in wholes(target).items() if row.value is not None}
    if target.indicator.rollup == Indicator.Rollup.RATIO:
        return {(code, due): value for due, value in demanded.items() for code in weight}
    parts: dict[Place, Decimal] = {}
    held, before = dict.fromkeys(weight, Decimal(0)), Decimal(0)
    for due, whole in sorted(demanded.items(), key=lambda item: (item[1], item[0])):
        if target.target_type == Target.Type.ANNUAL:
            held, before = dict.fromkeys(weight, Decimal(0)), Decimal(0)
        if whole > before:
            fair = {code: whole * share / sum(weight.values()) for code, share in weight.items()}
            lacking = {code: max(fair[code] - held[code], Decimal(0)) for code in weight}
            growth = _shared(whole - before, lacking, target.indicator.decimals)
            held = {code: held[code] + growth[code] for code in weight}
        before = whole
        parts |= {(code, due): value for code, value in held.items()}
    return parts


def _shared(amount: Decimal, weight: Mapping[str, Decimal], decimals: int) -> dict[str, Decimal]:
    """`amount` divided in proportion to the weights, in whole units of its last decimal place."""
    own_places = -int(amount.normalize().as_tuple().exponent)
    unit = Decimal(1).scaleb(-max(decimals, own_places, 0))
    total = sum(weight.values())
    exact = {code: amount * share / total for code, share in weight.items()}
    parts = {code: value.quantize(unit, rounding=ROUND_FLOOR) for code, value in exact.items()}
    left = int((amount - sum(parts.values())) / unit)
    for code in sorted(weight, key=lambda code: (parts[code] - exact[code], code))[:left]:
        parts[code] += unit
    return parts
