"""Departments × plans: how the targets that each department leads stand, plan by plan.

A county's lights are counted in the county's own plan only. A target led by several departments counts for
each of them, and once in the totals.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yuxi_eldercare.core.models import Document

from .board import Board, Spot, own_level
from .leads import Lead, leads_of
from .matrix import NOBODY, REDS, reds


@dataclass(frozen=True)
class DepartmentLine:
    """A department and its spots by document; without a department, the targets that name none."""

    lead: Lead | None
    spots: dict[str, list[Spot]]

    @property
    def key(self) -> str:
        """What stands for it in an address."""
        return self.lead.key if self.lead else NOBODY

    def all_spots(self) -> list[Spot]:
        """Every spot of the department."""
        return [spot for found in self.spots.values() for spot in found]


def department_spots(found: Board, *, nature: str = "", light: str = "") -> list[Spot]:
    """The spots that are counted: own level, narrowed to a nature and a light."""
    return [
        spot
        for spot in own_level(found, found.spots)
        if nature in {"", found.targets[spot.target].nature} and light in {"", spot.light}
    ]


def department_lines(found: Board, spots: Iterable[Spot], order: str) -> list[DepartmentLine]:
    """Departments in their usual order (or by reds), those nobody leads at the end. Two to five statements."""
    leads = leads_of(list(found.targets))
    grouped: dict[Lead | None, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, Lead] = {}
    for spot in spots:
        document = found.targets[spot.target].document.key
        for lead in leads.get(spot.target, ()):
            # The same department as other texts spell it.
            grouped[names.setdefault(lead.key, lead)][document].append(spot)
        if spot.target not in leads:
            grouped[None][document].append(spot)
    lines = [DepartmentLine(lead, dict(cells)) for lead, cells in grouped.items()]
    lines.sort(key=lambda line: (line.lead is None, line.lead.position if line.lead else 0, line.key))
    if order == REDS:
        lines.sort(key=lambda line: -reds(line.all_spots()))
    return lines


def documents_of(found: Board, spots: Sequence[Spot]) -> list[Document]:
    """The documents that the spots' targets stand in, in their usual order."""
    rows = {found.targets[spot.target].document for spot in spots}
    return sorted(rows, key=lambda document: document.position)
