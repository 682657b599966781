"""What the pages of the register share: who may read and who may keep, what an address names."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from projects.models import ColumnMapping, Institution
from projects.queries.institutions import institution, may_read, units_of
from projects.sheets.kept import kept_mappings
from yuxi_eldercare.core.models import StoredFile
from yuxi_eldercare.core.pages import person, refused_page
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

View = Callable[..., HttpResponseBase]


def readers(view: View) -> View:
    """The view, refused with the reason to those who hold no role."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        decision = may_read(person(request))
        return view(request, *args, **given) if decision else refused_page(request, decision.reason)

    return opened


def keepers(view: View) -> View:
    """The view, refused with the reason to those who keep no unit's institutions."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        user = person(request)
        decision = can(user, EDIT_INSTITUTION)
        if decision and units_of(user):
            return view(request, *args, **given)
        reason = decision.reason or _("你的填报员角色没有指明单位，不能登记机构，请联系安全管理员。")
        return refused_page(request, reason)

    return opened


def found(pk: int) -> Institution:
    """An institution, or 404."""
    row = institution(pk)
    if row is None:
        raise Http404
    return row


def asked_mapping(request: HttpRequest, subject: str, stored: StoredFile) -> ColumnMapping | None:
    """The mapping in the address, of the file's unit."""
    text = request.GET.get("mapping", "")
    if stored.department is None or not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    return kept_mappings(subject, [stored.department]).filter(pk=int(text)).first()
