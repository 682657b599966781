"""The loaded plans as plain values: all that the checks may look at. Withdrawn records are not among them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Place:
    """A phrase of a clause of a document."""

    document: str
    clause: str
    phrase: str


@dataclass(frozen=True)
class DocumentInfo:
    """One text of a plan. `draft` is a 征求意见稿; `replaced` one whose issued text is known."""

    code: str
    name: str  # of the plan, as summaries call it
    draft: bool
    region: str
    city: bool  # a plan of the city, not of a county
    parent_region: str | None
    supersedes: str | None
    position: int
    replaced: bool = False
    start: date | None = None
    end: date | None = None

    @property
    def called(self) -> str:
        """《…》, with its mark when it is a draft."""
        return f"《{self.name}》" + ("（征求意见稿）" if self.draft else "")


@dataclass(frozen=True)
class IndicatorInfo:
    """An entry of the dictionary."""

    key: str
    name: str
    unit: str
    up: bool
    summed: bool  # rolled up by adding counties
    aliases: tuple[str, ...] = ()
    city_only: bool = False  # only the city reports it


@dataclass(frozen=True)
class BodyInfo:
    """A body as a record names it."""

    department: str  # key
    name: str  # what summaries call the department
    as_written: str
    place: Place | None
    document: str


@dataclass(frozen=True)
class MilestoneInfo:
    """A demand with its due date (None where the text leaves it open)."""

    due: date | None
    comparator: str
    value: Decimal | None
    value_max: Decimal | None = None
    due_text: str = ""


@dataclass(frozen=True)
class TargetInfo:
    """A commitment."""

    key: str
    document: str
    indicator: str
    name: str
    region: str
    scope: str
    target_type: str
    qualitative: bool
    milestones: tuple[MilestoneInfo, ...]
    sources: tuple[Place, ...]
    criteria: str = ""
    nature: str = ""
    parts: tuple[tuple[str, Decimal], ...] = ()
    baseline_date: date | None = None
    baseline_value: Decimal | None = None
    baseline_below: Decimal | None = None
    firmness: str = ""
    scope_text: str = ""
    bodies: tuple[BodyInfo, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether it demands a number."""
        return not self.qualitative and any(m.value is not None for m in self.milestones)

    @property
    def stated(self) -> tuple[Place, ...]:
        """The phrases that say what is wanted: the main one, and of the others those that name no body."""
        names = [body.as_written for body in self.bodies]
        others = (p for p in self.sources[1:] if not any(name in p.phrase for name in names))
        return (*self.sources[:1], *others)


@dataclass(frozen=True)
class TaskInfo:
    """An assigned task, measure or safeguard."""

    key: str
    document: str
    number: str
    kind: str
    title: str
    leads: tuple[BodyInfo, ...]
    responsible: tuple[BodyInfo, ...]
    sources: tuple[Place, ...]
    targets: tuple[str, ...] = ()  # keys of those it carries

    @property
    def bodies_stated(self) -> tuple[Place, ...]:
        """The phrases that name the bodies."""
        found = dict.fromkeys(b.place for b in (*self.leads, *self.responsible) if b.place)
        return tuple(found) or self.sources


@dataclass(frozen=True)
class ProjectInfo:
    """A project; money in 万元."""

    key: str
    document: str
    number: str
    name: str
    tabled: bool
    category: str
    region: str
    start_year: int | None
    end_year: int | None
    content: str
    total: Decimal | None
    central: Decimal | None
    sources: tuple[Place, ...]
    links: tuple[tuple[str, str], ...] = ()  # (key of the city project, kind)


@dataclass(frozen=True)
class TotalInfo:
    """A total the text states over its project table; money in 万元."""

    key: str
    document: str
    label: str
    category: str
    count: int | None
    total: Decimal | None
    central: Decimal | None
    sources: tuple[Place, ...]


@dataclass(frozen=True)
class RuleInfo:
    """A money, per-unit or facility standard."""

    key: str
    document: str
    subject: str
    kind: str
    comparator: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    split: tuple[tuple[str, int], ...]
    sources: tuple[Place, ...]
    condition: str = ""


@dataclass(frozen=True)
class FactInfo:
    """A background figure."""

    key: str
    document: str
    subject: str
    kind: str
    comparator: str
    value: Decimal | None
    unit: str
    as_of: date | None
    region: str | None
    indicator: str | None
    condition: str
    sources: tuple[Place, ...]


@dataclass(frozen=True)
class ItemInfo:
    """A row of an annex list: platforms, industries, reforms, policies, factors, pilots."""

    key: str
    document: str
    list: str
    name: str
    measures: str
    goal: str
    sources: tuple[Place, ...]


@dataclass(frozen=True)
class Snapshot:
    """Everything the checks compare, in file order."""

    documents: dict[str, DocumentInfo] = field(default_factory=dict)
    indicators: dict[str, IndicatorInfo] = field(default_factory=dict)
    targets: tuple[TargetInfo, ...] = ()
    tasks: tuple[TaskInfo, ...] = ()
    projects: tuple[ProjectInfo, ...] = ()
    totals: tuple[TotalInfo, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    facts: tuple[FactInfo, ...] = ()
    items: tuple[ItemInfo, ...] = ()
    bodies: tuple[BodyInfo, ...] = ()
    members: dict[str, int] = field(default_factory=dict)  # counties below each region

    def drafts(self) -> Iterable[tuple[DocumentInfo, DocumentInfo]]:
        """(draft, issued text) of the same plan."""
        for issued in self.documents.values():
            if issued.supersedes in self.documents:
                yield self.documents[issued.supersedes], issued

    def standing(self, code: str) -> bool:
        """Whether a document's words stand: it is issued, or a draft whose issued text is unknown."""
        return not self.documents[code].replaced
