"""Tasks on their way from 分解 to 销号: some of the action plan's, issued over the last months to the nine counties.

What happened in the past cannot be done today through the actions, so the rows are laid down with the days they
would have had; the states follow from the same table of steps (`targets.standing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from targets.following.issuing import first_data
from targets.following.months import last_month_end, write_months
from targets.models import (
    Assignment,
    AssignmentPart,
    Deliverable,
    Extension,
    PartFile,
    PartReport,
    PartStep,
)
from targets.queries.following_bodies import Body, bodies_of, issuable
from targets.standing import Owed, next_state, owed_reports
from yuxi_eldercare.core.files import keep
from yuxi_eldercare.core.models import StoredFile, User
from yuxi_eldercare.core.workdays import Calendar, calendar_around

from .dating import moment
from .logins import ACCOUNTS
from .removal import remove

Kind = PartStep.Kind
Frequency = AssignmentPart.Frequency
# Key of a task, how many days ago it was issued, how often is reported.
TASKS = (
    ("ap23.a.01", 236, Frequency.QUARTER),
    ("ap23.a.02", 236, Frequency.QUARTER),
    ("ap23.a.04", 205, Frequency.MONTH),
    ("ap23.a.05", 160, Frequency.QUARTER),
    ("ap23.a.07", 2, Frequency.QUARTER),
)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_TEXTS = (
    "已完成选址和用地手续，施工图通过审查，正在组织招标。",
    "工程进度过半，设备采购合同已签订，同步培训护理人员。",
    "主体完工，正在装修和消防验收，预计下期投入使用。",
    "已投入使用，运营单位进驻，开展上门服务和日间照料。",
)
_WANTED = {
    "ap23.a.01": "每个街道至少建成一处综合养老服务中心。",
    "ap23.a.02": "年内完成特殊困难老年人家庭适老化改造 150 户。",
    "ap23.a.04": "至少建成一所农村区域性养老服务中心。",
}
_PROBLEMS = "县级配套资金尚缺 120 万元，请市财政局协调。"


@dataclass(frozen=True)
class Story:
    """How far a body has come. `reports` has one letter a period: o in time, l late, r returned, - missing.

    `due_in` counts days from today; `asked` is what became of a request for a later day; `end` the last step.
    """

    signed_after: int | None = 1
    reports: str = "oooooooo"
    due_in: int = 120
    asked: str = ""
    end: str = ""
    problem: bool = False


STORIES = (
    Story(end=Kind.CLOSE, due_in=-20),
    Story(problem=True),
    Story(reports="olooo---", due_in=60),
    Story(end=Kind.SUBMIT, due_in=10),
    Story(reports="ooooooor", asked="open", due_in=25),
    Story(end=Kind.RETURN, due_in=12, reports="ollooooo"),
    Story(asked="granted", due_in=75),
    Story(signed_after=6, reports="l-------", due_in=-15),
    Story(reports="oolooooo", asked="refused", due_in=8),
)


def follow(today: date | None = None) -> int:
    """Lay down the demonstration's parts where there are none; returns how many parts there are then."""
    day = today or timezone.localdate()
    people = {user.username: user for user in User.objects.filter(is_demo=True, is_active=True)}
    parts = AssignmentPart.objects.filter(is_demo=True)
    if parts.exists() or {account.username for account in ACCOUNTS} - set(people):
        return parts.count()
    with transaction.atomic():
        _lay_down(day, people)
        _months(day)
    return parts.count()


def remove_following(accounts: Any) -> int:
    """Take the demonstration's parts away, and those that demonstration people issued; returns how many."""
    return remove(AssignmentPart.objects.filter(Q(is_demo=True) | Q(issued_by__in=accounts)))


def _lay_down(day: date, people: dict[str, User]) -> None:
    tasks = {task.key: task for task in issuable(Q(key__in=[key for key, _ago, _often in TASKS]))}
    bodies = bodies_of(list(tasks.values()))
    reporters = _reporters(people.values())
    evidence = keep(_PDF, name="验收材料.pdf", media_type="application/pdf", by=people["hongta"])
    calendar = calendar_around(day)
    laid: list[Laid] = []
    for turn, (key, ago, often) in enumerate(TASKS):
        task = tasks.get(key)
        if task is None:
            continue
        issued = calendar.after(day - timedelta(ago), 0)
        recent = ago < 10
        for place, body in enumerate(bodies[task.pk].found):
            reporter = reporters.get(body.department.pk)
            if reporter is None and not recent:
                continue  # nobody of the demonstration works there
            story = Story(signed_after=None) if recent else STORIES[(turn * 4 + place) % len(STORIES)]
            laid.append(
                Laid(task, body, story, often, issued, day, reporter or people["hongta"], people["ducha"])
            )
    _write(laid, calendar, evidence)


def _reporters(people: Any) -> dict[int, User]:
    """Who works on parts of which department (id)."""
    found = {}
    for user in people:
        for row in user.memberships.filter(role="reporter"):
            found[row.department_id] = user
    return found


class Laid:
    """One part with the rows of its story; the trail is kept as (step, data to hang on it)."""

    def __init__(
        self,
        task: Assignment,
        body: Body,
        story: Story,
        often: str,
        issued: date,
        day: date,
        reporter: User,
        supervisor: User,
    ) -> None:
        self.story, self.issued, self.day = story, issued, day
        self.reporter, self.supervisor = reporter, supervisor
        due = day + timedelta(story.due_in)
        self.part = AssignmentPart(
            assignment=task,
            department=body.department,
            region_id=body.department.region_id,
            role=body.role,
            state="issued",
            state_since=issued,
            due=due - timedelta(45) if story.asked == "granted" else due,
            frequency=often,
            wanted=_WANTED.get(task.key, "") if body.role == "responsible" else "",
            issued_on=issued,
            issued_by=supervisor,
            is_demo=True,
        )
        self.steps: list[PartStep] = []
        self.reports: list[PartReport] = []
        self.deliverables: list[Deliverable] = []
        self.extensions: list[Extension] = []
        self.shown: list[tuple[PartStep, PartReport | None]] = []  # where evidence hangs
        self.step(Kind.ISSUE, issued, supervisor, text=self.part.wanted, data=first_data(self.part))

    def step(
        self, kind: str, on: date, by: User, text: str = "", data: dict[str, Any] | None = None
    ) -> PartStep:
        """One more step of the trail, moving the state as the table says."""
        given = dict(data or {})
        if kind != Kind.ISSUE:
            new = next_state(kind, self.part.state)
            assert new is not None, (kind, self.part.state)
            if new != self.part.state:
                given["state"] = [self.part.state, new]
                self.part.state, self.part.state_since = new, on
            self.part.revision += 1
        row = PartStep(part=self.part, kind=kind, at=self._at(on), by=by, text=text, data=given, is_demo=True)
        self.steps.append(row)
        return row

    def _at(self, on: date) -> datetime:
        # Later rows of one day follow the earlier ones.
        return min(moment(on, 9) + timedelta(minutes=11 * len(self.steps)), timezone.now())

    def tell(self, calendar: Calendar) -> None:
        """The story up to today."""
        story = self.story
        if story.signed_after is None:
            return
        signed = calendar.after(self.issued, story.signed_after)
        row = self.step(Kind.SIGN, signed, self.reporter)
        self.part.signed_at, self.part.signed_by = row.at, self.reporter
        self._plan(calendar.after(signed, 4))
        owed = owed_reports([(self.issued, str(self.part.frequency))], self.day, calendar, asked_on=self.day)
        happened = [self._reported(index, len(owed), one, calendar) for index, one in enumerate(owed)]
        last = max([signed, *(on for on in happened if on)], default=signed)
        self._extension()
        if story.end:
            self._end(min(self.day, max(last, self.day - timedelta(14))))

    def _plan(self, on: date) -> None:
        titles = ("建设方案", "中期评估", "验收投用")
        due = self.part.due or self.day
        span = (due - on) // len(titles)
        for position, title in enumerate(titles):
            planned = due if position == 2 else on + span * (position + 1)
            done = planned if planned < self.day - timedelta(20) or self.story.end else None
            self.deliverables.append(
                Deliverable(
                    part=self.part, position=position, title=title, due=planned,
                    done_on=min(done, self.day - timedelta(15)) if done else None, is_demo=True,
                )
            )  # fmt: skip
        self.step(Kind.PLAN, on, self.reporter, data={"plan": [[], []]})

    def _reported(self, index: int, count: int, owed: Owed, calendar: Calendar) -> date | None:
        how = self.story.reports[min(index, len(self.story.reports) - 1)]
        on = owed.due_on if how == "o" else calendar.after(owed.due_on, 3)
        if how == "-" or on > self.day:
            return None
        row = PartReport(
            part=self.part,
            period_end=owed.period_end,
            text=_TEXTS[min(index, len(_TEXTS) - 1)],
            percent=min(100 if self.story.end else 90, (index + 1) * 100 // count),
            problems=_PROBLEMS if self.story.problem and index == 1 else "",
            entered_at=moment(on, 15),
            entered_by=self.reporter,
            due_on=owed.due_on,
            is_demo=True,
        )
        self.reports.append(row)
        data = {"period_end": owed.period_end.isoformat(), "again": False, "late": on > owed.due_on}
        self.shown.append((self.step(Kind.REPORT, on, self.reporter, text=row.text, data=data), row))
        if how == "r":
            row.returned_at, row.returned_by = moment(on, 17), self.supervisor
            row.return_reason = "没有附佐证材料，数字与项目台账不一致。"
            self.step(Kind.RETURN_REPORT, on, self.supervisor, text=row.return_reason)
        return on

    def _extension(self) -> None:
        asked, due = self.story.asked, self.part.due
        if not asked or due is None:
            return
        on = max(self.issued + timedelta(30), self.day - timedelta(20))
        new = due + timedelta(45)
        reason = "雨季停工一个半月，工期顺延。"
        data = {"asked": [due.isoformat(), new.isoformat()]}
        self.step(Kind.ASK_EXTENSION, on, self.reporter, text=reason, data=data)
        row = Extension(
            part=self.part, old_due=due, new_due=new, reason=reason, asked_at=moment(on, 10),
            asked_by=self.reporter, is_demo=True,
        )  # fmt: skip
        if asked != "open":
            decided = on + timedelta(3)
            row.decided_at, row.decided_by, row.decision = moment(decided, 11), self.supervisor, asked
            row.decision_reason = "情况属实。" if asked == "granted" else "可先完成室内部分，按原时限办结。"
            if asked == "granted":
                self.part.due = new
            kind = Kind.GRANT_EXTENSION if asked == "granted" else Kind.REFUSE_EXTENSION
            moved = {"due": [due.isoformat(), new.isoformat()]} if asked == "granted" else {}
            self.step(kind, decided, self.supervisor, text=row.decision_reason, data=moved)
        self.extensions.append(row)

    def _end(self, on: date) -> None:
        due = self.part.due
        if self.story.end == Kind.CLOSE and due is not None:
            on = max(due - timedelta(3), max(step.at.date() for step in self.steps))
        text = "三项成果均已完成，服务对象满意度 92%。"
        self.shown.append((self.step(Kind.SUBMIT, on, self.reporter, text=text), None))
        if self.story.end == Kind.RETURN:
            text = "验收报告缺消防验收意见，请补齐后再申请。"
            self.step(Kind.RETURN, min(self.day, on + timedelta(4)), self.supervisor, text=text)
        if self.story.end == Kind.CLOSE:
            late = due is not None and on > due
            closed = min(self.day, on + timedelta(6))
            text = "现场核实，设施已投用，材料齐全。"
            row = self.step(Kind.CLOSE, closed, self.supervisor, text=text, data={"late": late})
            self.part.closed_at, self.part.closed_by = row.at, self.supervisor


def _write(laid: Sequence[Laid], calendar: Calendar, evidence: StoredFile) -> None:
    for one in laid:
        one.tell(calendar)
        one.steps.sort(key=lambda step: step.at)
    AssignmentPart.objects.bulk_create([one.part for one in laid])
    for issued in {one.issued for one in laid}:
        AssignmentPart.objects.filter(is_demo=True, issued_on=issued).update(issued_at=moment(issued, 9))
    Deliverable.objects.bulk_create([row for one in laid for row in one.deliverables])
    PartReport.objects.bulk_create([row for one in laid for row in one.reports])
    Extension.objects.bulk_create([row for one in laid for row in one.extensions])
    for one in laid:
        for step, report in one.shown:
            if report is not None:
                step.data["report"] = report.pk
    PartStep.objects.bulk_create([row for one in laid for row in one.steps])
    PartFile.objects.bulk_create(
        [
            PartFile(part=one.part, step=step, report=report, file=evidence, is_demo=True)
            for one in laid
            for step, report in one.shown
        ]
    )


def _months(day: date) -> None:
    """Every month since the first part was issued."""
    first = AssignmentPart.objects.filter(is_demo=True).order_by("issued_on").first()
    end = last_month_end(day)
    while first is not None and end >= first.issued_on:
        write_months(month_end=end)
        end = last_month_end(end)
