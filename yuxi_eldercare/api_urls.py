"""The addresses under /api/v1/: every resource as list and by key, what-if answers, schema, its page."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from projects.api import Projects
from subsidies.api import Rules
from targets.api.assessments import Assessments
from targets.api.entries import Entries
from targets.api.indicators import Indicators
from targets.api.observations import Observations
from targets.api.preview import Preview
from targets.api.rounds import Rounds
from targets.api.statements import Assignments, Facts, Lists
from targets.api.targets import Targets
from yuxi_eldercare.core.api.audit import AuditEvents
from yuxi_eldercare.core.api.findings import Findings
from yuxi_eldercare.core.api.jobs import Jobs
from yuxi_eldercare.core.api.places import Departments, Regions
from yuxi_eldercare.core.api.plans import Documents, Plans
from yuxi_eldercare.core.api.resource import Resource
from yuxi_eldercare.core.api.token import Token

from .api_docs import Schema, documentation, nowhere

RESOURCES: dict[str, type[Resource]] = {
    "regions": Regions,
    "departments": Departments,
    "plans": Plans,
    "documents": Documents,
    "indicators": Indicators,
    "targets": Targets,
    "assignments": Assignments,
    "projects": Projects,
    "rules": Rules,
    "facts": Facts,
    "lists": Lists,
    "findings": Findings,
    "assessments": Assessments,
    "rounds": Rounds,
    "entries": Entries,
    "jobs": Jobs,
    "audit": AuditEvents,
}

router = SimpleRouter()
# A slash at the end is optional: clients of other systems leave it out as often as not.
router.trailing_slash = "/?"
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=f"api-{name}")

urlpatterns = [
    path("", documentation, name="api-docs"),
    re_path(r"^docs/?$", documentation),
    re_path(r"^schema/?$", Schema.as_view(), name="api-schema"),
    path("assessments/preview", Preview.as_view(), name="api-preview"),
    path("assessments/preview/", Preview.as_view(schema=None)),
    re_path(r"^observations/?$", Observations.as_view(), name="api-observations"),
    re_path(r"^oauth/token/?$", Token.as_view(), name="api-token"),
    path("", include(router.urls)),
    # Any character: a line break in an address is no reason to answer with a page.
    re_path(r"^(?P<rest>[\s\S]+)$", nowhere, name="api-nowhere"),
]
