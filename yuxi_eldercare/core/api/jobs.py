"""Progress of background work."""

from django.db.models import Q
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from yuxi_eldercare.core.models import Job
from yuxi_eldercare.core.roles import VIEW_JOBS, VIEW_PLANS

from .fields import Table, choice, free, label, moment, text, whole
from .filters import Filters, OneOf, Word
from .resource import Resource

JOB = Table(
    "Job",
    whole("id"),
    text("kind"),
    text("label"),
    choice("state", Job.State),
    label("state_label", Job.State, "state"),
    whole("total", note=gettext_lazy("共几步；尚未知道为空"), null=True),
    whole("done", note=gettext_lazy("已完成几步")),
    text("error", null=True),
    free("params"),
    free("result"),
    text("created_by", "created_by__display_name", null=True),
    moment("created_at"),
    moment("started_at", null=True),
    moment("finished_at", null=True),
)


class JobFilters(Filters):
    """Parameters of the list of jobs."""

    state = OneOf(Job.State, "state")
    kind = Word(lambda word: Q(kind=word))


class Jobs(Resource):
    """Background work, the newest first."""

    title = gettext_lazy("后台任务")
    notes = gettext_lazy("需要查看后台任务的权限；自己发起的任务按编号都能查询。")
    permission = VIEW_JOBS
    table = JOB
    queryset = Job.objects.all()
    order = ("-id",)
    filterset_class = JobFilters
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"

    def check_permissions(self, request: Request) -> None:
        """Who started a job may ask for it."""
        if self.action == "retrieve" and self._is_own(request):
            self.permission = VIEW_PLANS
        super().check_permissions(request)

    def _is_own(self, request: Request) -> bool:
        number = self.kwargs[self.lookup_field]
        return (
            request.user.is_authenticated and Job.objects.filter(pk=number, created_by=request.user).exists()
        )
