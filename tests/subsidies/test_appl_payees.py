"""An account that was wrong is put right by another person than the one who applied, and can be paid then."""

import pytest
from django.test import Client
from django.urls import reverse

from subsidies.applying.payees import correct_payee
from subsidies.models import Application
from subsidies.paying.batches import drop_order, make_batch
from targets.actions.refusals import NotAllowed, Refused
from tests.worlds import make_user
from yuxi_eldercare.core.models import AuditEvent, User

from .world import ACCOUNT, Subsidies, approved, make_lines, make_subsidies

pytestmark = pytest.mark.django_db
NEW = "530102050009876"


@pytest.fixture
def s() -> Subsidies:
    return make_subsidies()


def correct(row: Application, by: User, **changes: str) -> Application:
    given = {
        "payee": "红河养老院",
        "payee_kind": "account",
        "bank": "云溪农商行",
        "account": NEW,
        "reason": "退票",
    }
    return correct_payee(application=row, by=by, **{**given, **changes})


def test_the_countys_reviewer_puts_it_right_and_the_trail_shows_masks_only(s: Subsidies) -> None:
    row = correct(approved(s, 60, make_lines(s)), s.bob)
    assert row.account.open() == NEW
    assert row.state == Application.State.APPROVED
    step = row.steps.latest("pk")
    assert (step.verb, step.by, step.reason) == ("change", s.bob, "退票")
    event = AuditEvent.objects.filter(action="applications.change").latest("pk")
    assert NEW not in f"{step.figures}{event.after}"
    assert ACCOUNT not in f"{event.before}"
    assert make_batch(region=s.red, applications=[row.pk], by=s.cai).orders[0].account.open() == NEW


def test_who_applied_the_city_and_the_treasurer_do_not(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    for person in (s.ann, s.cheng, s.lin, s.cai, make_user("far", "reviewer", s.world.counties["999903"])):
        with pytest.raises(NotAllowed):
            correct(row, person)
    row.steps.filter(verb="submit").model.objects.create(
        application=row, verb="submit", state=row.state, at=row.approved_at, by=s.bob
    )
    with pytest.raises(NotAllowed, match="办理过这笔申请的“提交”"):
        correct(row, s.bob)


@pytest.mark.parametrize("verb", ["create", "change", "approve"])
def test_nobody_else_with_a_hand_in_it_does(s: Subsidies, verb: str) -> None:
    row = approved(s, 60, make_lines(s))
    state = "approved" if verb == "approve" else "draft"
    row.steps.create(verb=verb, state=state, at=row.approved_at, by=s.bob)
    with pytest.raises(NotAllowed, match="须由另一人更正"):
        correct(row, s.bob)


def test_an_account_is_put_right_twice_by_the_same_person(s: Subsidies) -> None:
    row = correct(approved(s, 60, make_lines(s)), s.bob)
    assert correct(row, s.bob, account=ACCOUNT).account.open() == ACCOUNT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "12"}, "银行账号不正确"),
        ({"payee_kind": "card", "account": "6222020200112233445"}, "校验不符"),
        ({"account": " "}, "都要填写"),
        ({"bank": ""}, "都要填写"),
        ({"reason": " "}, "理由"),
    ],
    ids=["short", "check-digit", "none", "no-bank", "no-reason"],
)
def test_bad_input_is_refused_and_nothing_kept(s: Subsidies, changes: dict[str, str], words: str) -> None:
    row = approved(s, 60, make_lines(s))
    with pytest.raises(Refused, match=words):
        correct(row, s.bob, **changes)
    row.refresh_from_db()
    assert row.account.open() == ACCOUNT


def test_the_account_of_another_institution_is_explained_by_its_claim(s: Subsidies) -> None:
    lines = make_lines(s)
    row = approved(s, 60, lines)
    other = approved(s, 10, lines)
    Application.objects.filter(pk=other.pk).update(institution=None, name="另一家养老院")
    correct(other, s.bob)
    with pytest.raises(Refused, match=f"另一家养老院.*{other.number}"):
        correct(row, s.bob)
    row.refresh_from_db()
    assert row.account.open() == ACCOUNT
    assert correct(row, s.bob, reason=f"退票；与{other.number}同一法人").account.open() == NEW


def test_not_while_an_order_waits_and_not_once_paid(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    made = make_batch(region=s.red, applications=[row.pk], by=s.cai)
    with pytest.raises(Refused, match="正在支付清单中"):
        correct(row, s.bob)
    for order in made.orders:
        drop_order(order=order, reason="账号有误", by=s.cai)
    correct(row, s.bob)
    Application.objects.filter(pk=row.pk).update(state="paid")
    with pytest.raises(Refused, match="已付清"):
        correct(row, s.bob)


def test_on_the_page(s: Subsidies) -> None:
    row = approved(s, 60, make_lines(s))
    client = Client()
    client.force_login(s.bob)
    address = reverse("subsidy-application-payee", args=[row.pk])
    assert address in client.get(reverse("subsidy-application", args=[row.pk])).content.decode()
    assert ACCOUNT not in client.get(address).content.decode()
    sent = {
        "payee": "红河养老院",
        "payee_kind": "account",
        "bank": "云溪农商行",
        "account": NEW,
        "reason": "退票",
    }
    stale = client.post(address, {**sent, "revision": "99"})
    assert stale.status_code == 422
    assert client.post(address, {**sent, "revision": str(row.revision)}).status_code == 302
