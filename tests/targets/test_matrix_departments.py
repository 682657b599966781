"""Who leads which targets, and the table of departments × plans."""

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import Assignment, AssignmentBody, Target, TargetBody
from targets.queries.board import board
from targets.queries.day import page_day
from targets.queries.department_matrix import department_spots
from targets.queries.leads import leads_of
from tests.worlds import CITY, GREEN, World
from yuxi_eldercare.core.models import Department, Finding, Ruling

from .closing import make_closing_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(led: World) -> Client:
    client = Client()
    client.force_login(led.ling)
    return client


@pytest.fixture
def led() -> World:
    """Beds are led by two bureaus, the homes' task by one of them, the rest by nobody."""
    world = make_closing_world()
    health = Department.objects.create(
        key="w-wj",
        name="云溪市卫健委",
        short_name="市卫健委",
        kind="department",
        region=world.city,
        position=1,
    )
    for place, body in enumerate((world.bureau, health)):
        TargetBody.objects.create(
            target=world.target("w.t.beds"), department=body, as_written=body.name, position=place
        )
    task = Assignment.objects.create(
        key="w.a.1", document=world.document, number="1", kind="task", title="建设"
    )
    task.targets.add(world.target("w.t.homes"))
    AssignmentBody.objects.create(assignment=task, role="lead", department=health, as_written="市卫健委")
    AssignmentBody.objects.create(
        assignment=task, role="responsible", department=world.bureau, as_written="市民政局"
    )
    return world


def test_leads_are_the_texts_own_or_those_of_the_tasks(led: World) -> None:
    pks = list(Target.objects.values_list("pk", flat=True))
    found = {Target.objects.get(pk=pk).key: [lead.key for lead in own] for pk, own in leads_of(pks).items()}
    assert found == {"w.t.beds": ["w-mz", "w-wj"], "w.t.homes": ["w-wj"]}


def test_a_ruling_says_who_leads(led: World) -> None:
    finding = Finding.objects.create(
        key="w.f", kind="missing_information", origin="check", summary="未载明牵头单位"
    )
    effect = {"lead": {"assignment": "w.a.1", "department": "w-mz"}}
    Ruling.objects.create(
        finding=finding, decision="correct", text="以民政局为准", effect=effect, ruled_by=led.lin
    )
    homes = led.target("w.t.homes").pk
    assert [lead.key for lead in leads_of([homes])[homes]] == ["w-mz"]


def test_departments_count_each_of_theirs_and_totals_count_once(page: Client, led: World) -> None:
    answer = page.get(reverse("indicator-departments"), {"year": "2023"})
    grid = answer.context["grid"]
    by_name = {name: (cells, tally) for name, cells, tally in grid.rows}
    assert list(by_name) == ["市民政局", "市卫健委", "未载明牵头单位"]
    assert by_name["市民政局"][1].total == 1
    assert by_name["市卫健委"][1].total == 2
    assert grid.total.total == 3
    (cell,) = by_name["市卫健委"][0]
    assert (cell.light, cell.word) == ("red", "红灯")
    assert sum(tally.total for _document, tally in grid.documents) == grid.total.total


def test_a_cell_leads_to_the_list_it_counts(page: Client, led: World) -> None:
    grid = page.get(reverse("indicator-departments"), {"year": "2023", "light": "red"}).context["grid"]
    for _name, cells, _tally in grid.rows:
        for cell in cells:
            if cell is not None:
                listed = page.get(cell.url).context["grid"]
                city = next(head for head in listed.columns if head.key == CITY)
                assert city.tally == cell.counts


def test_departments_leave_as_a_table(page: Client, led: World) -> None:
    answer = page.get(reverse("indicator-departments-export", args=["csv"]), {"year": "2023"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("牵头单位,云溪市规划 最差,云溪市规划 红灯数")
    assert lines[1].startswith("市民政局,● 绿灯,0,0,1,0")
    assert lines[-1].startswith("合计（每项目标计一次）")


def test_a_county_is_counted_in_its_own_plan_only(led: World, page: Client) -> None:
    request = page.get(reverse("indicator-departments")).wsgi_request
    spots = department_spots(board(page_day(request), None))
    assert {spot.region for spot in spots} == {CITY, GREEN}


def test_there_is_no_third_form(page: Client) -> None:
    assert page.get(reverse("indicator-departments-export", args=["pdf"])).status_code == 404
