"""Rows a reviewer or a lead department looks at: what changed, what the checks say, why a row is not theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from targets.models import Entry
from targets.reporting.checks import Problem
from targets.reporting.context import explanation_texts
from targets.reporting.diffs import Difference
from targets.reporting.grid import GridCell

from .lights import LightLine, light_lines

LIGHTS_MOST = 2


@dataclass(frozen=True)
class Checked:
    """What a check says, and the explanation the unit gave, with the version of the rule it answers."""

    problem: Problem
    explanation: str
    version: int | None = None


@dataclass(frozen=True)
class ReviewRow:
    """One entry on its way, ready to print. `blocked`: why this person may not pass it; empty when they may."""

    cell: GridCell
    difference: Difference
    lights: list[LightLine]
    checked: list[Checked]
    blocked: str

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.cell.entry

    @property
    def clean(self) -> bool:
        """Whether no check says anything and the person may pass it: what bulk approval takes."""
        return not self.checked and not self.blocked


def review_rows(
    cells: Iterable[GridCell], differences: dict[int, Difference], blocked: dict[int, str]
) -> list[ReviewRow]:
    """Rows in the order of the cells."""
    rows = []
    for cell in cells:
        texts, told = explanation_texts(cell.entry), cell.entry.explanations
        checked = [
            Checked(problem, texts.get(problem.rule, ""), told.get(problem.rule, {}).get("version"))
            for problem in cell.problems
        ]
        lines = light_lines(cell.lights, cell.entry.period_end, cell.entry.indicator)
        lights = [line for line in lines if line.decides][:LIGHTS_MOST] or lines[:1]
        rows.append(
            ReviewRow(cell, differences[cell.entry.pk], lights, checked, blocked.get(cell.entry.pk, ""))
        )
    return rows


# From nothing to counting: of several periods of a place the least advanced one is shown.
ORDER = ("empty", "returned", "draft", "submitted", "reviewed", "published")


@dataclass(frozen=True)
class Coverage:
    """How far an indicator is in each region of a round: “8/9” and which one is missing."""

    name: str
    states: list[str]  # one per region column; empty where the region does not owe it
    ready: int  # reviewed or published
    total: int
    missing: list[str]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.ready == self.total


def coverage(rows: Iterable[tuple[str, str, str]], regions: Sequence[tuple[str, str]]) -> list[Coverage]:
    """Coverage per indicator from (indicator, region code, state); `regions` are the columns (code, name)."""
    found: dict[str, dict[str, str]] = {}
    for name, region, state in rows:
        states = found.setdefault(name, {})
        if region not in states or ORDER.index(state) < ORDER.index(states[region]):
            states[region] = state
    names = dict(regions)
    return [
        Coverage(
            name,
            [states.get(code, "") for code, _name in regions],
            sum(state in ("reviewed", "published") for state in states.values()),
            len(states),
            [names[code] for code in names if states.get(code, "published") not in ("reviewed", "published")],
        )
        for name, states in found.items()
    ]
