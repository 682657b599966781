"""Statements into versions: what a new statement does to the days it speaks about.

1. On the day a version began, it takes that version's place (an amendment: a reason is needed).
2. On a later day it ends that version on that day and holds as long as that version would have.
3. Before the first version it holds until the first one begins.
4. What says nothing new changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from .facts import Facts, Statement


@dataclass(frozen=True)
class Span:
    """Facts over days: from `since` up to, not including, `until` (None: still). `pk` is the stored version's."""

    since: date
    until: date | None
    facts: Facts
    pk: int | None = None
    reason: str = ""


@dataclass
class Plan:
    """What a statement asks of the stored chain: versions no longer in force, and those in their place."""

    superseded: list[Span] = field(default_factory=list)
    added: list[Span] = field(default_factory=list)
    amends: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.added)


def plan(chain: Sequence[Span], statement: Statement) -> Plan:
    """What the statement does to a chain of spans that ascend without overlap."""
    new = Span(statement.since, None, statement.facts, reason=statement.reason)
    holding = next((span for span in chain if _holds(span, statement.since)), None)
    if holding is None:
        first = min((span.since for span in chain if span.since > statement.since), default=None)
        return Plan(added=[replace(new, until=first)])
    if holding.facts == statement.facts:
        return Plan()
    new = replace(new, until=holding.until)
    if holding.since == statement.since:
        return Plan(superseded=[holding], added=[new], amends=True)
    kept = replace(holding, until=statement.since, pk=None)
    return Plan(superseded=[holding], added=[kept, new])


def _holds(span: Span, day: date) -> bool:
    return span.since <= day and (span.until is None or day < span.until)


def after(chain: Sequence[Span], made: Plan) -> list[Span]:
    """The chain once the plan is carried out, so that several statements of one call can follow each other."""
    gone = {id(span) for span in made.superseded}
    return sorted([span for span in chain if id(span) not in gone] + made.added, key=lambda span: span.since)
