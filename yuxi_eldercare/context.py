"""What every page's frame shows: navigation, the demonstration banner, the day the figures stand at."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from targets.following.desk import parts_waiting
from targets.queries.overview import has_demo_data
from targets.reporting.desk import todo_count
from targets.supervision.listing import notices_waiting
from yuxi_eldercare.core.roles import VIEW_ACCOUNTS, VIEW_AUDIT, VIEW_JOBS, VIEW_REPORT, can


@dataclass(frozen=True)
class Entry:
    """One entry of the left navigation."""

    url: str
    label: str
    icon: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`. Anonymous pages (log-in) get an empty frame."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"navigation": []}
    return {
        "navigation": _navigation(request),
        "todo_count": todo_count(request.user, parts_waiting(request.user), notices_waiting(request.user)),
        "may_read_reports": bool(can(request.user, VIEW_REPORT)),
        "has_demo_data": has_demo_data(request),
    }


# First words of the names of the reporting pages.
REPORTING = (
    "desk", "round", "grid", "review", "confirm", "sheet", "red", "exception", "proxy", "handover", "check",
    "special", "evidence", "entry",
)  # fmt: skip


def _navigation(request: HttpRequest) -> list[Entry]:
    entries = [
        ("overview", _("总览"), "overview", ("overview", "county", "close")),
        ("indicator-list", _("指标"), "indicator", ("indicator",)),
        ("assignment-list", _("任务"), "task", ("assignment", "part", "supervision")),
        ("project-list", _("项目"), "project", ("project",)),
        ("institution-list", _("机构名册"), "institution", ("institution",)),
        ("desk", _("填报"), "report", REPORTING),
        ("library", _("文件库"), "library", ("library", "plan", "document", "rule", "fact", "report")),
        ("finding-list", _("数据疑点"), "finding", ("finding",)),
    ]
    administration = [("user-list", VIEW_ACCOUNTS), ("audit-list", VIEW_AUDIT), ("job-list", VIEW_JOBS)]
    for page, permission in administration:
        if can(request.user, permission):  # type: ignore[arg-type]
            families = ("user", "membership", "department", "client", "audit", "job", "map", "region")
            entries.append((page, _("管理"), "admin", families))
            break
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return [
        Entry(reverse(view), label, icon, name.split("-")[0] in families)
        for view, label, icon, families in entries
    ]
