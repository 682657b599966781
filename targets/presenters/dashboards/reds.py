"""Red lights with what was said about them: 原因、措施、责任人、时限, or that nobody has said anything yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from targets.presenters.rows import TargetRow
from targets.queries.board import Board, Spot
from targets.queries.judged import Judged
from targets.queries.leads import Lead
from targets.queries.shown import Place, Since, place_of
from targets.reporting.red_lights import Said

from .shared import led_row
from .since import since_words


@dataclass(frozen=True)
class Answer:
    """What one place said about its red light."""

    name: str
    said: Said


@dataclass(frozen=True)
class RedLine:
    """A red light, the answers of the places it hangs on, and the places that have not answered."""

    row: TargetRow
    since: str
    answers: list[Answer]
    silent: list[str]
    below: int  # how many counties are red under it


@dataclass(frozen=True)
class Reds:
    """Red lights that somebody explained, and those nobody has explained yet."""

    answered: list[RedLine]
    silent: list[RedLine]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.answered) + len(self.silent)


def red_lines(
    found: Board,
    rows: Iterable[Judged],
    below: Sequence[Spot],
    said: Mapping[Place, Said],
    since: Mapping[Place, Since],
    leads: Mapping[int, list[Lead]],
) -> Reds:
    """A line per row, in the given order: reds, and rows under which a county's red was explained.

    A light made of counties' figures is explained by the counties that are red, any other by its own region.
    """
    names = {region.code: region.short_name for region in found.regions}
    lines = []
    for row in rows:
        own = (row.milestone.pk, row.region.code)
        red = {spot.region for spot in below if spot.milestone == row.milestone.pk and spot.light == "red"}
        places = [(row.milestone.pk, code) for code in names if code in red]
        if own in said or not places:
            places.insert(0, own)
        lines.append(
            RedLine(
                led_row(row, leads),
                since_words(since.get(own), row.state, row.milestone.due),
                [Answer(names[place[1]], said[place]) for place in places if place in said],
                [names[place[1]] for place in places if place not in said],
                len(red),
            )
        )
    return Reds([line for line in lines if line.answers], [line for line in lines if not line.answers])


def explained(rows: Iterable[Judged], below: Iterable[Spot], said: Mapping[Place, Said]) -> list[Judged]:
    """The rows that are red, or under which somebody said something about a red county."""
    milestones = {spot.milestone for spot in below if place_of(spot) in said}
    return [row for row in rows if row.light == "red" or row.milestone.pk in milestones]


def red_below(found: Board, rows: Iterable[Judged]) -> list[Spot]:
    """The red spots of counties under the same milestones as these rows."""
    milestones = {row.milestone.pk for row in rows}
    counties = set(found.counties)
    return [s for s in found.spots if s.milestone in milestones and s.light == "red" and s.region in counties]
