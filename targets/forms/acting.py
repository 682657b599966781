"""A form that leads to an action: validated, tried, and its refusals shown at their fields."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from targets.actions.refusals import NotAllowed, Refused

from .reporting import ActionForm


def attempt(request: HttpRequest, form: ActionForm, act: Callable[[], str]) -> int:
    """Validate a form, act, and say so; refusals stand at their fields. Returns the status of the page."""
    if not form.is_valid():
        return 422
    try:
        messages.success(request, act())
    except Refused as refused:
        form.refuse(refused)
        return 403 if isinstance(refused, NotAllowed) else 422
    return 200


def tell(request: HttpRequest, act: Callable[[], str]) -> int:
    """Run an action that answers with the sentence to show; its refusals become messages. Returns a status."""
    try:
        messages.success(request, act())
    except Refused as refused:
        for sentence in dict.fromkeys(problem.message for problem in refused.problems):
            messages.error(request, sentence)
        return 403 if isinstance(refused, NotAllowed) else 422
    return 200
