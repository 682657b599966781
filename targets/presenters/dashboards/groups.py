"""The city's lights by plan, by chapter of a plan, and by the department that leads, both years side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.queries.board import Board, Spot, own_level
from targets.queries.leads import Lead
from targets.queries.matrix import NOBODY

from .tallies import Counted, counted_by


@dataclass(frozen=True)
class GroupLine:
    """A plan, a chapter or a department: what stands for it in an address, its name, its lights per due year."""

    key: str
    name: str
    counted: list[Counted]
    note: str = ""


def plan_lines(found: Board, years: Sequence[int]) -> list[GroupLine]:
    """Documents in their usual order; a county is counted in the county's own plan only."""
    documents = {target.document.key: target.document for target in found.targets.values()}
    groups = counted_by(
        found, _own(found, years), years, lambda spot: [found.targets[spot.target].document.key]
    )
    rows = sorted(groups.items(), key=lambda item: documents[item[0]].position)
    return [GroupLine(key, documents[key].plan.name, own) for key, own in rows]


def department_lines(
    found: Board, spots: Iterable[Spot], leads: Mapping[int, list[Lead]], years: Sequence[int]
) -> list[GroupLine]:
    """Departments, those with most reds first; a target of several counts for each; nobody's come last."""
    names: dict[str, Lead] = {}
    for own in leads.values():
        for lead in own:
            names.setdefault(lead.key, lead)
    groups = counted_by(
        found, spots, years, lambda spot: [lead.key for lead in leads.get(spot.target, [])] or [NOBODY]
    )
    rows = sorted(groups.items(), key=lambda item: _department_order(names.get(item[0]), item[1]))
    return [
        GroupLine(key, names[key].short_name if key in names else _("文中未载明"), own) for key, own in rows
    ]


def _department_order(lead: Lead | None, own: list[Counted]) -> tuple[bool, int, int]:
    return lead is None, -sum(each.counts.red for each in own), lead.position if lead else 0


def chapter_lines(
    found: Board,
    document: str,
    chapters: Mapping[int, str],
    headings: Iterable[tuple[str, str]],
    years: Sequence[int],
) -> list[GroupLine]:
    """Chapters of a document in the order of its text."""
    groups = counted_by(
        found,
        [spot for spot in _own(found, years) if found.targets[spot.target].document.key == document],
        years,
        lambda spot: [chapters.get(spot.target, "")],
    )
    lines = [
        GroupLine(number, number, groups.pop(number), heading)
        for number, heading in headings
        if number in groups
    ]
    return lines + [GroupLine(number, _("未载明章节"), own) for number, own in groups.items()]


def _own(found: Board, years: Sequence[int]) -> list[Spot]:
    return [spot for spot in own_level(found, found.spots) if found.due(spot).year in years]
