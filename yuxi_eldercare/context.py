"""What every page's frame shows: navigation, the demonstration banner, the day the figures stand at."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.queries.owed import reports_waiting
from subsidies.queries.applications import applications_waiting
from subsidies.queries.payments import payments_waiting
from targets.following.desk import parts_running, parts_waiting, reports_owed
from targets.queries.overview import has_demo_data
from targets.reporting.desk import todo_counts
from targets.supervision.listing import notices_waiting
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import VIEW_ACCOUNTS, VIEW_AUDIT, VIEW_JOBS, VIEW_REPORT, VIEW_SUBSIDIES, can


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
        "todo_count": waiting_count(request.user),
        "may_read_reports": bool(can(request.user, VIEW_REPORT)),
        "has_demo_data": has_demo_data(request),
    }


def waiting_count(user: User) -> int:
    """How many things wait for the person, of every app: the number in the top bar, and the sum of their desk."""
    others: list[QuerySet[Any]] = [
        *parts_waiting(user), notices_waiting(user), applications_waiting(user), reports_waiting(user),
        *payments_waiting(user),
    ]  # fmt: skip
    *counts, running = todo_counts(user, *others, parts_running(user))
    return sum(counts) + (reports_owed(user) if running else 0)


# First words of the names of the reporting pages.
REPORTING = (
    "desk", "round", "grid", "review", "confirm", "sheet", "red", "exception", "proxy", "handover", "check",
    "special", "evidence", "entry",
)  # fmt: skip


LIBRARY = ("library", "plan", "document", "rule", "fact", "report", "finding")


def _navigation(request: HttpRequest) -> list[Entry]:
    # Administrators and those without a role read the schemes, which are plan data; the ledgers would refuse them.
    subsidies = "subsidy-list" if can(request.user, VIEW_SUBSIDIES) else "subsidy-schemes"  # type: ignore[arg-type]
    entries = [
        ("overview", _("总览"), "overview", ("overview", "county", "close")),
        ("indicator-list", _("指标"), "indicator", ("indicator",)),
        ("assignment-list", _("任务"), "task", ("assignment", "part", "supervision")),
        ("project-list", _("项目"), "project", ("project", "institution", "counted")),
        (subsidies, _("补助"), "subsidy", ("subsidy",)),
        ("desk", _("填报"), "report", REPORTING),
        ("library", _("文件库"), "library", LIBRARY),
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
