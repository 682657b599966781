"""A county's plan against the city's plans that bind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from yuxi_eldercare.core.models import Finding

from .comparing import behind, dated, same_values, undercut, weaker
from .raised import Raised, called, raised
from .snapshot import IndicatorInfo, Snapshot, TargetInfo
from .wording import demands

Kind = Finding.Kind


@dataclass(frozen=True)
class _Against:
    """One city target beside the county's, with what is wrong between them."""

    city: TargetInfo
    troubles: tuple[str, ...]


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """One finding per county target that is later, weaker or other than what the city asks of the county."""
    for target in snapshot.targets:
        document = snapshot.documents[target.document]
        if document.city or document.draft or not target.counted or target.scope == "named":
            continue
        found = [
            _Against(city, tuple(troubles))
            for city in _above(snapshot, target)
            if (troubles := list(_troubles(snapshot.indicators[target.indicator], target, city)))
        ]
        if found:
            yield _raised(snapshot, target, found)


def _above(snapshot: Snapshot, target: TargetInfo) -> Iterator[TargetInfo]:
    """Counted targets of the parent region's standing texts on the same indicator that reach a county."""
    parent = snapshot.documents[target.document].parent_region
    indicator = snapshot.indicators[target.indicator]
    for city in snapshot.targets:
        if city.indicator != target.indicator or city.region != parent or not city.counted:
            continue
        if city.scope == "named" or not snapshot.standing(city.document):
            continue
        # A city count (20 家 in all) asks nothing of one county; a share and an "each county" do.
        if indicator.unit == "%" or city.scope == "each_county" or not indicator.summed:
            yield city


def _troubles(indicator: IndicatorInfo, county: TargetInfo, city: TargetInfo) -> Iterator[str]:
    ours, theirs = dated(county), dated(city)
    common = [due for due in ours if due in theirs]
    if not ours and theirs:
        yield "县没有写期限"
    elif undercut(city, county, indicator):
        yield "县的要求更低"
    else:
        yield from _late(indicator, county, city)
    if any(weaker(theirs[due], ours[due], indicator) for due in common):
        yield "县的要求更高"
    elif any(
        not same_values(ours[due], theirs[due]) and not weaker(ours[due], theirs[due], indicator)
        for due in common
    ):
        yield "同一期限的写法不同"
    if county.baseline_date and city.baseline_date and county.baseline_date != city.baseline_date:
        yield f"基期不同（县{county.baseline_date.year}年，市{city.baseline_date.year}年）"


def _late(indicator: IndicatorInfo, county: TargetInfo, city: TargetInfo) -> Iterator[str]:
    """A demand of the city that the county makes only later, or a step that it does not mention."""
    pair = behind(city, county, indicator)
    if pair is None or pair[0].due is None or pair[1].due is None:
        return
    demand, reached = pair
    years = pair[1].due.year - pair[0].due.year
    if weaker(demand, reached, indicator):
        yield f"县没有{pair[0].due.year}年的要求"
    else:
        yield f"县晚{years}年达到同一要求" if years else "县晚于市达到同一要求"


def _raised(snapshot: Snapshot, target: TargetInfo, found: list[_Against]) -> Raised:
    indicator = snapshot.indicators[target.indicator]
    cities = "；".join(
        f"{called(snapshot, against.city.document)}{demands(against.city, indicator)}"
        f"（{'，'.join(against.troubles)}）"
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
