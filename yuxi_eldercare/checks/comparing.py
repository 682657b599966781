"""What two targets of one indicator say against each other: dues, values, and which is the weaker."""

from datetime import date
from decimal import Decimal

from .snapshot import IndicatorInfo, MilestoneInfo, TargetInfo

_KEPT = {"floor", "ceiling", "annual"}
_EACH = {"each_county", "each_street", "each_township", "each_community"}


def dated(target: TargetInfo) -> dict[date, MilestoneInfo]:
    """Demands with a number and a date, by date."""
    return {m.due: m for m in target.milestones if m.due is not None and m.value is not None}


def same_values(left: MilestoneInfo, right: MilestoneInfo) -> bool:
    """Whether two demands ask for the same."""
    return (left.comparator, left.value, left.value_max) == (right.comparator, right.value, right.value_max)


def bound(milestone: MilestoneInfo, indicator: IndicatorInfo) -> Decimal:
    """The value that must be reached (of a range: its near end)."""
    value = milestone.value_max if milestone.value_max is not None and not indicator.up else milestone.value
    assert value is not None
    return value


def weaker(left: MilestoneInfo, right: MilestoneInfo, indicator: IndicatorInfo) -> bool:
    """Whether `left` asks for less than `right`."""
    a, b = bound(left, indicator), bound(right, indicator)
    return a < b if indicator.up else a > b


def comparable(left: TargetInfo, right: TargetInfo, indicator: IndicatorInfo) -> bool:
    """Whether both speak of the same: a region's figure, or each of several places; shares always do."""
    if (left.scope == "named") != (right.scope == "named"):
        return False
    return indicator.unit == "%" or (left.scope in _EACH) == (right.scope in _EACH)


def undercut(
    first: TargetInfo, second: TargetInfo, indicator: IndicatorInfo
) -> tuple[MilestoneInfo, MilestoneInfo] | None:
    """The earliest demand of `first` with one of `second`, due then or later, that asks for less."""
    for due, demand in sorted(dated(first).items()):
        for later, other in sorted(dated(second).items()):
            if later >= due and weaker(other, demand, indicator):
                return demand, other
    return None


def contradict(first: TargetInfo, second: TargetInfo, indicator: IndicatorInfo) -> bool:
    """Whether `second` asks for less at a later date, or for the same only later."""
    return undercut(first, second, indicator) is not None or put_off(first, second, indicator) is not None


def put_off(
    first: TargetInfo, second: TargetInfo, indicator: IndicatorInfo
) -> tuple[MilestoneInfo, MilestoneInfo] | None:
    """A demand of `first` that `second` makes just so, but only later; more at a later date goes on from it.

    Two levels to be kept are not put off: the later text may only have begun later.
    """
    if first.target_type in _KEPT and second.target_type in _KEPT:
        return None
    pair = behind(first, second, indicator)
    return None if pair is None or weaker(*pair, indicator) else pair


def behind(
    first: TargetInfo, second: TargetInfo, indicator: IndicatorInfo
) -> tuple[MilestoneInfo, MilestoneInfo] | None:
    """What `first` demands by a date, when `second` demands as much or more only later."""
    ours, theirs = dated(first), dated(second)
    for due, demand in sorted(ours.items()):
        enough = [d for d, other in theirs.items() if not weaker(other, demand, indicator)]
        if enough and min(enough) > due:
            return demand, theirs[min(enough)]
    return None
