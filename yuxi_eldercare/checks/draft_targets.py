"""Draft against issued text of one plan: what became of each target."""

import re
from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .raised import Raised, raised
from .snapshot import DocumentInfo, IndicatorInfo, Snapshot, TargetInfo
from .wording import demands, due_words, likeness, listed, normal, plain

Kind = Finding.Kind
_ALIKE = 0.6
_SEPARATORS = re.compile(r"[、，；,;]")


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Changed targets one by one; added and dropped ones together per clause of the text that has them."""
    for draft, issued in snapshot.drafts():
        old = [t for t in snapshot.targets if t.document == draft.code]
        new = [t for t in snapshot.targets if t.document == issued.code]
        pairs = matched(old, new)
        for before, after in pairs:
            yield from _changed(snapshot, draft, before, after)
        kept_old, kept_new = {b.key for b, _ in pairs}, {a.key for _, a in pairs}
        dropped = [t for t in old if t.key not in kept_old]
        added = [t for t in new if t.key not in kept_new]
        yield from _gathered(snapshot, draft, "target-dropped", dropped, "只见于征求意见稿，印发稿没有")
        yield from _gathered(snapshot, draft, "target-added", added, "是印发稿新增的目标，征求意见稿没有")


def matched(old: list[TargetInfo], new: list[TargetInfo]) -> list[tuple[TargetInfo, TargetInfo]]:
    """Which issued target is which draft one: same indicator and region first, then the likest names.

    Each is used once. A name must be alike by more than half and ask for the same scope and kind of thing.
    """
    pairs: list[tuple[TargetInfo, TargetInfo]] = []
    free = list(new)
    scored = sorted(
        (
            (_closeness(before, after), before.key, after.key, before, after)
            for before in old
            for after in new
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    taken: set[str] = set()
    for score, _, _, before, after in scored:
        if score < _ALIKE:
            break
        if before.key not in taken and after in free:
            taken.add(before.key)
            free.remove(after)
            pairs.append((before, after))
    order = {t.key: i for i, t in enumerate(old)}
    return sorted(pairs, key=lambda pair: order[pair[0].key])


def _closeness(before: TargetInfo, after: TargetInfo) -> float:
    if before.region != after.region:
        return 0.0
    alike = likeness(before.name, after.name)
    if before.indicator == after.indicator:
        return 2 + alike
    return alike if before.scope == after.scope and before.qualitative == after.qualitative else 0.0


def _changed(
    snapshot: Snapshot, draft: DocumentInfo, before: TargetInfo, after: TargetInfo
) -> Iterator[Raised]:
    indicator = snapshot.indicators[after.indicator]
    differences = list(_differences(snapshot, before, after, indicator))
    if differences:
        yield raised(
            "draft-target",
            [before.key, after.key],
            Kind.DRAFT_VS_ISSUED,
            f"“{after.name}”：{'；'.join(differences)}。",
            [before.sources, after.sources],
            subjects=[before.key, after.key],
        )


def _differences(
    snapshot: Snapshot, before: TargetInfo, after: TargetInfo, indicator: IndicatorInfo
) -> Iterator[str]:
    def both(what: str, old: str, new: str) -> str:
        return f"{what}征求意见稿为{old}，印发稿为{new}"

    old_indicator = snapshot.indicators[before.indicator]
    if _asked(before) != _asked(after):
        yield both("", demands(before, old_indicator), demands(after, indicator))
    if _tokens(before.criteria) != _tokens(after.criteria):
        yield both("限定条件，", before.criteria or "没有限定", after.criteria or "没有限定")
    if (before.baseline_value, before.baseline_below) != (after.baseline_value, after.baseline_below):
        yield both("基期值，", _baseline(before), _baseline(after))
    if before.indicator != after.indicator:
        yield both("指标，", f"“{old_indicator.name}”", f"“{indicator.name}”")
    if before.nature != after.nature:
        yield both("性质，", before.nature or "未载明", after.nature or "未载明")


def _tokens(criteria: str) -> set[str]:
    """The conditions one by one: another order of the same words is no change."""
    return {normal(part) for part in _SEPARATORS.split(criteria) if normal(part)}


def _asked(target: TargetInfo) -> list[tuple[object, ...]]:
    return [
        (m.due, m.due_text if m.due is None else "", m.comparator, m.value, m.value_max)
        for m in target.milestones
    ]


def _baseline(target: TargetInfo) -> str:
    if target.baseline_below is not None:
        return f"不足{plain(target.baseline_below)}"
    return plain(target.baseline_value)


def _gathered(
    snapshot: Snapshot, draft: DocumentInfo, rule: str, targets: list[TargetInfo], tail: str
) -> Iterator[Raised]:
    """One finding for all targets of one clause that the other text lacks."""
    by_clause: dict[str, list[TargetInfo]] = {}
    for target in targets:
        clause = target.sources[0].clause if target.sources else ""
        by_clause.setdefault(clause, []).append(target)
    for clause, group in by_clause.items():
        names = listed(f"“{t.name}”{_first_due(t)}" for t in group)
        yield raised(
            rule,
            [draft.code, clause] if clause else [t.key for t in group],
            Kind.DRAFT_VS_ISSUED,
            f"{names}{tail}。",
            *([t.sources] for t in group),
            subjects=[t.key for t in group],
        )


def _first_due(target: TargetInfo) -> str:
    dues = [due_words(m) for m in target.milestones if m.due is not None]
    return f"（{dues[0]}）" if dues else ""
