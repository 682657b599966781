"""Regions and departments."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.models import Department, DepartmentName, Region, RegionName, Succession

from .attached import Branch
from .fields import Table, choice, label, many, text, texts, yes_no
from .filters import Filters, OneOf, Reference, Withdrawn, Word
from .resource import Resource
from .shared import region_filter

REGION = Table(
    "Region",
    text("code", note=gettext_lazy("国家统计用区划代码：县级 6 位，乡级和村级 12 位")),
    text("name", note=gettext_lazy("法定全称")),
    text("short_name"),
    choice("level", Region.Level),
    label("level_label", Region.Level, "level"),
    text("parent", "parent_id", gettext_lazy("上级地区代码"), null=True),
    texts("aliases", note=gettext_lazy("其他写法")),
    texts("withdrawn_codes", note=gettext_lazy("已停用的代码")),
    yes_no("withdrawn"),
)


class RegionFilters(Filters):
    """Parameters of the list of regions."""

    level = OneOf(Region.Level, "level")
    parent = region_filter(lambda code: Q(parent=code), gettext_lazy("上级地区代码"))
    search = Word(
        lambda word: (
            Q(name__icontains=word)
            | Q(code=word)
            | Q(pk__in=RegionName.objects.filter(text__icontains=word).values("region"))
        ),
        gettext_lazy("名称、其他写法或代码（含已停用的）"),
    )
    withdrawn = Withdrawn(Q(withdrawn=True))


class Regions(Resource):
    """The city, its counties, their townships."""

    title = gettext_lazy("地区")
    table = REGION
    queryset = Region.objects.all()
    order = ("position", "code")
    filterset_class = RegionFilters
    lookup_field = "code"

    def branches(self) -> Collection[Branch]:
        return (
            Branch("aliases", RegionName.objects.filter(is_code=False), "region_id", ("text",), str, "id"),
            Branch(
                "withdrawn_codes", RegionName.objects.filter(is_code=True), "region_id", ("text",), str, "id"
            ),
        )


SUCCESSOR = Table(
    "Successor",
    text("department", None, gettext_lazy("承接单位的键")),
    text("since", None, gettext_lazy("起始日期；未核实为空"), null=True),
    text("function", None, gettext_lazy("承接的职能；空为全部"), null=True),
    text("note", None, null=True),
)
DEPARTMENT = Table(
    "Department",
    text("key"),
    text("name"),
    text("short_name"),
    choice("kind", Department.Kind),
    label("kind_label", Department.Kind, "kind"),
    text("region", "region_id"),
    text("credit_code", note=gettext_lazy("统一社会信用代码"), null=True),
    texts("names", note=gettext_lazy("各文件中的全部写法")),
    texts("members", note=gettext_lazy("单位集合的成员（单位键）")),
    many("successors", SUCCESSOR, gettext_lazy("机构改革后的承接单位")),
    yes_no("withdrawn"),
)


class DepartmentFilters(Filters):
    """Parameters of the list of departments."""

    kind = OneOf(Department.Kind, "kind")
    region = region_filter()
    group = Reference(
        Department,
        gettext_lazy("单位"),
        lambda key: Q(groups__key=key),
        gettext_lazy("单位集合的键：只列其成员"),
    )
    search = Word(
        lambda word: (
            Q(name__icontains=word)
            | Q(pk__in=DepartmentName.objects.filter(text__icontains=word).values("department"))
        ),
        gettext_lazy("任一写法"),
    )
    withdrawn = Withdrawn(Q(withdrawn=True))


def _successor(department: str, since: str, function: str, note: str) -> dict[str, Any]:
    return {
        "department": department,
        "since": since or None,
        "function": function or None,
        "note": note or None,
    }


class Departments(Resource):
    """Bodies that lead, are responsible or report."""

    title = gettext_lazy("单位")
    table = DEPARTMENT
    queryset = Department.objects.all()
    filterset_class = DepartmentFilters

    def branches(self) -> Collection[Branch]:
        members = Department.members.through.objects
        since = Coalesce(Cast("since", CharField()), Value(""))
        return (
            Branch("names", DepartmentName.objects.all(), "department_id", ("text",), str, "id"),
            Branch(
                "members",
                members.all(),
                "from_department_id",
                ("to_department__key",),
                str,
                "to_department__position",
            ),
            Branch(
                "successors",
                Succession.objects.annotate(since_text=since),
                "predecessor_id",
                ("successor__key", "since_text", "function", "note"),
                _successor,
                "id",
            ),
        )
