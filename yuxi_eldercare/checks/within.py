"""One document against itself: an indicator that its prose and its tables put differently."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from yuxi_eldercare.core.models import Finding

from .comparing import comparable, contradict, dated, same_values
from .raised import Raised, called, raised
from .snapshot import Snapshot, TargetInfo
from .wording import demand, demands, normal, plain

Kind = Finding.Kind


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Every two targets of a document on one indicator and region; each-county counts against the city's."""
    groups: dict[tuple[str, str, str], list[TargetInfo]] = defaultdict(list)
    for target in snapshot.targets:
        if target.counted and target.scope != "named" and snapshot.standing(target.document):
            groups[(target.document, target.indicator, target.region)].append(target)
    for targets in groups.values():
        for left, right in combinations(targets, 2):
            yield from _pair(snapshot, left, right)
            yield from _each_against_city(snapshot, left, right)
            yield from _each_against_city(snapshot, right, left)


def _pair(snapshot: Snapshot, left: TargetInfo, right: TargetInfo) -> Iterator[Raised]:
    indicator = snapshot.indicators[left.indicator]
    if not comparable(left, right, indicator):
        return
    ours, theirs = dated(left), dated(right)
    common = [due for due in ours if due in theirs]
    differing = [due for due in common if not same_values(ours[due], theirs[due])]
    otherwise_based = bool(left.criteria and right.criteria) and normal(left.criteria) != normal(
        right.criteria
    )
    if differing:
        what = "；".join(
            f"一处{demand(ours[due], indicator)}，一处{demand(theirs[due], indicator)}" for due in differing
        )
    elif otherwise_based and _same_amounts(left, right):
        what = f"数值相同，口径不同：一处为{left.criteria}，一处为{right.criteria}"
    elif not common and (contradict(left, right, indicator) or contradict(right, left, indicator)):
        what = f"一处{demands(left, indicator)}，一处{demands(right, indicator)}"
    else:
        return
    based = otherwise_based and (differing or _same_amounts(left, right))
    yield raised(
        "within",
        sorted([left.key, right.key]),
        Kind.MEASURED_DIFFERENTLY if based else Kind.PROSE_VS_TABLE,
        f"{called(snapshot, left.document)}内“{indicator.name}”两处说法不同：{what}。",
        [left.sources, right.sources],
        subjects=[left.key, right.key],
    )


def _same_amounts(left: TargetInfo, right: TargetInfo) -> bool:
    """Whether both ask for the same amounts, dated or not."""
    return {m.value for m in left.milestones} == {m.value for m in right.milestones}


def _each_against_city(snapshot: Snapshot, each: TargetInfo, whole: TargetInfo) -> Iterator[Raised]:
    """每县至少2家 makes 18 in nine counties: more than a city count of 10 for the same day allows for."""
    indicator = snapshot.indicators[each.indicator]
    members = snapshot.members.get(each.region, 0)
    if not (indicator.summed and members and each.scope == "each_county" and whole.scope == "city"):
        return
    for due, wanted in dated(each).items():
        city = dated(whole).get(due)
        if city is None or city.value is None or wanted.value is None:
            continue
        together = wanted.value * Decimal(members)
        if indicator.up and together > city.value:
            yield raised(
                "each-county-sum",
                [each.key, whole.key],
                Kind.CANNOT_BOTH_BE_TRUE,
                f"“{indicator.name}”{due.year}年要求每县{plain(wanted.value)}{indicator.unit}，"
                f"{members}个县合计{plain(together)}{indicator.unit}，"
                f"而全市目标只有{plain(city.value)}{indicator.unit}。",
                [each.sources, whole.sources],
                subjects=[each.key, whole.key],
            )
