"""Projects as other systems read them. Money is in 万元, as the documents state it."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from projects.amounts import to_wan
from projects.models import Project, ProjectBody, ProjectLink, ProjectSource
from yuxi_eldercare.core.api.attached import Branch
from yuxi_eldercare.core.api.fields import Table, choice, decimal, label, many, text, whole
from yuxi_eldercare.core.api.filters import Filters, OneOf, Withdrawn, Word, Year
from yuxi_eldercare.core.api.resource import Resource, Rest, Rows
from yuxi_eldercare.core.api.shared import (
    body_branch,
    body_fields,
    by_body,
    department_filter,
    document_filter,
    first_source,
    plan_filter,
    region_filter,
    source_branch,
    source_fields,
    split_bodies,
    withdrawn_field,
)

LINK = Table(
    "ProjectLink",
    text("project", None, gettext_lazy("另一项目的键")),
    choice("kind", ProjectLink.Kind),
    text("note", None, null=True),
)
PROJECT = Table(
    "Project",
    text("key"),
    text("number", note=gettext_lazy("表中序号；正文提及的为空"), null=True),
    text("name"),
    choice("listing", Project.Listing),
    label("listing_label", Project.Listing, "listing"),
    text("category", note=gettext_lazy("养老、托育"), null=True),
    text("type", note=gettext_lazy("文中的类型"), null=True),
    text("location", note=gettext_lazy("文中的建设地点"), null=True),
    text("region", "region_id"),
    whole("start_year", null=True),
    whole("end_year", null=True),
    text("content", null=True),
    decimal(
        "total_investment_wan", "total_investment_fen", gettext_lazy("总投资，万元"), null=True, shape=to_wan
    ),
    decimal(
        "central_budget_wan",
        "central_budget_fen",
        gettext_lazy("申请中央预算内资金，万元"),
        null=True,
        shape=to_wan,
    ),
    text("document", "document__key"),
    text("plan", "document__plan__key"),
    withdrawn_field(),
    *body_fields("responsible", "responsible_keys", gettext_lazy("责任单位，按文中写法")),
    many("links", LINK, gettext_lazy("对应的市级项目：同一、其中一部分或部分重叠，金额不可相加")),
    many("linked_from", LINK, gettext_lazy("与本项目对应的县级项目")),
    *source_fields(),
)


class ProjectFilters(Filters):
    """Parameters of the list of projects."""

    document = document_filter()
    plan = plan_filter()
    region = region_filter()
    category = Word(lambda word: Q(category=word), gettext_lazy("养老 或 托育"))
    type = Word(lambda word: Q(type__icontains=word))
    listing = OneOf(Project.Listing, "listing")
    year = Year(
        lambda year: Q(start_year__lte=year) & (Q(end_year__gte=year) | Q(end_year=None, start_year=year)),
        gettext_lazy("该年在建设期内"),
    )
    department = department_filter(by_body(ProjectBody.objects.all(), "project"))
    search = Word(
        lambda word: Q(name__icontains=word) | Q(content__icontains=word) | Q(location__icontains=word),
        gettext_lazy("名称、内容或地点"),
    )
    withdrawn = Withdrawn()


def _link(project: str, kind: str, note: str) -> dict[str, Any]:
    return {"project": project, "kind": kind, "note": note or None}


class Projects(Resource):
    """Projects of the plans' tables and prose."""

    title = gettext_lazy("重大项目")
    notes = gettext_lazy("金额为十进制字符串，单位万元；文中未写明为空。")
    table = PROJECT
    queryset = Project.objects.all()
    order = ("document__position", "position", "key")
    filterset_class = ProjectFilters

    def branches(self) -> Collection[Branch]:
        links = ProjectLink.objects.all()
        return (
            body_branch("responsible", ProjectBody.objects.all(), "project_id"),
            Branch("links", links, "project_id", ("to__key", "kind", "note"), _link, "to__position"),
            Branch(
                "linked_from", links, "to_id", ("project__key", "kind", "note"), _link, "project__position"
            ),
            source_branch(ProjectSource.objects.all()),
        )

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for row in rows.values():
            split_bodies(row, "responsible", "responsible_keys")
            first_source(row)
