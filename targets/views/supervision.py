"""Notices: the list with its export, one notice with its words, what people do with it, the file of an answer."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from targets.actions.refusals import Refused
from targets.forms.acting import attempt, tell
from targets.forms.supervision import ReplyForm
from targets.models import LadderStep, NoticeReply, SupervisionNotice
from targets.presenters.supervision import export_header, export_rows, paper
from targets.queries.following_facts import working_days
from targets.supervision import deciding
from targets.supervision.listing import (
    NoticeFilter,
    counties,
    listed,
    notices,
    of_same_matter,
    recipients,
    state_counts,
)
from targets.supervision.opening import may_open_reply, open_reply
from targets.supervision.rights import UNSENT, may_reply, may_supervise, visible_notices
from targets.supervision.watched import due_of_reply
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.presenters.downloads import FORMS, table_download
from yuxi_eldercare.core.roles import SUPERVISE, Decision, can, memberships

from .reporting.shared import ids

PAGE: Final = 50
EXPORT_MOST: Final = 20_000
State = SupervisionNotice.State


def role_holder(user: User) -> Decision:
    """Whether the user reads the ledgers of supervision: with any role."""
    if user.is_active and memberships(user):
        return Decision(True)
    return Decision(False, _("督办台账供有角色的人员查看，你还没有角色。"))


def refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why somebody may not see this."""
    return render(request, "core/refused.html", {"reason": reason}, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notice_list(request: HttpRequest) -> HttpResponse:
    """The ledger of notices; posting signs the chosen proposals."""
    user = person(request)
    decision = role_holder(user)
    if not decision:
        return refused(request, decision.reason)
    status = _sign_chosen(request, user) if request.method == "POST" else 200
    wanted = filter_from(request)
    page = Paginator(notices(user, wanted), PAGE).get_page(request.GET.get("page"))
    counts = state_counts(user, wanted)
    supervising = bool(can(user, SUPERVISE))
    states = [
        (value, label, counts.get(value, 0))
        for value, label in State.choices
        if supervising or value not in UNSENT
    ]
    context = {
        "wanted": wanted,
        "page": page,
        "rows": listed(list(page.object_list), timezone.localdate()),
        "states": states,
        "total": sum(counts.values()),
        "kinds": LadderStep.Kind.choices,
        "counties": counties(),
        "units": recipients(),
        "may_sign": supervising and wanted.state == State.PROPOSED,
    }
    return render(request, "targets/supervision/list.html", context, status=status)


def filter_from(request: HttpRequest) -> NoticeFilter:
    """The filter a query string asks for; unknown values ask for nothing special."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    return NoticeFilter(
        kind=kind if kind in LadderStep.Kind.values else "",
        state=state if state in State.values else "",
        region=request.GET.get("region", "")[:12],
        unit=request.GET.get("unit", "")[:60],
        text=request.GET.get("text", "").strip()[:60],
    )


def _sign_chosen(request: HttpRequest, user: User) -> int:
    """Sign each chosen proposal; what cannot be signed is named with its reason."""
    chosen = ids(request.POST.getlist("notice"))[:PAGE]
    decision = can(user, SUPERVISE)
    if not decision:
        messages.error(request, decision.reason)
        return 403
    if not chosen:
        messages.error(request, _("请先勾选要签发的文书。"))
        return 422
    signed = 0
    for notice in visible_notices(user).filter(pk__in=chosen).order_by("pk"):
        try:
            deciding.sign(notice=notice.pk, by=user)
            signed += 1
        except Refused as refusal:
            messages.error(request, str(refusal))
    if signed:
        messages.success(request, _("已签发%(count)s份。") % {"count": signed})
    return 200


@require_safe
def notice_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the list shows, as CSV or .xlsx."""
    user = person(request)
    decision = role_holder(user)
    if not decision:
        return refused(request, decision.reason)
    if form not in FORMS:
        raise Http404(form)
    found = list(notices(user, filter_from(request))[:EXPORT_MOST])
    rows = export_rows(listed(found, timezone.localdate()))
    return table_download(form, _("督办台账"), export_header(), rows)


def notice_for(request: HttpRequest, pk: int) -> SupervisionNotice:
    """The notice, for who may look at it; for others it does not exist."""
    rows = visible_notices(person(request)).select_related(
        "part__assignment__document__plan",
        "recipient__region",
        "region",
        "authority__region",
        "sent_by",
        "settled_by",
    )
    return get_object_or_404(rows.prefetch_related("part__assignment__sources__clause"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as it reads, with its answers; posting signs, drops, answers, accepts or returns."""
    user = person(request)
    decision = role_holder(user)
    if not decision:
        return refused(request, decision.reason)
    row = notice_for(request, pk)
    form, status = ReplyForm(), 200
    if request.method == "POST":
        if request.POST.get("verb") == "reply":
            form = ReplyForm(request.POST, request.FILES)
            status = attempt(request, form, lambda: _reply(form, row, user))
        else:
            status = tell(request, lambda: _act(request, row, user))
        if status == 200:
            return redirect("supervision-notice", pk=pk)
    today = timezone.localdate()
    replies = list(row.replies.select_related("file", "replied_by", "returned_by").order_by("-replied_at"))
    returned = max((one.returned_at for one in replies if one.returned_at), default=None)
    due = due_of_reply(row, returned, working_days(today))
    context = {
        "notice": row,
        "paper": paper(row, today),
        "replies": replies,
        "may_open": any(one.file for one in replies) and may_open_reply(user, row),
        "reply_due": due,
        "reply_late": row.state == State.SENT and due is not None and today > due,
        "others": of_same_matter(row, user),
        "form": form,
        "may_reply": row.state == State.SENT and row.reply_due is not None and bool(may_reply(user, row)),
        "may_sign": row.state == State.PROPOSED and bool(may_supervise(user, row)),
        "may_settle": row.state == State.REPLIED and bool(may_supervise(user, row)),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "targets/supervision/notice.html", context, status=status)


def _reply(form: ReplyForm, row: SupervisionNotice, user: User) -> str:
    given = form.cleaned_data
    deciding.reply(notice=row.pk, text=given["text"], upload=given["file"], by=user)
    return _("回复已提交，等待督查员审核。")


def _act(request: HttpRequest, row: SupervisionNotice, user: User) -> str:
    verb, reason = request.POST.get("verb"), request.POST.get("reason", "")
    if verb == "sign":
        deciding.sign(notice=row.pk, by=user)
        return _("已签发并送达。")
    if verb == "drop":
        deciding.drop(notice=row.pk, reason=reason, by=user)
        return _("已登记为不予签发。")
    if verb == "accept":
        deciding.accept(notice=row.pk, by=user)
        return _("回复已通过，督办办结。")
    if verb == "return":
        deciding.return_reply(notice=row.pk, reason=reason, by=user)
        return _("回复已退回，对方会收到理由和新的期限。")
    raise Refused.because(_("没有这样的操作，请刷新页面。"), "verb")


@require_safe
def reply_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of an answer, as an attachment."""
    user = person(request)
    reply = get_object_or_404(
        NoticeReply.objects.select_related(
            "file", "notice__part__department", "notice__part__region", "notice__authority__region"
        ),
        pk=pk,
        file__isnull=False,
        notice__in=visible_notices(user),
    )
    try:
        opened = open_reply(reply=reply, by=user)
    except Refused as refusal:
        return refused(request, str(refusal))
    answer = FileResponse(
        opened.stream, as_attachment=True, filename=opened.name, content_type=opened.media_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
