"""The ladder by days, as a table: what is reached when, what holds it, what falls on a rest day (steps 1 to 5)."""

from datetime import date, timedelta

import pytest

from targets.supervision_rules import (
    Climbed,
    Rung,
    form_for,
    ladder_faults,
    next_rung,
    numbered,
    reply_deadline,
    word_for,
)
from yuxi_eldercare.core.workdays import Calendar

pytestmark = pytest.mark.pure

RUNGS = (
    Rung("remind", -3),
    Rung("urge", 2),
    Rung("order", 10, reply_workdays=5, by_hand=True),
    Rung("circular", 30, by_hand=True),
)
DUE = date(2024, 10, 18)  # a Friday
# The Monday after is a holiday, the Saturday before it is worked.
CALENDAR = Calendar({date(2024, 10, 21): False, date(2024, 10, 19): True})


def on(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


def reached(today: str, *climbed: Climbed, rungs: tuple[Rung, ...] = RUNGS) -> str | None:
    rung = next_rung(
        rungs, due=DUE, today=on(today), climbed=climbed, opened=lambda day: CALENDAR.after(day, 0)
    )
    return rung.kind if rung else None


REMINDED = Climbed("remind", on("10-15"))
URGED = Climbed("urge", on("10-22"))  # 20 October is a Sunday, the 21st a holiday
ORDERED = Climbed("order", on("10-28"))


@pytest.mark.parametrize(
    ("today", "climbed", "kind"),
    [
        pytest.param("10-14", (), None, id="four days before"),
        pytest.param("10-15", (), "remind", id="three days before"),
        pytest.param("10-18", (), "remind", id="on the day, not reminded yet"),
        pytest.param("10-18", (REMINDED,), None, id="once is enough"),
        pytest.param("10-19", (REMINDED,), None, id="a day late"),
        pytest.param("10-20", (REMINDED,), "urge", id="two days late"),
        pytest.param("10-20", (), "urge", id="step 3: the reminder is passed over"),
        pytest.param("10-27", (REMINDED, URGED), None, id="nine days late"),
        pytest.param("10-28", (REMINDED, URGED), "order", id="urged on the first day worked: no delay"),
        pytest.param("10-28", (Climbed("urge", on("10-25")),), None, id="step 5: urged late"),
        pytest.param("11-02", (Climbed("urge", on("10-25")),), "order", id="step 5: the distance is kept"),
        pytest.param("11-20", (), "urge", id="a late start begins below"),
        pytest.param("11-20", (URGED, Climbed("order", None)), None, id="step 1: a proposal holds"),
        pytest.param("11-17", (URGED, ORDERED), "circular", id="thirty days late"),
        pytest.param("11-17", (URGED, Climbed("order", on("11-10"))), None, id="step 5: signed late"),
        pytest.param("11-30", (URGED, Climbed("order", on("11-10"))), "circular", id="twenty days after it"),
        pytest.param("12-30", (URGED, ORDERED, Climbed("circular", on("11-17"))), None, id="the top"),
    ],
)
def test_the_rung_that_is_reached(today: str, climbed: tuple[Climbed, ...], kind: str | None) -> None:
    assert reached(today, *climbed) == kind


def test_a_rung_that_was_taken_out_leaves_no_gap() -> None:
    without = (RUNGS[0], RUNGS[2], RUNGS[3])
    assert reached("10-27", REMINDED, rungs=without) is None
    assert reached("10-28", REMINDED, rungs=without) == "order"


def test_a_rung_below_the_highest_climbed_is_never_sent() -> None:
    assert reached("10-30", ORDERED) is None


def test_every_rung_is_reached_once_when_the_job_runs_every_working_day() -> None:
    climbed: list[Climbed] = []
    sent = {}
    for offset in range(60):
        today = on("10-08") + timedelta(offset)
        if not CALENDAR.is_working(today):
            continue
        rung = next_rung(
            RUNGS, due=DUE, today=today, climbed=climbed, opened=lambda day: CALENDAR.after(day, 0)
        )
        if rung:
            climbed.append(Climbed(rung.kind, today))
            sent[rung.kind] = today
    assert sent == {"remind": on("10-15"), "urge": on("10-22"), "order": on("10-28"), "circular": on("11-18")}


def test_an_answer_is_due_anew_after_it_was_returned_and_never_earlier() -> None:
    assert reply_deadline(None, None, CALENDAR.after) is None
    assert reply_deadline(on("10-25"), None, CALENDAR.after) == on("10-25")
    assert reply_deadline(on("10-25"), on("10-18"), CALENDAR.after) == on("10-25")
    assert reply_deadline(on("10-18"), on("10-18"), CALENDAR.after) == on("10-23")  # 19, 22, 23 are worked


def test_a_vertically_managed_body_gets_a_letter_under_a_word_of_its_own() -> None:
    assert (form_for("vertical"), form_for("department")) == ("letter", "notice")
    assert numbered(word_for("玉养督", "letter"), 2026, 3) == "玉养督函〔2026〕3号"
    assert numbered(word_for("玉养督", "notice"), 2026, 3) == "玉养督〔2026〕3号"


def test_a_ladder_rises() -> None:
    assert not ladder_faults(RUNGS)
    assert ladder_faults([Rung("urge", 5), Rung("remind", -1), Rung("order", 5)]) == [("urge", "order")]
