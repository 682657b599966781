"""The lights a typed value would give, in the order a reader needs them and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import Indicator, Milestone, RegionalTarget
from targets.presenters import words
from targets.reporting.lights import LightIf

SEVERITY = {"red": 0, "yellow": 1, "green": 2, "grey": 3}


@dataclass(frozen=True)
class LightLine:
    """One light in words: what is demanded by when, the state, how far it is, and whether this value decides."""

    light: str
    word: str
    demand: str
    gap: str
    decides: bool

    @property
    def short(self) -> str:
        """What is demanded and how far it is, for below the light."""
        if not self.decides:
            return f"{self.demand}：{self.word}"
        return f"{self.demand}，{self.gap}" if self.gap else self.demand

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        text = f"{self.demand}：{self.word}"
        if self.gap:
            text += f"，{self.gap}"
        return text if self.decides else text + _("（本期数不影响这个灯）")


def light_lines(lights: Iterable[LightIf], period_end: date, indicator: Indicator) -> list[LightLine]:
    """The lights that matter for a period: per target the milestone ahead, else the last; worst first."""
    by_target: dict[int, list[LightIf]] = {}
    for light in lights:
        if light.due is not None:
            by_target.setdefault(light.regional_target.pk, []).append(light)
    chosen = [_next(found, period_end) for found in by_target.values()]
    lines = [_line(light, indicator) for light in chosen]
    unique = {(line.demand, line.light, line.word): line for line in lines}
    return sorted(unique.values(), key=lambda line: (not line.decides, SEVERITY[line.light]))


def _next(lights: list[LightIf], period_end: date) -> LightIf:
    ordered = sorted(lights, key=lambda light: light.due or date.max)
    ahead = [light for light in ordered if (light.due or date.max) >= period_end]
    return ahead[0] if ahead else ordered[-1]


def _line(light: LightIf, indicator: Indicator) -> LightLine:
    demand = f"{words.due_words(light.milestone)} {words.demand(light.milestone, indicator)}"
    gap = light.answer.get("gap")
    return LightLine(
        light.light,
        words.state_word(light.state, light.light),
        demand,
        gap_words(Decimal(gap), indicator) if gap is not None else "",
        light.judged_here,
    )


def gap_words(gap: Decimal, indicator: Indicator) -> str:
    """“差 2.3 个百分点”, “差 3 家”, or nothing when nothing is missing."""
    if gap <= 0:
        return ""
    unit = _("个百分点") if indicator.unit == "%" else f" {indicator.unit}"
    return _("差 %(gap)s%(unit)s") % {"gap": words.number(gap, max(indicator.decimals, 1)), "unit": unit}


def demand_lines(
    targets: Iterable[tuple[RegionalTarget, list[Milestone]]], indicator: Indicator, since: date
) -> list[str]:
    """What the targets of a place demand from a day on: “2025年 ≥ 55%”; all when nothing lies ahead."""
    every = [milestone for _row, milestones in targets for milestone in milestones if milestone.due]
    ahead = [milestone for milestone in every if milestone.due and milestone.due >= since] or every[-1:]
    texts = [f"{words.due_words(m)} {words.demand(m, indicator)}" for m in ahead]
    return list(dict.fromkeys(texts))
