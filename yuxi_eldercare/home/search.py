"""Search over everything that has a name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.queries.plans import search_projects
from targets.queries.search import LIMIT, search_assignments, search_indicators
from yuxi_eldercare.core.queries.search import search_departments


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Indicators, tasks, projects and departments whose name, alias or words contain the text."""
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"q": text}
    if text:
        context |= {
            "indicators": search_indicators(text),
            "assignments": search_assignments(text),
            "projects": search_projects(text),
            "departments": search_departments(text),
        }
        groups = [context[name] for name in ("indicators", "assignments", "projects", "departments")]
        context["found"] = sum(map(len, groups))
        context["cut"] = any(len(group) == LIMIT for group in groups)
    return render(request, "search.html", context)
