"""The light of a part on a day, with the codes of the reasons for it.

1. Withdrawn is grey; closed is green, and yellow when it was handed in after the due day (逾期完成).
2. Otherwise every thing that is late gives a reason: signing for it, a report, a deliverable, the whole.
   Late is yellow, and red from `RED_AFTER` working days on; the part's own due day is red at once.
3. Returned for correction, a returned report, and a due day within `SOON` are yellow.
4. A part that waits for verification since its due day or earlier is not late: the body has done its share.
5. The worst reason is the light; of several as bad, that the whole is overdue comes first. Without one it is
   green, or grey while nobody has signed for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from .machine import OPEN
from .periods import Days, Owed, owed_reports

SIGN_WORKDAYS: Final = 3
RED_AFTER: Final = 5  # working days
SOON: Final = timedelta(days=15)


class Light(StrEnum):
    """Colours, the worst first; the words of `targets.progress.vocabulary`."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"


_RANK: Final = {light: rank for rank, light in enumerate(Light)}


class Code(StrEnum):
    """Why a light is not green."""

    UNSIGNED = "unsigned"
    UNSIGNED_LATE = "unsigned_late"
    REPORT_LATE = "report_late"
    REPORT_RETURNED = "report_returned"
    DELIVERABLE_LATE = "deliverable_late"
    OVERDUE = "overdue"
    SOON = "soon_due"
    RETURNED = "returned"
    CLOSED_LATE = "closed_late"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Due:
    """A dated deliverable: its id, the day it is due, whether it is done."""

    key: int
    on: date
    done: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a part. `frequencies` as in `periods.owed_reports`.

    `reports` maps period ends to whether the report in force was returned.
    """

    state: str
    state_since: date
    issued_on: date
    due: date | None
    closed_late: bool  # it was handed in after the due day
    frequencies: tuple[tuple[date, str], ...]
    reports: Mapping[date, bool] = field(default_factory=dict)
    deliverables: tuple[Due, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One thing that is not as it should be: since which day it was to be done, and about what."""

    code: Code
    light: Light
    since: date
    period_end: date | None = None
    deliverable: int | None = None


@dataclass(frozen=True)
class Standing:
    """The light of a part, the reasons for it, worst first, and the reports it owes and has not sent."""

    light: Light
    reasons: tuple[Reason, ...]
    missing: tuple[Owed, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The codes of the reasons, each once."""
        return list(dict.fromkeys(str(reason.code) for reason in self.reasons))


def stand(facts: Facts, on: date, days: Days) -> Standing:
    """How a part stands on a day."""
    if facts.state == "withdrawn":
        return Standing(Light.GREY, (Reason(Code.WITHDRAWN, Light.GREY, facts.state_since),))
    if facts.state == "closed":
        if not facts.closed_late:
            return Standing(Light.GREEN, ())
        since = facts.due or facts.state_since
        return Standing(Light.YELLOW, (Reason(Code.CLOSED_LATE, Light.YELLOW, since),))
    missing = missing_reports(facts, on, days)
    found = [
        *_signing(facts, on, days),
        *_reports(facts, missing, on, days),
        *_deliverables(facts, on, days),
        *_whole(facts, on),
    ]
    found.sort(key=lambda reason: (_RANK[reason.light], reason.code != Code.OVERDUE, reason.since))
    light = found[0].light if found else Light.GREEN
    return Standing(light, tuple(found), tuple(missing))


def missing_reports(facts: Facts, on: date, days: Days) -> list[Owed]:
    """Reports that are owed on a day and not in, or returned and not sent again.

    What ends after the part was handed in for verification is not reported on.
    """
    if facts.state not in OPEN:
        return []
    until = facts.state_since if facts.state == "submitted" else on
    owed = owed_reports(facts.frequencies, until, days, asked_on=on)
    return [one for one in owed if facts.reports.get(one.period_end, True)]


def _signing(facts: Facts, on: date, days: Days) -> Iterator[Reason]:
    if facts.state != "issued":
        return
    last = days.after(facts.issued_on, SIGN_WORKDAYS)
    if on > last:
        yield Reason(Code.UNSIGNED_LATE, _late(last, on, days), last)
    else:
        yield Reason(Code.UNSIGNED, Light.GREY, facts.issued_on)


def _reports(facts: Facts, missing: list[Owed], on: date, days: Days) -> Iterator[Reason]:
    for one in missing:
        if on > one.due_on:
            light = _late(one.due_on, on, days)
            yield Reason(Code.REPORT_LATE, light, one.due_on, period_end=one.period_end)
        elif one.period_end in facts.reports:
            yield Reason(Code.REPORT_RETURNED, Light.YELLOW, one.due_on, period_end=one.period_end)


def _deliverables(facts: Facts, on: date, days: Days) -> Iterator[Reason]:
    for one in facts.deliverables:
        if not one.done and on > one.on:
            yield Reason(Code.DELIVERABLE_LATE, _late(one.on, on, days), one.on, deliverable=one.key)


def _whole(facts: Facts, on: date) -> Iterator[Reason]:
    if facts.state == "returned":
        yield Reason(Code.RETURNED, Light.YELLOW, facts.state_since)
    if facts.due is None or (facts.state == "submitted" and facts.state_since <= facts.due):
        return
    if on > facts.due:
        yield Reason(Code.OVERDUE, Light.RED, facts.due)
    elif facts.due - on <= SOON and facts.state != "submitted":
        yield Reason(Code.SOON, Light.YELLOW, facts.due)


def _late(last: date, on: date, days: Days) -> Light:
    return Light.RED if on > days.after(last, RED_AFTER) else Light.YELLOW
