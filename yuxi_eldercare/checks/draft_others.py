"""Two versions of one plan's text: projects, background figures and rows of annex lists.

They raise no findings: readers' findings say what matters about them. The page shows every one.
"""

from collections.abc import Iterator

from .changes import Change, Difference, Versions, changes_of, paired
from .snapshot import FactInfo, ItemInfo, ProjectInfo, Snapshot
from .wording import amount, likeness, normal, plain

_ALIKE = 0.7
_SAME_PROJECT = 0.6
_SIGNS = {">=": "不少于", "<=": "不多于", "<": "不足", ">": "超过", "~": "约"}


def project_changes(snapshot: Snapshot, pair: Versions) -> list[Change[ProjectInfo]]:
    """What became of each project; one of another place is another."""
    old, new = pair.of(snapshot.projects)
    return changes_of(old, new, paired(old, new, _project_closeness, _SAME_PROJECT), _project_differences)


def _project_closeness(before: ProjectInfo, after: ProjectInfo) -> float:
    return likeness(before.name, after.name) if before.region == after.region else 0.0


def _project_differences(before: ProjectInfo, after: ProjectInfo) -> Iterator[Difference]:
    sides = (before.sources, after.sources)
    for field, old, new in (
        ("total", amount(before.total), amount(after.total)),
        ("central", amount(before.central), amount(after.central)),
        ("years", _years(before), _years(after)),
        ("category", before.category, after.category),
        ("content", before.content, after.content),
        ("name", before.name, after.name),
    ):
        if normal(old) != normal(new):
            yield Difference(field, old, new, sides)


def _years(project: ProjectInfo) -> str:
    first, last = project.start_year, project.end_year
    if first == last or last is None:
        return f"{first}年" if first else "未载明"
    return f"{first or ''}—{last}年"


def fact_changes(snapshot: Snapshot, pair: Versions) -> list[Change[FactInfo]]:
    """What became of each background figure."""
    old, new = pair.of(snapshot.facts)
    return changes_of(old, new, paired(old, new, _fact_closeness, _ALIKE), _fact_differences)


def _fact_closeness(before: FactInfo, after: FactInfo) -> float:
    if (before.kind, before.region) != (after.kind, after.region):
        return 0.0
    alike = likeness(before.subject, after.subject)
    return 2 + alike if before.indicator and before.indicator == after.indicator else alike


def _fact_differences(before: FactInfo, after: FactInfo) -> Iterator[Difference]:
    sides = (before.sources, after.sources)
    for field, old, new in (
        ("value", figure(before), figure(after)),
        ("as_of", str(before.as_of or ""), str(after.as_of or "")),
        ("condition", before.condition, after.condition),
        ("name", before.subject, after.subject),
    ):
        if normal(old) != normal(new):
            yield Difference(field, old, new, sides)


def figure(fact: FactInfo) -> str:
    """不足1000万元; 未载明 where the text has words only."""
    if fact.value is None:
        return "未载明"
    return f"{_SIGNS.get(fact.comparator, '')}{plain(fact.value)}{fact.unit}"


def item_changes(snapshot: Snapshot, pair: Versions) -> list[Change[ItemInfo]]:
    """What became of each row of the annex lists."""
    old, new = pair.of(snapshot.items)
    return changes_of(old, new, paired(old, new, _item_closeness, _ALIKE), _item_differences)


def _item_closeness(before: ItemInfo, after: ItemInfo) -> float:
    return likeness(before.name, after.name) if before.list == after.list else 0.0


def _item_differences(before: ItemInfo, after: ItemInfo) -> Iterator[Difference]:
    sides = (before.sources, after.sources)
    for field, old, new in (
        ("measures", before.measures, after.measures),
        ("goal", before.goal, after.goal),
        ("name", before.name, after.name),
    ):
        if normal(old) != normal(new):
            yield Difference(field, old, new, sides)
