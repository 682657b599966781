"""Findings (数据疑点) with their places and the ruling in force."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, FilteredRelation, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.models import Document, Finding, FindingPlace, Ruling

from .attached import Branch
from .fields import Table, choice, free, label, many, moment, one, text, texts
from .filters import Filters, OneOf, Reference, Withdrawn, Word, YesNo
from .resource import Resource, Rest, Rows
from .shared import withdrawn_field

PLACE = Table(
    "Place",
    text("document", None, gettext_lazy("文件代码；不出自文件的为空"), null=True),
    text("clause", None, null=True),
    text("phrase", None),
)
RULING = Table(
    "Ruling",
    choice("decision", Ruling.Decision),
    label("decision_label", Ruling.Decision, "decision"),
    text("text"),
    free("effect"),
    text("ruled_by", note=gettext_lazy("裁定人姓名")),
    moment("ruled_at"),
)
FINDING = Table(
    "Finding",
    text("key"),
    choice("kind", Finding.Kind),
    label("kind_label", Finding.Kind, "kind"),
    choice("origin", Finding.Origin),
    text("summary"),
    texts("subjects", "subjects", gettext_lazy("涉及记录的键")),
    moment("raised_at"),
    withdrawn_field(),
    many("places", PLACE, gettext_lazy("互相矛盾的各处原文")),
    one("ruling", RULING, gettext_lazy("现行裁定；未裁定为空"), null=True),
)


class FindingFilters(Filters):
    """Parameters of the list of findings."""

    kind = OneOf(Finding.Kind, "kind")
    origin = OneOf(Finding.Origin, "origin")
    document = Reference(
        Document,
        gettext_lazy("文件"),
        lambda code: Q(pk__in=FindingPlace.objects.filter(clause__document__key=code).values("finding")),
        gettext_lazy("任一处出自这个文件"),
    )
    subject = Word(
        lambda key: Q(subjects_text__contains=f'"{key}"'), gettext_lazy("涉及这条记录（键）的疑点")
    )
    ruled = YesNo(Q(current__isnull=False), gettext_lazy("是否已裁定"))
    search = Word(
        lambda word: (
            Q(summary__icontains=word)
            | Q(pk__in=FindingPlace.objects.filter(phrase__icontains=word).values("finding"))
        )
    )
    withdrawn = Withdrawn()


def _place(document: str | None, clause: str | None, phrase: str) -> dict[str, Any]:
    return {"document": document, "clause": clause, "phrase": phrase}


class Findings(Resource):
    """What two places say against each other."""

    title = gettext_lazy("数据疑点")
    table = FINDING
    queryset = Finding.objects.annotate(
        current=FilteredRelation("rulings", condition=Q(rulings__replaced_at=None)),
        subjects_text=Cast("subjects", TextField()),
    )
    more = tuple(
        F(f"current__{name}")
        for name in ("decision", "decision", "text", "effect", "ruled_by__display_name", "ruled_at")
    )
    filterset_class = FindingFilters

    def branches(self) -> Collection[Branch]:
        columns = ("clause__document__key", "clause__number", "phrase")
        return (Branch("places", FindingPlace.objects.all(), "finding_id", columns, _place),)

    def complete(self, rows: Rows, rest: Rest) -> None:
        super().complete(rows, rest)
        for key, row in rows.items():
            row["ruling"] = None
            if rest[key][0] is not None:
                row["ruling"] = next(RULING.shaped([tuple(rest[key])]))[0]
