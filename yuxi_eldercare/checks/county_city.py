"""A county's plan against the city's plans that bind it: on each indicator, what either asks for.

Which of two demands is the stricter follows the indicator's direction: where more is better the higher
value, where less is better the lower one. A demand of the same value is stricter when it falls due earlier.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yuxi_eldercare.core.models import Finding

from .comparing import behind, dated, same_values, undercut, weaker
from .raised import Raised, called, raised
from .snapshot import IndicatorInfo, Snapshot, TargetInfo
from .wording import demands

Kind = Finding.Kind


class Verdict(StrEnum):
    """How a county's target stands to one of the city's, what must be looked at first."""

    LOWER = "lower"  # asks for less, then or later
    UNDATED = "undated"  # asks without a date
    LATER = "later"  # asks for the same, later
    STEP = "step"  # has no demand for a year in which the city has one
    OTHERWISE = "otherwise"  # the same date, put differently
    ABSENT = "absent"  # the county's plan does not mention what the city asks of it
    WHOLE = "whole"  # the city's is a total of all counties: no county is asked for a share of it
    YEARS = "years"  # no year in common, and neither falls behind
    HIGHER = "higher"  # asks for more, or for the same earlier
    SAME = "same"
    OWN = "own"  # only the county's plan asks for it


@dataclass(frozen=True)
class Trouble:
    """One thing between a county's target and the city's: its kind and the words of the finding."""

    verdict: Verdict
    words: str


@dataclass(frozen=True)
class Against:
    """One city target beside the county's, with what is between them."""

    city: TargetInfo
    verdict: Verdict
    troubles: tuple[Trouble, ...] = ()
    bases: str = ""  # the baselines, when they are of different years

    @property
    def words(self) -> list[str]:
        """What is between them, in the words of the finding."""
        return [trouble.words for trouble in self.troubles] + ([self.bases] if self.bases else [])


@dataclass(frozen=True)
class Beside:
    """A county's target and what the city's plans ask of the county on the same indicator.

    Without a county target: what the city asks and the county's plan does not mention.
    """

    indicator: IndicatorInfo
    county: TargetInfo | None
    cities: tuple[Against, ...]

    @property
    def verdict(self) -> Verdict:
        """The one to be looked at first."""
        order = list(Verdict)
        return min((against.verdict for against in self.cities), key=order.index, default=Verdict.OWN)


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """One finding per county target that is later, weaker or other than what the city asks of the county."""
    for target in _county_targets(snapshot):
        found = [against for against in _cities(snapshot, target) if against.words]
        if found:
            yield _raised(snapshot, target, found)


def beside(snapshot: Snapshot, county: str) -> list[Beside]:
    """Every counted target of a county's plan beside the city's, then what only the city asks for."""
    indicators = snapshot.indicators
    found = [
        Beside(indicators[target.indicator], target, tuple(_cities(snapshot, target)))
        for target in _county_targets(snapshot)
        if target.document == county
    ]
    named = {line.indicator.key for line in found}
    parent = snapshot.documents[county].parent_region
    alone: dict[str, list[TargetInfo]] = {}
    for target in snapshot.targets:
        indicator = indicators[target.indicator]
        mentioned = target.indicator in named
        if target.region == parent and not mentioned and _asks_counties(snapshot, target, indicator):
            alone.setdefault(target.indicator, []).append(target)
    return found + [
        Beside(indicators[key], None, tuple(Against(target, Verdict.ABSENT) for target in targets))
        for key, targets in alone.items()
    ]


def _county_targets(snapshot: Snapshot) -> Iterator[TargetInfo]:
    for target in snapshot.targets:
        document = snapshot.documents[target.document]
        if not document.city and not document.draft and target.counted and target.scope != "named":
            yield target


def _cities(snapshot: Snapshot, target: TargetInfo) -> Iterator[Against]:
    """The counted targets of the parent region's standing texts on the same indicator."""
    parent = snapshot.documents[target.document].parent_region
    indicator = snapshot.indicators[target.indicator]
    for city in snapshot.targets:
        if city.indicator != target.indicator or city.region != parent or not _stands(snapshot, city):
            continue
        if _binds(snapshot, city, indicator):
            troubles = tuple(_troubles(indicator, target, city))
            yield Against(city, _verdict(indicator, target, city, troubles), troubles, _bases(target, city))
        else:
            yield Against(city, Verdict.WHOLE)


def _stands(snapshot: Snapshot, city: TargetInfo) -> bool:
    return city.counted and city.scope != "named" and snapshot.standing(city.document)


def _binds(snapshot: Snapshot, city: TargetInfo, indicator: IndicatorInfo) -> bool:
    """A city count (20 家 in all) asks nothing of one county; a share and an "each county" do."""
    reaches = indicator.unit == "%" or city.scope == "each_county" or not indicator.summed
    return reaches and _stands(snapshot, city)


def _asks_counties(snapshot: Snapshot, city: TargetInfo, indicator: IndicatorInfo) -> bool:
    """Whether a city target that no county target answers asks something of a county all the same."""
    return _binds(snapshot, city, indicator) and (city.scope == "each_county" or not indicator.city_only)


def _troubles(indicator: IndicatorInfo, county: TargetInfo, city: TargetInfo) -> Iterator[Trouble]:
    ours, theirs = dated(county), dated(city)
    common = [due for due in ours if due in theirs]
    if not ours and theirs:
        yield Trouble(Verdict.UNDATED, "县没有写期限")
    elif undercut(city, county, indicator):
        yield Trouble(Verdict.LOWER, "县的要求更低")
    else:
        yield from _late(indicator, county, city)
    if any(weaker(theirs[due], ours[due], indicator) for due in common):
        yield Trouble(Verdict.HIGHER, "县的要求更高")
    elif any(
        not same_values(ours[due], theirs[due]) and not weaker(ours[due], theirs[due], indicator)
        for due in common
    ):
        yield Trouble(Verdict.OTHERWISE, "同一期限的写法不同")


def _late(indicator: IndicatorInfo, county: TargetInfo, city: TargetInfo) -> Iterator[Trouble]:
    """A demand of the city that the county makes only later, or a step that it does not mention."""
    pair = behind(city, county, indicator)
    if pair is None or pair[0].due is None or pair[1].due is None:
        return
    demand, reached = pair
    years = pair[1].due.year - pair[0].due.year
    if weaker(demand, reached, indicator):
        yield Trouble(Verdict.STEP, f"县没有{pair[0].due.year}年的要求")
    else:
        yield Trouble(Verdict.LATER, f"县晚{years}年达到同一要求" if years else "县晚于市达到同一要求")


def _verdict(
    indicator: IndicatorInfo, county: TargetInfo, city: TargetInfo, troubles: Sequence[Trouble]
) -> Verdict:
    """The most serious trouble; without one, whether the county asks for more or the same earlier, or the same."""
    order = list(Verdict)
    if troubles:
        return min((trouble.verdict for trouble in troubles), key=order.index)
    later = behind(county, city, indicator)
    if undercut(county, city, indicator) or (later and not weaker(*later, indicator)):
        return Verdict.HIGHER
    ours, theirs = dated(county), dated(city)
    return Verdict.SAME if any(due in theirs for due in ours) else Verdict.YEARS


def _bases(county: TargetInfo, city: TargetInfo) -> str:
    if county.baseline_date and city.baseline_date and county.baseline_date != city.baseline_date:
        return f"基期不同（县{county.baseline_date.year}年，市{city.baseline_date.year}年）"
    return ""


def _raised(snapshot: Snapshot, target: TargetInfo, found: list[Against]) -> Raised:
    indicator = snapshot.indicators[target.indicator]
    cities = "；".join(
        f"{called(snapshot, against.city.document)}{demands(against.city, indicator)}"
        f"（{'，'.join(against.words)}）"
        for against in found
    )
    return raised(
        "county-city",
        [target.key],
        Kind.COUNTY_VS_CITY,
        f"“{indicator.name}”：{called(snapshot, target.document)}{demands(target, indicator)}；{cities}。",
        *([target.sources, against.city.sources] for against in found),
        subjects=[target.key, *(against.city.key for against in found)],
    )
