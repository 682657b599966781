"""Departments × plans as printed: each cell the worst light, the tally of all, and the list behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from targets.queries.board import Board, Spot
from targets.queries.department_matrix import DepartmentLine
from targets.queries.judged import LIGHT_ORDER
from yuxi_eldercare.core.models import Document

from . import words
from .rows import LightCounts


@dataclass(frozen=True)
class Tally:
    """The lights of a cell: the worst with its word, all of them counted, and where they are listed."""

    light: str
    word: str
    counts: LightCounts
    url: str


@dataclass(frozen=True)
class DepartmentGrid:
    """The page: documents as columns, departments as rows, totals without double counting."""

    documents: list[tuple[Document, LightCounts]]
    rows: list[tuple[str, list[Tally | None], LightCounts]]
    total: LightCounts


def department_grid(
    found: Board,
    spots: Sequence[Spot],
    lines: Sequence[DepartmentLine],
    documents: Sequence[Document],
    query: dict[str, str],
) -> DepartmentGrid:
    """Shape the lines; `query` (year, date, nature, light) goes along to the list behind a cell."""
    rows = [
        (
            line.lead.short_name if line.lead else _("未载明牵头单位"),
            [_tally(line, document, query) for document in documents],
            LightCounts.of(line.all_spots()),
        )
        for line in lines
    ]
    own = [[s for s in spots if found.targets[s.target].document_id == d.pk] for d in documents]
    columns = [(document, LightCounts.of(each)) for document, each in zip(documents, own, strict=True)]
    return DepartmentGrid(columns, rows, LightCounts.of(spots))


def _tally(line: DepartmentLine, document: Document, query: dict[str, str]) -> Tally | None:
    spots = line.spots.get(document.key)
    if not spots:
        return None
    worst = min(spots, key=lambda spot: LIGHT_ORDER[spot.light])
    asked = {"document": document.key, "department": line.key, **query}
    url = f"{reverse('indicator-matrix')}?{urlencode({k: v for k, v in asked.items() if v})}"
    return Tally(worst.light, str(words.LIGHTS[worst.light]), LightCounts.of(spots), url)
