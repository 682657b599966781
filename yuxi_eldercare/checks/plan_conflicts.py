"""Plans of one region against each other: a later text that asks for less, later, or otherwise."""

from collections.abc import Iterator
from itertools import combinations

from yuxi_eldercare.core.models import Finding

from .comparing import comparable, dated, put_off, same_values, undercut
from .raised import Raised, called, raised
from .snapshot import IndicatorInfo, Snapshot, TargetInfo
from .wording import demands, normal

Kind = Finding.Kind
Pair = tuple[TargetInfo, TargetInfo]


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """One finding per indicator, region and two standing documents that contradict each other on it."""
    groups: dict[tuple[str, str, str, str], list[Pair]] = {}
    for left, right in combinations(snapshot.targets, 2):
        if _meet(snapshot, left, right):
            key = (left.indicator, left.region, left.document, right.document)
            groups.setdefault(key, []).append((left, right))
    for pairs in groups.values():
        indicator = snapshot.indicators[pairs[0][0].indicator]
        conflicts = [(pair, what) for pair in pairs if (what := _conflict(indicator, *pair))]
        if conflicts:
            yield _raised(snapshot, Kind.PLAN_CONFLICT, [p for p, _ in conflicts], conflicts[0][1])
            continue
        based = [pair for pair in pairs if _otherwise_based(*pair)]
        if based:
            yield _raised(snapshot, Kind.MEASURED_DIFFERENTLY, based, "数值相同而口径不同")


def _meet(snapshot: Snapshot, left: TargetInfo, right: TargetInfo) -> bool:
    """Whether two targets of different standing documents speak of the same figure."""
    return (
        left.indicator == right.indicator
        and left.region == right.region
        and left.document != right.document
        and left.counted
        and right.counted
        and left.scope != "named"
        and snapshot.standing(left.document)
        and snapshot.standing(right.document)
        and comparable(left, right, snapshot.indicators[left.indicator])
    )


def _conflict(indicator: IndicatorInfo, left: TargetInfo, right: TargetInfo) -> str:
    ours, theirs = dated(left), dated(right)
    if any(due in theirs and not same_values(ours[due], theirs[due]) for due in ours):
        return "同一期限的数值不同"
    if undercut(left, right, indicator) or undercut(right, left, indicator):
        return "期限更晚而要求更低"
    if put_off(left, right, indicator) or put_off(right, left, indicator):
        return "同一要求的期限不同"
    return ""


def _otherwise_based(left: TargetInfo, right: TargetInfo) -> bool:
    return bool(left.criteria and right.criteria) and normal(left.criteria) != normal(right.criteria)


def _raised(snapshot: Snapshot, kind: str, pairs: list[Pair], what: str) -> Raised:
    indicator = snapshot.indicators[pairs[0][0].indicator]
    lefts, rights = _once(left for left, _ in pairs), _once(right for _, right in pairs)
    bases = kind == Kind.MEASURED_DIFFERENTLY
    sides = "；".join(
        f"{called(snapshot, targets[0].document)}"
        + "，".join(demands(t, indicator) + (f"（{t.criteria}）" if bases else "") for t in targets)
        for targets in (lefts, rights)
    )
    return raised(
        "plans",
        [indicator.key, lefts[0].region, lefts[0].document, rights[0].document],
        kind,
        f"“{indicator.name}”{what}：{sides}。",
        *([left.sources, right.sources] for left, right in pairs),
        subjects=[t.key for t in (*lefts, *rights)],
    )


def _once(targets: Iterator[TargetInfo]) -> list[TargetInfo]:
    return list({t.key: t for t in targets}.values())
