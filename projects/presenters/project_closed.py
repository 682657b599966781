"""The projects of a closed month as they were frozen: counts and sums in words, and a line for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projects.following.frozen import standing_in
from projects.models import ProjectStanding, StageChange
from yuxi_eldercare.core.models import FrozenRecord

from .project_words import light_word, month_words, share, span_words

# Those that need attention come first.
LIGHTS = ("red", "yellow", "green", "grey")
SUMS = ("planned_fen", "arrived_fen", "spent_fen", "invested_fen")


@dataclass(frozen=True)
class ClosedLine:
    """One project as it stood; `counted`: not linked to another project of the month, so that sums have it once."""

    key: str
    number: str
    name: str
    region: str
    years: str
    total_fen: int | None
    standing: ProjectStanding
    word: str
    invested: str  # share of the total
    month: str
    counted: bool


@dataclass(frozen=True)
class ClosedProjects:
    """The whole month; `kept` is False for one that was closed before standings were kept."""

    kept: bool
    lights: list[tuple[str, str, int]]
    stages: list[tuple[str, int]]
    unreported: int
    sums: dict[str, int]
    repeated: int  # projects left out of the sums
    lines: list[ClosedLine]


def closed_projects(records: Sequence[FrozenRecord], regions: dict[str, str]) -> ClosedProjects:
    """The frozen projects, those with the worst lights first."""
    keys = {record.key for record in records}
    lines = [
        _line(record, standing, regions, keys)
        for record in records
        if (standing := standing_in(record)) is not None
    ]
    lights = Counter(line.standing.light for line in lines)
    stages = Counter(line.standing.stage for line in lines)
    labels = ProjectStanding.Light
    return ClosedProjects(
        kept=bool(lines),
        lights=[(light, str(labels(light).label), lights[light]) for light in LIGHTS if lights[light]],
        stages=[(str(stage.label), stages[stage]) for stage in StageChange.Stage if stages[stage]],
        unreported=stages[""],
        sums={name: _sum(lines, name) for name in SUMS},
        repeated=sum(not line.counted for line in lines),
        lines=sorted(lines, key=lambda line: (LIGHTS.index(line.standing.light), line.key)),
    )


def _line(
    record: FrozenRecord, standing: ProjectStanding, regions: dict[str, str], keys: set[str]
) -> ClosedLine:
    data = record.data
    total = data["total_investment_fen"]
    return ClosedLine(
        key=record.key,
        number=data["number"],
        name=data["name"],
        region=regions.get(record.region, record.region),
        years=span_words(data["start_year"], data["end_year"]),
        total_fen=total,
        standing=standing,
        word=light_word(standing),
        invested=share(standing.invested_fen, total),
        month=month_words(standing.month_end) if standing.month_end else "",
        counted=not any(link["to"] in keys for link in data["links"]),
    )


def _sum(lines: Iterable[ClosedLine], name: str) -> int:
    return sum(getattr(line.standing, name) or 0 for line in lines if line.counted)
