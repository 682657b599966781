"""What the reporting pages share: whom they concern, refusals in words, ids from forms."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry
from targets.reporting.doors import may_open
from targets.reporting.people import roles_with
from yuxi_eldercare.core import pages
from yuxi_eldercare.core.models import Department, Membership, User
from yuxi_eldercare.core.pages import person

View = Callable[..., HttpResponse]


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A page that says why; 403 when it is about permission, 404 when there is nothing to show."""
    return pages.refused_page(request, str(refused), 403 if isinstance(refused, NotAllowed) else 404)


def concerned(page: str) -> Callable[[View], View]:
    """The view of a page that is refused, with the reason, to those whom it does not concern."""

    def around(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
            decision = may_open(person(request), page)
            if not decision:
                return refused_page(request, NotAllowed.because(decision.reason))
            return view(request, *args, **given)

        return opened

    return around


def people_with(permission: str, units: QuerySet[Department] | None = None) -> QuerySet[User]:
    """Active people with a permission by a membership in force, all or those of some units."""
    held = Membership.objects.in_force(timezone.localdate()).filter(role__in=roles_with(permission))
    if units is not None:
        held = held.filter(department__in=units)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("display_name")


def ids(texts: Iterable[str]) -> list[int]:
    """Ids from a form; what is no number is left out."""
    return [int(text) for text in dict.fromkeys(texts) if text.isdecimal() and len(text) < 19]


def number(text: str | None) -> int | None:
    """An id from an address; none when it is not one."""
    found = ids([text or ""])
    return found[0] if found else None


def names_of(entries: Iterable[Entry], field: str) -> dict[int, str]:
    """Names of the people in a column of these entries, by id. One statement, none when nobody is named."""
    wanted = {pk for entry in entries if (pk := getattr(entry, f"{field}_id")) is not None}
    if not wanted:
        return {}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
