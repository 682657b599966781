"""Counting projects as of each period's end, from the entries of the ledger.

Projects of drafts that an issued text replaced are left out, and what a county states again of a project that
counts already (same, part, overlap) is not counted twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from operator import or_

from django.db.models import Q, QuerySet

from projects.derivation import LedgerFormula, Span, parse_ledger_formulas
from projects.derivation.ledger import PROJECTS, amount_in, output_spans, stage_spans
from projects.models import Project, ProjectLink, ProjectReport, StageChange
from targets.models import RegionalTarget

from .declared import declared

Amounts = dict[str, int]
"""The least amount in 分 of each indicator that takes it from its targets; without one nothing is counted."""


@dataclass(frozen=True)
class ProjectSpan:
    """A span with the county of its project, and whether its entries are a demonstration's."""

    region: str
    span: Span
    is_demo: bool

    def holds(self, day: date) -> bool:
        """Whether it adds to what stands on a day."""
        return self.span.since <= day and (self.span.until is None or day < self.span.until)


@cache
def ledger_formulas() -> list[LedgerFormula]:
    """The declared formulas over the ledger; raises `FormulaError` for what cannot be computed."""
    return parse_ledger_formulas(declared())


def amounts_of(formulas: Iterable[LedgerFormula]) -> Amounts:
    """The amounts that targets in force state for these indicators, where all state the same. One statement."""
    wanted = [formula.indicator for formula in formulas if formula.amount_from_criteria]
    if not wanted:
        return {}
    rows = RegionalTarget.objects.filter(indicator__key__in=wanted, active=True, target__withdrawn_at=None)
    found: dict[str, set[int]] = defaultdict(set)
    for code, criteria in rows.order_by().values_list("indicator__key", "target__criteria").distinct():
        amount = amount_in(criteria)
        if amount is not None:
            found[code].add(amount)
    return {code: min(amounts) for code, amounts in found.items() if len(amounts) == 1}


def ledger_spans(formula: LedgerFormula, amounts: Amounts) -> list[ProjectSpan]:
    """What each project adds and when. Three statements; without a needed amount, nothing."""
    rows = counted_projects(formula, amounts)
    regions = dict(rows.order_by().values_list("pk", "region_id")) if rows is not None else {}
    if not regions:
        return []
    again = _stated_again(regions)
    ids = [pk for pk in regions if pk not in again]
    spans, demo = _stages(ids, formula) if formula.measure == PROJECTS else _outputs(ids, formula)
    return [ProjectSpan(regions[one.project], one, one.project in demo) for one in spans]


def counted_projects(formula: LedgerFormula, amounts: Amounts) -> QuerySet[Project] | None:
    """The projects a formula is about, whatever happened to them; None where its amount is not known."""
    wanted = Q(withdrawn_at=None, document__withdrawn_at=None, document__superseded_by=None)
    if formula.keys:
        wanted &= Q(key__in=formula.keys)
    if formula.category:
        wanted &= Q(category=formula.category)
    if formula.words:
        names = ("name", "type", "content")
        wanted &= reduce(or_, (Q((f"{name}__contains", word)) for name in names for word in formula.words))
    if formula.amount_from_criteria:
        if formula.indicator not in amounts:
            return None
        wanted &= Q(total_investment_fen__gte=amounts[formula.indicator])
    return Project.objects.filter(wanted)


def _stated_again(projects: Iterable[int]) -> set[int]:
    """Those of some projects that are the work of another of them."""
    ids = list(projects)
    links = ProjectLink.objects.filter(project__in=ids, to__in=ids)
    return set(links.values_list("project_id", flat=True))


def _stages(ids: Sequence[int], formula: LedgerFormula) -> tuple[list[Span], set[int]]:
    changes: dict[int, list[tuple[date, str]]] = defaultdict(list)
    demo = set()
    rows = StageChange.objects.filter(project__in=ids).order_by("project", "on", "pk")
    for project, day, stage, is_demo in rows.values_list("project_id", "on", "stage", "is_demo"):
        changes[project].append((day, stage))
        demo |= {project} if is_demo else set()
    found = [
        span for project, said in changes.items() for span in stage_spans(project, said, formula.reached)
    ]
    return found, demo


def _outputs(ids: Sequence[int], formula: LedgerFormula) -> tuple[list[Span], set[int]]:
    reports: dict[int, list[tuple[date, int]]] = defaultdict(list)
    demo = set()
    rows = ProjectReport.objects.filter(project__in=ids, superseded_at=None).order_by("project", "month_end")
    for project, end, amount, is_demo in rows.values_list(
        "project_id", "month_end", formula.measure, "is_demo"
    ):
        reports[project].append((end, amount))
        demo |= {project} if is_demo else set()
    return [span for project, said in reports.items() for span in output_spans(project, said)], demo
