"""How complete and how timely counties report: the last round's 应报 and 已报, and the rounds before it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from targets.models import ReportingRound
from targets.presenters import words
from targets.reporting.owing import Owes, UnitRate, unit_rates, visible_rounds, who_owes
from yuxi_eldercare.core.models import Region, User

# 及时率 is said over so many of the latest rounds.
ROUNDS = 4


@dataclass(frozen=True)
class RegionReport:
    """A region in the last round: cells owed and sent, units that still owe, and its 及时率 of late."""

    region: Region
    owed: int
    sent: int
    owing: list[str]
    timely: str

    @property
    def complete(self) -> str:
        """完整率 in percent."""
        return _percent(self.sent, self.owed)


@dataclass(frozen=True)
class LastRound:
    """The last round as far as the reader follows it, region by region."""

    round: ReportingRound
    regions: list[RegionReport]

    @property
    def owed(self) -> int:
        """Cells owed in all."""
        return sum(region.owed for region in self.regions)

    @property
    def sent(self) -> int:
        """Cells sent in all."""
        return sum(region.sent for region in self.regions)

    @property
    def complete(self) -> str:
        """完整率 of all, in percent."""
        return _percent(self.sent, self.owed)


@dataclass(frozen=True)
class RoundReport:
    """One round of one region: cells owed, sent, and sent on time; the rates are — before it is due."""

    round: ReportingRound
    owed: int
    sent: int
    complete: str
    timely: str


def last_round(user: User) -> LastRound | None:
    """The last round the user follows, None where there is none. About nine statements."""
    rounds = list(visible_rounds(user)[:ROUNDS])
    if not rounds:
        return None
    by_region: dict[Region, list[Owes]] = defaultdict(list)
    for unit in who_owes(rounds[0], user):
        by_region[unit.region].append(unit)
    rates: dict[str, list[UnitRate]] = defaultdict(list)
    for rate in unit_rates(user, [each.pk for each in rounds]):
        rates[rate.region.code].append(rate)
    regions = [_of_region(region, units, rates[region.code]) for region, units in by_region.items()]
    return LastRound(rounds[0], regions)


def _of_region(region: Region, units: Sequence[Owes], rates: Iterable[UnitRate]) -> RegionReport:
    owed = sum(unit.total for unit in units)
    return RegionReport(
        region,
        owed,
        owed - sum(unit.open for unit in units),
        [unit.department.short_name for unit in units if not unit.done],
        _timely(rates),
    )


def rounds_of(user: User, region: str) -> list[RoundReport]:
    """The latest rounds of one region, newest first; a round still open says how far it is. At most 18 statements."""
    found = []
    for place, each in enumerate(visible_rounds(user)[:ROUNDS]):
        rates = [rate for rate in unit_rates(user, [each.pk]) if rate.region.code == region]
        if rates:
            owed, sent = sum(rate.owed for rate in rates), sum(rate.answered for rate in rates)
        elif place == 0:
            units = [unit for unit in who_owes(each, user) if unit.region.code == region]
            owed = sum(unit.total for unit in units)
            sent = owed - sum(unit.open for unit in units)
        else:
            continue
        if owed:
            found.append(RoundReport(each, owed, sent, _percent(sent, owed), _timely(rates)))
    return found


def _timely(rates: Iterable[UnitRate]) -> str:
    given = list(rates)
    return _percent(sum(rate.on_time for rate in given), sum(rate.owed for rate in given))


def _percent(part: int, whole: int) -> str:
    return f"{words.number(100 * part / whole, 1)}%" if whole else "—"
