"""Draft against issued text of one plan: what became of each target."""

import re
from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .changes import Change, Difference, Fate, Versions, changes_of, paired, versions
from .raised import Raised, raised
from .snapshot import Snapshot, TargetInfo
from .wording import demands, due_words, likeness, listed, normal, plain

Kind = Finding.Kind
_ALIKE = 0.6
_SAME_PHRASE = 0.55
_SEPARATORS = re.compile(r"[、，；,;]")
_NATURES = {"binding": "约束性", "indicative": "预期性"}
_SCOPES = {
    "city": "全市",
    "county": "全县",
    "each_county": "每个县（市、区）",
    "each_street": "每个街道",
    "each_township": "每个乡镇（街道）",
    "each_community": "每个村（社区）",
}
# How a sentence names the field; what is demanded needs no name.
_FIELDS = {
    "demand": "",
    "name": "名称，",
    "criteria": "限定条件，",
    "scope": "范围，",
    "parts": "构成，",
    "baseline": "基期值，",
    "indicator": "指标，",
    "nature": "性质，",
    "firmness": "力度，",
}
_LEFT_OUT = {"criteria": "没有限定", "parts": "没有分列"}


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Changed targets one by one; added and dropped ones together per clause of the text that has them."""
    for pair in versions(snapshot):
        found = changes(snapshot, pair)
        for change in found:
            if change.differences:
                yield _changed(pair, change)
        dropped = [c.record for c in found if c.fate == Fate.DROPPED]
        added = [c.record for c in found if c.fate == Fate.ADDED]
        old, new = pair.old_called, pair.new_called
        yield from _gathered(pair, "target-dropped", dropped, f"只见于{old}，{new}没有")
        yield from _gathered(pair, "target-added", added, f"是{new}新增的目标，{old}没有")


def changes(snapshot: Snapshot, pair: Versions) -> list[Change[TargetInfo]]:
    """What became of each target. Who leads is not among it: targets take that from their task."""

    def differences(before: TargetInfo, after: TargetInfo) -> Iterator[Difference]:
        for field, old, new in _differences(snapshot, before, after):
            yield Difference(field, old, new, (before.stated, after.stated))

    old, new = pair.of(snapshot.targets)
    return changes_of(old, new, matched(old, new), differences)


def matched(old: list[TargetInfo], new: list[TargetInfo]) -> list[tuple[TargetInfo, TargetInfo]]:
    """Which issued target is which draft one, each used once.

    1. The same indicator and region first, then the likest names: alike by more than half, and asking for
       the same scope and kind of thing.
    2. Of those left over, the likest main phrases (培育一批骨干企业 became 至少2个骨干企业), unless the
       phrase states a target that has its match.
    """
    pairs = paired(old, new, _closeness, _ALIKE)
    used = {_main(target) for pair in pairs for target in pair}
    olds, news = ([t for t in rows if _main(t) and _main(t) not in used] for rows in (old, new))
    pairs += paired(olds, news, _phrase_closeness, _SAME_PHRASE)
    order = {target.key: place for place, target in enumerate(old)}
    return sorted(pairs, key=lambda pair: order[pair[0].key])


def _closeness(before: TargetInfo, after: TargetInfo) -> float:
    if before.region != after.region:
        return 0.0
    alike = likeness(before.name, after.name)
    if before.indicator == after.indicator:
        return 2 + alike
    return alike if before.scope == after.scope and before.qualitative == after.qualitative else 0.0


def _main(target: TargetInfo) -> tuple[str, str] | None:
    """Its main phrase, with the text that it stands in."""
    return (target.document, target.sources[0].phrase) if target.sources else None


def _phrase_closeness(before: TargetInfo, after: TargetInfo) -> float:
    if (before.region, before.scope) != (after.region, after.scope):
        return 0.0
    return likeness(before.sources[0].phrase, after.sources[0].phrase)


def _differences(snapshot: Snapshot, before: TargetInfo, after: TargetInfo) -> Iterator[tuple[str, str, str]]:
    """(field, words of the earlier text, words of the later one)."""
    old, new = snapshot.indicators[before.indicator], snapshot.indicators[after.indicator]
    if _asked(before) != _asked(after):
        yield "demand", demands(before, old), demands(after, new)
    if _tokens(before.criteria) != _tokens(after.criteria):
        yield "criteria", before.criteria, after.criteria
    if before.scope != after.scope:
        yield "scope", _scope(before), _scope(after)
    if before.parts != after.parts:
        yield "parts", _parts(before, old.unit), _parts(after, new.unit)
    if (before.baseline_value, before.baseline_below) != (after.baseline_value, after.baseline_below):
        yield "baseline", _baseline(before), _baseline(after)
    if before.indicator != after.indicator:
        yield "indicator", old.name, new.name
    if before.nature != after.nature:
        yield "nature", _NATURES.get(before.nature, ""), _NATURES.get(after.nature, "")
    if before.firmness != after.firmness:
        yield "firmness", before.firmness, after.firmness
    if normal(before.name) != normal(after.name):
        yield "name", before.name, after.name


def _tokens(criteria: str) -> set[str]:
    """The conditions one by one: another order of the same words is no change."""
    return {normal(part) for part in _SEPARATORS.split(criteria) if normal(part)}


def _asked(target: TargetInfo) -> list[tuple[object, ...]]:
    return [
        (m.due, m.due_text if m.due is None else "", m.comparator, m.value, m.value_max)
        for m in target.milestones
    ]


def _scope(target: TargetInfo) -> str:
    return target.scope_text or _SCOPES.get(target.scope, "")


def _parts(target: TargetInfo, unit: str) -> str:
    return listed(f"{label}{plain(value)}{unit}" for label, value in target.parts)


def _baseline(target: TargetInfo) -> str:
    if target.baseline_below is not None:
        return f"不足{plain(target.baseline_below)}"
    return plain(target.baseline_value)


def _changed(pair: Versions, change: Change[TargetInfo]) -> Raised:
    said = "；".join(
        f"{_FIELDS[d.field]}{pair.old_called}为{_words(d, d.old)}，{pair.new_called}为{_words(d, d.new)}"
        for d in change.differences
    )
    return raised(
        "draft-target",
        change.keys,
        Kind.DRAFT_VS_ISSUED,
        f"“{change.record.name}”：{said}。",
        *dict.fromkeys(d.sides for d in change.differences),
        subjects=change.keys,
    )


def _words(difference: Difference, words: str) -> str:
    if difference.field in {"name", "indicator"}:
        return f"“{words}”"
    return words or _LEFT_OUT.get(difference.field, "未载明")


def _gathered(pair: Versions, rule: str, targets: list[TargetInfo], tail: str) -> Iterator[Raised]:
    """One finding for all targets of one clause that the other text lacks."""
    by_clause: dict[str, list[TargetInfo]] = {}
    for target in targets:
        clause = target.sources[0].clause if target.sources else ""
        by_clause.setdefault(clause, []).append(target)
    for clause, group in by_clause.items():
        names = listed(f"“{t.name}”{_first_due(t)}" for t in group)
        yield raised(
            rule,
            [pair.old.code, clause] if clause else [t.key for t in group],
            Kind.DRAFT_VS_ISSUED,
            f"{names}{tail}。",
            *([t.stated] for t in group),
            subjects=[t.key for t in group],
        )


def _first_due(target: TargetInfo) -> str:
    dues = [due_words(m) for m in target.milestones if m.due is not None]
    return f"（{dues[0]}）" if dues else ""
