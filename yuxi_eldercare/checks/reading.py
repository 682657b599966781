"""Reading the database into a `Snapshot`: one statement per table, however many plans there are.

What a ruling settled is read as the text has it, so that texts are compared, not what was decided on them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from projects.amounts import FEN_PER_WAN
from projects.models import Project, ProjectBody, ProjectLink, ProjectSource, StatedTotal, StatedTotalSource
from subsidies.models import Rule, RuleBody, RuleSource
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
    ItemInfo,
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
Bodies = dict[int, list[tuple[str, BodyInfo]]]


class _Reader:
    """The rows in force of some documents, or of all."""

    def __init__(self, documents: Collection[str] | None) -> None:
        self.only = None if documents is None else list(documents)

    def records(self, model: type[Model]) -> QuerySet[Any]:
        """Records in file order."""
        rows = model._default_manager.filter(withdrawn_at=None, document__withdrawn_at=None)
        return self.of(rows, "document").select_related("document").order_by("document__position", "position")

    def of(self, rows: QuerySet[Any], through: str) -> QuerySet[Any]:
        """Of these rows those of the documents; `through` leads from a row to its document."""
        return rows if self.only is None else rows.filter(**{f"{through}__key__in": self.only})


def read_snapshot(documents: Collection[str] | None = None) -> Snapshot:
    """All records in force, of every document or of those named."""
    reader = _Reader(documents)
    target_sources = _sources(reader, TargetSource)
    task_sources = _sources(reader, AssignmentSource)
    project_sources = _sources(reader, ProjectSource)
    rule_sources = _sources(reader, RuleSource)
    item_sources = _sources(reader, ListItemSource)
    task_bodies = _bodies(reader, AssignmentBody, "assignment", task_sources)
    target_bodies = _bodies(reader, TargetBody, "target", target_sources)
    return Snapshot(
        documents=_documents(reader),
        indicators={i.key: _indicator(i) for i in Indicator.objects.filter(withdrawn_at=None)},
        targets=_targets(reader, target_sources, target_bodies),
        tasks=_tasks(reader, task_sources, task_bodies),
        projects=_projects(reader, project_sources),
        totals=_totals(reader),
        rules=_rules(reader, rule_sources),
        facts=_facts(reader),
        items=_items(reader, item_sources),
        bodies=tuple(
            body
            for rows in (
                task_bodies,
                target_bodies,
                _bodies(reader, ProjectBody, "project", project_sources),
                _bodies(reader, RuleBody, "rule", rule_sources),
                _bodies(reader, ListItemBody, "item", item_sources),
            )
            for group in rows.values()
            for _, body in group
        ),
        members=_members(),
    )


def _documents(reader: _Reader) -> dict[str, DocumentInfo]:
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
        if reader.only is None or row.key in reader.only
    }


def _indicator(row: Indicator) -> IndicatorInfo:
    return IndicatorInfo(
        key=row.key,
        name=row.name,
        unit=row.unit,
        up=row.direction == Indicator.Direction.UP,
        summed=row.rollup == Indicator.Rollup.SUM,
        aliases=tuple(row.aliases),
        city_only=row.rollup == Indicator.Rollup.NONE,
    )


def _sources(reader: _Reader, model: type[Any]) -> Places:
    """Places of every record, by the record's id."""
    found: dict[int, list[Place]] = defaultdict(list)
    rows = (
        reader.of(model.objects.all(), "clause__document")
        .order_by("record_id", "position")
        .values_list("record_id", "clause__document__key", "clause__number", "phrase")
    )
    for record, document, clause, phrase in rows:
        found[record].append(Place(document, clause, phrase))
    return {record: tuple(places) for record, places in found.items()}


def _bodies(reader: _Reader, model: type[Any], owner: str, sources: Places) -> Bodies:
    """(role, body) of every record in force, by its id; the role is empty where the table has none.

    A body's place is the phrase that holds its words, else the record's first.
    """
    found: Bodies = defaultdict(list)
    rows = (
        reader.of(model.objects.filter(**{f"{owner}__withdrawn_at": None}), f"{owner}__document")
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


def _targets(reader: _Reader, sources: Places, bodies: Bodies) -> tuple[TargetInfo, ...]:
    rows = list(reader.records(Target).select_related("indicator", "settled_by"))
    milestones = _milestones(reader, rows)
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
            firmness=row.firmness,
            scope_text=row.scope_text,
            bodies=tuple(body for _, body in bodies.get(row.pk, ())),
            **_baseline(row),
        )
        for row in rows
    )


def _milestones(reader: _Reader, targets: Iterable[Target]) -> dict[int, list[MilestoneInfo]]:
    """By target; a date that a ruling settled is open."""
    settled = {(t.pk, ruled["milestone"]) for t in targets if (ruled := _settled(t, "due"))}
    found: dict[int, list[MilestoneInfo]] = defaultdict(list)
    rows = Milestone.objects.filter(withdrawn_at=None, regional=None).order_by("target_id", "due", "key")
    for row in reader.of(rows, "target__document"):
        due = None if (row.target_id, row.key) in settled else row.due
        found[row.target_id].append(
            MilestoneInfo(due, row.comparator, row.value, row.value_max, row.due_text)
        )
    return found


def _settled(target: Target, what: str) -> dict[str, Any]:
    """What the ruling that settled a target decided about its due date or its baseline."""
    effect = target.settled_by.effect.get(what) if target.settled_by else None
    return effect if effect and effect["target"] == target.key else {}


def _baseline(target: Target) -> dict[str, Any]:
    """The baseline that the text states."""
    settled = _settled(target, "baseline")
    if not settled:
        return {
            "baseline_date": target.baseline_date,
            "baseline_value": target.baseline_value,
            "baseline_below": target.baseline_below,
        }
    before = settled["before"]
    return {
        "baseline_date": date.fromisoformat(before["date"]) if before["date"] else None,
        "baseline_below": Decimal(before["below"]) if before["below"] else None,
    }


def _tasks(reader: _Reader, sources: Places, bodies: Bodies) -> tuple[TaskInfo, ...]:
    def of(pk: int, role: str) -> tuple[BodyInfo, ...]:
        return tuple(body for r, body in bodies.get(pk, ()) if r == role)

    carried: dict[int, list[str]] = defaultdict(list)
    links = reader.of(Assignment.targets.through.objects.all(), "assignment__document")
    for task, target in links.order_by("target__position").values_list("assignment_id", "target__key"):
        carried[task].append(target)
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
            targets=tuple(carried[row.pk]),
        )
        for row in reader.records(Assignment)
    )


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / FEN_PER_WAN


def _projects(reader: _Reader, sources: Places) -> tuple[ProjectInfo, ...]:
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
        for row in reader.records(Project)
    )


def _totals(reader: _Reader) -> tuple[TotalInfo, ...]:
    sources = _sources(reader, StatedTotalSource)
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
        for row in reader.records(StatedTotal)
    )


def _rules(reader: _Reader, sources: Places) -> tuple[RuleInfo, ...]:
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
            condition=row.condition,
        )
        for row in reader.records(Rule)
    )


def _facts(reader: _Reader) -> tuple[FactInfo, ...]:
    sources = _sources(reader, FactSource)
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
        for row in reader.records(Fact).select_related("indicator")
    )


def _items(reader: _Reader, sources: Places) -> tuple[ItemInfo, ...]:
    return tuple(
        ItemInfo(
            key=row.key,
            document=row.document.key,
            list=row.list,
            name=row.name,
            measures=row.measures,
            goal=row.goal,
            sources=sources.get(row.pk, ()),
        )
        for row in reader.records(ListItem)
    )


def _members() -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    rows: Iterable[str | None] = Region.objects.filter(
        level=Region.Level.COUNTY, withdrawn=False
    ).values_list("parent_id", flat=True)
    for parent in rows:
        counts[parent or ""] += 1
    return dict(counts)
