"""直报与汇总不符: a parent's own figure that differs from the complete roll-up of its members: a Finding."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from targets.models import Indicator
from targets.progress import plain
from yuxi_eldercare.core.models import Finding, FindingPlace

from .territory import Territory
from .values import Direct, Rolled, RolledUp, Value

PREFIX = "data.reported-differs"


def finding_key(indicator: Indicator, region: str, period_end: date) -> str:
    """The permanent key of the finding about one figure."""
    return f"{PREFIX}.{indicator.key}.{region}.{period_end:%Y%m%d}"


def raise_differences(
    indicators: Sequence[Indicator], territory: Territory, direct: Direct, rolled: RolledUp
) -> None:
    """Make findings match the figures: raise, withdraw, restore. One statement when nothing changed."""
    wanted: dict[str, tuple[Indicator, str, Value, Rolled]] = {}
    for indicator in indicators:
        for parent in sorted(territory.judged & territory.members.keys()):
            for period_end, figure in rolled.get((indicator.pk, parent), {}).items():
                own = direct.get((indicator.pk, parent), {}).get(period_end)
                if own is not None and not figure.provisional and _differs(indicator, own, figure.value):
                    wanted[finding_key(indicator, parent, period_end)] = (indicator, parent, own, figure)
    present = _present(indicators, territory)
    now = timezone.now()
    for key, finding in present.items():
        if key not in wanted and finding.withdrawn_at is None:
            finding.withdrawn_at = now
            finding.save(update_fields=["withdrawn_at"])
    for key, (indicator, parent, own, figure) in wanted.items():
        _write(key, present.get(key), indicator, territory.names[parent], own, figure)


def _present(indicators: Sequence[Indicator], territory: Territory) -> Mapping[str, Finding]:
    starts = {
        f"{PREFIX}.{indicator.key}.{parent}."
        for indicator in indicators
        for parent in territory.judged
        if territory.members.get(parent)
    }
    if not starts:
        return {}
    rows = Finding.objects.filter(origin=Finding.Origin.DATA, kind=Finding.Kind.REPORTED_DIFFERS)
    if len(indicators) == 1:
        rows = rows.filter(key__startswith=f"{PREFIX}.{indicators[0].key}.")
    return {row.key: row for row in rows if row.key.rpartition(".")[0] + "." in starts}


def _differs(indicator: Indicator, own: Value, rolled: Value) -> bool:
    """Not equal; a rate that was typed as such is compared at the decimals the indicator is shown with."""
    if own.value is None or rolled.value is None:
        return (own.value is None) != (rolled.value is None)
    if own.numerator is None and rolled.numerator is not None:
        step = Decimal(1).scaleb(-indicator.decimals)
        return abs(own.value - (rolled.reading(indicator.scale) or Decimal(0))) > step / 2
    return own.reading(indicator.scale) != rolled.reading(indicator.scale)


def _write(
    key: str, finding: Finding | None, indicator: Indicator, place: str, own: Value, figure: Rolled
) -> None:
    period = f"{own.period_end.year}年{own.period_end.month}月末"
    phrases = [
        f"{place}直报：{_text(indicator, own)}",
        f"{figure.reported}个县（市、区）汇总：{_text(indicator, figure.value)}",
    ]
    summary = f"{place}{period}“{indicator.name}”直报与各县汇总不一致：{'；'.join(phrases)}。"
    if finding is not None and finding.withdrawn_at is None and finding.summary == summary:
        return
    if finding is None:
        finding = Finding(key=key, kind=Finding.Kind.REPORTED_DIFFERS, origin=Finding.Origin.DATA)
    finding.summary, finding.subjects, finding.withdrawn_at = summary, [indicator.key], None
    finding.save()
    finding.places.all().delete()
    FindingPlace.objects.bulk_create(
        FindingPlace(finding=finding, phrase=phrase, position=i) for i, phrase in enumerate(phrases)
    )


def _text(indicator: Indicator, value: Value) -> str:
    figure = value.reading(indicator.scale)
    if figure is None:
        return "不适用"
    places = max(indicator.decimals, 2) if indicator.scale else 6
    return plain(figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) + indicator.unit
