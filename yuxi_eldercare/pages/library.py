"""文件库: every document with its status and how much stands in it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.models import Project
from subsidies.models import Rule
from targets.models import Assignment, Fact, ListItem, Target
from yuxi_eldercare.core.models import Document, FindingPlace

COUNTED: dict[str, type[Model]] = {
    "targets": Target,
    "tasks": Assignment,
    "projects": Project,
    "rules": Rule,
    "facts": Fact,
    "lists": ListItem,
}


@dataclass(frozen=True)
class LibraryLine:
    """A document and the number of its records by tab of its page."""

    document: Document
    counts: dict[str, int]


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """All documents: issued ones and drafts, with counts that lead to their tabs."""
    return render(request, "library.html", {"lines": library_lines()})


def library_lines() -> list[LibraryLine]:
    """Every document that has not been withdrawn, in file order. One statement per kind of record."""
    documents = (
        Document.objects.filter(withdrawn_at=None)
        .select_related("plan__region", "supersedes", "superseded_by")
        .order_by("position")
    )
    counts = counts_by_document()
    return [
        LibraryLine(document, {tab: by_document[document.pk] for tab, by_document in counts.items()})
        for document in documents
    ]


def counts_by_document() -> dict[str, Counter[int]]:
    """For each tab, how many records each document has."""
    found = {tab: _counted(model) for tab, model in COUNTED.items()}
    places = (
        FindingPlace.objects.filter(finding__withdrawn_at=None, clause__isnull=False)
        .order_by()
        .values_list("clause__document")
        .annotate(n=Count("finding", distinct=True))
    )
    return {**found, "findings": Counter(dict(places))}


def _counted(model: type[Model]) -> Counter[int]:
    rows: QuerySet[Model, tuple[int, int]] = (
        model._default_manager.filter(withdrawn_at=None)
        .order_by()
        .values_list("document")
        .annotate(n=Count("pk"))
    )
    return Counter(dict(rows))
