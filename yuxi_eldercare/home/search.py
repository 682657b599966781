"""Search over everything that has a name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.models import InstitutionVersion
from projects.queries.institutions import may_read, search_institutions
from projects.queries.plans import search_projects
from targets.queries.search import LIMIT, search_assignments, search_indicators
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.queries.search import search_departments


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Indicators, tasks, projects, institutions and departments whose name, alias or words contain the text."""
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"q": text}
    if text:
        context |= {
            "indicators": search_indicators(text),
            "assignments": search_assignments(text),
            "projects": search_projects(text),
            "institutions": _institutions(request, text),
            "departments": search_departments(text),
        }
        names = ("indicators", "assignments", "projects", "institutions", "departments")
        groups = [context[name] for name in names]
        context["found"] = sum(map(len, groups))
        context["cut"] = any(len(group) == LIMIT for group in groups)
    return render(request, "search.html", context)


def _institutions(request: HttpRequest, text: str) -> list[InstitutionVersion]:
    """Institutions of today, for those who read the register."""
    user: User = request.user  # type: ignore[assignment]
    return list(search_institutions(text, timezone.localdate())) if may_read(user) else []
