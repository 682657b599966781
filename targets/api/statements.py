"""Tasks with their bodies, background figures, and the rows of the annex lists."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy

from targets.models import (
    Assignment,
    AssignmentBody,
    AssignmentSource,
    Fact,
    FactSource,
    Indicator,
    ListItem,
    ListItemBody,
    ListItemSource,
    Target,
)
from yuxi_eldercare.core.api.attached import Branch
from yuxi_eldercare.core.api.fields import Table, choice, day, decimal, label, text, texts, yes_no
from yuxi_eldercare.core.api.filters import Filters, OneOf, Reference, Withdrawn, Word, Year, YesNo
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

ORDER = ("document__position", "position", "key")
ASSIGNMENT = Table(
    "Assignment",
    text("key"),
    text("number"),
    choice("kind", Assignment.Kind),
    label("kind_label", Assignment.Kind, "kind"),
    text("section", null=True),
    text("title"),
    text("document", "document__key"),
    text("plan", "document__plan__key"),
    yes_no("all_counties", note=gettext_lazy("文中写明各县（市、区）")),
    withdrawn_field(),
    *body_fields("leads", "lead_keys", gettext_lazy("牵头单位，按文中写法；文中未写明为空")),
    *body_fields("responsible", "responsible_keys", gettext_lazy("责任单位，按文中写法；文中未写明为空")),
    texts("targets", note=gettext_lazy("所承载的目标（键）")),
    *source_fields(),
)
_LEADS = AssignmentBody.objects.filter(role=AssignmentBody.Role.LEAD)
_RESPONSIBLE = AssignmentBody.objects.filter(role=AssignmentBody.Role.RESPONSIBLE)


def _target_filter() -> Reference:
    return Reference(
        Target, gettext_lazy("目标值"), lambda key: Q(targets__key=key), gettext_lazy("承载这个目标（键）")
    )


class AssignmentFilters(Filters):
    """Parameters of the list of tasks."""

    document = document_filter()
    plan = plan_filter()
    kind = OneOf(Assignment.Kind, "kind")
    department = department_filter(by_body(AssignmentBody.objects.all(), "assignment"))
    lead = department_filter(by_body(_LEADS, "assignment"), gettext_lazy("牵头单位的键或写法"))
    responsible = department_filter(
        by_body(_RESPONSIBLE, "assignment"), gettext_lazy("责任单位的键或写法；所在的单位集合也算")
    )
    all_counties = YesNo(Q(all_counties=True))
    target = _target_filter()
    search = Word(
        lambda word: (
            Q(title__icontains=word)
            | Q(section__icontains=word)
            | Q(pk__in=AssignmentBody.objects.filter(as_written__icontains=word).values("assignment"))
        ),
        gettext_lazy("标题、章节或单位"),
    )
    withdrawn = Withdrawn()


class Assignments(Resource):
    """Numbered tasks, measures and safeguards."""

    title = gettext_lazy("任务分工")
    table = ASSIGNMENT
    queryset = Assignment.objects.all()
    order = ORDER
    filterset_class = AssignmentFilters

    def branches(self) -> Collection[Branch]:
        return (
            body_branch("leads", _LEADS, "assignment_id"),
            body_branch("responsible", _RESPONSIBLE, "assignment_id"),
            linked_targets(Assignment, "assignment_id"),
            source_branch(AssignmentSource.objects.all()),
        )

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for row in rows.values():
            split_bodies(row, "leads", "lead_keys")
            split_bodies(row, "responsible", "responsible_keys")
            first_source(row)


def linked_targets(model: type[Assignment] | type[ListItem], owner: str) -> Branch:
    """Keys of the targets a record states."""
    return Branch(
        "targets", model.targets.through.objects.all(), owner, ("target__key",), str, "target__position"
    )


FACT = Table(
    "Fact",
    text("key"),
    text("subject"),
    choice("kind", Fact.Kind),
    label("kind_label", Fact.Kind, "kind"),
    text("comparator", note=gettext_lazy("=、>=、<=、<、> 或 ~（约）")),
    decimal("value", note=gettext_lazy("不是数的见 value_text"), null=True),
    text("value_text", null=True),
    text("unit", null=True),
    text("condition", note=gettext_lazy("包括哪些"), null=True),
    day("as_of", null=True),
    text("as_of_text", note=gettext_lazy("文中的时间写法"), null=True),
    text("region", "region_id", null=True),
    text("indicator", "indicator__key", gettext_lazy("是哪个指标的值（指标代码）"), null=True),
    text("document", "document__key"),
    withdrawn_field(),
    *source_fields(),
)


class FactFilters(Filters):
    """Parameters of the list of facts."""

    document = document_filter()
    plan = plan_filter()
    kind = OneOf(Fact.Kind, "kind")
    region = region_filter()
    indicator = Reference(
        Indicator, gettext_lazy("指标"), lambda code: Q(indicator__key=code), gettext_lazy("指标代码")
    )
    year = Year(lambda year: Q(as_of__year=year), gettext_lazy("数据所属年份"))
    search = Word(lambda word: Q(subject__icontains=word) | Q(condition__icontains=word))
    withdrawn = Withdrawn()


class Facts(Resource):
    """Figures stated as background; never judged."""

    title = gettext_lazy("背景数据")
    table = FACT
    queryset = Fact.objects.all()
    order = ORDER
    filterset_class = FactFilters

    def branches(self) -> Collection[Branch]:
        return (source_branch(FactSource.objects.all()),)

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for row in rows.values():
            first_source(row)


LIST_ITEM = Table(
    "ListItem",
    text("key"),
    choice("list", ListItem.List),
    label("list_label", ListItem.List, "list"),
    text("number"),
    text("category", null=True),
    text("name"),
    text("measures", note=gettext_lazy("重点工作举措"), null=True),
    text("goal", note=gettext_lazy("发展目标"), null=True),
    text("document", "document__key"),
    withdrawn_field(),
    *body_fields("departments", "department_keys", gettext_lazy("责任单位，按文中写法")),
    texts("targets", note=gettext_lazy("所载明的目标（键）")),
    *source_fields(),
)


class ListFilters(Filters):
    """Parameters of the annex lists."""

    document = document_filter()
    plan = plan_filter()
    list = OneOf(ListItem.List, "list")
    category = Word(lambda word: Q(category__icontains=word), gettext_lazy("类别，如 养老"))
    department = department_filter(by_body(ListItemBody.objects.all(), "item"))
    target = _target_filter()
    search = Word(
        lambda word: Q(name__icontains=word) | Q(measures__icontains=word) | Q(goal__icontains=word)
    )
    withdrawn = Withdrawn()


class Lists(Resource):
    """Rows of the annex lists: platforms, industries, reforms, policies, factors, pilots."""

    title = gettext_lazy("附件清单")
    table = LIST_ITEM
    queryset = ListItem.objects.all()
    order = ORDER
    filterset_class = ListFilters

    def branches(self) -> Collection[Branch]:
        return (
            body_branch("departments", ListItemBody.objects.all(), "item_id"),
            linked_targets(ListItem, "listitem_id"),
            source_branch(ListItemSource.objects.all()),
        )

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for row in rows.values():
            split_bodies(row, "departments", "department_keys")
            first_source(row)
