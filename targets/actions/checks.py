"""Hard checks on values that are to count: what no explanation can make right (domain guide §5).

Every check names the place (which candidate, region, period, indicator) and what to do about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Indicator, Observation
from yuxi_eldercare.core.models import Region, User

from .refusals import Problem

Kind = Observation.PeriodKind
_MONTHS = {Kind.YEAR: {12}, Kind.HALF: {6, 12}, Kind.QUARTER: {3, 6, 9, 12}, Kind.MONTH: set(range(1, 13))}
_MOST = {"value": Decimal(10) ** 9, "numerator": Decimal(10) ** 11, "denominator": Decimal(10) ** 11}
_PLACES = {"value": 6, "numerator": 4, "denominator": 4}


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """A value that is to count. `indicator` and `region` are codes; a rate gives numerator and denominator.

    Exactly one of a figure and `not_applicable` is given. `reason` is needed when it replaces a value.
    """

    indicator: str
    region: str
    period_end: date
    period_kind: str = Kind.YEAR
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False
    note: str = ""
    reason: str = ""
    department_id: int | None = None
    reported_by: User | None = None
    reported_at: datetime | None = None


@dataclass(frozen=True)
class Candidate:
    """A new value with the rows its codes stand for and its place in the list."""

    index: int
    new: NewValue
    indicator: Indicator
    region: Region
    is_deliverable: bool  # some target wants it `done`: 0 or 1

    def problem(self, field: str, sentence: str) -> Problem:
        """A complaint that begins with the place."""
        place = _("第%(number)s条（%(region)s %(period)s “%(name)s”）：") % {
            "number": self.index + 1,
            "region": self.region.short_name,
            "period": self.new.period_end,
            "name": self.indicator.name,
        }
        return Problem(self.index, field, place + sentence)


def check(candidate: Candidate, today: date) -> Iterator[Problem]:
    """Everything wrong with one candidate by itself."""
    yield from _check_place(candidate)
    yield from _check_period(candidate, today)
    if candidate.new.not_applicable:
        yield from _check_not_applicable(candidate)
        return
    sizes = list(_check_sizes(candidate))
    yield from sizes
    if not sizes:
        yield from _check_figure(candidate)


def is_rate(indicator: Indicator) -> bool:
    """Whether its figure is numerator / denominator × scale."""
    return indicator.rollup == Indicator.Rollup.RATIO


def is_share(indicator: Indicator) -> bool:
    """Whether its figure is a part of a whole, in per cent."""
    return indicator.unit == "%"


def _check_place(candidate: Candidate) -> Iterator[Problem]:
    if candidate.indicator.withdrawn_at is not None:
        yield candidate.problem("indicator", _("该指标已停用，不能再填报，请改用现行指标。"))
    if candidate.indicator.qualitative:
        yield candidate.problem("indicator", _("该指标为定性指标，由裁定认定，不填报数值。"))
    if candidate.region.level not in (Region.Level.CITY, Region.Level.COUNTY):
        yield candidate.problem("region", _("只接收市级和县（市、区）级数据，请填所属县（市、区）的代码。"))
    if candidate.region.withdrawn:
        yield candidate.problem("region", _("该行政区划已撤销，请填现行区划代码。"))
    if candidate.new.reason and not candidate.new.reason.strip():
        yield candidate.problem("reason", _("更正理由不能只有空格，请写明为什么更正。"))


def _check_period(candidate: Candidate, today: date) -> Iterator[Problem]:
    end, kind = candidate.new.period_end, candidate.new.period_kind
    if kind not in _MONTHS:
        yield candidate.problem("period_kind", _("期别应为年、半年、季或月（year、half、quarter、month）。"))
    elif not _ends_month(end) or end.month not in _MONTHS[Kind(kind)]:
        label = Kind(kind).label
        yield candidate.problem(
            "period_end", _("期末日期与期别“%(kind)s”不符，请填该期的最后一天。") % {"kind": label}
        )
    if end > today:
        yield candidate.problem("period_end", _("该期尚未结束，期末之后才能确认生效。"))


def _ends_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _check_not_applicable(candidate: Candidate) -> Iterator[Problem]:
    new = candidate.new
    if new.value is not None or new.numerator:
        yield candidate.problem("not_applicable", _("“不适用”与数值只能填一个，请删去数值或取消“不适用”。"))
    elif new.denominator:
        yield candidate.problem("denominator", _("分母不为0时不是“不适用”，请填写分子。"))


def _check_sizes(candidate: Candidate) -> Iterator[Problem]:
    for field, most in _MOST.items():
        number: Decimal | None = getattr(candidate.new, field)
        if number is None:
            continue
        if not number.is_finite():
            yield candidate.problem(field, _("不是有效的数，请填写数字。"))
        elif number < 0:
            yield candidate.problem(field, _("数值 %(value)s 不能为负，请核对。") % {"value": number})
        elif number >= most:
            yield candidate.problem(field, _("数值 %(value)s 过大，请核对计量单位。") % {"value": number})
        elif number != round(number, _PLACES[field]):
            yield candidate.problem(
                field, _("小数最多%(places)s位，请四舍五入后填写。") % {"places": _PLACES[field]}
            )


def _check_figure(candidate: Candidate) -> Iterator[Problem]:
    new = candidate.new
    if is_rate(candidate.indicator) and (new.numerator is not None or new.denominator is not None):
        yield from _check_rate(candidate)
        return
    if new.value is None:
        hint = _("请填写分子和分母") if is_rate(candidate.indicator) else _("请填写数值")
        yield candidate.problem("value", hint + _("；确无此项的，选“不适用”。"))
        return
    if is_rate(candidate.indicator) and candidate.region.level == Region.Level.COUNTY:
        yield candidate.problem("numerator", _("县级比率须填写分子和分母，才能汇总到全市。"))
    if not is_rate(candidate.indicator) and (new.numerator is not None or new.denominator is not None):
        yield candidate.problem("numerator", _("该指标不是比率，请只填数值。"))
    if is_share(candidate.indicator) and new.value > 100:
        yield candidate.problem("value", _("占比 %(value)s 大于100%%，请核对。") % {"value": new.value})
    if candidate.indicator.integer and new.value != int(new.value):
        yield candidate.problem(
            "value", _("该指标按整数计，%(value)s 不是整数，请核对。") % {"value": new.value}
        )
    if candidate.is_deliverable and new.value not in (0, 1):
        yield candidate.problem("value", _("该指标只填0（未完成）或1（已完成）。"))


def _check_rate(candidate: Candidate) -> Iterator[Problem]:
    new = candidate.new
    if new.numerator is None or new.denominator is None:
        missing = _("分子") if new.numerator is None else _("分母")
        field = "numerator" if new.numerator is None else "denominator"
        yield candidate.problem(field, _("缺少%(part)s，请补填。") % {"part": missing})
        return
    if new.denominator == 0:
        remedy = _("请选“不适用”") if new.numerator == 0 else _("请核对分母")
        yield candidate.problem("denominator", _("分母为0，不能计算比率，") + remedy + "。")
        return
    if is_share(candidate.indicator) and new.numerator > new.denominator:
        yield candidate.problem(
            "numerator",
            _("分子 %(numerator)s 大于分母 %(denominator)s，请核对。")
            % {"numerator": new.numerator, "denominator": new.denominator},
        )
    rate = new.numerator / new.denominator * (candidate.indicator.scale or 1)
    if new.value is not None and abs(new.value - rate) > Decimal(1).scaleb(-candidate.indicator.decimals) / 2:
        yield candidate.problem(
            "value",
            _("填写的比率 %(value)s 与分子、分母算得的 %(rate)s 不符，请核对。")
            % {"value": new.value, "rate": round(rate, 4)},
        )
