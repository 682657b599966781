"""The demonstration's parts: every state, dated in order, read as real ones are, and gone after clearing."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from targets.models import AssignmentPart, Deliverable, Extension, PartFile, PartMonth, PartReport, PartStep
from targets.queries.following_facts import facts_of, standings
from targets.standing import STEPS, next_state
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.clearing import clear
from yuxi_eldercare.demo.following import follow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans", "_november")]

TODAY = date(2026, 11, 22)
ROWS = (AssignmentPart, PartStep, PartReport, PartFile, Deliverable, Extension, PartMonth)


@pytest.fixture
def _november(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 2, tzinfo=UTC))
    ensure_accounts()


def test_parts_stand_in_every_state_and_light() -> None:
    count = follow()
    assert count == AssignmentPart.objects.count() > 40
    parts = list(AssignmentPart.objects.all())
    states = Counter(part.state for part in parts)
    assert set(states) == {"issued", "working", "submitted", "returned", "closed"}
    lights = Counter(standing.light for standing in standings(parts, TODAY).values())
    assert set(lights) == {"red", "yellow", "green", "grey"}
    assert set(Extension.objects.values_list("decision", flat=True)) == {"open", "granted", "refused"}
    assert PartMonth.objects.filter(light="red").exists()
    assert follow() == count


def test_each_trail_is_one_that_people_could_have_left() -> None:
    follow()
    for part in AssignmentPart.objects.prefetch_related("steps"):
        state, last = "issued", None
        for step in part.steps.order_by("at", "pk"):
            assert last is None or step.at >= last
            last = step.at
            if step.kind in STEPS:
                state = next_state(step.kind, state) or pytest.fail(f"{step.kind} in {state}")
        assert state == part.state
        assert last is not None
        assert timezone.localdate(last) <= TODAY
    today = facts_of(parts := list(AssignmentPart.objects.all()), TODAY)
    replayed = facts_of(parts, date(2026, 11, 21))
    assert {pk: (told.state, told.due) for pk, told in replayed.items()} == {
        pk: (told.state, told.due) for pk, told in today.items()
    }, "the trail tells what the row says"


def test_nothing_is_left_after_clearing() -> None:
    follow()
    assert clear().parts > 40
    assert {model.__name__: model.objects.count() for model in ROWS} == {model.__name__: 0 for model in ROWS}
