"""What a closed month knows: its frozen rows with their grounds, the month before, and what was said by then.

Nothing here is today's. Lights, figures, words of targets, phrases and lead bodies are frozen with the month; answers
to red lights are those the audit trail holds up to the moment the month was closed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from targets.judging.stated import Statements
from targets.models import FrozenAssessment, RedResponse, RegionalTarget, Target, TargetSource
from targets.queries.frozen import Identity, frozen_judged, identity_of, judged_then
from targets.queries.judged import Judged
from targets.queries.task_states import KIND as TASKS
from yuxi_eldercare.core.models import AuditEvent, Department, Finding, FrozenRecord, PeriodClose, Region

MONTHS: Final = 12


@dataclass(frozen=True)
class Said:
    """原因、措施、责任人、时限 as answered for one red light."""

    cause: str
    measure: str
    person: str
    deadline: str


@dataclass(frozen=True)
class Line:
    """One frozen judgement with what it rests on; `before` is the same one a month earlier."""

    judged: Judged
    before: Judged | None
    case: Mapping[str, Any]
    sources: tuple[Mapping[str, str], ...]
    leads: str
    said: Said | None
    is_demo: bool

    @property
    def light(self) -> str:
        """Its light."""
        return self.judged.light

    @property
    def due(self) -> date:
        """When it is due."""
        assert self.judged.milestone.due is not None, "only milestones with a due date are judged"
        return self.judged.milestone.due

    @property
    def own(self) -> bool:
        """Whether the region itself promised it (also as "all of its counties")."""
        return self.judged.regional.origin in {RegionalTarget.Origin.OWN, RegionalTarget.Origin.ALL_MEMBERS}

    @property
    def by_members(self) -> bool:
        """Whether the figure is a number of counties that meet it."""
        return self.judged.regional.origin == RegionalTarget.Origin.ALL_MEMBERS

    @property
    def turned(self) -> bool:
        """Whether its light is another one than a month before."""
        return self.before is not None and self.before.light != self.light


@dataclass(frozen=True)
class Facts:
    """All a builder asks of a closed month, read once."""

    close: PeriodClose
    previous: PeriodClose | None
    lines: tuple[Line, ...]
    trend: Mapping[str, list[tuple[date, dict[str, int]]]] = field(default_factory=dict)

    @property
    def is_demo(self) -> bool:
        """Whether demonstration values are among the figures."""
        return self.close.is_demo or any(line.is_demo for line in self.lines)

    def of(self, region: str) -> list[Line]:
        """The lines of a region, 约束性 and worst first."""
        found = [line for line in self.lines if line.judged.region.code == region]
        return sorted(found, key=lambda line: line.judged.sort_key())

    def region(self, code: str) -> Region:
        """A region as it was called when the month was closed."""
        return next(line.judged.region for line in self.lines if line.judged.region.code == code)

    def below(self, line: Line) -> list[Line]:
        """The lines of the counties under the same milestone, in their usual order."""
        return [
            other
            for other in self.lines
            if other.judged.milestone.pk == line.judged.milestone.pk
            and other.judged.region.code != line.judged.region.code
        ]


def read_facts(
    close: PeriodClose, *, regions: Collection[str] | None = None, documents: Collection[str] | None = None
) -> Facts:
    """Read a month, narrowed to regions and documents. About ten statements, however many rows there are."""
    wanted = Q()
    if regions is not None:
        wanted &= Q(region__in=regions)
    if documents is not None:
        wanted &= Q(document__in=documents)
    previous = PeriodClose.objects.filter(month_end__lt=close.month_end).first()
    rows = list(FrozenAssessment.objects.filter(wanted, close=close).order_by("number"))
    before = _before(previous, regions, documents)
    said = _said(rows, close)
    leads = _task_leads(close)
    statements = Statements()
    found = [(row, judged_then(row, close, statements)) for row in rows]
    lines = tuple(
        Line(
            judged=judged,
            before=before.get(identity_of(judged)),
            case=row.inputs,
            sources=tuple(row.grounds["sources"]),
            leads=_leads(judged, leads),
            said=said.get(identity_of(judged)),
            is_demo=row.is_demo,
        )
        for row, judged in found
    )
    return Facts(close, previous, lines, _trend(close, wanted))


def _before(
    previous: PeriodClose | None, regions: Collection[str] | None, documents: Collection[str] | None
) -> dict[Identity, Judged]:
    if previous is None:
        return {}
    return {identity_of(row): row for row in frozen_judged(previous, regions=regions, documents=documents)}


def _trend(close: PeriodClose, wanted: Q) -> dict[str, list[tuple[date, dict[str, int]]]]:
    """By region, (last day of the month, count by light) of the months up to this one, oldest first."""
    months = dict(
        PeriodClose.objects.filter(month_end__lte=close.month_end).values_list("pk", "month_end")[:MONTHS]
    )
    counted = (
        FrozenAssessment.objects.filter(wanted, close__in=months)
        .order_by()
        .values_list("region_id", "close_id", "light")
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[date, dict[str, int]]] = defaultdict(dict)
    for region, month, light, n in counted:
        found[region].setdefault(months[month], {})[light] = n
    return {region: sorted(by_month.items()) for region, by_month in found.items()}


def _said(rows: Iterable[FrozenAssessment], close: PeriodClose) -> dict[Identity, Said]:
    """The latest answer given for each red row before the month was closed. Two statements.

    An answer may be improved later; the audit trail still holds what it was.
    """
    red = {(row.regional_target_id, row.milestone_id) for row in rows if row.light == "red"}
    asked = RedResponse.objects.filter(regional_target__in={target for target, _ in red}).order_by(
        "round__period_end", "pk"
    )
    places = {
        str(pk): (target, milestone)
        for pk, target, milestone in asked.values_list("pk", "regional_target_id", "milestone_id")
        if (target, milestone) in red
    }
    events = AuditEvent.objects.filter(
        action="red_responses.answer",
        object_type="red_response",
        object_key__in=places,
        pk__lt=close.audit_id,
    ).order_by("pk")
    answers = dict(events.values_list("object_key", "after"))
    return {
        place: Said(after["cause"], after["measure"], after["responsible_person"], after["deadline"])
        for key, place in places.items()
        if (after := answers.get(key))
    }


def written_at(close: PeriodClose) -> datetime:
    """When the close was written: what people had said by then, they had said in time."""
    return close.audit.at


def _task_leads(close: PeriodClose) -> dict[str, list[str]]:
    """By a target's key, the leads of the tasks that carry it, as frozen with the month. At most two statements."""
    records = FrozenRecord.objects.filter(close=close, kind=TASKS).order_by("number")
    rows = list(records.values_list("data", flat=True))
    settled = {data["settled_lead"] for data in rows if data["settled_lead"]}
    names = (
        dict(Department.objects.filter(key__in=settled).values_list("key", "short_name")) if settled else {}
    )
    found: dict[str, list[str]] = defaultdict(list)
    for data in rows:
        leads = [body["as_written"] for body in data["bodies"]["lead"]]
        if data["settled_lead"]:
            leads = [names.get(data["settled_lead"], data["settled_lead"])]
        for target in data["targets"]:
            found[target["key"]] += [name for name in leads if name not in found[target["key"]]]
    return found


def _leads(row: Judged, tasks: Mapping[str, list[str]]) -> str:
    """The bodies the text names for the target, else those that lead its tasks."""
    own = [body.as_written for body in row.target.bodies.all()]
    return "、".join(own or tasks.get(row.target.key, []))


@dataclass(frozen=True)
class LightThen:
    """A light of a closed month."""

    month_end: date
    state: str
    light: str


def light_history(close: PeriodClose, document: str, region: str) -> dict[Identity, list[LightThen]]:
    """By judgement, its lights in all closed months up to this one, oldest first. One statement."""
    rows = FrozenAssessment.objects.filter(
        close__month_end__lte=close.month_end, document=document, region=region
    ).order_by("close__month_end")
    found: dict[Identity, list[LightThen]] = defaultdict(list)
    columns = ("regional_target_id", "milestone_id", "close__month_end", "state", "light")
    for target, milestone, *light in rows.values_list(*columns):
        found[target, milestone].append(LightThen(*light))
    return found


def open_findings(close: PeriodClose, document: str) -> list[tuple[str, str]]:
    """(kind, summary) of findings about a document that nobody had ruled on when the month was closed."""
    moment = written_at(close)
    ruled = Q(rulings__ruled_at__lte=moment) & (
        Q(rulings__replaced_at=None) | Q(rulings__replaced_at__gt=moment)
    )
    rows = (
        Finding.objects.filter(raised_at__lte=moment, places__clause__document__key=document)
        .filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment))
        .exclude(pk__in=Finding.objects.filter(ruled).values("pk"))
        .distinct()
        .order_by("kind", "position", "key")
    )
    return [(str(Finding.Kind(row.kind).label), row.summary) for row in rows]


def counties_of(lines: Iterable[Line]) -> list[Region]:
    """The counties that lines speak of, in their usual order."""
    found = {
        line.judged.region.code: line.judged.region
        for line in lines
        if line.judged.region.level == Region.Level.COUNTY
    }
    return sorted(found.values(), key=lambda region: (region.position, region.code))


@dataclass(frozen=True)
class Unjudged:
    """A target of the text that no arithmetic judges, and why."""

    name: str
    clause: str
    phrase: str
    why: str


def unjudged(document: str, judged: Collection[int]) -> list[Unjudged]:
    """The document's other targets, in the order of the text, as the plan file states them. Two statements."""
    rows = (
        Target.objects.filter(document__key=document, withdrawn_at=None)
        .exclude(pk__in=judged)
        .select_related("indicator")
        .prefetch_related("milestones", Prefetch("sources", TargetSource.objects.select_related("clause")))
        .order_by("position", "key")
    )
    found = []
    for row in rows:
        source = next(iter(row.sources.all()), None)
        found.append(
            Unjudged(
                row.name_as_written,
                source.clause.number if source else "",
                source.phrase if source else "",
                _why(row),
            )
        )
    return found


def _why(target: Target) -> str:
    if target.superseded_by_ruling:
        return _("已裁定不再执行")
    if target.qualitative or target.indicator.qualitative:
        return _("定性目标，凭证据认定")
    if not any(milestone.due for milestone in target.milestones.all() if not milestone.withdrawn_at):
        return _("文中未载明期限，待裁定")
    return _("没有可判定的数值")
