"""我的待办: what waits for the person, what came back and why, what ends soon, what they were told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from targets.following.desk import read_parts_desk
from targets.presenters.reporting.desk import by_round, first_of_each, owed_piles
from targets.reporting.desk import read_desk
from targets.reporting.exceptions import own_requests
from targets.reporting.owing import visible_rounds
from targets.reporting.scope import departments_of
from targets.supervision.listing import waiting
from yuxi_eldercare.core.notify import inbox, mark_read
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import ENTER

from .shared import ids

MESSAGES_MOST = 8


@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The person's desk."""
    user = person(request)
    read = read_desk(user)
    return render(
        request,
        "targets/reporting/desk.html",
        {
            "desk": read,
            "owed": owed_piles(read.owed, departments_of(user, ENTER), own_requests(user)),
            "to_confirm": by_round(read.to_confirm),
            "answers_due": first_of_each(read.answers_due),
            "owed_count": sum(pile.count for pile in read.owed if pile.window.may_write),
            "review_count": sum(pile.count for pile in read.to_review),
            "confirm_count": sum(pile.count for pile in read.to_confirm),
            "parts": read_parts_desk(user),
            "supervision": waiting(user),
            "notices": list(inbox(user).select_related("created_by")[:MESSAGES_MOST]),
            "rounds": list(visible_rounds(user).filter(closed_at=None)[:4]),
            "today": timezone.localdate(),
        },
    )


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark the person's messages as read: those named, or all."""
    chosen = ids(request.POST.getlist("notice"))
    mark_read(person(request), chosen or None)
    return redirect("desk")
