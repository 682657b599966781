"""A document's targets by chapter: lights where arithmetic judges, the text's words where it does not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.translation import gettext as _

from targets.models import Target, TargetBody, TargetSource
from targets.presenters.rows import LightCounts, TargetRow, target_row
from targets.queries.chapters import chapter_of
from targets.queries.day import PageDay
from targets.queries.judged import Judged
from yuxi_eldercare.core.models import Clause, Document

_SOURCES = Prefetch("sources", TargetSource.objects.select_related("clause"))


@dataclass(frozen=True)
class StatedTarget:
    """A target without a light, and the reason why it has none."""

    target: Target
    why: str


@dataclass
class Chapter:
    """The targets whose main source stands in one part of a document."""

    number: str
    heading: str
    declared: bool  # whether the document declares a clause of this number
    rows: list[TargetRow] = field(default_factory=list)
    stated: list[StatedTarget] = field(default_factory=list)


@dataclass(frozen=True)
class TargetFilter:
    """What a document's targets are narrowed to; `region` is the region whose lights are shown."""

    region: str
    year: int | None = None
    department: str = ""
    light: str = ""


@dataclass(frozen=True)
class TargetsOfDocument:
    """Chapters in the order of the text, and the counts of the lights shown."""

    chapters: list[Chapter]
    counts: LightCounts


def targets_of_document(document: Document, wanted: TargetFilter, day: PageDay) -> TargetsOfDocument:
    """The document's targets for one region. About ten statements, however many there are."""
    targets = _targets(document, wanted.department)
    rows = _judged(document, wanted, day, {target.pk for target in targets})
    prefetch_related_objects([row.target for row in rows], _SOURCES)
    by_target: dict[int, list[Judged]] = defaultdict(list)
    for row in rows:
        by_target[row.target.pk].append(row)
    headings = dict(Clause.objects.filter(document=document).values_list("number", "heading"))
    chapters: dict[str, Chapter] = {}
    for target in targets:
        sources = list(target.sources.all())
        number = chapter_of(sources[0].clause.number) if sources else ""
        lights = by_target.get(target.pk, [])
        stated = None if lights else _stated(document, target, wanted)
        if lights or stated:
            chapter = chapters.setdefault(
                number, Chapter(number, headings.get(number, ""), number in headings)
            )
            chapter.rows += [target_row(row) for row in lights]
            chapter.stated += [stated] if stated else []
    return TargetsOfDocument(list(chapters.values()), LightCounts.of(rows))


def _targets(document: Document, department: str) -> list[Target]:
    wanted = Q(document=document, withdrawn_at=None)
    if department:
        wanted &= Q(pk__in=TargetBody.objects.filter(department__key=department).values("target"))
    rows = (
        Target.objects.filter(wanted)
        .select_related("indicator", "document")
        .prefetch_related(
            "milestones",
            "bodies",
            _SOURCES,
        )
    )
    return sorted(rows, key=_place)


def _place(target: Target) -> tuple[int, int]:
    sources = list(target.sources.all())
    return (sources[0].clause.position if sources else 0, target.position)


def _judged(document: Document, wanted: TargetFilter, day: PageDay, targets: set[int]) -> list[Judged]:
    if document.status == Document.Status.DRAFT:
        return []
    due = date(wanted.year, 12, 31) if wanted.year else None
    rows = day.judged(regions=[wanted.region], documents=[document.key], due=due)
    return [
        row for row in rows if row.target.pk in targets and (not wanted.light or row.light == wanted.light)
    ]


def _stated(document: Document, target: Target, wanted: TargetFilter) -> StatedTarget | None:
    """A target without a light, unless the filter asks for a light, another year or another region."""
    if wanted.light or (wanted.year and wanted.year not in _years(target)):
        return None
    if document.status != Document.Status.DRAFT and wanted.region != target.region_id:
        return None
    return StatedTarget(target, _why(document, target))


def _years(target: Target) -> set[int]:
    return {m.due.year for m in target.milestones.all() if m.due and not m.withdrawn_at}


def _why(document: Document, target: Target) -> str:
    """Why a target has no light."""
    if document.status == Document.Status.DRAFT:
        return _("征求意见稿，不判定")
    if target.superseded_by_ruling:
        return _("已裁定不再执行")
    if target.qualitative or target.indicator.qualitative:
        return _("定性目标，凭证据认定")
    if not _years(target):
        return _("文中未载明期限，待裁定")
    return _("尚未判定")


def target_years(document: Document) -> list[int]:
    """Years in which the document's targets fall due. One statement."""
    dates: Iterable[date] = Target.objects.filter(
        document=document, withdrawn_at=None, milestones__withdrawn_at=None, milestones__due__isnull=False
    ).dates("milestones__due", "year")
    return [day.year for day in dates]
