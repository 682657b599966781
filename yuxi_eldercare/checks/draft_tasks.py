"""Draft against issued text of one plan: tasks, and who leads them and is responsible."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from yuxi_eldercare.core.models import Finding

from .changes import Change, Difference, Fate, Side, Versions, changes_of, paired, several, versions
from .raised import Claim, Raised, raised
from .snapshot import BodyInfo, Snapshot, TargetInfo, TaskInfo
from .wording import likeness, listed, normal

Kind = Finding.Kind
_SAME_TITLE = 0.5
_MERGED = 0.4
# Readers' words for a task that went into another.
_MERGING = ("并入", "合并")
_ROLES = {"leads": "牵头单位", "responsible": "责任单位"}


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """What changed in matching tasks, one finding each; tasks added, dropped, or merged into another."""
    for pair in versions(snapshot):
        for change in changes(snapshot, pair):
            match change.fate:
                case Fate.DROPPED | Fate.MERGED:
                    yield _dropped(snapshot, pair, change)
                case Fate.ADDED | Fate.SPLIT:
                    yield _added(pair, change)
                case Fate.CHANGED | Fate.REWORDED:
                    yield _changed(pair, change)


def changes(
    snapshot: Snapshot, pair: Versions, targets: Sequence[Change[TargetInfo]] = ()
) -> list[Change[TaskInfo]]:
    """What became of each task; with the `targets`' changes also what became of those that a task carries."""

    def differences(before: TaskInfo, after: TaskInfo) -> Iterator[Difference]:
        yield from _differences(before, after)
        carried = _carried(before, after, targets)
        if carried:
            yield carried

    old, new = pair.of(snapshot.tasks)
    found = changes_of(old, new, matched(old, new), differences)
    return [_related(change, old, new) for change in found]


def matched(old: list[TaskInfo], new: list[TaskInfo]) -> list[tuple[TaskInfo, TaskInfo]]:
    """Which issued task is which draft one: the likest titles of one kind first, each used once.

    Titles are compared, not numbers: one task less moves all the numbers after it.
    """
    return paired(old, new, _closeness, _SAME_TITLE)


def _closeness(before: TaskInfo, after: TaskInfo) -> float:
    return likeness(before.title, after.title) if before.kind == after.kind else 0.0


def _differences(before: TaskInfo, after: TaskInfo) -> Iterator[Difference]:
    headed, bodies = _headings(before, after), (before.bodies_stated, after.bodies_stated)
    if before.number != after.number:
        yield Difference("number", before.number, after.number, headed)
    if normal(before.title) != normal(after.title):
        yield Difference("title", before.title, after.title, headed)
    leads = several("leads", _by_department(before.leads), _by_department(after.leads), bodies)
    if leads:
        yield leads
    if _another_answers(before.leads, after.leads):
        yield Difference("first_lead", before.leads[0].as_written, after.leads[0].as_written, bodies)
    responsible = several(
        "responsible", _by_department(before.responsible), _by_department(after.responsible), bodies
    )
    if responsible:
        yield responsible


def _headings(before: TaskInfo, after: TaskInfo) -> tuple[Side, Side]:
    """A task's first phrase is its heading."""
    return before.sources[:1], after.sources[:1]


def _another_answers(before: Sequence[BodyInfo], after: Sequence[BodyInfo]) -> bool:
    """The first lead is the one that answers; another may stand first although the old one still leads."""
    leads = [body.department for body in after]
    return bool(before) and before[0].department in leads[1:]


def _by_department(bodies: Sequence[BodyInfo]) -> dict[object, str]:
    """Another spelling of the same body is no change."""
    return {body.department: body.as_written for body in bodies}


def _carried(before: TaskInfo, after: TaskInfo, targets: Sequence[Change[TargetInfo]]) -> Difference | None:
    """What the task promises: targets it no longer carries, new ones, and those that are not the same."""
    own = {*before.targets, *after.targets}

    def of(*fates: Fate) -> tuple[str, ...]:
        return tuple(c.record.name for c in targets if c.fate in fates and own & set(c.keys))

    gone, come, altered = of(Fate.DROPPED), of(Fate.ADDED), of(Fate.CHANGED)
    if not (gone or come or altered):
        return None
    return Difference("targets", "", "", _headings(before, after), gone, come, altered)


def _related(change: Change[TaskInfo], old: Sequence[TaskInfo], new: Sequence[TaskInfo]) -> Change[TaskInfo]:
    """A task without a match whose title holds much of another's: merged into it, or split from it."""
    if change.fate == Fate.DROPPED:
        heir = _likest(change.record, new)
        return replace(change, fate=Fate.MERGED, kin=heir) if heir else change
    if change.fate == Fate.ADDED:
        root = _likest(change.record, old)
        return replace(change, fate=Fate.SPLIT, kin=root) if root else change
    return change


def _likest(task: TaskInfo, others: Sequence[TaskInfo]) -> TaskInfo | None:
    best = max(others, key=lambda other: _closeness(task, other), default=None)
    return best if best is not None and _closeness(task, best) >= _MERGED else None


def tells_of_merging(summary: str) -> bool:
    """Whether a reader's finding says that something went into something else."""
    return any(word in summary for word in _MERGING)


def _changed(pair: Versions, change: Change[TaskInfo]) -> Raised:
    said = [_SENTENCES[d.field](d) for d in change.differences if d.field in _SENTENCES]
    claims: list[Claim] = [d.sides for d in change.differences if d.field in _SENTENCES]
    return raised(
        "task",
        change.keys,
        Kind.DRAFT_VS_ISSUED,
        f"{_named(pair, change)}：{'；'.join(said)}。",
        *dict.fromkeys(claims),
        subjects=change.keys,
    )


def _retitled(difference: Difference) -> str:
    return f"标题由“{difference.old}”改为“{difference.new}”"


def _gone_and_come(difference: Difference) -> str:
    words = [f"增加{listed(difference.come)}"] if difference.come else []
    words += [f"不再有{listed(difference.gone)}"] if difference.gone else []
    return f"{_ROLES[difference.field]}{'，'.join(words)}"


def _first_lead(difference: Difference) -> str:
    return f"排在首位的牵头单位由{difference.old}改为{difference.new}"


# Another number is said by naming the task; what became of its targets, their own findings say.
_SENTENCES: dict[str, Callable[[Difference], str]] = {
    "title": _retitled,
    "leads": _gone_and_come,
    "first_lead": _first_lead,
    "responsible": _gone_and_come,
}


def _dropped(snapshot: Snapshot, pair: Versions, change: Change[TaskInfo]) -> Raised:
    task, heir = change.record, change.kin
    old, new = (sum(t.kind == task.kind for t in rows) for rows in pair.of(snapshot.tasks))
    counts = f"（{pair.old_called}{old}项，{pair.new_called}{new}项）"
    fate = f"，可能并入第{heir.number}项“{heir.title}”" if heir else ""
    claim: tuple[Side, ...] = (task.sources, heir.sources) if heir else (task.sources,)
    return raised(
        "task-dropped",
        [task.key],
        Kind.DRAFT_VS_ISSUED,
        f"{pair.old_called}第{task.number}项“{task.title}”在{pair.new_called}中没有{fate}{counts}。",
        claim,
        subjects=[task.key, *([heir.key] if heir else [])],
    )


def _added(pair: Versions, change: Change[TaskInfo]) -> Raised:
    task, root = change.record, change.kin
    origin = f"，可能由第{root.number}项“{root.title}”分出" if root else ""
    return raised(
        "task-added",
        [task.key],
        Kind.DRAFT_VS_ISSUED,
        f"{pair.new_called}第{task.number}项“{task.title}”是新增的，{pair.old_called}没有{origin}。",
        [task.sources],
        subjects=[task.key],
    )


def _named(pair: Versions, change: Change[TaskInfo]) -> str:
    before, after = change.before, change.after
    assert before is not None
    assert after is not None
    if before.number == after.number:
        return f"第{after.number}项“{after.title}”，{pair.new_called}与{pair.old_called}相比"
    return f"{pair.new_called}第{after.number}项“{after.title}”，与{pair.old_called}第{before.number}项相比"
