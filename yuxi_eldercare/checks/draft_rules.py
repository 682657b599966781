"""Draft against issued text of one plan: standards of money, area and share."""

from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .changes import Change, Difference, Fate, Versions, changes_of, paired, several, versions
from .raised import Raised, raised
from .snapshot import RuleInfo, Snapshot
from .wording import likeness, listed, normal, plain

Kind = Finding.Kind
_ALIKE = 0.7
_LEVELS = {"中央": 0, "省": 1, "市": 2, "县": 3}


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Changed amounts, splits and conditions, the same change once; standards that only one text has."""
    for pair in versions(snapshot):
        found = changes(snapshot, pair)
        yield from _changed(pair, found)
        old, new = pair.old_called, pair.new_called
        for rule, fate, tail in (
            ("rules-dropped", Fate.DROPPED, f"只见于{old}，{new}没有"),
            ("rules-added", Fate.ADDED, f"是{new}新增的标准，{old}没有"),
        ):
            rows = [change.record for change in found if change.fate == fate]
            if rows:
                yield raised(
                    rule,
                    [pair.old.code],
                    Kind.DRAFT_VS_ISSUED,
                    f"{listed(f'“{r.subject}”{_stated(r)}' for r in rows)}{tail}。",
                    *([r.sources] for r in rows),
                    subjects=[r.key for r in rows],
                )


def changes(snapshot: Snapshot, pair: Versions) -> list[Change[RuleInfo]]:
    """What became of each standard."""
    old, new = pair.of(snapshot.rules)
    return changes_of(old, new, paired(old, new, _closeness, _ALIKE), _differences)


def _closeness(before: RuleInfo, after: RuleInfo) -> float:
    return likeness(before.subject, after.subject) if before.kind == after.kind else 0.0


def _differences(before: RuleInfo, after: RuleInfo) -> Iterator[Difference]:
    sides = (before.sources, after.sources)
    if _figures(before) != _figures(after):
        yield Difference("amount", _amount(before), _amount(after), sides)
    if before.split != after.split:
        yield Difference("split", _split(before), _split(after), sides)
    conditions = several("condition", _conditions(before), _conditions(after), sides)
    if conditions:
        yield conditions
    if normal(before.subject) != normal(after.subject):
        yield Difference("name", before.subject, after.subject, sides)


def _figures(rule: RuleInfo) -> tuple[object, ...]:
    return rule.comparator, rule.value, rule.value_max, rule.unit


def _conditions(rule: RuleInfo) -> dict[object, str]:
    """The conditions one by one: another order of the same is no change."""
    return {normal(part): part.strip() for part in rule.condition.split("；") if normal(part)}


def _changed(pair: Versions, found: list[Change[RuleInfo]]) -> Iterator[Raised]:
    groups: dict[str, list[Change[RuleInfo]]] = {}
    for change in found:
        said = "；".join(_sentence(pair, d) for d in change.differences if d.field != "name")
        # Another name alone changes no standard.
        if said:
            groups.setdefault(said, []).append(change)
    for said, group in groups.items():
        keys = [key for change in group for key in change.keys]
        names = listed(f"“{change.record.subject}”" for change in group)
        befores, afters = zip(*(change.differences[0].sides for change in group), strict=True)
        yield raised(
            "draft-rule",
            keys,
            Kind.DRAFT_VS_ISSUED,
            f"{names}：{said}。",
            [[p for side in befores for p in side], [p for side in afters for p in side]],
            subjects=keys,
        )


def _sentence(pair: Versions, difference: Difference) -> str:
    old, new = pair.old_called, pair.new_called
    if difference.field == "condition":
        words = [f"{old}有“{'；'.join(difference.gone)}”"] if difference.gone else []
        words += [f"{new}有“{'；'.join(difference.come)}”"] if difference.come else []
        return f"条件，{'，'.join(words)}"
    label = "分担比例，" if difference.field == "split" else ""
    return f"{label}{old}为{difference.old}，{new}为{difference.new}"


def _amount(rule: RuleInfo) -> str:
    if rule.value is None:
        return "未载明"
    most = f"—{plain(rule.value_max)}" if rule.value_max is not None else ""
    return f"{plain(rule.value)}{most}{rule.unit}"


def _stated(rule: RuleInfo) -> str:
    return f"（{_amount(rule)}）" if rule.value is not None else ""


def _split(rule: RuleInfo) -> str:
    """省5、市3、县2, from the higher level to the lower."""
    parts = sorted(rule.split, key=lambda part: _LEVELS.get(part[0], 9))
    return "、".join(f"{level}{share}" for level, share in parts) or "未载明"
