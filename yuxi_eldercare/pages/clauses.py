"""A document's clauses as a tree, with the number of records each states."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from projects.models import ProjectSource
from subsidies.models import RuleSource
from targets.models import AssignmentSource, FactSource, ListItemSource, TargetSource
from yuxi_eldercare.core.models import Clause, Document, FindingPlace

# Kind of record -> where its phrases stand. The keys are those of the document's tabs.
SOURCES: dict[str, type[Any]] = {
    "targets": TargetSource,
    "tasks": AssignmentSource,
    "projects": ProjectSource,
    "rules": RuleSource,
    "facts": FactSource,
    "lists": ListItemSource,
}
_RUN = re.compile(r"\d+|[一二三四五六七八九十百]+")


@dataclass
class ClauseNode:
    """A clause with what it states itself, the clauses below it and (of a table) its rows."""

    clause: Clause
    counts: list[tuple[str, int]]  # (label of the kind, how many), those that occur
    below: list["ClauseNode"] = field(default_factory=list)
    rows: list["ClauseNode"] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """Its heading, unless the number holds it; a row has none of its own."""
        return heading_of(self.clause)

    @property
    def total(self) -> int:
        """How many records it states itself."""
        return sum(count for label, count in self.counts)


def heading_of(clause: Clause) -> str:
    """The heading beside the number: 三（五）培育普惠机构 holds its own, a table's row has its table's."""
    return "" if clause.parent_id is not None or clause.number.endswith(clause.heading) else clause.heading


def kind_labels() -> dict[str, str]:
    """What the kinds of records are called, in the order of the tabs."""
    return {
        "targets": _("目标"),
        "tasks": _("任务"),
        "projects": _("项目"),
        "rules": _("规则"),
        "facts": _("事实"),
        "lists": _("清单"),
        "findings": _("疑点"),
    }


def clause_tree(document: Document) -> list[ClauseNode]:
    """The clauses in the order of the text. Eight statements."""
    clauses = list(document.clauses.filter(withdrawn_at=None).order_by("position", "pk"))
    counts = counts_by_clause(document)
    labels = kind_labels()
    nodes = {
        c.pk: ClauseNode(c, [(labels[kind], by[c.pk]) for kind, by in counts.items() if by[c.pk]])
        for c in clauses
    }
    by_number = {c.number: nodes[c.pk] for c in clauses if c.parent_id is None}
    tops: list[ClauseNode] = []
    for clause in clauses:
        node = nodes[clause.pk]
        if clause.parent_id in nodes:
            nodes[clause.parent_id].rows.append(node)
            continue
        above = parent_number(clause.number, by_number)
        (by_number[above].below if above else tops).append(node)
    for node in nodes.values():
        node.rows.sort(key=lambda row: natural(row.clause.number))
    return tops


def counts_by_clause(document: Document) -> dict[str, Counter[int]]:
    """For each kind, how many records in force each clause of the document states. Seven statements."""
    found = {
        kind: Counter(
            dict(
                model.objects.filter(clause__document=document, record__withdrawn_at=None)
                .order_by()
                .values_list("clause")
                .annotate(n=Count("record", distinct=True))
            )
        )
        for kind, model in SOURCES.items()
    }
    places = (
        FindingPlace.objects.filter(clause__document=document, finding__withdrawn_at=None)
        .order_by()
        .values_list("clause")
        .annotate(n=Count("finding", distinct=True))
    )
    return {**found, "findings": Counter(dict(places))}


def parent_number(number: str, known: Iterable[str]) -> str:
    """The longest known number that this one continues: 二（一）10 stands in 二（一）, not in 二（一）1."""
    return max((other for other in known if _continues(number, other)), key=len, default="")


def _continues(number: str, other: str) -> bool:
    if other == number or not number.startswith(other):
        return False
    joint = number[len(other) - 1 : len(other) + 1]
    return not _RUN.fullmatch(joint)


def natural(number: str) -> list[tuple[int, str]]:
    """附件1·2 before 附件1·10."""
    parts = re.findall(r"\d+|\D+", number)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def trail(clause: Clause, known: Iterable[Clause]) -> list[Clause]:
    """The clauses that a clause stands in, outermost first."""
    by_number = {c.number: c for c in known if c.parent_id is None}
    found: list[Clause] = []
    number = clause.number
    while above := parent_number(number, by_number):
        found.insert(0, by_number[above])
        number = above
    return found


def below(clause: Clause, known: Iterable[Clause]) -> list[Clause]:
    """The clauses and rows right below a clause."""
    all_known = list(known)
    under = [c for c in all_known if c.number != clause.number and c.number.startswith(clause.number)]
    found = [c for c in under if trail(c, all_known)[-1:] == [clause]]
    return sorted(found, key=lambda c: (c.position, natural(c.number)))


def neighbours(clause: Clause, known: Iterable[Clause]) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after it in the text; of a table's row, the rows."""
    among: dict[int | None, list[Clause]] = defaultdict(list)
    for other in known:
        among[other.parent_id].append(other)
    row = sorted(among[clause.parent_id], key=lambda c: (c.position, natural(c.number)))
    place = next(i for i, other in enumerate(row) if other.pk == clause.pk)
    return (row[place - 1] if place else None), (row[place + 1] if place + 1 < len(row) else None)
