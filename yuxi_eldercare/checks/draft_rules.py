"""Draft against issued text of one plan: standards of money, area and share."""

from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .raised import Raised, raised
from .snapshot import RuleInfo, Snapshot
from .wording import likeness, listed, plain

Kind = Finding.Kind
Pair = tuple[RuleInfo, RuleInfo]
_ALIKE = 0.7


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """Changed amounts and splits, the same change of several standards once; standards only one text has."""
    for draft, issued in snapshot.drafts():
        old = [r for r in snapshot.rules if r.document == draft.code]
        new = [r for r in snapshot.rules if r.document == issued.code]
        pairs = matched(old, new)
        yield from _changed(pairs)
        kept_old, kept_new = {b.key for b, _ in pairs}, {a.key for _, a in pairs}
        dropped = [r for r in old if r.key not in kept_old]
        added = [r for r in new if r.key not in kept_new]
        for rule, rows, tail in (
            ("rules-dropped", dropped, "只见于征求意见稿，印发稿没有"),
            ("rules-added", added, "是印发稿新增的标准，征求意见稿没有"),
        ):
            if rows:
                yield raised(
                    rule,
                    [draft.code],
                    Kind.DRAFT_VS_ISSUED,
                    f"{listed(f'“{r.subject}”{_stated(r)}' for r in rows)}{tail}。",
                    *([r.sources] for r in rows),
                    subjects=[r.key for r in rows],
                )


def matched(old: list[RuleInfo], new: list[RuleInfo]) -> list[Pair]:
    """Which issued standard is which draft one: the likest subjects of one kind first, each used once."""
    scored = sorted(
        (
            (likeness(before.subject, after.subject), before.key, after.key, after)
            for before in old
            for after in new
            if before.kind == after.kind
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    pairs: dict[str, RuleInfo] = {}
    taken: set[str] = set()
    for score, before_key, after_key, after in scored:
        if score >= _ALIKE and before_key not in pairs and after_key not in taken:
            pairs[before_key] = after
            taken.add(after_key)
    return [(rule, pairs[rule.key]) for rule in old if rule.key in pairs]


def _changed(pairs: list[Pair]) -> Iterator[Raised]:
    groups: dict[str, list[Pair]] = {}
    for before, after in pairs:
        change = _change(before, after)
        if change:
            groups.setdefault(change, []).append((before, after))
    for change, group in groups.items():
        yield raised(
            "draft-rule",
            [key for pair in group for key in (pair[0].key, pair[1].key)],
            Kind.DRAFT_VS_ISSUED,
            f"{listed(f'“{after.subject}”' for _, after in group)}：{change}。",
            [
                [p for before, _ in group for p in before.sources],
                [p for _, after in group for p in after.sources],
            ],
            subjects=[key for pair in group for key in (pair[0].key, pair[1].key)],
        )


def _change(before: RuleInfo, after: RuleInfo) -> str:
    changes = []
    if _figures(before) != _figures(after):
        changes.append(f"征求意见稿为{_amount(before)}，印发稿为{_amount(after)}")
    if before.split != after.split:
        changes.append(f"分担比例，征求意见稿为{_split(before)}，印发稿为{_split(after)}")
    return "；".join(changes)


def _figures(rule: RuleInfo) -> tuple[object, ...]:
    return rule.comparator, rule.value, rule.value_max, rule.unit


def _amount(rule: RuleInfo) -> str:
    if rule.value is None:
        return "未载明"
    most = f"—{plain(rule.value_max)}" if rule.value_max is not None else ""
    return f"{plain(rule.value)}{most}{rule.unit}"


def _stated(rule: RuleInfo) -> str:
    return f"（{_amount(rule)}）" if rule.value is not None else ""


def _split(rule: RuleInfo) -> str:
    """省5:市3:县2, from the higher level to the lower."""
    order = {"省": 0, "市": 1, "县": 2}
    parts = sorted(rule.split, key=lambda part: order.get(part[0], 9))
    return "、".join(f"{level}{share}" for level, share in parts) or "未载明"
