"""Finding indicators and tasks by the words people use for them."""

from django.db.models import Q, QuerySet

from targets.models import Assignment, Indicator

LIMIT = 30


def search_indicators(text: str) -> QuerySet[Indicator]:
    """Indicators whose name, alias, code or name in a document contains the text."""
    return (
        Indicator.objects.filter(withdrawn_at=None)
        .filter(
            Q(name__icontains=text)
            | Q(key__icontains=text)
            | Q(aliases__icontains=text)
            | Q(targets__name_as_written__icontains=text)
        )
        .distinct()[:LIMIT]
    )


def search_assignments(text: str) -> QuerySet[Assignment]:
    """Tasks whose title, section or body's name contains the text."""
    return (
        Assignment.objects.filter(withdrawn_at=None)
        .filter(Q(title__icontains=text) | Q(section__icontains=text) | Q(bodies__as_written__icontains=text))
        .select_related("document")
        .distinct()[:LIMIT]
    )
