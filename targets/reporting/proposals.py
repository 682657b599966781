"""Counted figures offered to reporters: taking in what a register or ledger counts, and what reporters answered.

A count is made elsewhere (`projects.offering`) and handed in here. What counts although it differs from what is
counted now is a Finding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from targets.actions.checks import is_rate
from targets.models import Entry, Indicator, ProposalAnswer, ProposedValue
from targets.queries.proposals import Asked, Proposal, proposals_of
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User

from .context import explanation_texts
from .counted import COUNTED, same
from .counted_findings import Place, compare
from .figures import figure_of, rate_of, stored_figure

__all__ = ["Offer", "Offered", "answer", "compare", "hold_indicators", "offer"]

BATCH: Final = 500
_LONGEST: Final = 300
_NUMBERS: Final = ("value", "numerator", "denominator")
_KEPT: Final = (*_NUMBERS, "source", "rows", "is_demo")


@dataclass(frozen=True)
class Offer:
    """A counted figure: whole things, and for a rate with a denominator of its own how many of how many.

    A share that is stated as such, without its parts, is a decimal.
    """

    indicator: str
    region: str
    period_end: date
    counted: int | Decimal
    of: int | None = None
    rows: int = 0
    source: str = "register"
    is_demo: bool = False

    @property
    def place(self) -> Asked:
        """(indicator code, region code, period end)."""
        return self.indicator, self.region, self.period_end


@dataclass(frozen=True)
class Offered:
    """What an offer did to what was offered before."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    findings: int = 0  # differences from published figures that stand now


def hold_indicators(codes: Iterable[str]) -> dict[str, Indicator]:
    """The indicators by code, held until the transaction ends: one count at a time. Call it before counting."""
    rows = Indicator.objects.select_for_update(no_key=True).filter(key__in=list(codes)).order_by("pk")
    return {row.key: row for row in rows}


@transaction.atomic
def offer(
    *, offers: Sequence[Offer], asked: Collection[Asked], indicators: Mapping[str, Indicator], process: str
) -> Offered:
    """Make what is offered at the `asked` places what was counted; where nothing was, nothing is offered.

    Writes changed rows only, in a fixed number of statements per few hundred of them, and compares published
    figures with what is counted now. The transaction must hold the indicators (`hold_indicators`).
    """
    now = timezone.now()
    wanted = {_key(one.place, indicators): one for one in offers}
    before = {
        (row.indicator_id, row.region_id, row.period_end): row
        for row in ProposedValue.objects.filter(indicator__in=[row.pk for row in indicators.values()])
    }
    added, changed, unchanged = [], [], 0
    for place, one in wanted.items():
        row = before.get(place)
        said = _columns(one, indicators[one.indicator])
        if row is None:
            indicator, region, end = place
            added.append(
                ProposedValue(
                    indicator_id=indicator, region_id=region, period_end=end, counted_at=now, **said
                )
            )
        elif _said(row) != tuple(said[name] for name in _KEPT):
            for name, value in said.items():
                setattr(row, name, value)
            row.counted_at = now
            changed.append(row)
        else:
            unchanged += 1
    gone = [
        before[place]
        for code, region, end in asked
        if code in indicators and (place := (indicators[code].pk, region, end)) in before
        if place not in wanted
    ]
    ProposedValue.objects.bulk_create(added, batch_size=BATCH)
    ProposedValue.objects.bulk_update(changed, [*_KEPT, "counted_at"], batch_size=BATCH)
    for start in range(0, len(gone), BATCH):
        ProposedValue.objects.filter(pk__in=[row.pk for row in gone[start : start + BATCH]]).delete()
    findings = compare([*wanted, *((row.indicator_id, row.region_id, row.period_end) for row in gone)])
    done = Offered(len(added), len(changed), len(gone), unchanged, findings)
    if added or changed or gone:
        _audit(done, [*added, *changed], gone, process)
    return done


def _key(place: Asked, indicators: Mapping[str, Indicator]) -> Place:
    code, region, end = place
    return indicators[code].pk, region, end


def _columns(one: Offer, indicator: Indicator) -> dict[str, Any]:
    """The columns of an offer: a count is a value, of a rate there are its parts and, where both are known, itself."""
    more = {"source": one.source, "rows": one.rows, "is_demo": one.is_demo}
    counted = Decimal(one.counted)
    if not is_rate(indicator):
        return {"value": counted, "numerator": None, "denominator": None, **more}
    whole = None if one.of is None else Decimal(one.of)
    return {
        "value": rate_of(indicator, counted, whole),
        "numerator": counted,
        "denominator": whole,
        **more,
    }


def _said(row: ProposedValue) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEPT)


def _audit(
    done: Offered, written: Sequence[ProposedValue], gone: Sequence[ProposedValue], process: str
) -> None:
    lines = [
        {
            "indicator": row.indicator_id,
            "region": row.region_id,
            "period_end": str(row.period_end),
            **stored_figure(row.value, row.numerator, row.denominator, False).as_json(),
        }
        for row in written
    ]
    lines += [
        {"indicator": row.indicator_id, "region": row.region_id, "period_end": str(row.period_end)}
        for row in gone
    ]
    audit.record(
        by=None,
        process=process,
        action="proposals.offer",
        object_type="proposal",
        object_key=f"×{len(lines)}",
        after={"added": done.added, "changed": done.changed, "removed": done.removed}
        | audit.digest_rows(lines),
    )


def answer(rows: Sequence[Entry], *, by: User, at: datetime) -> list[ProposalAnswer]:
    """Keep what reporters did with offered figures as they submit: taken, or another number with its explanation.

    Call it in the transaction of the submission, after the checks: another figure has an explanation then.
    """
    offered = proposals_of(rows)
    answers = [_answer(row, offered[row.pk], by, at) for row in rows if row.pk in offered]
    if not answers:
        return []
    return ProposalAnswer.objects.bulk_create(answers, batch_size=BATCH)


def _answer(row: Entry, proposal: Proposal, by: User, at: datetime) -> ProposalAnswer:
    taken = same(row.indicator, figure_of(row), proposal)
    text = "" if taken else explanation_texts(row).get(COUNTED, "")
    return ProposalAnswer(
        entry=row,
        answer=ProposalAnswer.Answer.CONFIRMED if taken else ProposalAnswer.Answer.OVERRIDDEN,
        value=proposal.value,
        numerator=proposal.numerator,
        denominator=proposal.denominator,
        explanation=text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…",  # whole with the entry
        at=at,
        by=by,
        is_demo=by.is_demo or row.round.is_demo,
    )
