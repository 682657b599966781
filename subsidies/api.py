"""Money, per-unit and facility rules as other systems read them."""

from collections.abc import Collection

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from subsidies.models import Rule, RuleBody, RuleSource
from yuxi_eldercare.core.api.attached import Branch
from yuxi_eldercare.core.api.fields import Table, choice, day, decimal, free, label, text
from yuxi_eldercare.core.api.filters import Filters, OneOf, Withdrawn, Word
from yuxi_eldercare.core.api.resource import Resource, Rest, Rows
from yuxi_eldercare.core.api.shared import (
    body_branch,
    body_fields,
    by_body,
    department_filter,
    document_filter,
    first_source,
    plan_filter,
    source_branch,
    source_fields,
    split_bodies,
    withdrawn_field,
)

RULE = Table(
    "Rule",
    text("key"),
    text("subject"),
    choice("kind", Rule.Kind),
    label("kind_label", Rule.Kind, "kind"),
    text("comparator", note=gettext_lazy(">=、<=、= 或 range；文中未写明为空"), null=True),
    decimal("value", null=True),
    decimal("value_max", note=gettext_lazy("区间上限"), null=True),
    text("unit", null=True),
    text("condition", null=True),
    free("split", note=gettext_lazy("各级分担的份数，如 省 5、市 3、县 2"), null=True),
    day("as_of", "stated_on", gettext_lazy("起始日；文中未写明时为文件的成文日期"), null=True),
    day("valid_from", null=True),
    day("valid_to", null=True),
    text("document", "document__key"),
    text("plan", "document__plan__key"),
    withdrawn_field(),
    *body_fields("departments", "department_keys", gettext_lazy("文中写明的单位")),
    *source_fields(),
)


class RuleFilters(Filters):
    """Parameters of the list of rules."""

    document = document_filter()
    plan = plan_filter()
    kind = OneOf(Rule.Kind, "kind")
    department = department_filter(by_body(RuleBody.objects.all(), "rule"))
    search = Word(
        lambda word: Q(subject__icontains=word) | Q(condition__icontains=word), gettext_lazy("对象或条件")
    )
    withdrawn = Withdrawn()


class Rules(Resource):
    """What the documents fix per bed, per household, per share."""

    title = gettext_lazy("标准和补助规则")
    table = RULE
    queryset = Rule.objects.annotate(
        stated_on=Coalesce(F("valid_from"), F("document__issued_on"), F("document__effective_from"))
    )
    order = ("document__position", "position", "key")
    filterset_class = RuleFilters

    def branches(self) -> Collection[Branch]:
        return (
            body_branch("departments", RuleBody.objects.all(), "rule_id"),
            source_branch(RuleSource.objects.all()),
        )

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for row in rows.values():
            split_bodies(row, "departments", "department_keys")
            first_source(row)
