"""Two versions of a text as lines: what became of every record, both phrases, and the findings about it.

The comparing is that of `yuxi_eldercare.checks`, so the page and the findings say the same. What readers wrote
down about the two texts and no record holds (policies, wording) comes last, one line per finding.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from yuxi_eldercare.checks import draft_others, draft_rules, draft_targets, draft_tasks
from yuxi_eldercare.checks.changes import Change, Difference, Fate, Versions
from yuxi_eldercare.checks.raised import Claim
from yuxi_eldercare.checks.reading import read_snapshot
from yuxi_eldercare.checks.snapshot import Place, Snapshot, TaskInfo
from yuxi_eldercare.checks.wording import normal
from yuxi_eldercare.core.models import Document, Finding

from .said import Said, places

WORDING = "wording"
PHRASES = 2
# What a line counts as in the filter: a record merged into another is gone, one split off is new.
KINDS = ("changed", "dropped", "added", "merged", "reworded", WORDING, "same")
_KIND_OF = {Fate.SPLIT: "merged", Fate.RENUMBERED: "reworded"}


@dataclass(frozen=True)
class TextSide:
    """What one of the texts has: the name it gives the record and its phrases. Empty where it has none."""

    name: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Line:
    """One record, or one of the readers' findings that no record holds."""

    key: str
    section: str
    fate: str
    before: TextSide
    after: TextSide
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    kin: str = ""

    @property
    def kind(self) -> str:
        """What it counts as in the filter."""
        return _KIND_OF.get(self.fate, str(self.fate))  # type: ignore[call-overload]


@dataclass(frozen=True)
class Compared:
    """All lines of two versions, in the order of the sections."""

    pair: Versions
    lines: list[Line]
    tasks: tuple[int, int]  # how many tasks the earlier and the later text have

    def of(self, section: str) -> list[Line]:
        """The lines of a section."""
        return [line for line in self.lines if line.section == section]

    def counts(self, section: str) -> Counter[str]:
        """How many lines of a section there are of each fate."""
        return Counter(str(line.fate) for line in self.of(section))

    def kinds(self) -> Counter[str]:
        """How many lines count as each kind."""
        return Counter(line.kind for line in self.lines)

    def findings(self) -> tuple[int, int]:
        """How many findings the lines name, and how many of those are ruled on."""
        found = {finding.pk: finding for line in self.lines for finding in line.findings}
        return len(found), sum(bool(_in_force(finding)) for finding in found.values())


def compare(old: Document, new: Document) -> Compared:
    """The two texts compared. As many statements whatever they hold: the snapshot's and those of the findings."""
    snapshot = read_snapshot([old.key, new.key])
    pair = Versions(snapshot.documents[old.key], snapshot.documents[new.key])
    said = Said(Finding.Kind.DRAFT_VS_ISSUED, old.key)
    lines = _record_lines(snapshot, pair, said)
    named = {finding.key for line in lines for finding in line.findings}
    both = {old.key, new.key}
    rest = [
        finding
        for finding in said.by_key.values()
        if finding.key not in named and both <= {place.document for place in places(finding)}
    ]
    counts = pair.of(snapshot.tasks)
    return Compared(
        pair,
        lines + [_wording(pair, finding) for finding in rest],
        (_numbered(counts[0]), _numbered(counts[1])),
    )


def _numbered(tasks: Sequence[TaskInfo]) -> int:
    return sum(task.kind == "task" for task in tasks)


def _record_lines(snapshot: Snapshot, pair: Versions, said: Said) -> list[Line]:
    targets = draft_targets.changes(snapshot, pair)
    tasks = [_merged(snapshot, pair, change, said) for change in draft_tasks.changes(snapshot, pair, targets)]
    sections: list[tuple[str, Iterable[Change[Any]]]] = [
        ("targets", targets),
        ("tasks", tasks),
        ("rules", draft_rules.changes(snapshot, pair)),
        ("projects", draft_others.project_changes(snapshot, pair)),
        ("lists", draft_others.item_changes(snapshot, pair)),
        ("facts", draft_others.fact_changes(snapshot, pair)),
    ]
    return [_line(section, change, said) for section, changes in sections for change in changes]


def _line(section: str, change: Change[Any], said: Said) -> Line:
    return Line(
        key=change.record.key,
        section=section,
        fate=change.fate,
        before=_side(change, change.before, 0),
        after=_side(change, change.after, 1),
        differences=change.differences,
        findings=_about(said, change),
        kin=_name(change.kin) if change.kin else "",
    )


def _side(change: Change[Any], record: Any, which: int) -> TextSide:
    """The record's name and the phrases that say what differs; its main phrase where nothing does."""
    if record is None:
        return TextSide()
    name = _name(record)
    stated = [p for d in change.differences for p in d.sides[which][:1]] or list(record.sources[:1])
    telling = [place for place in stated if normal(place.phrase) != normal(name)]
    return TextSide(name, tuple(dict.fromkeys(telling or stated))[:PHRASES])


def _name(record: Any) -> str:
    """What the text calls a record, with its number where it has one."""
    name = getattr(record, "name", "") or getattr(record, "title", "") or record.subject
    number = getattr(record, "number", "")
    return f"{number} {name}" if number else str(name)


def _claims(change: Change[Any]) -> list[Claim]:
    if change.differences:
        return list(dict.fromkeys(difference.sides for difference in change.differences))
    # Of a record that only one text has, the main phrase: the others give its context.
    return [(change.record.sources[:1],)]


def _about(said: Said, change: Change[Any]) -> tuple[Finding, ...]:
    """The findings on what became of a record. Nothing is said of one that stays the same."""
    if change.fate in {Fate.SAME, Fate.RENUMBERED}:
        return ()
    return said.about(change.keys, _claims(change))


def _in_force(finding: Finding) -> list[Any]:
    return finding.in_force  # type: ignore[attr-defined]


def _merged(snapshot: Snapshot, pair: Versions, change: Change[TaskInfo], said: Said) -> Change[TaskInfo]:
    """A task that is gone and of which a reader says into which other one it went."""
    if change.fate != Fate.DROPPED:
        return change
    heirs = {task.sources[0].clause: task for task in pair.of(snapshot.tasks)[1] if task.sources}
    for finding in _about(said, change):
        if draft_tasks.tells_of_merging(finding.summary):
            for place in places(finding):
                if place.document == pair.new.code and place.clause in heirs:
                    return replace(change, fate=Fate.MERGED, kin=heirs[place.clause])
    return change


def _wording(pair: Versions, finding: Finding) -> Line:
    stated = places(finding)

    def side(code: str) -> TextSide:
        return TextSide("", tuple(place for place in stated if place.document == code)[:PHRASES])

    return Line(finding.key, WORDING, WORDING, side(pair.old.code), side(pair.new.code), (), (finding,))


def section_labels() -> dict[str, str]:
    """What the sections are called."""
    return {
        "targets": _("目标"),
        "tasks": _("任务"),
        "rules": _("规则"),
        "projects": _("项目"),
        "lists": _("清单"),
        "facts": _("背景数字"),
        WORDING: _("政策和文字"),
    }


def fate_labels() -> dict[str, str]:
    """What the fates are called."""
    return {
        "changed": _("改变"),
        "dropped": _("删去"),
        "added": _("新增"),
        "merged": _("并入"),
        "split": _("分出"),
        "reworded": _("仅名称"),
        "renumbered": _("仅编号"),
        WORDING: _("文字"),
        "same": _("未变"),
    }


def kind_labels() -> dict[str, str]:
    """What the kinds of the filter are called."""
    return {
        "changed": _("改变"),
        "dropped": _("删去"),
        "added": _("新增"),
        "merged": _("并入或分出"),
        "reworded": _("仅名称或编号"),
        WORDING: _("政策和文字"),
        "same": _("未变"),
    }


def field_labels() -> dict[str, str]:
    """What the fields that differ are called."""
    return {
        "demand": _("要求"),
        "criteria": _("限定条件"),
        "scope": _("范围"),
        "parts": _("构成"),
        "baseline": _("基期值"),
        "indicator": _("指标"),
        "nature": _("性质"),
        "firmness": _("力度"),
        "name": _("名称"),
        "title": _("标题"),
        "number": _("编号"),
        "leads": _("牵头单位"),
        "first_lead": _("首位牵头单位"),
        "responsible": _("责任单位"),
        "targets": _("所带目标"),
        "amount": _("数额"),
        "split": _("分担比例"),
        "condition": _("条件"),
        "total": _("总投资"),
        "central": _("申请中央预算内投资"),
        "years": _("年份"),
        "category": _("类别"),
        "content": _("内容"),
        "value": _("数值"),
        "as_of": _("时点"),
        "measures": _("举措"),
        "goal": _("目标表述"),
    }
