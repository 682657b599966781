"""One clause: everything it states, each record with its phrase and the way to it. Also shown inside the tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from targets.models import Target
from targets.presenters.rows import TargetRow, target_row
from targets.queries.day import PageDay, page_day
from yuxi_eldercare.core.models import Clause, Document, Finding, FindingPlace, Ruling

from .clauses import SOURCES, below, neighbours, trail


@dataclass(frozen=True)
class Stated:
    """A record and the phrases by which the clause states it."""

    record: Any
    phrases: list[str]


@dataclass(frozen=True)
class StatedTarget(Stated):
    """A target with the lights of its document's region."""

    lights: list[TargetRow]


@dataclass(frozen=True)
class Carried:
    """What a clause states, by kind."""

    targets: list[StatedTarget]
    tasks: list[Stated]
    projects: list[Stated]
    rules: list[Stated]
    facts: list[Stated]
    lists: list[Stated]
    findings: list[Stated]

    @property
    def total(self) -> int:
        """How many records there are."""
        return sum(len(rows) for rows in vars(self).values())


# What the rows of a kind are shown with: joined, and fetched beside them.
_JOINED = {"targets": ("indicator", "document"), "projects": ("region",), "facts": ("indicator",)}
_FETCHED = {"targets": ("milestones",), "tasks": ("bodies",)}


@require_safe
def clause(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """A clause by its number: a page of its own, or a fragment for the tree of the document's page."""
    row = get_object_or_404(
        Clause.objects.select_related("document__plan__region", "document__superseded_by"),
        document__key=code,
        document__withdrawn_at=None,
        number=number,
    )
    day = page_day(request, frozen=True)
    context: dict[str, Any] = {
        "clause": row,
        "document": row.document,
        "carried": carried(row, day),
        "day": day,
        "as_of": None if row.document.status == Document.Status.DRAFT else day.shown,
    }
    fragment = bool(request.htmx)  # type: ignore[attr-defined]
    if not fragment:
        known = list(row.document.clauses.filter(withdrawn_at=None).order_by("position", "pk"))
        context |= {
            "trail": trail(row, known),
            "below": below(row, known),
            "neighbours": neighbours(row, [*known, *([row] if row.withdrawn_at else [])]),
        }
    response = render(request, "clause/_inside.html" if fragment else "clause/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def carried(row: Clause, day: PageDay) -> Carried:
    """What a clause states. About seventeen statements, however much it is."""
    found = {kind: _stated(kind, row) for kind in SOURCES}
    lights = _lights(row.document, [stated.record for stated in found["targets"]], day)
    targets = [StatedTarget(s.record, s.phrases, lights.get(s.record.pk, [])) for s in found.pop("targets")]
    return Carried(targets=targets, **found, findings=_findings(row))


def _stated(kind: str, row: Clause) -> list[Stated]:
    sources = (
        SOURCES[kind]
        .objects.filter(clause=row, record__withdrawn_at=None)
        .select_related("record", *(f"record__{name}" for name in _JOINED.get(kind, ())))
        .prefetch_related(*(f"record__{name}" for name in _FETCHED.get(kind, ())))
        .order_by("record__position", "record__pk", "position")
    )
    return _grouped((source.record, source.phrase) for source in sources)


def _grouped(rows: Iterable[tuple[Any, str]]) -> list[Stated]:
    """Each record once, with its phrases."""
    found: dict[int, Stated] = {}
    for record, phrase in rows:
        stated = found.setdefault(record.pk, Stated(record, []))
        if phrase not in stated.phrases:
            stated.phrases.append(phrase)
    return list(found.values())


def _lights(document: Document, targets: list[Target], day: PageDay) -> dict[int, list[TargetRow]]:
    """By target, its milestones judged for the region of its plan; a draft is not judged."""
    if document.status == Document.Status.DRAFT or not targets:
        return {}
    found: dict[int, list[TargetRow]] = {target.pk: [] for target in targets}
    rows = day.judged(
        regions=[document.plan.region_id],
        documents=[document.key],
        indicators=[target.indicator_id for target in targets],
    )
    for row in sorted(rows, key=lambda row: row.milestone.due or date.max):
        if row.target.pk in found:
            found[row.target.pk].append(target_row(row))
    return found


def _findings(row: Clause) -> list[Stated]:
    places = (
        FindingPlace.objects.filter(clause=row, finding__withdrawn_at=None)
        .select_related("finding")
        .prefetch_related(
            Prefetch(
                "finding__rulings",
                Ruling.objects.filter(replaced_at=None).select_related("ruled_by"),
                to_attr="in_force",
            )
        )
        .order_by("finding__position", "finding__key", "position")
    )
    stated: list[tuple[Finding, str]] = [(place.finding, place.phrase) for place in places]
    return _grouped(stated)
