"""Reading the database into a `Snapshot`: one statement per table, however many plans there are."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from projects.importers import FEN_PER_WAN
from projects.models import Project, ProjectBody, ProjectLink, ProjectSource, StatedTotal, StatedTotalSource
from subsidies.models import Rule, RuleBody, RuleSource
from targets.models import (
    Assignment,
    AssignmentBody,
    AssignmentSource,
    Fact,
    FactSource,
    Indicator,
    ListItemBody,
    ListItemSource,
    Milestone,
    Target,
    TargetBody,
    TargetSource,
)
from yuxi_eldercare.core.models import Document, Region

from .snapshot import (
    BodyInfo,
    DocumentInfo,
    FactInfo,
    IndicatorInfo,
    MilestoneInfo,
    Place,
    ProjectInfo,
    RuleInfo,
    Snapshot,
    TargetInfo,
    TaskInfo,
    TotalInfo,
)

Places = dict[int, tuple[Place, ...]]


def read_snapshot() -> Snapshot:
    """All records in force, of every document."""
    documents = _documents()
    target_sources = _sources(TargetSource)
    task_sources = _sources(AssignmentSource)
    project_sources = _sources(ProjectSource)
    rule_sources = _sources(RuleSource)
    task_bodies = _bodies(AssignmentBody, "assignment", task_sources)
    return Snapshot(
        documents=documents,
        indicators={i.key: _indicator(i) for i in Indicator.objects.filter(withdrawn_at=None)},
        targets=_targets(target_sources),
        tasks=_tasks(task_sources, task_bodies),
        projects=_projects(project_sources),
        totals=_totals(),
        rules=_rules(rule_sources),
        facts=_facts(),
        bodies=tuple(
            body
            for rows in (
                task_bodies,
                _bodies(TargetBody, "target", target_sources),
                _bodies(ProjectBody, "project", project_sources),
                _bodies(RuleBody, "rule", rule_sources),
                _bodies(ListItemBody, "item", _sources(ListItemSource)),
            )
            for group in rows.values()
            for _, body in group
        ),
        members=_members(),
    )


def _documents() -> dict[str, DocumentInfo]:
    rows = list(
        Document.objects.filter(withdrawn_at=None)
        .select_related("plan__region", "supersedes")
        .order_by("position")
    )
    issued = {row.plan_id for row in rows if row.status == Document.Status.ISSUED}
    return {
        row.key: DocumentInfo(
            code=row.key,
            name=row.plan.name,
            draft=row.status == Document.Status.DRAFT,
            region=row.plan.region_id,
            city=row.plan.region.level == Region.Level.CITY,
            parent_region=row.plan.region.parent_id,
            supersedes=row.supersedes.key if row.supersedes else None,
            position=row.position,
            replaced=row.status == Document.Status.DRAFT and row.plan_id in issued,
            start=row.plan.start,
            end=row.plan.end,
        )
        for row in rows
    }


def _indicator(row: Indicator) -> IndicatorInfo:
    return IndicatorInfo(
        key=row.key,
        name=row.name,
        unit=row.unit,
        up=row.direction == Indicator.Direction.UP,
        summed=row.rollup == Indicator.Rollup.SUM,
        aliases=tuple(row.aliases),
    )


def _sources(model: type[Any]) -> Places:
    """Places of every record, by the record's id."""
    found: dict[int, list[Place]] = defaultdict(list)
    rows = model.objects.order_by("record_id", "position").values_list(
        "record_id", "clause__document__key", "clause__number", "phrase"
    )
    for record, document, clause, phrase in rows:
        found[record].append(Place(document, clause, phrase))
    return {record: tuple(places) for record, places in found.items()}


def _bodies(model: type[Any], owner: str, sources: Places) -> dict[int, list[tuple[str, BodyInfo]]]:
    """(role, body) of every record in force, by its id; the role is empty where the table has none.

    A body's place is the phrase that holds its words, else the record's first.
    """
    found: dict[int, list[tuple[str, BodyInfo]]] = defaultdict(list)
    rows = (
        model.objects.filter(**{f"{owner}__withdrawn_at": None})
        .select_related("department", f"{owner}__document")
        .order_by(f"{owner}__document__position", f"{owner}__position", "position")
    )
    for row in rows:
        record = getattr(row, owner)
        places = sources.get(record.pk, ())
        place = next((p for p in places if row.as_written in p.phrase), places[0] if places else None)
        body = BodyInfo(
            row.department.key, row.department.short_name, row.as_written, place, record.document.key
        )
        found[record.pk].append((getattr(row, "role", ""), body))
    return found


def _in_force(model: type[Model]) -> QuerySet[Any]:
    return (
        model._default_manager.filter(withdrawn_at=None, document__withdrawn_at=None)
        .select_related("document")
        .order_by("document__position", "position")
    )


def _targets(sources: Places) -> tuple[TargetInfo, ...]:
    milestones: dict[int, list[MilestoneInfo]] = defaultdict(list)
    for row in Milestone.objects.filter(withdrawn_at=None, regional=None).order_by("target_id", "due", "key"):
        milestones[row.target_id].append(
            MilestoneInfo(row.due, row.comparator, row.value, row.value_max, row.due_text)
        )
    return tuple(
        TargetInfo(
            key=row.key,
            document=row.document.key,
            indicator=row.indicator.key,
            name=row.name_as_written,
            region=row.region_id,
            scope=row.scope,
            target_type=row.target_type,
            qualitative=row.qualitative or row.indicator.qualitative,
            milestones=tuple(milestones[row.pk]),
            sources=sources.get(row.pk, ()),
            criteria=row.criteria,
            nature=row.nature,
            parts=tuple((part["label"], Decimal(part["value"])) for part in row.parts),
            baseline_date=row.baseline_date,
            baseline_value=row.baseline_value,
            baseline_below=row.baseline_below,
        )
        for row in _in_force(Target).select_related("indicator")
    )


def _tasks(sources: Places, bodies: dict[int, list[tuple[str, BodyInfo]]]) -> tuple[TaskInfo, ...]:
    def of(pk: int, role: str) -> tuple[BodyInfo, ...]:
        return tuple(body for r, body in bodies.get(pk, ()) if r == role)

    return tuple(
        TaskInfo(
            key=row.key,
            document=row.document.key,
            number=row.number,
            kind=row.kind,
            title=row.title,
            leads=of(row.pk, AssignmentBody.Role.LEAD),
            responsible=of(row.pk, AssignmentBody.Role.RESPONSIBLE),
            sources=sources.get(row.pk, ()),
        )
        for row in _in_force(Assignment)
    )


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / FEN_PER_WAN


def _projects(sources: Places) -> tuple[ProjectInfo, ...]:
    links: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for project, to, kind in ProjectLink.objects.values_list("project_id", "to__key", "kind"):
        links[project].append((to, kind))
    return tuple(
        ProjectInfo(
            key=row.key,
            document=row.document.key,
            number=row.number,
            name=row.name,
            tabled=row.listing == Project.Listing.TABLED,
            category=row.category,
            region=row.region_id,
            start_year=row.start_year,
            end_year=row.end_year,
            content=row.content,
            total=_wan(row.total_investment_fen),
            central=_wan(row.central_budget_fen),
            sources=sources.get(row.pk, ()),
            links=tuple(links[row.pk]),
        )
        for row in _in_force(Project)
    )


def _totals() -> tuple[TotalInfo, ...]:
    sources = _sources(StatedTotalSource)
    return tuple(
        TotalInfo(
            key=row.key,
            document=row.document.key,
            label=row.label,
            category=row.category,
            count=row.count,
            total=_wan(row.total_investment_fen),
            central=_wan(row.central_budget_fen),
            sources=sources.get(row.pk, ()),
        )
        for row in _in_force(StatedTotal)
    )


def _rules(sources: Places) -> tuple[RuleInfo, ...]:
    return tuple(
        RuleInfo(
            key=row.key,
            document=row.document.key,
            subject=row.subject,
            kind=row.kind,
            comparator=row.comparator,
            value=row.value,
            value_max=row.value_max,
            unit=row.unit,
            split=tuple(sorted((row.split or {}).items())),
            sources=sources.get(row.pk, ()),
        )
        for row in _in_force(Rule)
    )


def _facts() -> tuple[FactInfo, ...]:
    sources = _sources(FactSource)
    return tuple(
        FactInfo(
            key=row.key,
            document=row.document.key,
            subject=row.subject,
            kind=row.kind,
            comparator=row.comparator,
            value=row.value,
            unit=row.unit,
            as_of=row.as_of,
            region=row.region_id,
            indicator=row.indicator.key if row.indicator else None,
            condition=row.condition,
            sources=sources.get(row.pk, ()),
        )
        for row in _in_force(Fact).select_related("indicator")
    )


def _members() -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    rows: Iterable[str | None] = Region.objects.filter(
        level=Region.Level.COUNTY, withdrawn=False
    ).values_list("parent_id", flat=True)
    for parent in rows:
        counts[parent or ""] += 1
    return dict(counts)
