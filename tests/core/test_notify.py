"""Telling people: once per reason, after the commit, through channels that can be plugged in."""

from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import transaction

from tests.worlds import make_user
from yuxi_eldercare.core.dispatch import at_once
from yuxi_eldercare.core.models import Notice, Region, User
from yuxi_eldercare.core.notify import deliver, inbox, mark_read, tell, unread

pytestmark = pytest.mark.django_db(transaction=True)


class Gateway:
    """What a city's SMS gateway looks like to us."""

    name = "sms"
    sent: ClassVar[list[str]] = []
    broken = False

    def address(self, user: User) -> str:
        return "13800000000" if user.username == "ann" else ""

    def send(self, notice: Notice) -> None:
        if self.broken:
            raise ConnectionError("gateway is down")
        self.sent.append(notice.title)


@pytest.fixture
def people(settings: Any) -> dict[str, User]:
    settings.NOTIFY_CHANNELS = [f"{__name__}.Gateway"]
    Gateway.sent.clear()
    Gateway.broken = False
    region = Region.objects.create(code="999900", name="云溪市", short_name="云溪市", level="city")
    return {name: make_user(name, "reporter", region) for name in ("ann", "bob")}


def test_one_reason_is_told_once_per_channel(people: dict[str, User]) -> None:
    with at_once():
        assert tell(people.values(), reason_key="r", title="一") == [people["ann"], people["bob"]]
        assert tell(people.values(), reason_key="r", title="二") == []
        assert tell([people["ann"]], reason_key="other", title="三") == [people["ann"]]
    assert Gateway.sent == ["一", "三"]
    assert list(inbox(people["ann"]).values_list("title", flat=True)) == ["三", "一"]


def test_nothing_is_sent_for_what_was_rolled_back(people: dict[str, User]) -> None:
    with at_once(), transaction.atomic():
        tell([people["ann"]], reason_key="r", title="一")
        transaction.set_rollback(True)
    assert Gateway.sent == []
    assert not Notice.objects.exists()


def test_delivering_twice_sends_once(people: dict[str, User]) -> None:
    with at_once():
        tell([people["ann"]], reason_key="r", title="一")
    deliver("r")
    assert Gateway.sent == ["一"]


def test_a_broken_gateway_leaves_its_words_and_the_inbox(people: dict[str, User]) -> None:
    Gateway.broken = True
    with at_once():
        tell([people["ann"]], reason_key="r", title="一")
    notice = Notice.objects.get(channel="sms")
    assert (notice.sent_at, notice.error) == (None, "ConnectionError: gateway is down")
    assert unread(people["ann"]) == 1


def test_reading_ones_own_messages(people: dict[str, User]) -> None:
    tell(people.values(), reason_key="r", title="一")
    other = inbox(people["bob"]).get().pk
    assert mark_read(people["ann"], [other]) == 0
    assert mark_read(people["ann"]) == 1
    assert (unread(people["ann"]), unread(people["bob"])) == (0, 1)


def test_an_inactive_account_is_told_nothing(people: dict[str, User]) -> None:
    people["ann"].is_active = False
    assert tell([people["ann"]], reason_key="r", title="一") == []


@pytest.mark.parametrize(
    ("public", "link", "body"),
    [
        ("https://tracker.example.test", "/desk/", "请填报\n\nhttps://tracker.example.test/desk/"),
        ("https://tracker.example.test", "https://other.test/a", "请填报\n\nhttps://other.test/a"),
        ("https://tracker.example.test", "", "请填报"),
        ("", "/desk/", "请填报"),
    ],
)
def test_links_in_mails_work_outside_the_product(
    people: dict[str, User], settings: Any, public: str, link: str, body: str
) -> None:
    settings.NOTIFY_CHANNELS = ["yuxi_eldercare.core.notify.Email"]
    settings.PUBLIC_URL = public
    User.objects.filter(username="ann").update(email="ann@example.test")
    with at_once():
        tell(User.objects.filter(username="ann"), reason_key="r", title="催报", text="请填报", link=link)
    assert [message.body for message in mail.outbox] == [body]
