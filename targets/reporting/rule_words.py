"""What rules say to people: their parameters with unit, what they look at in a sentence, and an example.

The example is made by the rule itself on invented figures, so it is what a reporter will read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Indicator

from .checks import KINDS, PARTS, Cell, Context, Rule, check_cells, codes_of, parameter
from .figures import Figure
from .periods import Kind as Period
from .periods import shifted


@dataclass(frozen=True)
class Parameter:
    """How a form asks for a parameter."""

    label: Any
    unit: Any = ""
    help_text: Any = ""


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "percent": Parameter(gettext_lazy("变动超过"), "%", gettext_lazy("上升、下降都算。")),
    "at_least": Parameter(
        gettext_lazy("且差值大于"),
        gettext_lazy("（指标自身的单位）"),
        gettext_lazy("小数目不必追究：差值不超过此数时不提示。"),
    ),
    "periods": Parameter(gettext_lazy("看最近"), gettext_lazy("期")),
    "at_least_periods": Parameter(
        gettext_lazy("至少有"), gettext_lazy("期"), gettext_lazy("历史不足时不提示。")
    ),
    "margin": Parameter(
        gettext_lazy("上下放宽"),
        gettext_lazy("倍"),
        gettext_lazy("历史最高与最低之差的倍数；0.5 即两头各放宽一半。"),
    ),
    "tolerance": Parameter(gettext_lazy("允许相差"), gettext_lazy("（指标自身的单位）")),
    "part": Parameter(gettext_lazy("部分")),
    "whole": Parameter(gettext_lazy("整体")),
    "parts": Parameter(gettext_lazy("各部分"), "", gettext_lazy("可选多处；合计不应大于整体。")),
    "left": Parameter(gettext_lazy("一处")),
    "right": Parameter(gettext_lazy("另一处")),
}
_PART_WORDS = {"numerator": gettext_lazy("分子"), "denominator": gettext_lazy("分母")}
_END = date(2025, 9, 30)
_REGION = "-"


def place_words(text: str, indicators: Mapping[str, Indicator]) -> str:
    """“护理型床位占比 · 分子（护理型床位数）” of `nursing-bed-share.numerator`."""
    code, _dot, part = text.partition(".")
    indicator = indicators.get(code)
    if indicator is None:
        return text
    if not part:
        return indicator.name
    name = indicator.numerator_name if part == "numerator" else indicator.denominator_name
    words = {"name": indicator.name, "part": _PART_WORDS.get(part, part), "what": name}
    return (_("%(name)s · %(part)s（%(what)s）") if name else _("%(name)s · %(part)s")) % words


def parameter_words(
    kind: str, params: Mapping[str, Any], indicators: Mapping[str, Indicator]
) -> list[tuple[str, str]]:
    """What a rule's parameters are, as (label, value with unit)."""
    known = KINDS.get(kind)
    if known is None:
        return [(name, str(value)) for name, value in params.items()]
    found = []
    for name, default in known.numbers.items():
        asked = PARAMETERS[name]
        found.append((str(asked.label), f"{params.get(name, default)} {asked.unit}".strip()))
    for name in (*known.lists, *known.places):
        value = params.get(name) or []
        texts = value if isinstance(value, list) else [value]
        shown = "；".join(place_words(str(text), indicators) for text in texts)
        found.append((str(PARAMETERS[name].label), shown))
    return found


def example(rule: Rule, indicators: Mapping[str, Indicator]) -> str:
    """A sentence this rule would say, of invented figures; empty for a rule that is not complete."""
    cell, context = _invented(rule, indicators)
    found = check_cells([cell], [replace(rule, region="", indicators=frozenset())], context)
    problems = found.get(cell.place, [])
    return problems[0].message if problems else ""


def _invented(rule: Rule, indicators: Mapping[str, Indicator]) -> tuple[Cell, Context]:
    """A cell that was 100 all the time before, and now is what the rule has something to say of."""
    hundred = Figure(Decimal(100), Decimal(100), Decimal(100))
    context = Context(names={code: row.name for code, row in indicators.items()})
    if KINDS[rule.kind].cross:
        return _invented_pair(rule, indicators, context)
    point = Indicator(key="example", basis=Indicator.Basis.POINT, direction=Indicator.Direction.UP)
    ends = [shifted(Period.QUARTER, _END, -back) for back in range(1, 61)]
    context.in_force["example", _REGION] = dict.fromkeys(ends, hundred)
    if rule.kind == "outside_history":
        context.in_force["example", _REGION] |= dict.fromkeys(ends[::2], Figure(Decimal(80)))
    now = Decimal(90)
    if rule.kind != "falls":
        now = sum((parameter(rule, name) for name in ("percent", "at_least") if _has(rule, name)), now + 30)
    return Cell(point, _REGION, _END, Period.QUARTER, Figure(now)), context


def _invented_pair(rule: Rule, indicators: Mapping[str, Indicator], context: Context) -> tuple[Cell, Context]:
    """The first place holds far more than the others."""
    first = str(next(iter(rule.params["parts"])) if "parts" in rule.params else rule.params.get("part", ""))
    code, _dot, part = (first or str(rule.params.get("left", ""))).partition(".")
    large = Decimal(120) + (parameter(rule, "tolerance") if _has(rule, "tolerance") else 0)
    hundred = Decimal(100)
    for other in codes_of(rule):
        context.typed[other, _REGION, _END] = Figure(hundred, hundred, hundred)
    parts = dict.fromkeys(PARTS, hundred) | {part or "value": large}
    figure = Figure(parts["value"], parts["numerator"], parts["denominator"])
    indicator = indicators.get(code) or Indicator(key=code, name=code)
    context.typed[code, _REGION, _END] = figure
    return Cell(indicator, _REGION, _END, Period.QUARTER, figure), context


def _has(rule: Rule, name: str) -> bool:
    return name in KINDS[rule.kind].numbers
