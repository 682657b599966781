"""Importing sheets of other systems: what is written, and what is refused by row and column."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from projects.models import Institution, InstitutionVersion
from projects.sheets import uploads
from projects.sheets.mapping import guess
from projects.sheets.reading import XLSX, read_table
from tests.pages.conftest import client_of
from tests.projects.institution_sheets import (
    HEADER,
    HOME,
    OTHER,
    kept,
    load,
    now,
    preview,
    sheet,
    text,
    upload,
)
from tests.projects.test_register import CODE, OTHER_CODE, Keepers
from tests.worlds import RED, WHITE
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import AuditEvent, Job, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers(settings: Any, tmp_path: Path) -> Keepers:
    settings.FILES_DIR, settings.VAR_DIR = tmp_path / "files", tmp_path
    return Keepers()


@pytest.fixture
def hong(keepers: Keepers) -> Client:
    return client_of(keepers.hong)


# What is written


def test_the_same_file_twice_changes_nothing(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    _url, result = preview(hong, [HEADER, HOME, OTHER])
    assert (result["new"], result["changed"], result["unchanged"], result["fault_count"]) == (2, 0, 0, 0)
    assert not Institution.objects.exists(), "a preview writes nothing"
    assert load(hong, [HEADER, HOME, OTHER]).status_code == 302
    versions = list(InstitutionVersion.objects.order_by("pk").values())
    events = AuditEvent.objects.filter(action="institutions.record").count()
    _url, result = preview(hong, [HEADER, HOME, OTHER])
    assert (result["new"], result["changed"], result["unchanged"]) == (0, 0, 2)
    assert load(hong, [HEADER, HOME, OTHER]).status_code == 302
    assert list(InstitutionVersion.objects.order_by("pk").values()) == versions
    assert AuditEvent.objects.filter(action="institutions.record").count() == events
    assert str(now("城东敬老院").since) == "2020-03-01", "a new institution counts from its opening"


def test_the_next_quarter_adds_versions_from_its_day(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    load(hong, [HEADER, HOME, OTHER])
    changed = [*HOME]
    changed[5:7] = ["150", "90"]
    _url, result = preview(hong, [HEADER, changed], "2023-12-31")
    assert (result["changed"], result["unchanged"], result["missing"]) == (1, 0, ["城东敬老院"])
    load(hong, [HEADER, changed], "2023-12-31")
    rows = InstitutionVersion.objects.filter(superseded_at=None, institution__credit_code=CODE).order_by(
        "since"
    )
    assert [(str(row.since), row.beds, row.staff) for row in rows] == [
        ("2019-05-01", 120, 20),
        ("2023-12-31", 150, 20),
    ]
    assert "导入表格：导出.xlsx" in rows[1].reason
    assert now("城东敬老院").beds == 80, "what a sheet does not name stays"


def test_blank_cells_and_missing_columns_leave_what_is_known(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    load(hong, [HEADER, HOME])
    keepers.state(date(2023, 10, 1), credit_code=CODE, name=HOME[0], operation="public_private", beds=120,
                  nursing_beds=60, staff=20, certified_staff=15, enrolled=99, licence="滇0001")  # fmt: skip
    blank = [*HOME]
    blank[5:9] = ["", "-", "22", ""]
    load(hong, [HEADER, blank], "2023-12-31")
    row = now(HOME[0])
    assert (row.beds, row.nursing_beds, row.staff, row.certified_staff) == (120, 60, 22, 15)
    assert (row.enrolled, row.licence) == (99, "滇0001")


def test_without_a_code_the_name_in_the_county_finds_it(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    plain = ["福寿院", "", *HOME[2:]]
    load(hong, [HEADER, plain])
    load(hong, [HEADER, plain])
    assert Institution.objects.count() == 1
    load(hong, [HEADER, ["红河区福寿院", CODE, *HOME[2:]]], "2023-12-31")
    assert Institution.objects.get().credit_code == CODE, "and takes in the code"
    twin = keepers.state(name="福寿院", since=date(2023, 1, 1))
    Institution.objects.exclude(pk=twin.pk).update(credit_code="")
    _url, result = preview(hong, [HEADER, plain])
    assert "2 家同名机构" in result["faults"][0]["message"]


def test_an_ended_institution(keepers: Keepers, hong: Client) -> None:
    header = [*HEADER, "运营状态", "停业日期", "入住人数"]
    kept(keepers, mapping=guess(read_table(sheet([header, HOME]), XLSX.media_type)))
    load(hong, [header, [*HOME, "运营", "", "30"]])
    ended = [*HOME, "注销", "2023-11-15", "30"]
    _url, result = preview(hong, [header, ended], "2023-12-31")
    assert [(fault["row"], fault["column"]) for fault in result["faults"]] == [(2, "M")]
    assert "仍有 30 人" in result["faults"][0]["message"]
    load(hong, [header, [*ended[:-1], "0"]], "2023-12-31")
    row = now(HOME[0])
    assert (row.status, str(row.since)) == ("closed", "2023-11-15")
    _url, result = preview(hong, [header, [*ended[:-1], "0"]], "2023-12-31")
    assert result["unchanged"] == 1


def test_towns_below_the_county(keepers: Keepers, hong: Client) -> None:
    red = Region.objects.get(code=RED)
    town = Region.objects.create(
        code=f"{RED}001000", name="龙泉街道", short_name="龙泉街道", level="township", parent=red
    )
    header = [*HEADER, "乡镇（街道）", "详细地址"]
    kept(keepers, mapping=guess(read_table(sheet([header, HOME]), XLSX.media_type)))
    load(hong, [header, [*HOME, "龙泉街道", "1号"], [*OTHER, "外乡", "2号"]])
    assert (now(HOME[0]).region_id, now(HOME[0]).address) == (town.code, "1号")
    assert (now(OTHER[0]).region_id, now(OTHER[0]).address) == (RED, "外乡2号")


# What is refused, with its row and column


@pytest.mark.parametrize(
    ("column", "value", "place", "sentence"),
    [
        (0, "", "A", "请填写机构名称"),
        (1, CODE[:-1] + "0", "B", "末位为校验码"),
        (1, "9.15304E+17", "B", "末位为校验码"),
        (2, "青云县", "C", "没有找到“青云县”"),
        (2, "白水县", "C", "不在区民政局的范围内"),
        (3, "火车站", "D", "没有对应到“类型”的选项"),
        (4, "混合", "E", "没有对应到“运营方式”的选项"),
        (5, "约100", "F", "不是确数"),
        (5, "10.5", "F", "整数"),
        (5, "-3", "F", "整数"),
        (6, "130", "G", "多于床位数"),
        (8, "21", "I", "多于护理"),
        (9, "去年", "J", "不是日期"),
        (9, "2023-02-30", "J", "不是日期"),
        (9, "2023-12-31", "J", "晚于表格的数据截至日期"),
        (9, "1900-01-01", "J", "至今天"),
    ],
)
def test_a_wrong_cell_is_named(
    keepers: Keepers, hong: Client, column: int, value: str, place: str, sentence: str
) -> None:
    kept(keepers)
    wrong = [*HOME]
    wrong[column] = value
    url, result = preview(hong, [HEADER, OTHER, wrong])
    found = [(fault["row"], fault["column"]) for fault in result["faults"]]
    expected = (3, "") if sentence == "至今天" else (3, place)
    assert expected in found, result["faults"]
    assert any(sentence in fault["message"] for fault in result["faults"])
    page = hong.post(url)
    assert page.status_code == 422
    assert "没有写入任何数据" in text(page)
    assert not Institution.objects.exists(), "the row that is right is not written either"


def test_all_that_is_wrong_in_a_row_is_told_at_once(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    wrong = [*HOME]
    wrong[1], wrong[2], wrong[3], wrong[9] = CODE[:-1] + "0", "白水县", "火车站", "去年"
    _url, result = preview(hong, [HEADER, OTHER, wrong])
    assert [(fault["row"], fault["column"]) for fault in result["faults"]] == [
        (3, "B"), (3, "C"), (3, "D"), (3, "J"),
    ]  # fmt: skip


def test_what_cannot_be_read_is_not_compared(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    wrong = [*HOME]
    wrong[5] = "约100"
    _url, result = preview(hong, [HEADER, wrong])
    [fault] = result["faults"]
    assert "不是确数" in fault["message"], "and nothing about nursing beds above none"


def test_one_institution_twice_in_a_sheet(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    plain = ["福寿院", "", *HOME[2:]]
    _url, result = preview(hong, [HEADER, HOME, HOME, plain, plain])
    found = [(fault["row"], fault["column"], fault["message"]) for fault in result["faults"]]
    assert [(row, column) for row, column, _m in found] == [(3, "B"), (5, "A")]
    assert "第 2 行" in found[0][2]


def test_an_institution_of_another_unit(keepers: Keepers, hong: Client) -> None:
    keepers.state(credit_code=CODE, keeper=keepers.other.pk, by=keepers.bai, region=WHITE)
    kept(keepers)
    _url, result = preview(hong, [HEADER, HOME])
    assert "由其他单位登记" in result["faults"][0]["message"]
    assert result["faults"][0]["row"] == 2


def test_what_looks_like_another_needs_a_reason(keepers: Keepers, hong: Client) -> None:
    keepers.state(name="红河老年公寓", credit_code=OTHER_CODE)
    kept(keepers)
    url, result = preview(hong, [HEADER, HOME])
    assert [(d["row"], d["other"], d["why"]) for d in result["doubts"]] == [(2, "红河老年公寓", "同县同名")]
    page = hong.post(url)
    assert page.status_code == 422
    assert "请写明依据" in text(page)
    assert Institution.objects.count() == 1
    assert hong.post(url, {"reason": "分院，单独登记"}).status_code == 302
    assert InstitutionVersion.objects.get(institution__credit_code=CODE).reason == "分院，单独登记"


# Large sheets


def test_a_large_sheet_is_a_job_whose_result_is_confirmed(
    keepers: Keepers, hong: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_MOST", 1)
    mapping = kept(keepers)
    url = upload(hong, sheet([HEADER, HOME, OTHER]))["Location"]
    with dispatch.at_once(), TestCase.captureOnCommitCallbacks(execute=True):
        assert hong.get(url)["Location"] == url
    job = Job.objects.get()
    assert (job.state, job.done, job.params["mapping"]) == ("done", 100, mapping.pk)
    assert hong.get(url).context["result"]["new"] == 2
    assert "已核对，等待确认写入" in text(hong.get(reverse("institution-import")))
    with dispatch.at_once(), TestCase.captureOnCommitCallbacks(execute=True):
        assert hong.post(url).status_code == 302
    assert Institution.objects.count() == 2
    assert "已写入：新增 2 家" in text(hong.get(url))


def test_a_running_job_shows_how_far_it_is(
    keepers: Keepers, hong: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_MOST", 1)
    kept(keepers)
    url = upload(hong, sheet([HEADER, HOME, OTHER]))["Location"]
    hong.get(url)
    page = hong.get(url)
    assert "排队等待处理" in text(page)
    assert hong.get(url, headers={"HX-Request": "true"}).content.decode().lstrip().startswith("<div")
    hong.get(url)
    assert Job.objects.count() == 1, "a job under way is not doubled"
