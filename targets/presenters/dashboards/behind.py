"""Targets furthest behind: what is missing, how much of the way due by now is done, the pace it still takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.models import RegionalTarget
from targets.presenters import words
from targets.presenters.outlook import change_words
from targets.presenters.rows import TargetRow
from targets.queries.judged import Judged
from targets.queries.leads import Lead

from .shared import CALLED, led_row, missing_part

_YEAR = Decimal("365.25")


@dataclass(frozen=True)
class BehindLine:
    """One target behind, ready to print."""

    row: TargetRow
    done: str
    pace: str


def behind_lines(
    rows: Iterable[Judged], leads: Mapping[int, list[Lead]], most: int
) -> tuple[list[BehindLine], int]:
    """The targets with the largest part missing, at most so many, and how many more there are.

    What was completed late is behind no longer.
    """
    missing = [
        (part, row)
        for row in rows
        if row.light in CALLED and row.state != "MET_LATE" and (part := missing_part(row)) is not None
    ]
    missing.sort(key=lambda pair: (-pair[0], pair[1].target.position))
    lines = [
        BehindLine(led_row(row, leads), _percent(1 - part), pace_words(row)) for part, row in missing[:most]
    ]
    return lines, max(len(missing) - most, 0)


def _percent(part: Decimal) -> str:
    return f"{words.number(100 * part, 0)}%"


def pace_words(row: Judged) -> str:
    """What every year still has to bring, and what it brought so far; past the due date that it is over."""
    required = row.answer.get("required_pace")
    if required is None:
        return _("已过期限") if _is_over(row) else "—"
    needed = change_words(Decimal(required), row.indicator)
    so_far = pace_so_far(row)
    if so_far is None:
        return _("每年需%(needed)s") % {"needed": needed}
    return _("每年需%(needed)s，至今每年%(so_far)s") % {
        "needed": needed,
        "so_far": change_words(so_far, row.indicator) if so_far else _("没有变化"),
    }


def _is_over(row: Judged) -> bool:
    return row.state in {"MISSED", "BREACHED", "PENDING", "NO_DATA"}


def pace_so_far(row: Judged) -> Decimal | None:
    """Change a year since the exact baseline (§4.4); None without one, or on its own date."""
    target = row.target
    if row.actual is None or row.actual_date is None or row.regional.origin != RegionalTarget.Origin.OWN:
        return None
    if (
        target.baseline_value is None
        or target.baseline_date is None
        or row.actual_date <= target.baseline_date
    ):
        return None
    return (row.actual - target.baseline_value) / ((row.actual_date - target.baseline_date).days / _YEAR)
