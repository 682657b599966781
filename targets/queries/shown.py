"""The few spots of a board that a page shows in full, and since when their lights stand as they do."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models.fields.json import KT

from targets.models import Assessment, RegionalTarget, TargetBody, Transition

from .board import Board, Spot
from .day import PageDay
from .judged import Judged

Place = tuple[int, str]
"""A milestone's id and a region's code: what names one light."""


def place_of(spot: Spot) -> Place:
    """What names the spot's light."""
    return spot.milestone, spot.region


def in_full(found: Board, spots: Collection[Spot], day: PageDay) -> list[Judged]:
    """The spots with everything a row of a table says, in the given order. At most one statement.

    Bodies are left out: a page that names them reads `leads_of`, which also knows those of the tasks.
    """
    details = found.details(spots)
    regions = {region.code: region for region in found.regions}
    targets = {spot.target: found.targets[spot.target] for spot in spots}
    nobody = TargetBody.objects.none()
    for target in targets.values():
        target.plan = target.document.plan
        # What a prefetch of nothing would leave, at a fraction of its cost.
        target._prefetched_objects_cache = {"bodies": nobody}  # type: ignore[attr-defined]
    bound = {spot.origin: RegionalTarget(origin=spot.origin) for spot in spots}
    rows = []
    for spot in spots:
        said = details[place_of(spot)]
        rows.append(
            Judged(
                regional=bound[spot.origin],
                target=targets[spot.target],
                milestone=found.milestones[spot.milestone],
                indicator=found.indicators[spot.indicator],
                region=regions[spot.region],
                state=spot.state,
                light=spot.light,
                marks=said.marks,
                answer=said.answer,
                members_reported=said.reported,
                members_expected=said.expected,
                assessment_id=spot.assessment,
                as_of=day.shown,
                month=day.close.month_end if day.close else None,
            )
        )
    return rows


def figures_of(found: Board, spots: Collection[Spot]) -> dict[Place, Decimal]:
    """The judged figures of these spots, those without one left out. At most one statement.

    For comparing many: of their answers nothing else is read.
    """
    if not spots:
        return {}
    if found.made:
        texts = {place_of(spot): found.made[place_of(spot)].answer.get("actual") for spot in spots}
    else:
        rows = Assessment.objects.filter(
            milestone__in={spot.milestone for spot in spots}, region__in={spot.region for spot in spots}
        )
        texts = {
            (milestone, region): text
            for milestone, region, text in rows.values_list("milestone_id", "region_id", KT("answer__actual"))
        }
    # SQLite gives JSON's null as a word.
    return {place: Decimal(text) for place, text in texts.items() if text not in {None, "null"}}


@dataclass(frozen=True)
class Since:
    """The day a light began to stand; `at_latest`: it stood so already when lights began to be recorded."""

    day: date
    at_latest: bool


Step = tuple[date, str, str]
"""The day of a change, the light before ("" at the first judgement) and the light after."""


def since_of(light: str, steps: Sequence[Step]) -> Since | None:
    """Since when a light stands, from its changes in order; None where they do not end at this light.

    A change of state that keeps the light does not interrupt it.
    """
    if not steps or steps[-1][2] != light:
        return None
    first = len(steps) - 1
    while first and steps[first - 1][2] == light:
        first -= 1
    day, before, _ = steps[first]
    return Since(day, at_latest=not before)


def lights_since(spots: Collection[Spot], until: date | None) -> dict[Place, Since]:
    """By place, since when these lights stand, from the changes up to a day. One statement."""
    if not spots:
        return {}
    rows = Transition.objects.filter(
        milestone__in={spot.milestone for spot in spots}, region__in={spot.region for spot in spots}
    )
    if until is not None:
        rows = rows.filter(as_of__lte=until)
    steps: dict[Place, list[Step]] = defaultdict(list)
    columns = ("milestone_id", "region_id", "as_of", "from_light", "to_light")
    for milestone, region, *step in rows.order_by("as_of", "pk").values_list(*columns):
        steps[milestone, region].append(tuple(step))
    found = {place_of(spot): since_of(spot.light, steps[place_of(spot)]) for spot in spots}
    return {place: since for place, since in found.items() if since is not None}
