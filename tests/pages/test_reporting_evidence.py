"""Evidence beside a cell, and the printed sheet with its scan: who may attach, read and take off."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from targets.models import Entry, EntryFile, SheetSubmission
from targets.reporting.steps import return_entries, submit
from tests.pages.conftest import client_of
from tests.pages.reporting import PDF, office
from tests.reporting_world import Reporting, fill, number
from tests.worlds import RED

__all__ = ["office"]


@pytest.fixture(autouse=True)
def _private_files(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path


def upload(user: Any, entry: Entry, content: bytes = PDF, name: str = "台账.pdf") -> Any:
    url = reverse("evidence-add", args=[entry.pk])
    return client_of(user).post(url, {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_attached_listed_and_downloaded_as_what_it_is(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    answer = upload(office.ann, entry)
    assert answer.status_code == 200
    (file,) = answer.json()["files"]
    assert (file["name"], file["by"], file["size"]) == ("台账.pdf", "Ann", len(PDF))
    response = client_of(office.bob).get(file["url"])
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_outsiders_neither_list_nor_download(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    file = upload(office.ann, entry).json()["files"][0]
    for user in (office.wu, office.lin):  # the lead sees it once the cell was submitted
        assert client_of(user).get(reverse("evidence-add", args=[entry.pk])).status_code == 404
        refused = client_of(user).get(file["url"])
        assert refused.status_code == 403
        assert "你无权查看" in refused.text
    fill(entry, number(5), office.ann)
    submit(entries=[entry], by=office.ann)
    assert client_of(office.lin).get(file["url"]).status_code == 200


def test_a_reviewer_reads_the_files_and_attaches_none(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    upload(office.ann, entry)
    page = client_of(office.bob).get(reverse("entry-files", args=[entry.pk]))
    assert "台账.pdf" in page.text
    assert upload(office.bob, entry).status_code == 403
    assert client_of(office.wu).get(reverse("entry-files", args=[entry.pk])).status_code == 404


BAD = [
    ("not what its name says", b"MZ\x90\x00" + b"0" * 64, "台账.pdf", "文件内容不是 PDF"),
    ("empty", b"", "台账.pdf", "文件是空的"),
    ("pdf under another name", PDF, "照片.png", "内容却是 PDF"),
]


@pytest.mark.parametrize(
    ("content", "name", "sentence"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_a_bad_file_is_refused_with_a_sentence(
    office: Reporting, content: bytes, name: str, sentence: str
) -> None:
    answer = upload(office.ann, office.entry(office.world.homes), content, name)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert not EntryFile.objects.exists()


def test_a_request_without_a_file_is_told_so(office: Reporting) -> None:
    url = reverse("evidence-add", args=[office.entry(office.world.homes).pk])
    answer = client_of(office.ann).post(url)
    assert (answer.status_code, answer.json()["detail"]) == (422, "没有收到文件，请重新选择。")


def test_a_file_is_taken_off_while_the_cell_is_open_and_by_its_unit_only(office: Reporting) -> None:
    entry = office.entry(office.world.homes)
    file = upload(office.ann, entry).json()["files"][0]
    url = reverse("evidence-remove", args=[file["id"]])
    assert client_of(office.wu).post(url).status_code == 404
    assert client_of(office.bob).post(url).status_code == 403
    assert client_of(office.ann).get(url).status_code == 405
    assert client_of(office.ann).post(url).json() == {"files": []}
    assert client_of(office.ann).get(file["url"]).status_code == 403


@pytest.fixture
def sheet(office: Reporting) -> str:
    """The address of a submitted sheet."""
    entry = office.entry(office.world.homes)
    fill(entry, number(5, note="含新开业1家"), office.ann)
    submit(entries=[entry], by=office.ann)
    return reverse("sheet", args=[office.round.pk, office.red.pk, RED])


def test_the_sheet_prints_what_was_submitted_with_its_checksum(office: Reporting, sheet: str) -> None:
    page = client_of(office.ann).get(sheet)
    submission = SheetSubmission.objects.get()
    for text in ("红河区民政局", "示范养老机构数", "含新开业1家", submission.checksum, "单位（盖章）", "Ann"):
        assert text in page.text
    assert "不再是最新内容" not in page.text


def test_a_sheet_that_is_no_longer_current_says_so(office: Reporting, sheet: str) -> None:
    return_entries(entries=[office.entry(office.world.homes)], reason="核对", by=office.bob)
    assert "不再是最新内容" in client_of(office.ann).get(sheet).text


def test_a_sheet_whose_content_was_touched_is_shown_as_such(office: Reporting, sheet: str) -> None:
    submission = SheetSubmission.objects.get()
    submission.content["rows"][0]["value"] = "6"
    submission.save()
    assert "与校验码不符" in client_of(office.ann).get(sheet).text


def test_the_scan_is_attached_by_the_unit_and_read_by_its_lead(office: Reporting, sheet: str) -> None:
    scan = {"file": SimpleUploadedFile("盖章.pdf", PDF)}
    assert client_of(office.bob).post(sheet, scan).status_code == 403
    assert client_of(office.ann).post(sheet).status_code == 422
    scan["file"].seek(0)
    assert client_of(office.ann).post(sheet, scan).status_code == 302
    url = reverse("scan", args=[SheetSubmission.objects.get().pk])
    assert b"".join(client_of(office.lin).get(url).streaming_content) == PDF
    assert client_of(office.wu).get(url).status_code == 403


def test_sheets_of_others_and_sheets_not_yet_submitted_are_refused(office: Reporting, sheet: str) -> None:
    assert client_of(office.wu).get(sheet).status_code == 403
    own = reverse("sheet", args=[office.round.pk, office.white.pk, "999904"])
    page = client_of(office.wu).get(own)
    assert page.status_code == 404
    assert "提交审核后才能打印" in page.text
