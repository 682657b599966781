"""Draft against issued text of one plan: tasks, and who leads them and is responsible."""

from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .raised import Claim, Raised, raised
from .snapshot import BodyInfo, Place, Snapshot, TaskInfo
from .wording import likeness, listed, normal

Kind = Finding.Kind
_SAME_TITLE = 0.5
_MERGED = 0.4


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """What changed in matching tasks, one finding each; tasks added, dropped, or merged into another."""
    for draft, issued in snapshot.drafts():
        old = [t for t in snapshot.tasks if t.document == draft.code]
        new = [t for t in snapshot.tasks if t.document == issued.code]
        pairs = matched(old, new)
        for before, after in pairs:
            yield from _changed(before, after)
        kept_old, kept_new = {b.key for b, _ in pairs}, {a.key for _, a in pairs}
        for task in old:
            if task.key not in kept_old:
                yield _dropped(task, new, old)
        for task in new:
            if task.key not in kept_new:
                yield raised(
                    "task-added",
                    [task.key],
                    Kind.DRAFT_VS_ISSUED,
                    f"印发稿第{task.number}项“{task.title}”是新增的，征求意见稿没有。",
                    [task.sources],
                    subjects=[task.key],
                )


def matched(old: list[TaskInfo], new: list[TaskInfo]) -> list[tuple[TaskInfo, TaskInfo]]:
    """Which issued task is which draft one: the likest titles of one kind first, each used once.

    Titles are compared, not numbers: one task less moves all the numbers after it.
    """
    scored = sorted(
        (
            (likeness(before.title, after.title), before.key, after.key, after)
            for before in old
            for after in new
            if before.kind == after.kind
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    pairs: dict[str, TaskInfo] = {}
    taken: set[str] = set()
    for score, before_key, after_key, after in scored:
        if score >= _SAME_TITLE and before_key not in pairs and after_key not in taken:
            pairs[before_key] = after
            taken.add(after_key)
    return [(task, pairs[task.key]) for task in old if task.key in pairs]


def _changed(before: TaskInfo, after: TaskInfo) -> Iterator[Raised]:
    changes, claims = [], []
    if normal(before.title) != normal(after.title):
        changes.append(f"标题由“{before.title}”改为“{after.title}”")
        claims.append((before.sources, after.sources))
    bodies = [
        *_gone_and_come("牵头单位", before.leads, after.leads),
        *_order(before.leads, after.leads),
        *_gone_and_come("责任单位", before.responsible, after.responsible),
    ]
    if bodies:
        changes += bodies
        claims.append((_bodies(before), _bodies(after)))
    if changes:
        yield raised(
            "task",
            [before.key, after.key],
            Kind.DRAFT_VS_ISSUED,
            f"{_named(before, after)}：{'；'.join(changes)}。",
            *claims,
            subjects=[before.key, after.key],
        )


def _gone_and_come(role: str, before: tuple[BodyInfo, ...], after: tuple[BodyInfo, ...]) -> list[str]:
    """What one role lost and gained, by department: another spelling of the same body is no change."""
    old = {body.department: body.as_written for body in before}
    new = {body.department: body.as_written for body in after}
    gone = [name for department, name in old.items() if department not in new]
    come = [name for department, name in new.items() if department not in old]
    if not gone and not come:
        return []
    words = [f"增加{listed(come)}"] if come else []
    words += [f"不再有{listed(gone)}"] if gone else []
    return [f"{role}{'，'.join(words)}"]


def _order(before: tuple[BodyInfo, ...], after: tuple[BodyInfo, ...]) -> list[str]:
    """The first lead is the one that answers; it may change although the bodies are the same."""
    old, new = [b.department for b in before], [b.department for b in after]
    if set(old) == set(new) and old[:1] != new[:1]:
        return [f"排在首位的牵头单位由{before[0].as_written}改为{after[0].as_written}"]
    return []


def _bodies(task: TaskInfo) -> tuple[Place, ...]:
    """The phrases that name the bodies."""
    found = dict.fromkeys(b.place for b in (*task.leads, *task.responsible) if b.place)
    return tuple(found) or task.sources


def _dropped(task: TaskInfo, new: list[TaskInfo], old: list[TaskInfo]) -> Raised:
    """A task without a match: merged when another title holds much of its words, else dropped."""
    heirs = sorted(
        ((likeness(task.title, other.title), other) for other in new if other.kind == task.kind),
        key=lambda row: -row[0],
    )
    counts = f"（征求意见稿{_count(old, task.kind)}项，印发稿{_count(new, task.kind)}项）"
    heir = heirs[0][1] if heirs and heirs[0][0] >= _MERGED else None
    fate = f"，可能并入第{heir.number}项“{heir.title}”" if heir else ""
    claim: Claim = (task.sources, heir.sources) if heir else (task.sources,)
    return raised(
        "task-dropped",
        [task.key],
        Kind.DRAFT_VS_ISSUED,
        f"征求意见稿第{task.number}项“{task.title}”在印发稿中没有{fate}{counts}。",
        claim,
        subjects=[task.key, *([heir.key] if heir else [])],
    )


def _count(tasks: list[TaskInfo], kind: str) -> int:
    return sum(task.kind == kind for task in tasks)


def _named(before: TaskInfo, after: TaskInfo) -> str:
    if before.number == after.number:
        return f"第{after.number}项“{after.title}”，印发稿与征求意见稿相比"
    return f"印发稿第{after.number}项“{after.title}”，与征求意见稿第{before.number}项相比"
