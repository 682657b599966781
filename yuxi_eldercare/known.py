"""What plan files may refer to because the database holds it: used when one document is uploaded alone."""

from collections import defaultdict

from projects.models import Project
from subsidies.models import Rule
from targets.models import Assignment, Fact, Indicator, ListItem, Target
from yuxi_eldercare.core.models import Clause, Department, DepartmentName, Document, Finding, Plan, Region
from yuxi_eldercare.core.plan_files import Known


def known_records() -> Known:
    """Everything that exists, by permanent key; a document loaded again keeps its own keys."""
    clauses: dict[str, set[str]] = defaultdict(set)
    for code, number in Clause.objects.values_list("document__key", "number"):
        clauses[code].add(number)
    return Known(
        regions=dict(Region.objects.values_list("code", "level")),
        departments=set(Department.objects.values_list("key", flat=True)),
        spellings=dict(DepartmentName.objects.values_list("text", "department__key")),
        county_groups=_county_groups(),
        indicators={row["key"]: row for row in Indicator.objects.values()},
        plans=dict(Plan.objects.values_list("key", "region_id")),
        documents=dict(Document.objects.values_list("key", "plan__key")),
        clauses=dict(clauses),
        targets=set(Target.objects.values_list("key", flat=True)),
        projects=dict(Project.objects.values_list("key", "document__key")),
        keys=_owners(),
    )


def _county_groups() -> set[str]:
    groups = Department.objects.filter(kind=Department.Kind.GROUP).prefetch_related("members__region")
    return {
        group.key
        for group in groups
        if group.members.all() and all(m.region.level == Region.Level.COUNTY for m in group.members.all())
    }


def _owners() -> dict[str, str]:
    """Record key → code of the document that owns it. A reviewed finding belongs to its first place."""
    owners: dict[str, str] = {}
    for model in (Target, Assignment, Fact, ListItem, Project, Rule):
        owners |= dict(model.objects.values_list("key", "document__key"))
    findings = Finding.objects.filter(places__position=0, places__clause__isnull=False)
    owners |= dict(findings.values_list("key", "places__clause__document__key"))
    return owners
