"""The number beside 待办 is the sum of what the desk lists, whoever looks at it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from projects.following import enter_stage
from targets import following as f
from targets.following import desk
from targets.reporting.exceptions import grant, request_exception
from targets.reporting.steps import review, submit
from tests.pages.conftest import client_of
from tests.pages.project_site import Site, site
from tests.pages.reporting import office
from tests.reporting_world import NOW, QUARTER, Reporting, at, fill, number
from tests.targets.following.world import ISSUED_ON, Following, add_following, pdf
from tests.worlds import day
from yuxi_eldercare.context import waiting_count
from yuxi_eldercare.core.models import User

__all__ = ["office", "site"]
REST = "其余是项目月报或补助的事"


@pytest.fixture
def w(office: Reporting, tmp_path: Path, settings: Any) -> Iterator[Following]:
    """The first task broken down in August and signed for by 红河区; its report on September is owed."""
    settings.FILES_DIR = tmp_path
    made = add_following(
        office.world, ann=office.ann, bob=office.bob, cai=office.cai, wu=office.wu, han=office.han
    )
    with at(ISSUED_ON):
        made.issue()
        f.sign(part=made.part(), by=made.ann)
    return made


def counted(user: User) -> tuple[int, int, int]:
    """The badge, the total the desk names, and the sum of its piles."""
    page = client_of(user).get(reverse("desk"))
    badge = re.search(r"待办 <b>(\d+)</b>", page.text)
    total = re.search(r"共 (\d+) 项待办", page.text)
    read, context = page.context["desk"], page.context
    piles = sum(context[name] for name in ("owed_count", "review_count", "confirm_count"))
    piles += (
        len(read.answers_due) + len(read.exceptions) + context["parts"].count + context["supervision"].count
    )
    for part, name in (("project-desk", "count"), ("subsidy-desk", "rows")):
        found = client_of(user).get(reverse(part)).context[name]
        piles += found if isinstance(found, int) else len(found)
    return int(badge[1]) if badge else 0, int(total[1]) if total else 0, piles


def test_of_a_reporter_it_counts_reports_on_tasks_too(office: Reporting, w: Following) -> None:
    before = counted(w.ann)
    assert before[0] == before[1] == before[2] == 5, "four cells and a report"
    f.report(part=w.part(), period_end=QUARTER, text="开工", by=w.ann)
    assert counted(w.ann) == (4, 4, 4)
    entry = office.entry(office.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    assert counted(w.ann) == (3, 3, 3)


def test_nothing_is_left_unnamed(w: Following) -> None:
    assert REST not in client_of(w.ann).get(reverse("desk")).text


@pytest.mark.django_db
def test_what_the_upper_apps_add_is_named(site: Site) -> None:
    enter_stage(project=site.project, stage="started", on=day("2023-05-01"), by=site.keeper)
    assert counted(site.keeper)[:2] == (1, 1)
    assert REST in client_of(site.keeper).get(reverse("desk")).text


def test_of_a_reporter_it_counts_what_an_exception_lets_in(office: Reporting, w: Following) -> None:
    with at("2024-10-24"):
        assert counted(w.ann) == (1, 1, 1), "what is locked cannot be done"
        asked = request_exception(round=office.round, department=office.red, reason="停电", by=office.ann)
        assert counted(office.mei) == (1, 1, 1), "the request waits for the lead department"
        grant(exception=asked, until=NOW + timedelta(days=20), by=office.mei)
        assert counted(w.ann) == (5, 5, 5)
        assert counted(office.mei) == (0, 0, 0)


def test_of_a_supervisor_it_counts_requests_and_problems(
    w: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    f.ask_extension(part=w.part(), new_due=day("2025-12-31"), reason="停工", by=w.ann)
    f.report(part=w.part(), period_end=QUARTER, text="开工", problems="缺 120 万元", by=w.ann)
    assert counted(w.du) == (2, 2, 2)
    f.submit(part=w.part(), text="做完了", unfinished="并入", files=[pdf()], by=w.ann)
    assert counted(w.du) == (3, 3, 3)
    monkeypatch.setattr(desk, "MOST", 1)
    other = w.part("999903")
    f.sign(part=other, by=w.cai)
    f.ask_extension(part=other, new_due=day("2025-12-31"), reason="停工", by=w.cai)
    assert counted(w.du) == (4, 4, 4), "more than is listed"


def test_of_a_lead_it_counts_what_is_to_be_confirmed(office: Reporting, w: Following) -> None:
    assert counted(office.lin) == (0, 0, 0)
    entry = office.entry(office.world.homes)
    fill(entry, number(3), office.ann)
    submit(entries=[entry], by=office.ann)
    review(entries=[entry], by=office.bob)
    assert counted(office.lin) == (1, 1, 1)
    assert waiting_count(office.lin) == 1
