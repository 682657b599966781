"""Pieces that resources of every app use: sources, bodies, documents in force, departments by any name."""

from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.models import Department, Document, Plan, Region

from .attached import Branch
from .fields import Field, Table, many, moment, one, text, texts
from .filters import Reference, Where

SOURCE = Table(
    "Source",
    text("document", None, gettext_lazy("文件代码")),
    text("clause", None, gettext_lazy("条款编号，表格行为“条款·行号”")),
    text("phrase", None, gettext_lazy("文中原话")),
)


def source_fields() -> tuple[Field, ...]:
    """`source` (the first) and `sources` (all of them)."""
    return (
        one("source", SOURCE, gettext_lazy("主要出处"), null=True),
        many("sources", SOURCE, gettext_lazy("全部出处，第一个为主要出处")),
    )


def body_fields(name: str, keys: str, note: Any) -> tuple[Field, ...]:
    """Bodies as written, and the keys of the departments they were resolved to, in the same order."""
    return (
        texts(name, note=note),
        texts(keys, note=gettext_lazy("与上一字段逐一对应的单位键")),
    )


def withdrawn_field() -> Field:
    """When a record left its plan file."""
    return moment("withdrawn_at", note=gettext_lazy("撤下时间；未撤下为空"), null=True)


def source_item(document: str, clause: str, phrase: str) -> dict[str, str]:
    """One source."""
    return {"document": document, "clause": clause, "phrase": phrase}


def source_branch(rows: QuerySet[Any]) -> Branch:
    """The `sources` of records whose `Source` rows these are."""
    columns = ("clause__document__key", "clause__number", "phrase")
    return Branch("sources", rows, "record_id", columns, source_item)


def body_branch(field: str, rows: QuerySet[Any], owner: str) -> Branch:
    """Bodies as (as written, department key); `split_bodies` makes the two lists of them."""
    return Branch(field, rows, owner, ("as_written", "department__key"), lambda *pair: pair)


def split_bodies(row: dict[str, Any], field: str, keys: str) -> None:
    """From pairs to the words and, beside them, the keys."""
    pairs = row[field]
    row[field] = [written for written, _key in pairs]
    row[keys] = [key for _written, key in pairs]


def first_source(row: dict[str, Any]) -> None:
    """`source` from `sources`."""
    row["source"] = row["sources"][0] if row["sources"] else None


def document_in_force(path: str = "") -> Q:
    """Issued, not withdrawn, not replaced by another text. `path` leads to the document ("document__")."""
    return Q(
        **{f"{path}status": Document.Status.ISSUED, f"{path}withdrawn_at": None},
    ) & (Q(**{f"{path}superseded_by": None}) | Q(**{f"{path}superseded_by__withdrawn_at__isnull": False}))


def truth(condition: Q) -> Case:
    """A condition as a column that is true or false, never unknown."""
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def departments_meant(word: str) -> QuerySet[Department, Any]:
    """Primary keys of the departments with this key or spelling, and of the groups they belong to."""
    meant = Department.objects.filter(_named(word)).values("pk")
    return Department.objects.filter(Q(pk__in=meant) | Q(members__in=meant)).values("pk")


def _named(word: str) -> Q:
    return Q(key=word) | Q(name=word) | Q(short_name=word) | Q(names__text=word)


def by_body(rows: QuerySet[Any], owner: str, **conditions: Any) -> Where:
    """The condition "one of its bodies is this department", for body rows that belong to `owner`."""
    return lambda word: Q(
        pk__in=rows.filter(department__in=departments_meant(word), **conditions).values(owner)
    )


def document_filter(where: str | Where = "document") -> Reference:
    """By the code of a document: a condition, or the path that leads to the document."""
    return Reference(Document, gettext_lazy("文件"), _key_at(where), gettext_lazy("文件代码"))


def plan_filter(where: str | Where = "document__plan") -> Reference:
    """By the key of a plan: a condition, or the path that leads to the plan."""
    return Reference(Plan, gettext_lazy("规划"), _key_at(where), gettext_lazy("规划的键"))


def _key_at(where: str | Where) -> Where:
    return where if callable(where) else lambda key: Q(**{f"{where}__key": key})


def region_filter(where: Where | None = None, note: Any = None) -> Reference:
    """By the code of a region."""
    return Reference(
        Region,
        gettext_lazy("地区"),
        where or (lambda code: Q(region=code)),
        note or gettext_lazy("地区代码（GB/T 2260），例如 530425"),
    )


def department_filter(where: Where, note: Any = None) -> Reference:
    """By a department's key or any of its spellings; the groups it belongs to count as well."""
    return Reference(
        Department,
        gettext_lazy("单位"),
        where,
        note or gettext_lazy("单位的键或任一写法，例如 市民政局；所在的单位集合也算"),
        known=_named,
    )
