"""The demonstration closes three months, so that there is something to compare; all of it goes away again."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from targets.models import FrozenAssessment
from targets.queries.frozen import changes_between, changes_since, closes, trend
from targets.queries.revisions import revisions
from yuxi_eldercare.core.actions.closes import check_turn
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.models import FrozenRecord, PeriodClose
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.clearing import clear
from yuxi_eldercare.demo.closes import past_months
from yuxi_eldercare.demo.seeding import seed

pytestmark = pytest.mark.django_db

CITY = "530400"


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch) -> date:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 2, tzinfo=UTC))
    return date(2026, 11, 22)


@pytest.mark.usefixtures("plans")
def test_three_months_are_closed_and_the_last_one_waits(november: date) -> None:
    ensure_accounts()
    seed()
    months = closes()
    assert [str(close) for close in months] == ["2026-09", "2026-08", "2026-07"]
    september, august, july = months
    for row in months:
        assert row.is_demo
        assert timezone.localdate(row.known_at) > row.month_end
        assert verify(row) is None
        assert (row.assessments > 400, row.records > 100) == (True, True)
        assert FrozenRecord.objects.filter(close=row, kind="project").exists()
    check_turn(date(2026, 10, 31), november)
    assert changes_between(july, august)
    assert changes_between(august, september)
    assert {change.turned for change in changes_since(september)} & {"green", "yellow"}
    assert len(revisions(july)) > len(revisions(september)) > 0
    reds = [lights["red"] for _, lights in trend([CITY], due=date(2025, 12, 31))[CITY]]
    assert reds[0] > reds[-1]
    seed()
    assert closes() == months, "a second start closes nothing"
    assert clear().closes == 3
    assert not any(model.objects.exists() for model in (PeriodClose, FrozenAssessment, FrozenRecord))


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 11, 22), ["2026-07-31", "2026-08-31", "2026-09-30"]),
        (date(2027, 3, 1), ["2026-11-30", "2026-12-31", "2027-01-31"]),
    ],
)
def test_the_months_before_the_last_one_that_ended(day: date, months: list[str]) -> None:
    assert [month.isoformat() for month in past_months(day)] == months
