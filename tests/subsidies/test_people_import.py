"""People from a table: the template, what a preview says, all or none, and that nothing of the file stays."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from subsidies.models import Household, Trainee
from subsidies.people import households, sheets
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from tests.subsidies.world import Subsidies, make_subsidies
from tests.worlds import GREEN, make_user
from yuxi_eldercare.core.models import AuditEvent, Department, Region, StoredFile
from yuxi_eldercare.core.models.sealed import Sealed
from yuxi_eldercare.core.spreadsheets import write_xlsx

from .people_world import done, home, id_number

HEADS = "姓名,身份证号,联系电话,乡镇（街道）,住址,家庭类别,老人情况,改造内容,改造金额（元）,验收日期"


@pytest.fixture
def s(db: None) -> Subsidies:
    return make_subsidies()


def csv_of(*lines: str, heads: str = HEADS) -> SimpleUploadedFile:
    return SimpleUploadedFile("改造户.csv", "\n".join([heads, *lines]).encode())


def line(n: int, **fields: str) -> str:
    """The n-th household as a line of the file."""
    cells = {
        "name": f"演示{n}", "id": id_number(n), "phone": "13900000000", "township": "", "address": f"幸福路{n}号",
        "group": "特困供养", "need": "高龄", "works": "扶手", "cost": "5000", "on": "2024-05-20",
    }  # fmt: skip
    return ",".join({**cells, **fields}.values())


def preview(s: Subsidies, *lines: str, **given: Any) -> sheets.Preview:
    return sheets.preview(sheets.HOUSEHOLDS, csv_of(*lines, **given), unit=s.unit, by=s.ann)


def test_a_table_is_previewed_and_then_entered(s: Subsidies) -> None:
    Region.objects.create(
        code="999902001", name="城关镇", short_name="城关镇", level="township", parent=s.red
    )
    found = preview(s, line(1, township="城关镇", on="2024年5月20日"), line(2, works="", cost="", on=""))
    assert (found.rows, found.faults, len(found.lines)) == (2, [], 2)
    assert not Household.objects.exists()
    assert sheets.write(sheets.HOUSEHOLDS, found.sealed, by=s.ann) == 2
    first, second = Household.objects.order_by("pk")
    assert (first.township_id, first.cost_fen, str(first.accepted_on)) == ("999902001", 500_000, "2024-05-20")
    assert (second.accepted_on, second.address.open()) == (None, "幸福路2号")
    assert AuditEvent.objects.get(action="people.import").after["count"] == 2


def test_a_spreadsheet_is_read_too(s: Subsidies) -> None:
    out = io.BytesIO()
    write_xlsx(out, "改造户", HEADS.split(","), [line(1).split(",")])
    upload = SimpleUploadedFile("a.xlsx", out.getvalue())
    assert sheets.preview(sheets.HOUSEHOLDS, upload, unit=s.unit, by=s.ann).faults == []


def test_every_fault_is_named_by_row_and_column(s: Subsidies) -> None:
    households.enter([home(5)], department=s.unit, by=s.ann)
    found = preview(
        s,
        line(1, id="1"),
        line(2, group="富裕"),
        line(3, on="昨天"),
        line(4, cost="很多"),
        line(6, township="某镇"),
    )
    assert [(fault.row, fault.title) for fault in found.faults] == [
        (3, "家庭类别"), (4, "验收日期"), (5, "改造金额（元）"), (6, "乡镇（街道）")
    ]  # fmt: skip
    found = preview(s, line(1, id="1"), line(5), line(7), line(7))
    assert [(fault.row, fault.title) for fault in found.faults] == [
        (2, "身份证号"), (3, "身份证号"), (5, "身份证号")
    ]  # fmt: skip
    assert "已在红河区登记" in found.faults[1].message
    assert found.sealed == ""


def test_the_example_of_the_template_cannot_be_entered(s: Subsidies) -> None:
    answer = client_of(s.ann).get(reverse("subsidy-people-template", args=["households", "csv"]))
    upload = SimpleUploadedFile("a.csv", answer.content)
    found = sheets.preview(sheets.HOUSEHOLDS, upload, unit=s.unit, by=s.ann)
    assert [(fault.row, fault.title) for fault in found.faults] == [(2, "身份证号")]
    answer = client_of(s.ann).get(reverse("subsidy-people-template", args=["trainees", "csv"]))
    found = sheets.preview(
        sheets.TRAINEES, SimpleUploadedFile("a.csv", answer.content), unit=s.unit, by=s.ann
    )
    assert [fault.title for fault in found.faults] == ["身份证号"]


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (csv_of(heads="姓名,住址"), "没有数据|缺少这些列"),
        (csv_of("甲,路", heads="姓名,住址"), "缺少这些列：身份证号、家庭类别、老人情况"),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04junk"), "打不开"),
        (SimpleUploadedFile("a.csv", b""), "没有找到标题行"),
    ],
    ids=["no rows", "no columns", "no spreadsheet", "empty"],
)
def test_what_is_no_table_is_refused(s: Subsidies, upload: SimpleUploadedFile, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        sheets.preview(sheets.HOUSEHOLDS, upload, unit=s.unit, by=s.ann)


def test_too_many_rows_or_bytes_are_refused(s: Subsidies, settings: Any) -> None:
    with patch.object(sheets, "ROWS_MOST", 1), pytest.raises(Refused, match="一次最多导入1行"):
        preview(s, line(1), line(2))
    settings.FILE_MAX_BYTES = 100
    with pytest.raises(Refused, match="文件太大"):
        preview(s, line(1))


def test_more_text_than_the_page_can_send_back_is_refused_at_once(s: Subsidies) -> None:
    with patch.object(sheets, "_PAGE_MOST", 2_000), pytest.raises(Refused, match="请分成几个文件"):
        preview(s, *(line(n) for n in range(20)))
    assert sheets._PAGE_MOST < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_character_that_no_column_takes_is_left_out(s: Subsidies) -> None:
    """Spreadsheets can write it as _x0000_."""
    out, dirty = io.BytesIO(), io.BytesIO()
    write_xlsx(out, "改造户", HEADS.split(","), [line(1, works="QQQQ").split(",")])
    with zipfile.ZipFile(out) as clean, zipfile.ZipFile(dirty, "w") as made:
        for name in clean.namelist():
            made.writestr(name, clean.read(name).replace(b"QQQQ", "扶_x0000_手".encode()))
    upload = SimpleUploadedFile("a.xlsx", dirty.getvalue())
    found = sheets.preview(sheets.HOUSEHOLDS, upload, unit=s.unit, by=s.ann)
    assert sheets.write(sheets.HOUSEHOLDS, found.sealed, by=s.ann) == 1
    assert Household.objects.get().works == "扶手"


def test_five_hundred_rows_and_who_stands_elsewhere_or_long_since(s: Subsidies) -> None:
    """A household of another county, and one accepted in another year, are found among many."""
    green = s.world.counties[GREEN]
    unit = Department.objects.create(
        key="w-green-mz", name="青山县民政局", short_name="青山县民政局", kind="department", region=green
    )
    gan = make_user("gan", "reporter", green, unit)
    households.enter([done(7)], department=unit, by=gan)
    households.enter([done(400, date(2021, 3, 1))], department=s.unit, by=s.ann)
    found = preview(s, *(line(n) for n in range(500)))
    assert [(fault.row, fault.title) for fault in found.faults] == [(9, "身份证号"), (402, "身份证号")]
    assert "已在青山县登记" in found.faults[0].message
    assert id_number(7) not in found.faults[0].message
    good = preview(s, *(line(n) for n in range(500) if n not in {7, 400}))
    assert sheets.write(sheets.HOUSEHOLDS, good.sealed, by=s.ann) == 498


def test_a_preview_is_good_for_its_person_and_an_hour(s: Subsidies) -> None:
    found = preview(s, line(1))
    other = make_user("ou", "reporter", s.red, s.unit)
    for sealed, by in ((found.sealed, other), (found.sealed[:-9] + "AAAAAAAA=", s.ann), ("", s.ann)):
        with pytest.raises(Refused, match="预览已失效"):
            sheets.write(sheets.HOUSEHOLDS, sealed, by=by)
    with pytest.raises(Refused, match="预览已失效"):
        sheets.write(sheets.TRAINEES, found.sealed, by=s.ann)
    later = timezone.now() + timedelta(hours=1, minutes=1)
    with patch("django.utils.timezone.now", return_value=later), pytest.raises(Refused, match="预览已失效"):
        sheets.write(sheets.HOUSEHOLDS, found.sealed, by=s.ann)
    assert not Household.objects.exists()


def test_what_changed_since_the_preview_is_checked_again(s: Subsidies) -> None:
    """All or none: the row that meanwhile stands elsewhere holds up the others, by its number."""
    found = preview(s, line(1), line(2))
    households.enter([done(2)], department=s.unit, by=s.ann)
    with pytest.raises(Refused, match="第3行：这个身份证号已在红河区登记"):
        sheets.write(sheets.HOUSEHOLDS, found.sealed, by=s.ann)
    assert Household.objects.count() == 1
    s.ann.memberships.all().delete()
    fresh = type(s.ann).objects.get(pk=s.ann.pk)
    with pytest.raises(NotAllowed):
        sheets.write(sheets.HOUSEHOLDS, found.sealed, by=fresh)


def test_nothing_of_the_file_stays(s: Subsidies, settings: Any, tmp_path: Any) -> None:
    """No stored file, no session, no bytes on disk; what the page carries is sealed."""
    settings.FILE_ROOT = tmp_path
    client = client_of(s.ann)
    url = reverse("subsidy-people-import", args=["households"])
    shown = client.post(url, {"department": s.unit.pk, "file": csv_of(line(1, name="王小明"))})
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "王**" in text
    assert "可以写入" in text
    for plain in ("王小明", id_number(1), "13900000000", "幸福路"):
        assert plain not in text
    sealed = shown.context["found"].sealed
    assert json.loads(Sealed(sealed).open())["rows"][0][1]["name"] == "王小明"
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.*"))
    done_ = client.post(url, {"sealed": sealed})
    assert done_.headers["Location"] == reverse("subsidy-households")
    assert Household.objects.get().name_masked == "王**"
    again = client.post(url, {"sealed": sealed})
    assert again.status_code == 422
    assert "第2行" in again.content.decode()


def test_faults_are_shown_and_no_button(s: Subsidies) -> None:
    client = client_of(s.ann)
    url = reverse("subsidy-people-import", args=["households"])
    shown = client.post(url, {"department": s.unit.pk, "file": csv_of(line(1, need="壮年"))})
    text = shown.content.decode()
    assert shown.status_code == 422
    assert "不在选项内" in text
    assert 'name="sealed"' not in text
    assert client.post(url, {"department": s.unit.pk}).status_code == 422
    assert client.get(reverse("subsidy-people-import", args=["others"])).status_code == 404
    assert client_of(s.lin).get(url).status_code == 403


def test_trainees_are_imported_likewise(s: Subsidies) -> None:
    heads = "姓名,身份证号,培训课程,培训日期,证书编号,所在机构"
    rows = [f"演示{n},{id_number(n)},养老护理员（初级）,2024/5/20,证{n},红河养老院" for n in (1, 2)]
    found = sheets.preview(sheets.TRAINEES, csv_of(*rows, heads=heads), unit=s.unit, by=s.ann)
    assert found.faults == []
    assert sheets.write(sheets.TRAINEES, found.sealed, by=s.ann) == 2
    assert set(Trainee.objects.values_list("institution", flat=True)) == {s.home.pk}
    wrong = f"演示3,{id_number(3)},养老护理员（初级）,2024/5/20,,不存在的院"
    found = sheets.preview(sheets.TRAINEES, csv_of(wrong, heads=heads), unit=s.unit, by=s.ann)
    assert "名册里没有“不存在的院”" in found.faults[0].message
