"""Sheets of other systems: which files, headings and words are understood, whose they are, how mappings are kept."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import ColumnMapping, Institution
from projects.sheets.fields import guess_code, guess_field
from projects.sheets.kept import fitting
from projects.sheets.mapping import Columns, guess
from projects.sheets.reading import CSV, XLSX, letter, read_table
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from tests.projects.institution_sheets import (
    DAY,
    HEADER,
    HOME,
    OTHER,
    Rows,
    as_csv,
    kept,
    now,
    preview,
    sheet,
    text,
    upload,
)
from tests.projects.test_register import Keepers
from tests.worlds import RED, make_user
from yuxi_eldercare.core.models import AuditEvent, Region, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers(settings: Any, tmp_path: Path) -> Keepers:
    settings.FILES_DIR, settings.VAR_DIR = tmp_path / "files", tmp_path
    return Keepers()


@pytest.fixture
def hong(keepers: Keepers) -> Client:
    return client_of(keepers.hong)


# What headings and words mean


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("机构名称", "name"),
        (" 统一社会 信用代码* ", "credit_code"),
        ("床位数（张）", "beds"),
        ("护理型床位数", "nursing_beds"),
        ("在托（在住）人数", "enrolled"),
        ("乡镇（街道）", "town"),
        ("坐落", "address"),
        ("总床位", "beds"),
        ("床位总数（张）", "beds"),
        ("护理床位", "nursing_beds"),
        ("其中：护理型床位数", "nursing_beds"),
        ("收住人数", "enrolled"),
        ("在院人数", "enrolled"),
        ("从业护理员", "staff"),
        ("护理人员", "staff"),
        ("持证", "certified_staff"),
        ("其中：持证护理员（人）", "certified_staff"),
        ("持证上岗护理人员", "certified_staff"),
        ("持证率", None),
        ("备注", None),
    ],
)
def test_headings_are_guessed(heading: str, field: str | None) -> None:
    assert guess_field(heading) == field


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        ("operation", "公建民营", "public_private"),
        ("operation", "民办", "private"),
        ("kind", "农村幸福院", "happiness_home"),
        ("status", "已注销", "closed"),
        ("demonstration", "√", "yes"),
        ("operation", "混合", None),
    ],
)
def test_words_are_guessed(field: str, word: str, code: str | None) -> None:
    assert guess_code(field, word) == code


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["养老机构", "日间照料中心", "养老机构"], "kind"),
        (["公办", "民办", ""], "operation"),
        (["甲类", "乙类"], "operation"),
    ],
)
def test_of_what_an_institution_is_the_words_decide_the_field(words: list[str], field: str) -> None:
    rows: Rows = [["机构名称", "机构性质"], *([f"第{n}家", word] for n, word in enumerate(words))]
    columns = guess(read_table(sheet(rows), XLSX.media_type)).columns
    assert columns == {"name": "机构名称", field: "机构性质"}


def test_columns_have_letters() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


# Reading files


@pytest.mark.parametrize(
    ("encoding", "separator"), [("gb18030", ","), ("utf-8", ","), ("utf-8-sig", "\t"), ("gb18030", ";")]
)
def test_csv_in_the_usual_encodings(encoding: str, separator: str) -> None:
    table = read_table(as_csv([HEADER, HOME], encoding, separator), CSV.media_type)
    assert table.header == HEADER
    assert table.rows == [(2, HOME)]


def test_headings_below_a_title_and_twice() -> None:
    lines: Rows = [
        ["红河区养老机构一览表"],
        ["填报单位：民政局", "2023年"],
        ["名称", "备注", "备注"],
        ["甲", "", "x"],
        [],
        ["乙"],
    ]
    table = read_table(sheet(lines), XLSX.media_type)
    assert table.header == ["名称", "备注", "备注#2"]
    assert table.rows == [(4, ["甲", "", "x"]), (6, ["乙", "", ""])]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.xlsx", b"not a workbook"), "文件内容不是"),
        (SimpleUploadedFile("a.csv", b"\xff\xfe\x00\x81\xff\x00"), "编码|CSV"),
        (SimpleUploadedFile("a.csv", b"name\x00,beds\n1,2\n"), "CSV"),
        (SimpleUploadedFile("a.csv", "机构名称,床位\n".encode()), "标题行下面没有数据"),
        (SimpleUploadedFile("a.csv", b"\n\n"), "没有找到标题行"),
        (SimpleUploadedFile("a.csv", b""), "文件是空的"),
        (SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n"), "请上传 .xlsx 或 .csv"),
    ],
)
def test_what_is_no_sheet_is_refused(hong: Client, file: SimpleUploadedFile, sentence: str) -> None:
    file.seek(0)
    answer = upload(hong, file)
    assert answer.status_code == 422
    assert re.search(sentence, str(answer.context["form"].errors["file"]))
    assert not StoredFile.objects.exists()


# Who may


def test_only_keepers_import_and_only_their_own_files(keepers: Keepers, hong: Client) -> None:
    kept(keepers)
    url, _result = preview(hong, [HEADER, HOME])
    columns = reverse("institution-import-columns", args=[StoredFile.objects.get().pk]) + f"?as_of={DAY}"
    leader = client_of(make_user("fan", "leader", Region.objects.get(code=RED)))
    for address in (reverse("institution-import"), url, columns):
        assert Client().get(address).status_code == 302
        assert leader.get(address).status_code == 403
    for client in (
        client_of(keepers.bai),
        client_of(make_user("hu", "reporter", keepers.unit.region, keepers.unit)),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
        assert client.get(columns).status_code == 404
    with pytest.raises(NotAllowed):
        kept(keepers, by=keepers.bai)
    assert not Institution.objects.exists()


def test_an_address_that_leads_nowhere(keepers: Keepers, hong: Client) -> None:
    other = kept(keepers, keeper=keepers.other, by=keepers.bai)
    upload(hong, sheet([HEADER, HOME]))
    url = reverse("institution-import-preview", args=[StoredFile.objects.get().pk])
    for query in ("?as_of=x", f"?as_of={DAY}&mapping={other.pk}", f"?as_of={DAY}&mapping=x"):
        assert hong.get(url + query).status_code == 404
    assert "columns" in hong.get(url)["Location"], "no kept mapping fits"
    mine = kept(keepers)
    assert f"mapping={mine.pk}" in hong.get(url)["Location"]
    assert hong.get(f"{url}?as_of=2999-01-01&mapping={mine.pk}").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_told(keepers: Keepers, hong: Client, settings: Any) -> None:
    mine = kept(keepers)
    upload(hong, sheet([HEADER, HOME]))
    for path in [path for path in settings.FILES_DIR.rglob("*") if path.is_file()]:
        path.unlink()
    file = [StoredFile.objects.get().pk]
    preview_page, columns = (
        reverse(f"institution-import-{name}", args=file) for name in ("preview", "columns")
    )
    for address in (preview_page, f"{preview_page}?as_of={DAY}&mapping={mine.pk}", columns):
        page = hong.get(address)
        assert page.status_code in {200, 422}
        assert "文件" in page.context["result"]["refused"]


# The first upload: what the columns hold


def test_the_first_upload_asks_and_the_next_quarter_does_not(keepers: Keepers, hong: Client) -> None:
    header = ["单位", *HEADER[1:], "说明"]
    home, other = [*HOME, "x"], [*OTHER, ""]
    home[4] = "混合所有"
    answer = upload(hong, sheet([header, home, other]))
    columns = answer["Location"]
    page = hong.get(columns)
    assert "columns" in columns
    chosen = {line.heading: line.chosen for line in page.context["lines"]}
    assert (chosen["单位"], chosen["床位数（张）"], chosen["说明"]) == ("", "beds", "")

    post = {line.key: line.chosen for line in page.context["lines"]} | {"name": "季度导出"}
    assert "请选择哪一列是机构名称" in text(
        _refused(hong, columns, post | {"word|operation|混合所有": "private"})
    )
    post["column-0"] = "name"
    assert "混合所有" in text(_refused(hong, columns, post))
    assert "选了不止一列" in text(_refused(hong, columns, post | {"column-10": "name"}))
    assert "起个名字" in text(
        _refused(hong, columns, post | {"word|operation|混合所有": "private", "name": " "})
    )
    saved = hong.post(columns, post | {"word|operation|混合所有": "private"})
    assert "mapping=" in saved["Location"]
    assert hong.post(saved["Location"]).status_code == 302
    assert now("红河老年公寓").operation == "private"

    home[5], other[4] = "150", "混合所有"
    url, result = preview(hong, [header, home, other], "2023-12-31")
    assert f"mapping={ColumnMapping.objects.get().pk}" in url, "the kept mapping is taken by itself"
    assert [(d["label"], d["before"], d["after"]) for d in result["differences"]] == [
        ("床位数", "120", "150"),
        ("运营方式", "公建公营", "民办"),
    ]


def _refused(client: Client, url: str, post: dict[str, str]) -> Any:
    answer = client.post(url, post)
    assert answer.status_code == 422
    assert not ColumnMapping.objects.exists()
    return answer


def test_what_the_sheet_does_not_state_is_chosen_for_all_of_it(keepers: Keepers, hong: Client) -> None:
    columns = upload(hong, as_csv([["托育机构名称", "备案托位数"], ["小苗园", "50"]], "gb18030"))["Location"]
    page = hong.get(columns)
    assert [key for key, *_rest in page.context["fixed"]] == ["fixed-kind", "fixed-operation"]
    post = {line.key: line.chosen for line in page.context["lines"]} | {"name": "托育"}
    assert "请选择一个对全表适用的值" in text(_refused(hong, columns, post))
    saved = hong.post(columns, post | {"fixed-kind": "childcare", "fixed-operation": "private"})
    hong.post(saved["Location"])
    made = now("小苗园")
    assert (made.kind, made.childcare_places, made.region_id, str(made.since)) == ("childcare", 50, RED, DAY)


def test_of_kept_mappings_the_one_with_most_columns_fits(keepers: Keepers) -> None:
    table = read_table(sheet([HEADER, HOME]), XLSX.media_type)
    whole = kept(keepers)
    part = kept(
        keepers,
        name="部分",
        mapping=Columns({"name": "机构名称"}, {}, {"kind": "eldercare", "operation": "public"}),
    )
    foreign = kept(
        keepers,
        name="别的",
        mapping=Columns({"name": "单位"}, {}, {"kind": "eldercare", "operation": "public"}),
    )
    assert fitting(table, [part, whole, foreign]) == whole
    assert fitting(table, [foreign]) is None


def test_a_mapping_is_kept_once_under_its_name(keepers: Keepers) -> None:
    kept(keepers)
    events = AuditEvent.objects.filter(action="column_mappings.save")
    assert events.count() == 1
    kept(keepers)
    assert (events.count(), ColumnMapping.objects.count()) == (1, 1)
    kept(keepers, mapping=Columns({"name": "单位"}, {}, {"kind": "eldercare", "operation": "public"}))
    assert (events.count(), ColumnMapping.objects.get().columns) == (2, {"name": "单位"})


@pytest.mark.parametrize(
    "mapping",
    [
        Columns({"name": "甲", "beds": "甲"}, {}, {"kind": "eldercare", "operation": "public"}),
        Columns({"name": "甲", "nonsense": "乙"}, {}, {"kind": "eldercare", "operation": "public"}),
        Columns({"name": "甲"}, {}, {"kind": "eldercare", "operation": "nonsense"}),
        Columns({"name": "甲"}, {"kind": {"院": "nonsense"}}, {"kind": "eldercare", "operation": "public"}),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(keepers: Keepers, mapping: Columns) -> None:
    with pytest.raises(Refused):
        kept(keepers, mapping=mapping)
