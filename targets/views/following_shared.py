"""What the pages of parts share: the ledger is read by everybody who holds a role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.roles import memberships

from .reporting.shared import refused_page

View = Callable[..., HttpResponseBase]


def readers(view: View) -> View:
    """The view of a page of the ledger, refused to accounts without a role."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not memberships(person(request)):
            sentence = _("任务台账供有角色的人员查看，请联系安全管理员授予角色。")
            return refused_page(request, NotAllowed.because(sentence))
        return view(request, *args, **given)

    return opened
