"""文件库: every document with its status and how much stands in it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.models import Project
from subsidies.models import Rule
from targets.models import Assignment, Fact, ListItem, Target
from yuxi_eldercare.core.models import Document, FindingPlace, Region

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
    ruled: int  # of its findings, those that an official has ruled on

    @property
    def open(self) -> int:
        """Its findings that nobody has ruled on."""
        return self.counts["findings"] - self.ruled

    @property
    def changed(self) -> Document | None:
        """The document whose page says what has changed."""
        return later_version(self.document)

    @property
    def of_county(self) -> bool:
        """Whether it is laid beside the city's."""
        return of_county(self.document)


def later_version(document: Document) -> Document | None:
    """The later of the two versions to compare: the document itself, or what superseded it; None without two."""
    if document.supersedes is not None:
        return document
    later: Document | None = getattr(document, "superseded_by", None)
    return later if later is not None and later.withdrawn_at is None else None


def of_county(document: Document) -> bool:
    """Whether it is a county's plan, which can be laid beside the city's."""
    return document.plan.region.level == Region.Level.COUNTY


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
    ruled = _finding_counts(Q(finding__rulings__replaced_at=None, finding__rulings__isnull=False))
    return [
        LibraryLine(
            document,
            {tab: by_document[document.pk] for tab, by_document in counts.items()},
            ruled[document.pk],
        )
        for document in documents
    ]


def counts_by_document() -> dict[str, Counter[int]]:
    """For each tab, how many records each document has."""
    found = {tab: _counted(model) for tab, model in COUNTED.items()}
    return {**found, "findings": _finding_counts(Q())}


def _finding_counts(wanted: Q) -> Counter[int]:
    """How many findings in force name a place of each document."""
    places = (
        FindingPlace.objects.filter(wanted, finding__withdrawn_at=None, clause__isnull=False)
        .order_by()
        .values_list("clause__document")
        .annotate(n=Count("finding", distinct=True))
    )
    return Counter(dict(places))


def _counted(model: type[Model]) -> Counter[int]:
    rows: QuerySet[Model, tuple[int, int]] = (
        model._default_manager.filter(withdrawn_at=None)
        .order_by()
        .values_list("document")
        .annotate(n=Count("pk"))
    )
    return Counter(dict(rows))
