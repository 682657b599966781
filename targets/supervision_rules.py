"""The escalation ladder as a calculation: which rung a late thing has reached, when an answer is due, in which form.

What is late, how the ladder stands and which days are worked come in as plain values; nothing is read or sent here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

# The rungs from the bottom up.
KINDS: Final = ("remind", "urge", "order", "circular")
CAUSES: Final = ("unsigned", "report", "overdue", "reply")
NOTICE, LETTER = "notice", "letter"
# A vertically managed body takes no orders from the local government: it gets a letter (函).
VERTICAL: Final = "vertical"
# The word before the number of a letter ends so: 玉养督函〔2026〕3号.
LETTER_WORD: Final = "函"
# So many working days for a second answer, after the first was returned.
AGAIN_WORKDAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of one cause: how many days after the due day it is reached (negative: before), and what follows."""

    kind: str
    after_days: int
    reply_workdays: int | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Climbed:
    """A rung that was reached before, and the day it went out or was dropped; none while it waits for a decision."""

    kind: str
    on: date | None


def next_rung(
    rungs: Sequence[Rung],
    *,
    due: date,
    today: date,
    climbed: Sequence[Climbed],
    opened: Callable[[date], date],
) -> Rung | None:
    """The rung that is reached today, if any; `opened` gives a day itself or the next one worked.

    1. A rung that waits for a decision holds the climb.
    2. The next rung is the lowest above the highest one climbed.
    3. A reminder before the due day is passed over once the rung above it is reached, too.
    4. A rung is reached `after_days` after the due day.
    5. Where the rung below went out later than it should have (a late start, a long decision), the distance
       between the two is kept: nobody is ordered on the day after the first reminder of something long late.
    """
    if any(one.on is None for one in climbed):
        return None
    highest = max((KINDS.index(one.kind) for one in climbed), default=-1)
    above = sorted(
        (rung for rung in rungs if KINDS.index(rung.kind) > highest), key=lambda rung: rung.after_days
    )
    while len(above) > 1 and above[0].after_days < 0 and _day(above[1], due) <= today:
        above = above[1:]
    if not above or today < _day(above[0], due):
        return None
    return above[0] if today >= _kept_distance(above[0], rungs, due, climbed, opened) else None


def _day(rung: Rung, due: date) -> date:
    return due + timedelta(rung.after_days)


def _kept_distance(
    rung: Rung,
    rungs: Sequence[Rung],
    due: date,
    climbed: Sequence[Climbed],
    opened: Callable[[date], date],
) -> date:
    """The first day on which the distance to the rung below is kept (step 5)."""
    days = {one.kind: one.on for one in climbed}
    below = [one for one in rungs if one.kind in days and one.after_days > 0]
    if not below:
        return date.min
    last = max(below, key=lambda one: one.after_days)
    on, planned = days[last.kind], _day(last, due)
    if on is None or on <= opened(planned):
        return date.min
    return on + timedelta(rung.after_days - last.after_days)


def reply_deadline(
    asked: date | None, returned: date | None, after: Callable[[date, int], date]
) -> date | None:
    """The day an answer is due: as the notice asked, or anew once an answer was returned; never earlier."""
    if asked is None or returned is None:
        return asked
    return max(asked, after(returned, AGAIN_WORKDAYS))


def form_for(body_kind: str) -> str:
    """A notice, or a letter where the recipient is managed vertically."""
    return LETTER if body_kind == VERTICAL else NOTICE


def word_for(word: str, form: str) -> str:
    """The word before the number in this form."""
    return word + LETTER_WORD if form == LETTER else word


def numbered(word: str, year: int, number: int) -> str:
    """玉养督〔2026〕3号."""
    return f"{word}〔{year}〕{number}号"


def ladder_faults(rungs: Sequence[Rung]) -> list[tuple[str, str]]:
    """(lower kind, higher kind) of one cause wherever the higher rung is not reached later than the lower."""
    order = sorted(rungs, key=lambda rung: KINDS.index(rung.kind))
    return [(low.kind, high.kind) for low, high in pairwise(order) if high.after_days <= low.after_days]
