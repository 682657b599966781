"""The audit trail for the audit administrator's own tools. Reading it is itself an event."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import AuditEvent, Department
from yuxi_eldercare.core.queries.audit import AuditFilter
from yuxi_eldercare.core.roles import VIEW_AUDIT

from .fields import Table, choice, free, label, moment, text, whole
from .filters import Day, Filters, OneOf, Reference, Word
from .resource import Resource

EVENT = Table(
    "AuditEvent",
    whole("id"),
    whole("seq", note=gettext_lazy("链序；尚未封存为空"), null=True),
    moment("at"),
    text("username", note=gettext_lazy("没有账号的程序为空"), null=True),
    text("actor", "actor_text", gettext_lazy("当时的姓名，或程序的名称")),
    text("department", "department__key", gettext_lazy("单位代码"), null=True),
    text("unit", note=gettext_lazy("当时的单位名称"), null=True),
    text("ip", null=True),
    text("session", note=gettext_lazy("会话的摘要，用来区分同一人的不同登录"), null=True),
    text("action"),
    text("object_type"),
    text("object_key"),
    choice("result", AuditEvent.Result),
    label("result_label", AuditEvent.Result, "result"),
    text("detail", null=True),
    free("before", null=True),
    free("after", null=True),
    text("algorithm"),
    text("prev_hash", null=True),
    text("hash", note=gettext_lazy("尚未封存为空"), null=True),
)


class AuditFilters(Filters):
    """Parameters of the list, with the meanings they have on the page."""

    person = Word(lambda word: AuditFilter(person=word).condition(), gettext_lazy("用户名，或姓名的一部分"))
    department = Reference(
        Department,
        gettext_lazy("单位"),
        lambda key: AuditFilter(department=key).condition(),
        gettext_lazy("单位代码"),
    )
    action = Word(
        lambda word: AuditFilter(action=word).condition(), gettext_lazy("动作，或动作的前一段，例如 auth")
    )
    object = Word(
        lambda word: AuditFilter(object=word).condition(), gettext_lazy("对象的键的一部分，或对象类别")
    )
    result = OneOf(AuditEvent.Result, "result")
    since = Day(lambda day: AuditFilter(since=day).condition(), gettext_lazy("从这一天起"))
    until = Day(lambda day: AuditFilter(until=day).condition(), gettext_lazy("到这一天止（含）"))


class AuditEvents(Resource):
    """Audit events, the newest first."""

    title = gettext_lazy("审计记录")
    notes = gettext_lazy("只有审计管理员能读；每次读取本身也会留下审计记录。")
    permission = VIEW_AUDIT
    table = EVENT
    queryset = AuditEvent.objects.all()
    order = ("-id",)
    filterset_class = AuditFilters
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Note who read what, once the answer is there."""
        if response.status_code == 200:
            asked = "；".join(f"{name}={value}" for name, value in request.query_params.items())
            audit.record(
                by=request.user,  # type: ignore[arg-type]
                action="audit.read",
                object_type="audit",
                object_key=str(kwargs.get("id", "*")),
                detail=asked,
            )
        return super().finalize_response(request, response, *args, **kwargs)
