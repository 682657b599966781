"""审计记录: the list with its filter, one event with before and after, and the export, which is itself audited."""

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import AuditEvent, AuditHead, Department
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.audit import GROUPS, action_word, exported, header, shown
from yuxi_eldercare.core.presenters.downloads import FORMS, table_download
from yuxi_eldercare.core.queries.audit import AuditFilter, changes, events, export_rows
from yuxi_eldercare.core.roles import VIEW_AUDIT

from .access import needs

PAGE = 50
# Rows an .xlsx sheet can hold, less its header.
MOST = 1_000_000


@require_safe
@needs(VIEW_AUDIT)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Events, the newest first."""
    wanted = _filter_from(request)
    page = Paginator(events(wanted), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "core/audit_list.html",
        {
            "wanted": wanted,
            "page": page,
            "lines": [(event, action_word(event.action)) for event in page.object_list],
            "groups": GROUPS,
            "results": AuditEvent.Result.choices,
            "departments": Department.objects.filter(audit_events__isnull=False).distinct(),
            "head": AuditHead.objects.filter(pk=AuditHead.ONLY).first(),
            "filtered": bool(wanted.words()),
        },
    )


@require_safe
@needs(VIEW_AUDIT)
def audit_event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event; inside the list it opens in the drawer."""
    event = get_object_or_404(AuditEvent, pk=pk)
    lines = [(c.field, shown(c.before), shown(c.after), c.changed) for c in changes(event)]
    template = "core/_audit_event.html" if request.htmx else "core/audit_event.html"  # type: ignore[attr-defined]
    return render(request, template, {"event": event, "word": action_word(event.action), "changes": lines})


@require_safe
@needs(VIEW_AUDIT)
def audit_export(request: HttpRequest, form: str) -> HttpResponse:
    """What the filter leaves, as CSV or .xlsx. The event about the export is not part of it."""
    if form not in FORMS:
        raise Http404(form)
    wanted = _filter_from(request)
    with transaction.atomic():
        count = events(wanted).count()
        if count > MOST:
            reason = _("共 %(count)s 条，一个表格放不下；请先按日期筛选再导出。") % {"count": count}
            return render(request, "core/refused.html", {"reason": reason}, status=422)
        answer = _file(wanted, form)
        audit.record(
            by=person(request),
            action="audit.export",
            object_type="audit",
            object_key=form,
            after={"count": count},
            detail=wanted.words(),
        )
    return answer


def _file(wanted: AuditFilter, form: str) -> HttpResponse:
    rows = (exported(row) for row in export_rows(wanted))
    return table_download(form, _("审计记录"), header(), rows)  # type: ignore[return-value]


def _filter_from(request: HttpRequest) -> AuditFilter:
    """The filter a query string asks for; what cannot be read asks for nothing."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:120] for name in request.GET}
    result = given.get("result", "")
    return AuditFilter(
        person=given.get("person", ""),
        department=given.get("department", ""),
        action=given.get("action", ""),
        object=given.get("object", ""),
        result=result if result in AuditEvent.Result.values else "",
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
