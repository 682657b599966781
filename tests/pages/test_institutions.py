"""The register's pages: the list as of a day with its sums, one institution with its history, forms, duplicates."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from projects.models import Institution, InstitutionVersion
from projects.queries.institutions import SUMS
from tests.pages.conftest import client_of, own_statements
from tests.projects.test_register import CODE, FACTS, OTHER_CODE, Keepers
from tests.worlds import RED, WHITE
from yuxi_eldercare.core.models import Department, Region, User

pytestmark = pytest.mark.django_db

DAY = date(2022, 3, 1)


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


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form(**fields: Any) -> dict[str, Any]:
    """What the form of a new institution posts."""
    unit = Department.objects.get(key="red-mz")
    return {
        "keeper": unit.pk, "name": "新建养老院", "region": RED, "kind": "eldercare", "operation": "private",
        "beds": "80", "nursing_beds": "30", "staff": "10", "certified_staff": "8", "since": "2023-05-01", **fields,
    }  # fmt: skip


def typed(client: Client, url: str) -> dict[str, Any]:
    """What a form posts when nothing is changed."""
    initial = client.get(url).context["form"].initial
    return {name: value for name, value in initial.items() if value is not None and value is not False}


# Who gets in


@pytest.mark.parametrize("name", ["institution-list", "institution-duplicates", "institution-new"])
def test_nobody_gets_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_an_account_without_a_role_is_told_why(keepers: Keepers) -> None:
    response = client_of(User.objects.create(username="nobody")).get(reverse("institution-list"))
    assert response.status_code == 403
    assert "供担任角色的人员查看" in text(response)


def test_everybody_with_a_role_reads_and_the_keeper_writes(
    keepers: Keepers, ling: Client, hong: Client
) -> None:
    home = keepers.state(credit_code=CODE)
    verbs = [reverse(f"institution-{verb}", args=[home.pk]) for verb in ("edit", "move", "close")]
    for client in (ling, client_of(keepers.bai)):
        assert client.get(reverse("institution-list")).status_code == 200
        page = client.get(reverse("institution", args=[home.pk]))
        assert "登记变化" not in text(page)
        assert "登记和更正由登记单位办理" in text(page)
        for verb in verbs:
            assert client.get(verb).status_code == 403
            assert client.post(verb, {}).status_code == 403
    page = hong.get(reverse("institution", args=[home.pk]))
    assert all(verb in page.content.decode() for verb in verbs)
    assert [hong.get(verb).status_code for verb in verbs] == [200, 200, 200]
    assert Institution.objects.get().revision == 0


def test_an_institution_that_is_not_there(hong: Client) -> None:
    for name in ("institution", "institution-edit", "institution-move", "institution-close"):
        assert hong.get(reverse(name, args=[404])).status_code == 404


# The list


def test_the_list_answers_for_a_day(keepers: Keepers, ling: Client) -> None:
    keepers.state(credit_code=CODE, since=date(2021, 1, 1), beds=60)
    keepers.state(credit_code=CODE, since=DAY)
    keepers.state(name="白水托育园", kind="childcare", childcare_places=50, beds=0, nursing_beds=0, region=WHITE,
                  keeper=keepers.other.pk, by=keepers.bai)  # fmt: skip
    page = ling.get(reverse("institution-list"), {"as_of": "2021-12-31"})
    assert page.context["totals"].beds == 60
    assert "白水托育园" not in text(page)
    assert ling.get(reverse("institution-list")).context["totals"].childcare_places == 50


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"county": WHITE}, ["白水园"]),
        ({"kind": "childcare"}, ["白水园"]),
        ({"operation": "private"}, ["民办院"]),
        ({"status": "closed"}, ["旧院"]),
        ({"status": "all"}, ["公办院", "旧院", "民办院", "白水园"]),
        ({"keeper": "white-mz"}, ["白水园"]),
        ({"text": "办院"}, ["公办院", "民办院"]),
        ({"text": CODE[:6]}, ["公办院"]),
        ({"as_of": "2022-12-31"}, ["公办院", "旧院", "民办院", "白水园"]),
        ({"kind": "nonsense"}, ["公办院", "民办院", "白水园"]),
    ],
)
def test_filters_and_sums_that_equal_the_rows(
    keepers: Keepers, ling: Client, given: dict[str, str], names: list[str]
) -> None:
    keepers.state(name="公办院", credit_code=CODE)
    keepers.state(name="民办院", operation="private", beds=30, nursing_beds=3)
    old = keepers.state(name="旧院", beds=10, nursing_beds=1, staff=0)
    keepers.state(date(2023, 1, 1), institution=old.pk, name="旧院", beds=10, nursing_beds=1, staff=0,
                  status="closed")  # fmt: skip
    keepers.state(name="白水园", kind="childcare", childcare_places=50, region=WHITE, keeper=keepers.other.pk,
                  by=keepers.bai)  # fmt: skip
    page = ling.get(reverse("institution-list"), given)
    rows = page.context["page"].object_list
    assert sorted(row.name for row in rows) == sorted(names)
    totals = page.context["totals"]
    assert totals.institutions == len(rows)
    for name in SUMS:
        assert getattr(totals, name) == sum(getattr(row, name) for row in rows)


def test_pages_go_on_where_the_last_ended(keepers: Keepers, ling: Client) -> None:
    many(keepers, 120)
    pages = [ling.get(reverse("institution-list"), {"page": n}).context["page"] for n in (1, 2, 3)]
    names = [row.name for page in pages for row in page.object_list]
    assert len(names) == len(set(names)) == 120
    assert names == sorted(names)


def test_statements_do_not_grow_with_the_register(keepers: Keepers, ling: Client) -> None:
    urls = [reverse("institution-list"), reverse("institution-duplicates")]
    many(keepers, 20)
    few = [own_statements(ling, url) for url in urls]
    many(keepers, 200, "乙")
    assert [own_statements(ling, url) for url in urls] == few
    assert few == [4, 4]


def test_the_page_of_an_institution_is_pinned(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    for year in range(2023, 2026):
        keepers.state(date(year, 1, 1), credit_code=CODE, beds=100 + year)
    assert own_statements(hong, reverse("institution", args=[home.pk])) == 4


def many(keepers: Keepers, count: int, prefix: str = "甲") -> None:
    """Institutions without history, written at once."""
    rows = Institution.objects.bulk_create(Institution(keeper=keepers.unit) for _ in range(count))
    columns = {**FACTS.columns(), "county_id": RED}
    InstitutionVersion.objects.bulk_create(
        InstitutionVersion(
            institution=row, since=DAY, recorded_at=timezone.now(), **columns | {"name": f"{prefix}{n:05}"}
        )
        for n, row in enumerate(rows)
    )


def test_what_is_shown_leaves_as_a_file_without_formulas(keepers: Keepers, ling: Client) -> None:
    keepers.state(name="=cmd|' /C calc'!A0", credit_code=CODE)
    keepers.state(name="不在其中", kind="day_care")
    answer = ling.get(reverse("institution-export", args=["csv"]), {"kind": "eldercare"})
    assert answer.status_code == 200
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("'=cmd")
    sheet = b"".join(ling.get(reverse("institution-export", args=["xlsx"])))  # type: ignore[arg-type]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["床位数"], row["统一社会信用代码"], row["类型"]) == (100, CODE, "养老机构")
    assert ling.get(reverse("institution-export", args=["pdf"])).status_code == 404


# One institution


def test_the_page_tells_the_history_and_the_day(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    keepers.state(date(2023, 6, 1), credit_code=CODE, beds=150, reason="三期投用")
    keepers.state(date(2023, 6, 1), credit_code=CODE, beds=160, reason="录入有误")
    url = reverse("institution", args=[home.pk])
    page = text(hong.get(url))
    assert "床位数：100 → 160" in page
    assert "录入有误" in page
    assert "已被更正或截断的登记 2 条" in page
    then = hong.get(url, {"as_of": "2022-12-31"}).context
    assert then["version"].beds == 100
    assert "还没有这家机构" in text(hong.get(url, {"as_of": "2021-01-01"}))


def test_a_new_institution(keepers: Keepers, hong: Client) -> None:
    response = hong.post(reverse("institution-new"), form(credit_code=CODE))
    made = Institution.objects.get()
    assert response["Location"] == reverse("institution", args=[made.pk])
    version = made.versions.get()
    assert (version.name, version.beds, version.since) == ("新建养老院", 80, date(2023, 5, 1))


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"nursing_beds": "81"}, "nursing_beds", "多于"),
        ({"certified_staff": "11"}, "certified_staff", "多于"),
        ({"credit_code": CODE[:-1] + "0"}, "credit_code", "校验码"),
        ({"name": ""}, "name", "请填写机构名称"),
        ({"beds": "八十"}, "beds", "整数"),
        ({"since": "2999-01-01"}, "since", "至今天"),
        ({"since": ""}, "since", "请填写日期"),
        ({"kind": ""}, "kind", "请在以下各项中选择"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    hong: Client, wrong: dict[str, str], field: str, sentence: str
) -> None:
    response = hong.post(reverse("institution-new"), form(**wrong))
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field][0]
    assert 'value="新建养老院"' in response.content.decode() or field == "name", "what was typed stays"
    assert not Institution.objects.exists()


def test_only_units_of_ones_own_are_offered(keepers: Keepers, hong: Client) -> None:
    response = hong.post(reverse("institution-new"), form(keeper=keepers.other.pk))
    assert response.status_code == 422
    assert "keeper" in response.context["form"].errors
    page = hong.get(reverse("institution-new")).content.decode()
    assert "红河区" in page
    assert "白水县" not in page


def test_places_below_the_county_can_be_chosen(keepers: Keepers, hong: Client) -> None:
    red = Region.objects.get(code=RED)
    town = Region.objects.create(
        code=f"{RED}001000", name="龙泉街道", short_name="龙泉街道", level="township", parent=red
    )
    assert "红河区 · 龙泉街道" in hong.get(reverse("institution-new")).content.decode()
    hong.post(reverse("institution-new"), form(region=town.code))
    version = InstitutionVersion.objects.get()
    assert (version.region_id, version.county_id) == (town.code, RED)


def test_a_change_from_a_day_and_a_correction(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    url = reverse("institution-edit", args=[home.pk])
    given = typed(hong, url)
    assert hong.post(url, given | {"beds": "120", "since": "2023-01-01", "revision": 0}).status_code == 302
    assert hong.post(f"{url}?since=2022-03-01", given | {"beds": "90", "revision": 1}).status_code == 422
    answer = hong.post(f"{url}?since=2022-03-01", given | {"beds": "90", "revision": 1, "reason": "登记有误"})
    assert answer.status_code == 302
    rows = home.versions.filter(superseded_at=None).order_by("since")
    assert list(rows.values_list("since", "beds")) == [(DAY, 90), (date(2023, 1, 1), 120)]
    assert hong.get(f"{url}?since=2020-01-01").status_code == 404


def test_the_second_of_two_people_is_told(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE)
    begin = typed(hong, reverse("institution-edit", args=[home.pk]))
    keepers.state(date(2023, 1, 1), credit_code=CODE, beds=120)
    given = begin | {"since": "2023-06-01", "beds": "130"}
    for verb in ("edit", "move", "close"):
        response = hong.post(
            reverse(f"institution-{verb}", args=[home.pk]), given | {"reason": "有变化", "address": "新址"}
        )
        assert response.status_code == 422
        assert "他人已更正" in text(response)
    assert home.versions.filter(superseded_at=None).count() == 2


def test_a_code_can_be_added_later_but_not_another_ones(keepers: Keepers, hong: Client) -> None:
    keepers.state(name="别家", credit_code=OTHER_CODE)
    home = keepers.state()
    url = reverse("institution-edit", args=[home.pk])
    given = typed(hong, url) | {"since": "2023-01-01"}
    refused = hong.post(url, given | {"credit_code": OTHER_CODE})
    assert "另一家" in refused.context["form"].errors["credit_code"][0]
    assert hong.post(url, given | {"credit_code": CODE}).status_code == 302
    home.refresh_from_db()
    assert (home.credit_code, home.revision) == (CODE, 1)


def test_a_move_takes_later_versions_along(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE, address="老街1号")
    keepers.state(date(2024, 1, 1), credit_code=CODE, address="老街1号", beds=150)
    url = reverse("institution-move", args=[home.pk])
    given = {"since": "2023-06-01", "region": RED, "revision": 1, "reason": "租期届满"}
    assert "地址相同" in text(hong.post(url, given | {"address": "老街1号"}))
    assert "请写明搬迁" in text(hong.post(url, given | {"address": "新街2号", "reason": ""}))
    assert "不能早于" in text(hong.post(url, given | {"address": "新街2号", "since": "2020-01-01"}))
    assert hong.post(url, given | {"address": "新街2号"}).status_code == 302
    rows = home.versions.filter(superseded_at=None).order_by("since").values_list("since", "address", "beds")
    assert list(rows) == [
        (DAY, "老街1号", 100),
        (date(2023, 6, 1), "新街2号", 100),
        (date(2024, 1, 1), "新街2号", 150),
    ]


def test_a_closing_waits_for_those_who_are_cared_for(keepers: Keepers, hong: Client) -> None:
    home = keepers.state(credit_code=CODE, enrolled=12)
    url = reverse("institution-close", args=[home.pk])
    given = {"since": "2023-06-01", "reason": "经营期满", "revision": 0}
    refused = hong.post(url, given)
    assert refused.status_code == 422
    assert "仍有 12 人" in text(refused)
    keepers.state(date(2023, 6, 1), credit_code=CODE, enrolled=0)
    assert "请写明关停的原因" in text(hong.post(url, given | {"revision": 1, "reason": ""}))
    assert "不能早于" in text(hong.post(url, given | {"revision": 1, "since": "2023-05-01"}))
    assert hong.post(url, given | {"revision": 1}).status_code == 302
    page = text(hong.get(reverse("institution", args=[home.pk])))
    assert "登记恢复运营" in page
    assert "登记搬迁" not in page
    edit = reverse("institution-edit", args=[home.pk])
    reopened = typed(hong, edit) | {"status": "open", "since": "2024-01-01"}
    assert hong.post(edit, reopened).status_code == 302
    assert home.versions.get(superseded_at=None, until=None).status == "open"
