"""Background figures that cannot both be true, and baselines against the figures beside them."""

from collections.abc import Iterator
from itertools import combinations

from yuxi_eldercare.core.models import Finding

from .raised import Raised, called, raised
from .snapshot import FactInfo, ProjectInfo, Snapshot, TargetInfo
from .wording import normal, plain

Kind = Finding.Kind


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Facts of one subject and day, facts against baselines, baselines of two plans, years outside a plan."""
    yield from _facts(snapshot)
    yield from _baseline_against_fact(snapshot)
    yield from _baselines(snapshot)
    for project in snapshot.projects:
        yield from _years_outside(snapshot, project)


def _about(fact: FactInfo) -> tuple[object, ...]:
    """What a fact is a figure of: its indicator or subject, region, day, unit and what is included."""
    subject = fact.indicator or normal(fact.subject)
    return subject, fact.region, fact.as_of, fact.unit, fact.kind, normal(fact.condition)


def _facts(snapshot: Snapshot) -> Iterator[Raised]:
    exact = [
        f
        for f in snapshot.facts
        if f.value is not None and f.comparator == "=" and snapshot.standing(f.document)
    ]
    groups: dict[tuple[object, ...], list[FactInfo]] = {}
    for fact in exact:
        # Without a day two figures may be of different days.
        if fact.as_of is not None:
            groups.setdefault(_about(fact), []).append(fact)
    for group in groups.values():
        if len({f.value for f in group}) > 1:
            values = "，".join(f"{called(snapshot, f.document)}写{plain(f.value)}{f.unit}" for f in group)
            yield raised(
                "facts",
                sorted(f.key for f in group)[:1],
                Kind.CANNOT_BOTH_BE_TRUE,
                f"同一时点的“{group[0].subject}”数值不同：{values}。",
                [f.sources for f in group],
                subjects=[f.key for f in group],
            )


def _baseline_against_fact(snapshot: Snapshot) -> Iterator[Raised]:
    for target in snapshot.targets:
        if target.baseline_value is None or not snapshot.standing(target.document):
            continue
        indicator = snapshot.indicators[target.indicator]
        for fact in snapshot.facts:
            if (
                fact.indicator == target.indicator
                and (fact.region, fact.as_of) == (target.region, target.baseline_date)
                and fact.comparator == "="
                and fact.value is not None
                and fact.value != target.baseline_value
                and snapshot.standing(fact.document)
            ):
                yield raised(
                    "baseline-fact",
                    [target.key, fact.key],
                    Kind.CANNOT_BOTH_BE_TRUE,
                    f"“{indicator.name}”基期值为{plain(target.baseline_value)}{indicator.unit}，"
                    f"{called(snapshot, fact.document)}的同期数为{plain(fact.value)}{fact.unit}。",
                    [target.sources, fact.sources],
                    subjects=[target.key, fact.key],
                )


def _baselines(snapshot: Snapshot) -> Iterator[Raised]:
    """Two texts that give one region's indicator different values for the same day."""
    with_value = [
        t for t in snapshot.targets if t.baseline_value is not None and snapshot.standing(t.document)
    ]
    for left, right in combinations(with_value, 2):
        if _same_baseline_day(left, right) and left.baseline_value != right.baseline_value:
            indicator = snapshot.indicators[left.indicator]
            yield raised(
                "baselines",
                sorted([left.key, right.key]),
                Kind.CANNOT_BOTH_BE_TRUE,
                f"“{indicator.name}”同一时点的基期值不同：{called(snapshot, left.document)}为"
                f"{plain(left.baseline_value)}{indicator.unit}，{called(snapshot, right.document)}为"
                f"{plain(right.baseline_value)}{indicator.unit}。",
                [left.sources, right.sources],
                subjects=[left.key, right.key],
            )


def _same_baseline_day(left: TargetInfo, right: TargetInfo) -> bool:
    return (left.indicator, left.region, left.baseline_date) == (
        right.indicator,
        right.region,
        right.baseline_date,
    )


def _years_outside(snapshot: Snapshot, project: ProjectInfo) -> Iterator[Raised]:
    """A project whose years lie wholly or partly outside the years of its plan."""
    document = snapshot.documents[project.document]
    first, last = project.start_year, project.end_year
    if document.start is None or document.end is None:
        return
    early = first is not None and first < document.start.year
    late = last is not None and last > document.end.year
    if early or late:
        yield raised(
            "years-outside",
            [project.key],
            Kind.CANNOT_BOTH_BE_TRUE,
            f"“{project.name}”的年份（{first or '未载明'}—{last or '未载明'}）超出{document.called}的规划期"
            f"（{document.start.year}—{document.end.year}）。",
            [project.sources],
            subjects=[project.key],
        )
