"""The pages of schemes over the shipped plans: the list, one scheme, a new version, what-if cases."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subsidies.models import Rule, Scheme, SchemeVersion
from subsidies.schemes.loading import load_schemes
from tests.pages.conftest import client_of, lead, leader, own_statements, page, ruler
from tests.reporting_world import at
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.plan_files import load_collection
from yuxi_eldercare.core.plan_sync import Sync

__all__ = ["lead", "leader", "page", "ruler"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

NEW = {
    "seen": "1",
    "amount": "10000",
    "valid_from": "2024-01-01",
    "kind": ["eldercare"],
    "premises": "own",
    "filed": "on",
    "once_per_unit": "on",
    "split_province": "5",
    "split_city": "3",
    "split_county": "2",
    "split_document": "演示财社〔2024〕1号",
    "reason": "录入分担比例",
}


def shown(client: Client, name: str, *args: str, **given: Any) -> str:
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return answer.content.decode()


def own_rule() -> dict[str, str]:
    """The field that names the rule the version follows."""
    return {"stated_by": str(Rule.objects.get(key="ap23.r.bed-own").pk)}


def version_pk(key: str) -> str:
    return str(SchemeVersion.objects.filter(scheme__key=key).latest("number").pk)


def case(key: str, **given: str) -> dict[str, str]:
    """A case under the newest version of a scheme, as its form sends it."""
    return {"version": version_pk(key), "quantity": "60", "capacity": "60", **given}


OWN = {"kind": "eldercare", "operation": "private", "filed": "yes", "premises": "own"}


def test_the_shipped_schemes_state_what_the_documents_state() -> None:
    stated = {v.scheme.key: (v.amount_fen, v.split) for v in SchemeVersion.objects.select_related("scheme")}
    assert stated == {
        "bed-own": (10_000_00, None),
        "bed-leased": (5_000_00, None),
        "bed-operating": (None, None),
        "childcare-construction": (None, None),
        "childcare-operating": (None, None),
        "home-adaptation": (None, None),
        "staff-training": (None, None),
    }
    for version in SchemeVersion.objects.exclude(amount_fen=None).select_related("stated_by"):
        assert version.stated_by is not None
        assert version.stated_by.value is not None
        assert version.stated_by.value * 100 == version.amount_fen


def test_the_list_says_what_is_stated_and_what_is_missing(page: Client) -> None:
    text = shown(page, "subsidy-schemes")
    assert "7 项补助，2 项载明标准；7 项未载明各级分担比例" in text
    assert "10,000.00 元/核定床位" in text
    assert "租用期 5 年以上" in text
    assert "不含公建民营" in text
    assert "文件未载明，请录入依据文件" in text
    assert reverse("document-clause", args=["action-plan-2021-2023", "二（二）6"]) in text


def test_a_scheme_shows_the_draft_beside_its_clause_and_asks_for_the_document(
    page: Client, ruler: Client
) -> None:
    text = shown(page, "subsidy-scheme", "bed-own")
    assert "自建产权用房按照核定床位一次性给予每张床位10000元补助" in text
    assert "征求意见稿写有按 省 5、市 3、县 2 分担" in text
    assert "以上补助资金按照省、市、县财政5:3:2的比例分级承担" in text
    assert "请录入载明分担比例的文件" in text
    form = reverse("subsidy-scheme-version", args=["bed-own"])
    assert form not in text
    assert form in shown(ruler, "subsidy-scheme", "bed-own")
    assert page.get(reverse("subsidy-scheme", args=["nothing"])).status_code == 404


def test_the_page_says_when_the_document_has_run_out(page: Client, ruler: Client) -> None:
    with at("2023-12-31"):
        assert "执行期至" not in shown(page, "subsidy-scheme", "bed-own")
    with at("2024-01-01"):
        assert "执行期至 2023-12-31" in shown(page, "subsidy-scheme", "bed-own")
        ruler.post(reverse("subsidy-scheme-version", args=["bed-own"]), {**NEW, **own_rule()})
        assert "执行期至" not in shown(page, "subsidy-scheme", "bed-own"), "version 2 begins after that day"


def test_a_new_version_is_written_by_the_form(ruler: Client, page: Client) -> None:
    url = reverse("subsidy-scheme-version", args=["bed-own"])
    text = ruler.get(url).content.decode()
    assert 'value="10000.00"' in text
    assert "征求意见稿写有按" in text
    answer = ruler.post(url, {**NEW, **own_rule()}, follow=True)
    assert answer.redirect_chain == [(reverse("subsidy-scheme", args=["bed-own"]), 302)]
    text = answer.content.decode()
    assert "已订立第2版" in text
    assert "省级 5、市级 3、县级 2" in text
    assert "演示财社〔2024〕1号" in text
    made = SchemeVersion.objects.get(scheme__key="bed-own", number=2)
    assert made.conditions == [
        {"code": "kind", "in": ["eldercare"]},
        {"code": "premises", "is": "own"},
        {"code": "filed"},
        {"code": "once_per_unit"},
    ]
    assert (made.amount_fen, made.split) == (10_000_00, {"province": 5, "city": 3, "county": 2})
    assert "6 项未载明各级分担比例" in shown(page, "subsidy-schemes")
    assert load_again() == []


def load_again() -> list[Any]:
    """Loading the shipped file once more: what it changes."""
    sync = Sync(load_collection(settings.FIXTURES_DIR), timezone.now(), frozenset(), whole=True)
    load_schemes(sync)
    return [*sync.changes, *sync.errors]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "一万"}, "不是金额"),
        ({"amount": "10000.005"}, "不是金额"),
        ({"amount": "9000"}, "所选条款载明10,000.00元"),
        ({"split_document": ""}, "文件名称和文号"),
        ({"split_city": "三"}, "请填写整数"),
        ({"valid_from": "2021-01-01"}, "不早于上一版起用"),
        ({"valid_from": ""}, "请填写日期"),
        ({"reason": ""}, "请写明订立这一版的理由"),
        ({"seen": "0"}, "又有人订立了新的一版"),
        ({"lease_years": "5"}, "租期的条件只用于租赁用房"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    ruler: Client, change: dict[str, str], words: str
) -> None:
    url = reverse("subsidy-scheme-version", args=["bed-own"])
    answer = ruler.post(url, {**NEW, **own_rule(), **change})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "演示财社〔2024〕1号" in text or "split_document" in change
    assert not SchemeVersion.objects.filter(scheme__key="bed-own", number=2).exists()


def test_who_may_not_is_told_why(page: Client) -> None:
    url = reverse("subsidy-scheme-version", args=["bed-own"])
    for answer in (page.get(url), page.post(url, {**NEW, **own_rule()})):
        assert answer.status_code == 403
        assert "牵头单位" in answer.content.decode()
    assert SchemeVersion.objects.filter(scheme__key="bed-own").count() == 1


def test_who_reads_no_ledgers_is_led_to_the_schemes_only(page: Client) -> None:
    roleless = client_of(User.objects.create(username="wu"))
    ledgers = [f'href="{reverse(name)}"' for name in ("subsidy-list", "subsidy-books", "subsidy-public")]
    for client, led in ((page, True), (roleless, False)):
        text = shown(client, "subsidy-schemes")
        assert [link in text for link in ledgers] == [led] * 3
        assert f'href="{reverse("subsidy-what-if")}"' in text
    assert f'href="{reverse("subsidy-schemes")}"' in shown(roleless, "indicator-list")


def test_a_case_is_computed_and_shared_by_its_address(page: Client) -> None:
    empty = shown(page, "subsidy-what-if", scheme="bed-leased")
    assert f'value="{version_pk("bed-leased")}" selected' in empty
    text = shown(page, "subsidy-what-if", **case("bed-own", **OWN))
    assert "可补助 600,000.00 元" in text
    assert "60 张核定床位 × 10,000.00 元 = 600,000.00 元" in text
    assert "文件未载明各级分担比例，请录入依据文件" in text


def test_parts_add_up_on_the_page(ruler: Client) -> None:
    ruler.post(reverse("subsidy-scheme-version", args=["bed-own"]), {**NEW, **own_rule()})
    text = shown(ruler, "subsidy-what-if", **case("bed-own", **OWN))
    for figure in ("5/10", "3/10", "2/10", "300,000.00", "180,000.00", "120,000.00"):
        assert figure in text
    assert "各级相加总等于总额" in text


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("bed-own", {**OWN, "capacity": "59"}, "申报 60，超过登记的床位（托位）59"),
        ("bed-own", {**OWN, "capacity": ""}, "尚不能确定：还有 1 项情况不明"),
        ("bed-own", {**OWN, "granted_before": "10"}, "已补助或已申报 10，本次 60"),
        (
            "bed-leased",
            {**OWN, "premises": "leased", "lease_from": "2021-03-01", "lease_to": "2026-01-31"},
            "租期 4 年 11 个月（2021-03-01 至 2026-01-31），不足 5 年",
        ),
        (
            "bed-leased",
            {
                **OWN,
                "premises": "leased",
                "operation": "public_private",
                "lease_from": "2021-03-01",
                "lease_to": "2026-02-28",
            },
            "不能补助：有 1 项不符合或不明",
        ),
        ("bed-operating", OWN, "文件未载明补助标准，没有金额可分担"),
    ],
)
def test_what_is_unmet_is_said_with_its_figures(
    page: Client, key: str, given: dict[str, str], words: str
) -> None:
    assert words in shown(page, "subsidy-what-if", **case(key, **given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quantity": "-1"}, "不能小于0"),
        ({"quantity": "六十"}, "请填写整数"),
        ({"quantity": "99999999"}, "请核对"),
        ({"version": "0"}, "没有这一版"),
        ({"lease_from": "2021-02-30"}, "日期的写法不对"),
    ],
)
def test_a_case_that_cannot_be_read_is_explained(page: Client, given: dict[str, str], words: str) -> None:
    text = shown(page, "subsidy-what-if", **case("bed-own", **given))
    assert words in text
    assert "可补助" not in text


def test_pages_take_few_statements_however_many_versions_there_are(page: Client, lead: User) -> None:
    for scheme in Scheme.objects.all():
        for number in range(2, 30):
            scheme.versions.create(number=number, valid_from="2024-01-01", reason="x", made_by=lead)
    assert own_statements(page, reverse("subsidy-schemes")) <= 6
    assert own_statements(page, reverse("subsidy-scheme", args=["bed-own"])) <= 7
    assert own_statements(page, reverse("subsidy-what-if"), **case("bed-own", **OWN)) <= 6
    assert own_statements(client_of(lead), reverse("subsidy-scheme-version", args=["bed-own"])) <= 9
