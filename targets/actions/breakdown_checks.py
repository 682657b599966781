"""What the parts of a broken-down target must be (§4.5): complete, dated inside the target, at least the whole.

A count's parts must add up to at least the whole. A rate's parts, weighted by the counties' denominators, must
give at least the city's; where a denominator is not known yet, no county's part may ask for less than the
city's, which makes the whole whatever the weights. (With `down` the better side is below: "at least" is then
"at most".)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from django.utils.translation import gettext as _

from targets.models import Indicator, Milestone, Target
from targets.progress import plain
from yuxi_eldercare.core.models import Region

from .refusals import Problem

_LARGEST = Decimal(10) ** 11


@dataclass(frozen=True)
class Part:
    """What one county owes by one due date, in the indicator's unit; for `annual`, in the year that ends then."""

    region: str
    due: date
    value: Decimal


def check_parts(
    target: Target,
    demanded: Mapping[date, Milestone],
    counties: Sequence[Region],
    parts: Sequence[Part],
    weights: Mapping[str, Decimal],
) -> list[Problem]:
    """Everything that is wrong with the parts; rows first, and only when those are sound, the whole.

    `weights` are the denominators of a rate by county, empty where they are not all known.
    """
    if not demanded:
        return [Problem(None, "parts", _("该目标没有写明期限和数值，不能分解。请先裁定期限。"))]
    names = {county.code: county.short_name for county in counties}
    problems = [*_single(target, max(demanded), names, parts)]
    if not problems:
        problems = [*_missing(demanded, names, parts)]
    if not problems:
        problems = [*_shrinking(target, names, parts), *_below_whole(target, demanded, names, parts, weights)]
    return problems


def _single(target: Target, last: date, names: Mapping[str, str], parts: Sequence[Part]) -> Iterator[Problem]:
    """Each part for itself: its county, its date, its value, and that it stands there once."""
    indicator = target.indicator
    seen: set[tuple[str, date]] = set()
    for index, part in enumerate(parts):
        if part.region not in names:
            text = _("“%(code)s”不是%(city)s所辖的县（市、区）。")
            words = text % {"code": part.region, "city": target.region.short_name}
            yield Problem(index, "region", words)
            continue
        where = {"county": names[part.region], "when": due_text(part.due)}
        if (part.region, part.due) in seen:
            yield Problem(index, "due", _("%(county)s%(when)s的分解数写了两次，请只保留一个。") % where)
        seen.add((part.region, part.due))
        if target.baseline_date is not None and part.due <= target.baseline_date:
            text = _("%(county)s的期限%(when)s不晚于基期%(base)s，请改为之后的日期。")
            yield Problem(index, "due", text % {**where, "base": target.baseline_date.isoformat()})
        elif target.baseline_date is None and part.due < target.plan.start:
            yield Problem(index, "due", _("%(county)s的期限%(when)s早于规划期，请改为之后的日期。") % where)
        if part.due > last:
            text = _("%(county)s的期限%(when)s晚于全市目标的最后期限%(last)s，请提前。")
            yield Problem(index, "due", text % {**where, "last": due_text(last)})
        value = part.value
        if not value.is_finite() or value < 0 or value >= _LARGEST or round(value, 4) != value:
            text = _("%(county)s%(when)s的分解数应为不小于0的数字，最多四位小数。")
            yield Problem(index, "value", text % where)
        elif indicator.integer and value != value.to_integral_value():
            text = _("%(county)s%(when)s的分解数应为整数（单位：%(unit)s）。")
            yield Problem(index, "value", text % {**where, "unit": indicator.unit})
        elif indicator.unit == "%" and value > 100:
            yield Problem(index, "value", _("%(county)s%(when)s的分解数超过100%%，请核对。") % where)


def _missing(
    demanded: Mapping[date, Milestone], names: Mapping[str, str], parts: Sequence[Part]
) -> Iterator[Problem]:
    """Every county stands in every due date of the target, and in every other one that was chosen."""
    given = {(part.region, part.due) for part in parts}
    for due in sorted({*demanded, *(part.due for part in parts)}):
        absent = [name for code, name in names.items() if (code, due) not in given]
        if absent:
            text = _("%(when)s还缺%(counties)s的分解数；没有任务的县请填0。")
            yield Problem(None, "parts", text % {"when": due_text(due), "counties": "、".join(absent)})


def _shrinking(target: Target, names: Mapping[str, str], parts: Sequence[Part]) -> Iterator[Problem]:
    """What is to be reached may not move away from the goal between two dates."""
    if target.target_type != Target.Type.REACH:
        return
    rising = target.indicator.direction == Indicator.Direction.UP
    text = (
        _("%(county)s%(when)s的分解数小于%(before)s的，请使后一期不小于前一期。")
        if rising
        else _("%(county)s%(when)s的分解数大于%(before)s的，请使后一期不大于前一期。")
    )
    last: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: part.due):
        before = last.get(part.region)
        if before is not None and (part.value < before.value if rising else part.value > before.value):
            words = {
                "county": names[part.region],
                "when": due_text(part.due),
                "before": due_text(before.due),
            }
            yield Problem(None, "parts", text % words)
        last[part.region] = part


def _below_whole(
    target: Target,
    demanded: Mapping[date, Milestone],
    names: Mapping[str, str],
    parts: Sequence[Part],
    weights: Mapping[str, Decimal],
) -> Iterator[Problem]:
    """The parts of each due date of the text make at least the whole."""
    unit = target.indicator.unit
    rate = target.indicator.rollup == Indicator.Rollup.RATIO
    for due, milestone in sorted(demanded.items()):
        whole = milestone.value
        assert whole is not None, "demands without a value are no whole"
        at_most = asks_at_most(milestone, target.indicator)
        here = [part for part in parts if part.due == due]
        words = {"when": due_text(due), "whole": f"{plain(whole)}{unit}"}
        if rate and weights:
            mean = _weighted(here, weights)
            if mean > whole if at_most else mean < whole:
                text = (
                    _("%(when)s各县按分母加权为%(mean)s，高于全市目标%(whole)s，请调低。")
                    if at_most
                    else _("%(when)s各县按分母加权为%(mean)s，低于全市目标%(whole)s，请调高。")
                )
                yield Problem(None, "parts", text % {**words, "mean": f"{_read(mean, up=at_most)}{unit}"})
            continue
        if rate:
            lax = [part for part in here if (part.value > whole if at_most else part.value < whole)]
            if lax:
                text = (
                    _("%(when)s%(counties)s的分解数高于全市目标%(whole)s；分母未报齐，不能加权，请调低。")
                    if at_most
                    else _(
                        "%(when)s%(counties)s的分解数低于全市目标%(whole)s；分母未报齐，不能加权，请调高。"
                    )
                )
                counties = "、".join(names[part.region] for part in lax)
                yield Problem(None, "parts", text % {**words, "counties": counties})
            continue
        total = sum((part.value for part in here), Decimal(0))
        short = total - whole if at_most else whole - total
        if short > 0:
            text = (
                _("%(when)s各县合计%(total)s，超过全市目标%(whole)s，多出%(short)s，请调低。")
                if at_most
                else _("%(when)s各县合计%(total)s，不足全市目标%(whole)s，还差%(short)s，请调高。")
            )
            amounts = {"total": f"{plain(total)}{unit}", "short": f"{plain(short)}{unit}"}
            yield Problem(None, "parts", text % {**words, **amounts})


def _weighted(parts: Sequence[Part], weights: Mapping[str, Decimal]) -> Fraction:
    """The rate all counties together reach when each reaches its part."""
    reached = sum((Fraction(part.value) * Fraction(weights[part.region]) for part in parts), Fraction(0))
    return reached / sum((Fraction(weights[part.region]) for part in parts), Fraction(0))


def _read(mean: Fraction, *, up: bool) -> str:
    """A mean as people read it, cut to the side that misses the whole: it never looks like enough."""
    scaled = mean * 10_000
    return plain(Decimal(ceil(scaled) if up else floor(scaled)).scaleb(-4))


def asks_at_most(milestone: Milestone, indicator: Indicator) -> bool:
    """Whether a demand is met from below: by its comparator, or else by the better side."""
    if milestone.comparator in {">=", "<="}:
        return milestone.comparator == "<="
    return indicator.direction == Indicator.Direction.DOWN


def due_text(due: date) -> str:
    """“2023年” for the end of a year, else the date."""
    return _("%(year)s年") % {"year": due.year} if (due.month, due.day) == (12, 31) else due.isoformat()
