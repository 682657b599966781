"""Plans and their documents."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.models import Clause, Document, Plan

from .attached import Branch
from .fields import Table, choice, day, label, many, text, texts, yes_no
from .filters import Filters, OneOf, Withdrawn, Word, YesNo
from .resource import Resource
from .shared import document_in_force, plan_filter, region_filter, truth, withdrawn_field

PLAN = Table(
    "Plan",
    text("key"),
    text("name"),
    text("region", "region_id"),
    day("start"),
    day("end"),
    text("parent", "parent__key", gettext_lazy("上级规划的键"), null=True),
    texts("documents", note=gettext_lazy("本规划各版文本的代码")),
    withdrawn_field(),
)


class PlanFilters(Filters):
    """Parameters of the list of plans."""

    region = region_filter()
    parent = plan_filter("parent")
    search = Word(lambda word: Q(name__icontains=word))
    withdrawn = Withdrawn()


class Plans(Resource):
    """The commitments themselves: a name, a region, years."""

    title = gettext_lazy("规划")
    table = PLAN
    queryset = Plan.objects.all()
    filterset_class = PlanFilters

    def branches(self) -> Collection[Branch]:
        current = Document.objects.filter(withdrawn_at=None)
        return (Branch("documents", current, "plan_id", ("key",), str),)


CLAUSE = Table(
    "Clause",
    text("number", None),
    text("heading", None, null=True),
    text("parent", None, gettext_lazy("表格行所在表格的条款编号"), null=True),
)
DOCUMENT = Table(
    "Document",
    text("code", "key", gettext_lazy("文件代码")),
    text("plan", "plan__key"),
    text("region", "plan__region_id"),
    text("title"),
    text("number", note=gettext_lazy("文号"), null=True),
    text("issuer", null=True),
    day("issued_on", null=True),
    text("issued_text", note=gettext_lazy("文中的成文日期写法"), null=True),
    choice("status", Document.Status),
    label("status_label", Document.Status, "status"),
    text("supersedes", "supersedes__key", gettext_lazy("被本文替代的文件代码"), null=True),
    text("superseded_by", "superseded_by__key", gettext_lazy("替代本文的文件代码"), null=True),
    day("effective_from", null=True),
    day("effective_to", null=True),
    yes_no("in_force", "is_in_force", gettext_lazy("已印发且未被替代；征求意见稿从不具有效力")),
    withdrawn_field(),
    many("clauses", CLAUSE, gettext_lazy("条款目录；include=clauses 时给出"), optional=True),
)


class DocumentFilters(Filters):
    """Parameters of the list of documents."""

    plan = plan_filter("plan")
    region = region_filter(lambda code: Q(plan__region=code))
    status = OneOf(Document.Status, "status")
    in_force = YesNo(Q(is_in_force=True))
    search = Word(lambda word: Q(title__icontains=word) | Q(number__icontains=word))
    withdrawn = Withdrawn()


def _clause(number: str, heading: str, parent: str | None) -> dict[str, Any]:
    return {"number": number, "heading": heading or None, "parent": parent or None}


class Documents(Resource):
    """Dated versions of the plans' texts."""

    title = gettext_lazy("文件")
    table = DOCUMENT
    queryset = Document.objects.annotate(is_in_force=truth(document_in_force()))
    filterset_class = DocumentFilters
    includes = ("clauses",)
    lookup_url_kwarg = "code"

    def branches(self) -> Collection[Branch]:
        if "clauses" not in self.asked:
            return ()
        current = Clause.objects.filter(withdrawn_at=None).annotate(table=F("parent__number"))
        return (Branch("clauses", current, "document_id", ("number", "heading", "table"), _clause),)
