"""A city whose roll-up turns red: its lead department explains, before the round closes."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.actions.refusals import NotAllowed
from targets.models import JudgingState, RedResponse
from targets.reporting.publishing import publish, start_correction
from targets.reporting.red import answer_red, answerable, owed, responses
from targets.reporting.steps import review, submit
from tests.reporting_world import CITY, GREEN, RED, WHITE, Reporting, fill, number, walk
from tests.worlds import day, value
from tests.worlds import publish as publish_past
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import AuditEvent, User


@pytest.fixture
def judged(w: Reporting, django_capture_on_commit_callbacks: Any) -> Any:
    """`judged(act)`: do something, and judge what it set off, as after a commit."""
    JudgingState.objects.create(as_of=day("2024-10-08"))

    def run(act: Any) -> None:
        with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
            act()

    return run


def publish_beds(w: Reporting, red: int, green: int, *, white: int | None = 5) -> None:
    """The third quarter's share of 护理型床位 in every county, out of 100 beds each."""
    walk(w.entry(w.world.beds), number(parts=(red, 100)), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    walk(
        w.entry(w.world.beds, GREEN), number(parts=(green, 100)), reporter=w.cai, reviewer=w.deng, lead=w.lin
    )
    if white is not None:
        publish_past(value(w.world.beds, WHITE, "2024-09-30", (white, 100)))


def of_city(rows: Any = None) -> list[RedResponse]:
    rows = RedResponse.objects.all() if rows is None else rows
    return list(rows.filter(regional_target__region=CITY).order_by("milestone__due"))


def answer(row: RedResponse, by: User) -> RedResponse:
    return answer_red(
        response=row,
        cause="两县床位未按期投用",
        measure="年底前投用",
        responsible_person="林处",
        deadline=date(2024, 12, 31),
        by=by,
    )


def test_the_lead_of_the_indicator_is_asked_and_answers(w: Reporting, judged: Any) -> None:
    judged(lambda: publish_beds(w, 5, 5))
    rows = of_city()
    assert [row.milestone.due for row in rows] == [day("2025")], "2023 is past: no value of now turned it"
    assert [of_city(owed(user)) for user in (w.ann, w.gan, w.shi)] == [[], [], []]
    assert of_city(owed(w.lin)) == of_city(owed(w.mei)) == rows
    assert of_city(responses(w.round, w.world.ling)) == rows
    assert of_city(responses(w.round, w.ann)) == []
    for stranger in (w.ann, w.gan, w.shi, w.world.ling):
        assert not answerable(stranger, RedResponse.objects.filter(pk=rows[0].pk))
        with pytest.raises(NotAllowed, match="牵头单位"):
            answer(rows[0], stranger)
    assert answer(rows[0], w.lin).answered_by == w.lin
    assert of_city(owed(w.lin)) == []
    asked = AuditEvent.objects.filter(action="red_responses.ask", actor=None).get()
    assert asked.after["asked"] == [[row.regional_target_id, row.milestone_id] for row in rows]


def test_counties_go_on_explaining_their_own(w: Reporting, judged: Any) -> None:
    judged(lambda: publish_beds(w, 5, 5))
    own = RedResponse.objects.filter(regional_target__region=RED)
    assert own.exists()
    assert answerable(w.ann, own) == set(own.values_list("pk", flat=True))
    assert answerable(w.lin, own) == set()


def test_a_figure_that_is_not_complete_asks_nothing(w: Reporting, judged: Any) -> None:
    judged(lambda: publish_beds(w, 5, 5, white=None))
    assert of_city() == []


def test_a_figure_of_another_period_asks_nothing_in_this_round(w: Reporting, judged: Any) -> None:
    judged(lambda: publish_past(*(value(w.world.beds, c, "2023", (5, 100)) for c in (RED, GREEN, WHITE))))
    assert of_city() == []


@pytest.mark.parametrize("answered", [True, False])
def test_what_is_no_longer_red_is_taken_back_unless_it_was_answered(
    w: Reporting, judged: Any, answered: bool
) -> None:
    judged(lambda: publish_beds(w, 5, 5))
    rows = of_city()
    if answered:
        answer(rows[0], w.lin)

    def correct() -> None:
        entry = w.entry(w.world.beds)
        start_correction(entry=entry, reason="漏报", by=w.ann)
        fill(entry, number(parts=(2000, 2000)), w.ann)
        submit(entries=[entry], by=w.ann)
        review(entries=[entry], by=w.bob)
        publish(entries=[entry], by=w.lin)

    judged(correct)
    assert of_city() == (rows if answered else [])


def test_the_page_lets_the_lead_answer(w: Reporting, judged: Any) -> None:
    judged(lambda: publish_beds(w, 5, 5))
    rows = of_city()
    client = Client()
    client.force_login(w.lin)
    place = reverse("red-answers")
    page = client.get(place, {"round": w.round.pk})
    card = next(card for card in page.context["cards"] if card.lights[0].regional_target.region_id == CITY)
    assert card.editable
    body = {
        "response": [row.pk for row in rows],
        "round": w.round.pk,
        "cause": "投用慢",
        "measure": "投用",
        "responsible_person": "林处",
        "deadline": "2024-12-31",
    }
    assert client.post(place, body).status_code == 302
    assert [row.answered_by for row in of_city()] == [w.lin]
