"""Two tasks in the small world with parts for its bodies: 市民政局 leads, each county's government answers.

红河区政府: Ann (who is 填报员 of the bureau, too) and Rui; Bob 审核员    白水县政府: Wu
Du supervises the city; Dong 青山县 only; Ling is the city's leader.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from targets.following import Order, issue
from targets.models import Assignment, AssignmentBody, AssignmentPart, AssignmentSource
from tests.worlds import COUNTIES, GREEN, RED, WHITE, World, day, make_user, make_world
from yuxi_eldercare.core.models import Clause, Department, Membership, User

ISSUED_ON = "2024-08-05"  # a Monday
DUE = day("2025-06-30")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Following:
    """The rows by name."""

    world: World
    governments: dict[str, Department]
    group: Department
    task: Assignment  # 各县 with a target; 市民政局 leads
    other: Assignment  # 市民政局 only
    ann: User
    rui: User
    bob: User
    cai: User
    wu: User
    han: User
    dong: User

    @property
    def du(self) -> User:
        """The city's supervisor."""
        return self.world.du

    def part(self, region: str = RED) -> AssignmentPart:
        """The part of a county's government as it is now."""
        return AssignmentPart.objects.select_related(
            "assignment__document__plan", "department", "region"
        ).get(assignment=self.task, department=self.governments[region])

    def issue(self, by: User | None = None, **given: Any) -> list[AssignmentPart]:
        """Break the first task down."""
        order = Order(**{"due": DUE, **given})
        return issue(assignment=self.task, order=order, by=by or self.du).created


def make_following_world() -> Following:
    """Write the world; nothing is issued yet."""
    return add_following(make_world())


def add_following(world: World, **people: User) -> Following:
    """Tasks, governments and their people, in a world that is there; `people` are taken from it."""
    governments = {
        code: Department.objects.create(
            key=f"w-gov-{code}",
            name=f"{world.counties[code].name}人民政府",
            short_name=f"{world.counties[code].name}政府",
            kind="government",
            region=world.counties[code],
            position=position,
        )
        for position, code in enumerate(COUNTIES, 50)
    }
    group = Department.objects.create(
        key="w-governments", name="各县人民政府", short_name="各县人民政府", kind="group", region=world.city
    )
    group.members.set(governments.values())
    for name, user in people.items():
        if name in _HOMES:  # the others are at the bureau already
            _join(user, "reviewer" if name == "bob" else "reporter", governments[_HOMES[name]])
    staff = {
        name: people.get(name) or make_user(name, role, unit.region, unit)
        for name, role, unit in (
            ("ann", "reporter", governments[RED]),
            ("rui", "reporter", governments[RED]),
            ("bob", "reviewer", governments[RED]),
            ("cai", "reporter", governments[GREEN]),
            ("wu", "reporter", governments[WHITE]),
            ("han", "reporter", world.bureau),
        )
    }
    dong = make_user("dong", "supervisor", world.counties[GREEN])
    task = _task(
        world, "w.a.01", "推动养老服务设施健全完善", [(group, "responsible"), (world.bureau, "lead")]
    )
    task.targets.add(world.target("w.t.beds"))
    other = _task(world, "w.a.02", "完善考核办法", [(world.bureau, "lead")])
    return Following(world, governments, group, task, other, dong=dong, **staff)


_HOMES = {"ann": RED, "rui": RED, "bob": RED, "cai": GREEN, "wu": WHITE}


def _join(user: User, role: str, unit: Department) -> None:
    Membership.objects.create(
        user=user, role=role, region=unit.region, department=unit, valid_from=date(2020, 1, 1)
    )
    vars(user).pop("_all_memberships", None)


def _task(world: World, key: str, title: str, bodies: Iterable[tuple[Department, str]]) -> Assignment:
    number = key[-1]
    task = Assignment.objects.create(
        key=key,
        document=world.document,
        number=number,
        kind="task",
        section="加快发展",
        title=title,
        all_counties=True,
        position=int(number),
    )
    for position, (department, role) in enumerate(bodies):
        AssignmentBody.objects.create(
            assignment=task, role=role, department=department, as_written=department.short_name,
            position=position,
        )  # fmt: skip
    clause, _new = Clause.objects.get_or_create(document=world.document, number=f"二（一）{number}")
    AssignmentSource.objects.create(record=task, clause=clause, phrase=f"{number}.{title}")
    return task


def pdf(name: str = "验收报告.pdf", more: bytes = b"") -> SimpleUploadedFile:
    """A small file that is accepted."""
    return SimpleUploadedFile(name, PDF.replace(b"trailer", more + b"trailer"), "application/pdf")
