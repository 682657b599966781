"""The demonstration's people: made up and marked, counted as their bureaus report, and gone again without a trace."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from subsidies.counting.households import ledgers
from subsidies.counting.lottery import figures, share_of
from subsidies.lottery.figures import Statement, enter_figure
from subsidies.models import Household, LotteryChoice, LotteryFigure, Trainee
from subsidies.people import households
from tests.worlds import make_user
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.demo import people as demo
from yuxi_eldercare.demo.accounts import ensure_accounts

from .people_world import done

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]
YIMEN = "530425"


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> int:
    """Seeded where 易门县 is shown to have reported 4, then 9 homes of last year, and 2 of this one."""
    today = timezone.localdate()
    last = today.year - 1
    said = {date(last, 6, 30): 4, date(last, 12, 31): 9, date(today.year, 1, 31): 2}
    monkeypatch.setattr(demo, "_reported", lambda _today: {YIMEN: said})
    monkeypatch.setattr(demo, "_reported_shares", lambda: {last: Decimal("55.2")})
    ensure_accounts()
    return demo.seed_people(today)


def test_the_ledger_holds_what_is_reported(seeded: int) -> None:
    year = timezone.localdate().year
    kept = ledgers()
    ends = (date(year - 1, 6, 30), date(year - 1, 12, 31), date(year, 1, 31))
    assert [kept[YIMEN].count(end) for end in ends] == [4, 9, 2]
    assert len(kept) == 9
    assert seeded == Household.objects.count() == 11 + 9 * 3
    assert demo.seed_people(timezone.localdate()) == 0


def test_the_share_on_the_chosen_base_is_what_is_reported(seeded: int) -> None:
    last, choice = timezone.localdate().year - 1, LotteryChoice.objects.get()
    share = share_of(figures()[last, choice.base])
    assert (share.percent, share.reaches_floor) == (Decimal("55.2"), True)


def test_everybody_is_plainly_made_up(seeded: int) -> None:
    for row in [*Household.objects.all(), *Trainee.objects.all()]:
        assert row.is_demo
        assert row.id_number.open().startswith("9901")
        assert row.name.open().startswith("演示")
    assert {row.is_demo for row in LotteryFigure.objects.all()} == {True}
    assert LotteryChoice.objects.get().reason.startswith("（演示）")


def test_they_go_and_what_is_real_stays_and_stands_again(seeded: int) -> None:
    """A real figure that a demonstration account corrected, a real household that one withdrew."""
    city, county = Region.objects.get(code="530400"), Region.objects.get(code=YIMEN)
    unit = Department.objects.get(key="yimen-civil-affairs")
    ann, cai = make_user("ann", "reporter", county, unit), make_user("cai", "treasurer", city)
    accounts = User.objects.filter(is_demo=True)
    (real,) = households.enter([done(1)], department=unit, by=ann)
    households.withdraw(real, reason="演示", by=accounts.get(username="yimen"))
    figure = enter_figure(Statement(2016, "retained", 100, 55, "决算"), by=cai)
    again = Statement(2016, "retained", 100, 54, "决算", reason="演示")
    enter_figure(again, by=accounts.get(username="caiwu"))
    assert demo.remove_people(accounts) > seeded
    real.refresh_from_db()
    assert list(Household.objects.all()) == [real]
    assert (real.withdrawn_at, real.withdrawn_reason) == (None, "")
    assert not Trainee.objects.exists()
    assert not LotteryChoice.objects.exists()
    assert list(LotteryFigure.objects.filter(superseded_at=None)) == [figure]
