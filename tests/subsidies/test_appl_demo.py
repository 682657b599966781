"""The demonstration's claims: every state is there, and they go again with their money and nothing else."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from subsidies.books.posting import Event, post
from subsidies.models import Application, Balance, BudgetLine, Journal, Level, SchemeVersion
from tests.worlds import make_user
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.applications import remove_applications, seed_applications
from yuxi_eldercare.demo.institutions import seed_institutions
from yuxi_eldercare.demo.payments import seed_payments

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]


@pytest.fixture
def seeded(tmp_path: Path, settings: Any) -> int:
    settings.FILES_DIR = tmp_path
    ensure_accounts()
    seed_institutions(timezone.localdate())
    return seed_applications(timezone.localdate())


def test_every_state_but_paid_is_shown_and_nothing_is_written_twice(seeded: int) -> None:
    assert seeded == 12
    states = set(Application.objects.values_list("state", flat=True))
    assert states == set(Application.State.values) - {"paid"}
    assert seed_applications(timezone.localdate()) == 0
    assert not Application.objects.filter(is_demo=False).exists()
    assert SchemeVersion.objects.filter(is_demo=True, split_document__startswith="（演示）").count() == 2


def test_they_go_with_their_money_and_leave_what_is_real(seeded: int) -> None:
    """A real budget line that a demonstration claim drew on has its whole money again."""
    region = Region.objects.get(code="530400")
    real = BudgetLine.objects.create(
        year=2026,
        level=Level.CITY,
        region=region,
        programme="training",
        made_by=make_user("zhen", "treasurer", region),
    )
    post(Event(kind=Journal.Kind.BUDGET, key="real", on=date(2026, 1, 1), by=real.made_by), {real.pk: 500})
    row = Application.objects.filter(state="approved").first()
    drawn = Event(
        kind=Journal.Kind.COMMIT,
        key="drawn",
        on=date(2026, 2, 1),
        by=real.made_by,
        application=row,
        is_demo=True,
    )
    post(drawn, {real.pk: 200})
    seed_payments(timezone.localdate())
    assert remove_applications(User.objects.filter(is_demo=True)) == seeded
    assert not Application.objects.exists()
    assert list(BudgetLine.objects.all()) == [real]
    amounts = dict(Balance.objects.exclude(amount_fen=0).values_list("account", "amount_fen"))
    assert amounts == {"source": -500, "available": 500}
    assert list(Journal.objects.values_list("key", flat=True)) == ["real"]
    assert not SchemeVersion.objects.filter(is_demo=True).exists()


def test_the_whole_demonstration_is_cleared_with_them(seeded: int) -> None:
    seed_payments(timezone.localdate())
    call_command("cleardemo", verbosity=0)
    assert not Application.objects.exists()
    assert not Journal.objects.exists()
    assert not User.objects.filter(is_demo=True).exists()
