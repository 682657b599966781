"""A sheet set against the ledger: what is new, what changes, what is wrong; then all of it is entered or nothing.

1. A month is compared with its report in force: what the sheet does not state stays, what is equal changes nothing.
2. Money and stages are entered once: a row with a number is compared with that entry, which is never changed; of equal
   rows without a number as many are new as the ledger has fewer.
3. What is left is entered through the actions of the pages, in the order of days. The preview does the same and
   takes it back, so that it says what entering will say.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.amounts import in_words
from projects.following import enter_funding, enter_stage, plan_funding, report_month
from projects.following.basics import may_follow
from projects.models import FundingEntry, FundingPlan, ProjectReport, Source, StageChange
from targets.actions.refusals import Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User

from . import fields
from .lines import Fault, Line

SHOWN_MOST: Final = 200
CHANGES_MOST: Final = 500  # entered one by one, each with its own record: more would keep others waiting
_PLACES: Final = {
    "month_end": "month",
    "invested_fen": "invested",
    "amount_fen": "amount",
    "planned_fen": "amount",
}


@dataclass(frozen=True)
class Difference:
    """What a row enters, beside what was there."""

    sheet: str
    row: int
    name: str
    what: str
    before: str
    after: str


@dataclass
class Outcome:
    """What a file does, or did (`applied`). Lists hold the first `SHOWN_MOST`; counts count all."""

    rows: int = 0
    changed: int = 0
    fault_count: int = 0
    applied: bool = False
    faults: list[Fault] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For a page."""
        return asdict(self)


@dataclass(frozen=True)
class _Change:
    """A row that is to be entered, and how it is told."""

    line: Line
    difference: Difference


def run(lines: list[Line], *, by: User, write: bool, name: str = "") -> Outcome:
    """What the rows would enter; with `write` they are entered, all or none. `name` is the file's, for the trail."""
    stored = _Stored(lines)
    changes = sorted(_changes(lines, stored), key=_order)
    _check_rights(changes, by)
    if len(changes) > CHANGES_MOST:
        text = _("表格里有 %(n)s 行要写入，一次最多写入 %(most)s 行，请分开上传。")
        raise Refused.because(text % {"n": len(changes), "most": CHANGES_MOST}, "file")
    sound = not any(line.faults for line in lines)
    _enter([one for one in changes if not one.line.faults], by=by, write=write and sound, name=name)
    faults = sorted((f for line in lines for f in line.faults), key=lambda f: (f.sheet, f.row, f.column))
    return Outcome(
        rows=len(lines),
        changed=len(changes),
        fault_count=len(faults),
        applied=write and not faults,
        faults=faults[:SHOWN_MOST],
        differences=[change.difference for change in changes[:SHOWN_MOST]],
    )


def _check_rights(changes: Iterable[_Change], by: User) -> None:
    """Only projects this person follows; each is asked once."""
    rights: dict[int, str] = {}
    for change in changes:
        project = change.line.project
        assert project is not None, "rows without a project are no changes"
        if project.pk not in rights:
            rights[project.pk] = may_follow(project, by).reason
        if rights[project.pk]:
            place = "project" if "project" in change.line.reading.columns.columns else "name"
            change.line.fault(place, rights[project.pk])


def _enter(changes: list[_Change], *, by: User, write: bool, name: str) -> None:
    """Through the actions, in one transaction that is taken back where one row is refused, or only tried."""
    with transaction.atomic():
        wrong = False
        for change in changes:
            try:
                _ACTIONS[change.line.kind](change.line, by)
            except Refused as refused:
                wrong = True
                for problem in refused.problems:
                    change.line.fault(_place(change.line, problem.field), problem.message)
        if write and not wrong and changes:
            audit.record(
                by=by,
                action="projects.import",
                object_type="project",
                object_key=_("%(n)s 行") % {"n": len(changes)},
                after=audit.digest_rows([asdict(change.difference) for change in changes]),
                detail=name[:300],
            )
        if wrong or not write:
            transaction.set_rollback(True)


def _place(line: Line, name: str) -> str:
    if line.kind == fields.FUNDING and name == "reason":
        return "explanation"
    return _PLACES.get(name, name)


def _enter_report(line: Line, by: User) -> None:
    assert line.project is not None
    report_month(project=line.project, by=by, **line.values)


def _enter_funding(line: Line, by: User) -> None:
    assert line.project is not None
    given = line.values
    if given["kind"] == fields.PLANNED:
        plan_funding(
            project=line.project,
            source=given["source"],
            planned_fen=given["amount_fen"],
            by=by,
            reason=given.get("explanation", ""),
        )
        return
    wanted = ("source", "kind", "on", "amount_fen", "voucher", "explanation")
    enter_funding(project=line.project, by=by, **{name: given[name] for name in wanted if name in given})


def _enter_stage(line: Line, by: User) -> None:
    assert line.project is not None
    given = line.values
    enter_stage(
        project=line.project, stage=given["stage"], on=given["on"], by=by, reason=given.get("reason", "")
    )


_ACTIONS: Final[dict[str, Callable[[Line, User], None]]] = {
    fields.REPORTS: _enter_report,
    fields.FUNDING: _enter_funding,
    fields.STAGES: _enter_stage,
}


def _order(change: _Change) -> tuple[Any, ...]:
    """Plans before money, money that arrives before money that is spent, days before later ones."""
    line = change.line
    if line.kind == fields.STAGES:
        return (0, line.values["on"], line.row)
    if line.kind == fields.FUNDING:
        rank = {fields.PLANNED: 0, FundingEntry.Kind.ARRIVED.value: 1}.get(line.values["kind"], 2)
        day = line.values.get("on") or date.min
        return (1, 0 if rank == 0 else 1, day, rank, line.values["amount_fen"] < 0, line.row)
    return (2, line.values["month_end"], line.row)


class _Stored:
    """What the ledger has of the projects the file names. Four statements."""

    def __init__(self, lines: Iterable[Line]) -> None:
        ids = {line.project.pk for line in lines if line.project is not None}
        self.reports = {
            (row.project_id, row.month_end): row
            for row in ProjectReport.objects.filter(project__in=ids, superseded_at=None)
        }
        self.plans = {
            (row.project_id, row.source): row
            for row in FundingPlan.objects.filter(project__in=ids, superseded_at=None)
        }
        self.money = {row.pk: row for row in FundingEntry.objects.filter(project__in=ids)}
        self.stages = {row.pk: row for row in StageChange.objects.filter(project__in=ids)}


def _changes(lines: Iterable[Line], stored: _Stored) -> list[_Change]:
    """The rows that enter something; rows that repeat or contradict another are faults."""
    sound = [line for line in lines if line.project is not None and not line.faults]
    found = _once(sound)
    for kind, rows in ((fields.FUNDING, stored.money), (fields.STAGES, stored.stages)):
        _numbered([line for line in sound if line.kind == kind], rows)
        found += _beyond([line for line in sound if line.kind == kind and not _is_plan(line)], rows)
    _state_counts([line for line in found if line.kind == fields.REPORTS and not line.faults], stored)
    changes = (_against(line, stored) for line in found if not line.faults)
    return [change for change in changes if change is not None]


def _is_plan(line: Line) -> bool:
    return line.values.get("kind") == fields.PLANNED


def _once(lines: Iterable[Line]) -> list[Line]:
    """Months and plans: one row each."""
    seen: dict[tuple[Any, ...], int] = {}
    kept = []
    for line in lines:
        assert line.project is not None
        if line.kind == fields.REPORTS:
            key: tuple[Any, ...] = (line.project.pk, line.values["month_end"])
        elif _is_plan(line):
            key = (line.project.pk, line.values["source"], fields.PLANNED)
        else:
            continue
        if key in seen:
            text = _("与第 %(row)s 行是同一项，请只保留一行。")
            line.fault("month" if line.kind == fields.REPORTS else "kind", text % {"row": seen[key]})
        seen.setdefault(key, line.row)
        kept.append(line)
    return kept


def _state_counts(lines: list[Line], stored: _Stored) -> None:
    """Sums that a row does not state stay as that month's report has them, else as the last month before it."""
    known: dict[int, dict[date, dict[str, int]]] = defaultdict(dict)
    for (pk, month_end), row in stored.reports.items():
        known[pk][month_end] = {name: getattr(row, name) for name in fields.COUNTS}
    for line in sorted(lines, key=lambda line: line.values["month_end"]):
        assert line.project is not None
        months, given = known[line.project.pk], line.values
        last = max((month for month in months if month <= given["month_end"]), default=None)
        for name in fields.COUNTS:
            if given.get(name) is None:
                given[name] = months[last][name] if last else 0
        months[given["month_end"]] = {name: given[name] for name in fields.COUNTS}


def _numbered(lines: Iterable[Line], rows: dict[int, Any]) -> None:
    """Rows with a number say what that entry says."""
    for line in lines:
        number = line.values.get("entry")
        if number is None:
            continue
        row = rows.get(number)
        if row is None or _is_plan(line):
            line.fault("entry", _("没有这个登记编号的条目，新增的行请把登记编号留空。"))
        elif _key_of(row) != _key(line):
            text = _("已登记的条目不能改动；登记有误的，请另加一行更正，登记编号留空。")
            line.fault("entry", text)


def _beyond(lines: list[Line], rows: dict[int, Any]) -> list[Line]:
    """Of equal rows those that the ledger does not have yet: the ones without a number, from the last."""
    left = Counter(_key(line) for line in lines)
    left.subtract(Counter(_key_of(row) for row in rows.values()))
    found = []
    for line in reversed(lines):
        key = _key(line)
        if left[key] > 0 and line.values.get("entry") is None:
            left[key] -= 1
            found.append(line)
    return found[::-1]


def _key(line: Line) -> tuple[Any, ...]:
    assert line.project is not None
    given = line.values
    if line.kind == fields.STAGES:
        return (line.project.pk, given["stage"], given["on"])
    return (
        line.project.pk,
        given["source"],
        given["kind"],
        given["on"],
        given["amount_fen"],
        given.get("voucher", ""),
    )


def _key_of(row: Any) -> tuple[Any, ...]:
    if isinstance(row, StageChange):
        return (row.project_id, row.stage, row.on)
    return (row.project_id, row.source, row.kind, row.on, row.amount_fen, row.voucher)


def _against(line: Line, stored: _Stored) -> _Change | None:
    """The change a row makes, None where all is as it says."""
    project = line.project
    assert project is not None
    if line.kind == fields.REPORTS:
        return _report_change(line, stored.reports.get((project.pk, line.values["month_end"])))
    if line.kind == fields.STAGES:
        label = StageChange.Stage(line.values["stage"]).label
        return _Change(line, _told(line, _("阶段"), "", f"{label} {line.values['on'].isoformat()}"))
    source, amount = Source(line.values["source"]).label, line.values["amount_fen"]
    if not _is_plan(line):
        words = {"source": source, "kind": FundingEntry.Kind(line.values["kind"]).label}
        what = _("%(source)s%(kind)s") % words
        return _Change(line, _told(line, what, "", f"{in_words(amount)} {line.values['on'].isoformat()}"))
    plan = stored.plans.get((project.pk, line.values["source"]))
    if plan is None:
        return _Change(line, _told(line, _("%(source)s计划") % {"source": source}, "", in_words(amount)))
    if plan.planned_fen == amount:
        return None
    _forget(line, "explanation", plan.reason)
    before = in_words(plan.planned_fen)
    return _Change(line, _told(line, _("%(source)s计划") % {"source": source}, before, in_words(amount)))


def _report_change(line: Line, current: ProjectReport | None) -> _Change | None:
    given = line.values
    if given.get("problems") is None:
        given["problems"] = current.problems if current else ""
    what = _("%(month)s 月报") % {"month": given["month_end"].strftime("%Y-%m")}
    if current is None:
        return _Change(line, _told(line, what, "", _report_words(given)))
    before = {name: getattr(current, name) for name in ("invested_fen", *fields.COUNTS, "problems")}
    if all(given[name] == before[name] for name in before):
        return None
    _forget(line, "explanation", current.explanation)
    return _Change(line, _told(line, what, _report_words(before), _report_words(given)))


def _report_words(given: dict[str, Any]) -> str:
    values = {
        "invested": in_words(given["invested_fen"]),
        "beds": given["beds"],
        "places": given["childcare_places"],
        "area": given["area_m2"],
    }
    text = _("%(invested)s；床位 %(beds)s，托位 %(places)s，面积 %(area)s 平方米") % values
    return f"{text}；{given['problems']}" if given["problems"] else text


def _forget(line: Line, name: str, before: str) -> None:
    """An explanation that was already there explains nothing new."""
    if line.values.get(name, "") == before:
        line.values[name] = ""


def _told(line: Line, what: str, before: str, after: str) -> Difference:
    assert line.project is not None
    return Difference(line.part.name, line.row, line.project.name, what, before, after)
