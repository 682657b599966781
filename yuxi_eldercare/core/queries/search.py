"""Finding departments by any of their spellings."""

from django.db.models import QuerySet

from yuxi_eldercare.core.models import Department

LIMIT = 30


def search_departments(text: str) -> QuerySet[Department]:
    """Departments one of whose spellings contains the text, with their successors."""
    return (
        Department.objects.filter(withdrawn=False, names__text__icontains=text)
        .prefetch_related("names", "successions__successor")
        .distinct()[:LIMIT]
    )
