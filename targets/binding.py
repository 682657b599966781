"""Which regions a target binds, and how: decided by its scope, its indicator's roll-up and its breakdown in force.

Source: policy texts say 每个县（市、区）/ 全市; a county is also held to the city's rates, or where a target
was broken down (目标分解) to its part (§4.5). A draft binds nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .models import Breakdown, Indicator, RegionalTarget, Target

Origin = RegionalTarget.Origin
Scope = Target.Scope


@dataclass(frozen=True)
class Binding:
    """A target as it binds one region."""

    target: Target
    region_code: str
    origin: str
    has_baseline: bool
    effective_from: date
    effective_to: date

    def values(self) -> dict[str, Any]:
        """Field values of the `RegionalTarget` row."""
        return {
            "origin": self.origin,
            "has_baseline": self.has_baseline,
            "effective_from": self.effective_from,
            "effective_to": self.effective_to,
            "active": True,
        }


def bindings(target: Target, members: Mapping[str, list[str]]) -> Iterator[Binding]:
    """The regions bound by `target`; `members` gives the codes directly below each region.

    A draft, a withdrawn target and one superseded by a ruling bind nobody. "Each" scopes bind every
    member and, as "all of them", the region itself. A city rate also binds the counties, without the
    city's baseline; a county with a part of an issued breakdown is bound to that instead. A place or project
    named in the text binds the target's own region. (Prefetch `BROKEN_DOWN` for many targets.)
    """
    document = target.document
    if document.status == document.Status.DRAFT or target.withdrawn_at or target.superseded_by_ruling:
        return

    def bind(region: str, origin: str) -> Binding:
        baseline = target.baseline_value is not None or target.baseline_below is not None
        return Binding(
            target,
            region,
            origin,
            baseline and origin == Origin.OWN,
            document.effective_from or target.plan.start,
            document.effective_to or target.plan.end,
        )

    below = members.get(target.region_id, [])
    each = target.scope in _EACH_SCOPES and bool(below) and _reaches(target, below)
    if each:
        yield bind(target.region_id, Origin.ALL_MEMBERS)
        for region in below:
            yield bind(region, Origin.EACH)
        return
    yield bind(target.region_id, Origin.OWN)
    parts = _regions_with_part(target) if target.scope == Scope.CITY else set()
    for region in below:
        if region in parts:
            yield bind(region, Origin.PART)
    if target.scope in _SPREAD_AS_RATE and target.indicator.rollup == Indicator.Rollup.RATIO:
        for region in below:
            if len(region) == _COUNTY_CODE and region not in parts:
                yield bind(region, Origin.CITY_RATE)


BROKEN_DOWN = "breakdowns__parts"
_EACH_SCOPES = {Scope.EACH_COUNTY, Scope.EACH_TOWNSHIP}
_SPREAD_AS_RATE = {Scope.CITY, Scope.EACH_STREET, Scope.EACH_TOWNSHIP, Scope.EACH_COMMUNITY}
_COUNTY_CODE = 6


def _reaches(target: Target, below: list[str]) -> bool:
    """Whether the regions below are of the level the scope speaks of (townships have 12-digit codes)."""
    wants_county = target.scope == Scope.EACH_COUNTY
    return all((len(code) == _COUNTY_CODE) == wants_county for code in below)


def _regions_with_part(target: Target) -> set[str]:
    """Codes of the regions that an issued breakdown of the target gives a part."""
    return {
        part.region_id
        for breakdown in target.breakdowns.all()
        if breakdown.state == Breakdown.State.ISSUED
        for part in breakdown.parts.all()
    }
