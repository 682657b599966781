"""试运行: what a check rule would have said of the values that count, before it is switched on."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q

from targets.models import CheckRule, Indicator, Observation
from yuxi_eldercare.core.models import Region

from .checks import KINDS, Cell, Rule, check_cells, codes_of
from .context import Past, own_region, rules_of
from .periods import Kind, period_name
from .rules import Definition

SAMPLES: Final = 50


@dataclass(frozen=True)
class Sample:
    """A past value a rule would have stopped."""

    indicator: str
    region: str
    period: str
    period_end: date
    figure: str
    message: str


@dataclass
class DryRun:
    """What a rule would have said of the values in force: how many it looked at, how many it would stop."""

    checked: int = 0
    hits: int = 0
    by_indicator: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @property
    def most_hit(self) -> list[tuple[str, int]]:
        """The indicators with most hits, at most ten."""
        return sorted(self.by_indicator.items(), key=lambda item: -item[1])[:10]


def try_on_past(rule: CheckRule, *, limit: int = SAMPLES) -> DryRun:
    """What a rule, switched on or not, would have said of every value in force. Five statements.

    The samples are the latest hits.
    """
    found = rules_of(CheckRule.objects.filter(pk=rule.pk))
    if not found:
        return DryRun()
    return dry_run(found[0], limit=limit)


def try_definition(definition: Definition, *, limit: int = SAMPLES) -> DryRun:
    """The same for a rule as somebody wants it, before it is written."""
    owner = definition.owner
    rule = Rule(
        key="",
        title=definition.title,
        kind=definition.kind,
        params=definition.params,
        severity="hard" if definition.severity == CheckRule.Severity.HARD else "soft",
        indicators=frozenset(definition.indicators),
        region=own_region(owner.region) if owner else "",
        hint=definition.hint,
    )
    return dry_run(rule, limit=limit)


def dry_run(rule: Rule, *, limit: int = SAMPLES) -> DryRun:
    """What a rule would have said of every value in force. Four statements."""
    codes = codes_of(rule) if KINDS[rule.kind].cross else rule.indicators
    past = Past(_where(rule, codes))
    indicators = {row.key: row for row in Indicator.objects.filter(key__in=past.context.names)}
    kinds = _kinds(rule, codes)
    names = dict(Region.objects.values_list("code", "short_name"))
    cells = [
        Cell(indicators[code], region, end, kinds.get((code, region, end), Kind.YEAR), figure)
        for (code, region), figures in past.context.in_force.items()
        for end, figure in figures.items()
        if rule.looks_at(code, region)
    ]
    result = DryRun(checked=len(cells))
    by_place = {cell.place: cell for cell in cells}
    for place, problems in sorted(
        check_cells(cells, [rule], past.context).items(), key=lambda item: item[0][2], reverse=True
    ):
        cell = by_place[place]
        name = cell.indicator.name
        result.hits += 1
        result.by_indicator[name] = result.by_indicator.get(name, 0) + 1
        if len(result.samples) < limit:
            result.samples.append(
                Sample(
                    name,
                    names[cell.region],
                    period_name(cell.kind, cell.period_end),
                    cell.period_end,
                    cell.figure.text(cell.indicator),
                    problems[0].message,
                )
            )
    return result


def _where(rule: Rule, codes: Collection[str]) -> Q:
    found = Q(indicator__key__in=codes) if codes else Q()
    return found & Q(region=rule.region) if rule.region else found


def _kinds(rule: Rule, codes: Collection[str]) -> dict[tuple[str, str, Any], str]:
    rows = Observation.objects.filter(_where(rule, codes), superseded_at=None)
    return {
        (code, region, end): kind
        for code, region, end, kind in rows.order_by().values_list(
            "indicator__key", "region_id", "period_end", "period_kind"
        )
    }
