"""Finding institutions: those that may stand twice, and those somebody searches for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Institution
from tests.pages.conftest import client_of
from tests.pages.test_institutions import form, text
from tests.projects.test_register import CODE, Keepers
from tests.worlds import WHITE
from yuxi_eldercare.core.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers() -> Keepers:
    return Keepers()


@pytest.fixture
def hong(keepers: Keepers) -> Client:
    """The reporter of 红河区民政局."""
    return client_of(keepers.hong)


@pytest.fixture
def ling(keepers: Keepers) -> Client:
    """A leader of the city."""
    return client_of(User.objects.get(username="ling"))


# Duplicates


def test_a_known_code_leads_to_its_institution(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    refused = hong.post(reverse("institution-new"), form(credit_code=CODE))
    assert "已登记为“演示养老院”" in refused.context["form"].errors["credit_code"][0]
    assert home.versions.count() == 1


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"name": "红河区 福寿（养老院）"}, "同县同名"),
        ({"name": "福寿康养中心", "address": "人民路 8 号"}, None),
        ({"name": "福寿护理养老院", "address": "人民路8号"}, "地址相同、名称相近"),
        ({"name": "福寿护理养老院", "address": "人民路8号", "kind": "day_care"}, None),
    ],
)
def test_what_looks_like_another_needs_a_reason(
    keepers: Keepers, hong: Client, second: dict[str, str], why: str | None
) -> None:
    keepers.state(name="福寿养老院", address="人民路8号", credit_code=CODE)
    answer = hong.post(reverse("institution-new"), form(**second))
    if why is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert f"福寿养老院（{why}）" in answer.context["form"].errors["reason"][0]
    assert Institution.objects.count() == 1
    assert "没有发现" in text(hong.get(reverse("institution-duplicates")))
    assert (
        hong.post(reverse("institution-new"), form(**second, reason="两块牌子，各自登记")).status_code == 302
    )
    page = hong.get(reverse("institution-duplicates"))
    assert [pair.why for pair in page.context["result"].pairs] == [why]
    assert "两块牌子，各自登记" in text(page)
    assert "没有发现" in text(hong.get(reverse("institution-duplicates"), {"county": WHITE}))


def test_a_closed_institution_is_nobodys_duplicate(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(name="福寿养老院")
    yesterday = timezone.localdate() - timedelta(1)
    keepers.state(yesterday, institution=home.pk, name="福寿养老院", status="closed")
    assert hong.post(reverse("institution-new"), form(name="福寿养老院")).status_code == 302


# Search


def test_the_search_finds_institutions_for_readers_of_the_register(keepers: Keepers, ling: Client) -> None:
    home = keepers.state(name="福寿养老院", credit_code=CODE)
    for words in ("福寿", CODE):
        answer = ling.get(reverse("search"), {"q": words})
        assert reverse("institution", args=[home.pk]) in answer.content.decode()
    stranger = client_of(User.objects.create(username="nobody"))
    assert "福寿养老院" not in text(stranger.get(reverse("search"), {"q": "福寿"}))
