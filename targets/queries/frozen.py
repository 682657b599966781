"""What closed months say: their judgements as typed rows, the lights month by month, and what changed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from targets.judging.stated import Statements
from targets.models import Assessment, FrozenAssessment
from yuxi_eldercare.core.models import PeriodClose
from yuxi_eldercare.core.queries.closes import close_of, closes, last_close

from .judged import Judged, judged

__all__ = [
    "Change",
    "changes_between",
    "changes_since",
    "close_of",
    "closes",
    "compare",
    "frozen_judged",
    "judged_then",
    "last_close",
    "trend",
]

LIGHTS = ("green", "yellow", "red", "grey")
Identity = tuple[int, int]  # (regional target id, milestone id): the same in every month
Said = dict[Identity, tuple[str, str]]  # state and light


@dataclass(frozen=True)
class Change:
    """A judgement that is another one now (or in a later month) than it was; one of the two may not exist."""

    before: Judged | None
    after: Judged | None

    @property
    def row(self) -> Judged:
        """The later of the two."""
        found = self.after or self.before
        assert found is not None, "a change has at least one side"
        return found

    @property
    def from_light(self) -> str:
        return self.before.light if self.before else ""

    @property
    def to_light(self) -> str:
        return self.after.light if self.after else ""

    @property
    def from_state(self) -> str:
        return self.before.state if self.before else ""

    @property
    def to_state(self) -> str:
        return self.after.state if self.after else ""

    @property
    def turned(self) -> str:
        """The light it turned to; empty where only the state is another one, or the judgement is gone."""
        return self.to_light if self.to_light != self.from_light else ""


def frozen_judged(
    close: PeriodClose,
    *,
    regions: Iterable[str] | None = None,
    documents: Iterable[str] | None = None,
    indicators: Iterable[int] | None = None,
    regional_targets: Iterable[int] | None = None,
    due: date | None = None,
) -> list[Judged]:
    """What `judged` would have said as the month was closed, in file order. One statement.

    Names, demands and bodies are those of that moment; a later load of plans does not reach them.
    """
    rows = _frozen(close, _asked(regions, documents, indicators, due))
    if regional_targets is not None:
        rows = rows.filter(regional_target__in=list(regional_targets))
    statements = Statements()
    found = rows.defer("inputs", "grounds", "thresholds").order_by("number")
    return [judged_then(row, close, statements) for row in found]


def judged_then(row: FrozenAssessment, close: PeriodClose, statements: Statements | None = None) -> Judged:
    """A frozen row as a typed row. `statements` lets rows of one target share it."""
    statements = statements or Statements()
    regional = statements.regional(row.stated)
    return Judged(
        regional=regional,
        target=regional.target,
        milestone=statements.milestone(row.stated),
        indicator=regional.indicator,
        region=regional.region,
        state=row.state,
        light=row.light,
        marks=tuple(row.marks),
        answer=row.answer,
        members_reported=row.members_reported,
        members_expected=row.members_expected,
        assessment_id=None,
        as_of=row.as_of,
        month=close.month_end,
    )


@dataclass(frozen=True)
class _Asked:
    """The conditions of `judged`."""

    regions: list[str] | None
    documents: list[str] | None
    indicators: list[int] | None
    due: date | None

    def q(self, document: str, due: str) -> Q:
        """The condition, with the names of two columns that frozen and stored rows call differently."""
        named = {
            "region__in": self.regions,
            f"{document}__in": self.documents,
            "indicator__in": self.indicators,
            due: self.due,
        }
        return Q(**{name: value for name, value in named.items() if value is not None})


def _asked(
    regions: Iterable[str] | None,
    documents: Iterable[str] | None,
    indicators: Iterable[int] | None,
    due: date | None,
) -> _Asked:
    def given(values: Iterable[str] | None) -> list[str] | None:
        return None if values is None else list(values)

    return _Asked(given(regions), given(documents), None if indicators is None else list(indicators), due)


def _frozen(close: PeriodClose, asked: _Asked) -> QuerySet[FrozenAssessment]:
    return FrozenAssessment.objects.filter(asked.q("document", "due"), close=close)


def _stored(asked: _Asked) -> QuerySet[Assessment]:
    condition = asked.q("regional_target__target__document__key", "milestone__due")
    return Assessment.objects.filter(condition, regional_target__active=True)


def trend(
    regions: Iterable[str], *, due: date | None = None, months: int = 12, until: date | None = None
) -> dict[str, list[tuple[date, dict[str, int]]]]:
    """By region code, (last day of the month, count by light) of the latest closed months, oldest first.

    `due` narrows to targets that fall due on a day, `until` to months that ended by then. A month without a judgement
    for the region is left out. One statement.
    """
    ended = PeriodClose.objects.filter(month_end__lte=until) if until else PeriodClose.objects.all()
    latest = ended.order_by("-month_end").values("pk")[:months]
    counted = (
        FrozenAssessment.objects.filter(
            _asked(regions, None, None, due).q("document", "due"), close__in=latest
        )
        .order_by()
        .values_list("region_id", "close__month_end", "light")
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[date, dict[str, int]]] = defaultdict(dict)
    for region, month, light, n in counted:
        found[region].setdefault(month, dict.fromkeys(LIGHTS, 0))[light] = n
    return {region: sorted(by_month.items()) for region, by_month in found.items()}


def changes_since(
    close: PeriodClose,
    day: date | None = None,
    *,
    regions: Collection[str] | None = None,
    documents: Collection[str] | None = None,
    indicators: Collection[int] | None = None,
    due: date | None = None,
) -> list[Change]:
    """What stands otherwise now (or, as we now know, stood otherwise on a day) than the close says, in file order.

    Against the stored judgements at most five statements, two when nothing changed; a day is judged anew.
    """
    if day is not None:
        then = frozen_judged(close, regions=regions, documents=documents, indicators=indicators, due=due)
        now = judged(regions=regions, documents=documents, indicators=indicators, due=due, day=day)
        return compare(then, now)
    asked = _asked(regions, documents, indicators, due)
    changed = _differing(_said(_frozen(close, asked)), _said(_stored(asked)))
    if not changed:
        return []
    targets = {target for target, _ in changed}
    before = frozen_judged(close, regional_targets=targets)
    return compare(_among(before, changed), _among(judged(regional_targets=targets), changed))


def changes_between(
    earlier: PeriodClose,
    later: PeriodClose,
    *,
    regions: Collection[str] | None = None,
    documents: Collection[str] | None = None,
    due: date | None = None,
) -> list[Change]:
    """What a later closed month says otherwise than an earlier one, in file order. At most four statements."""
    asked = _asked(regions, documents, None, due)
    changed = _differing(_said(_frozen(earlier, asked)), _said(_frozen(later, asked)))
    if not changed:
        return []
    targets = {target for target, _ in changed}
    before, after = (frozen_judged(close, regional_targets=targets) for close in (earlier, later))
    return compare(_among(before, changed), _among(after, changed))


def _said(rows: QuerySet[FrozenAssessment] | QuerySet[Assessment]) -> Said:
    """State and light by identity. One statement."""
    found = rows.order_by().values_list("regional_target_id", "milestone_id", "state", "light")
    return {(target, milestone): (state, light) for target, milestone, state, light in found}


def _differing(then: Said, now: Said) -> set[Identity]:
    return {identity for identity in then.keys() | now.keys() if then.get(identity) != now.get(identity)}


def identity_of(row: Judged) -> Identity:
    """What names a judgement in every month."""
    return row.regional.pk, row.milestone.pk


def _among(rows: Iterable[Judged], identities: Collection[Identity]) -> list[Judged]:
    return [row for row in rows if identity_of(row) in identities]


def compare(before: Iterable[Judged], after: Iterable[Judged]) -> list[Change]:
    """Rows whose state or light differ, in the order of the later ones; those that are gone come last."""
    then = {identity_of(row): row for row in before}
    changes = []
    for row in after:
        old = then.pop(identity_of(row), None)
        if old is None or (old.state, old.light) != (row.state, row.light):
            changes.append(Change(old, row))
    return changes + [Change(row, None) for row in then.values()]
