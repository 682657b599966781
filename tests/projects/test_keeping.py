"""Keeping an uploaded sheet: the same guards wherever one is uploaded."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.exchange.uploads import receive as receive_ledger
from projects.sheets.uploads import receive as receive_register
from targets.actions.refusals import Refused
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import StoredFile
from yuxi_eldercare.pages.region_sheets import receive as receive_regions

from .test_register import Keepers

MIB = 1 << 20


class Large:
    """A CSV of 20 MiB that counts how many are read."""

    name = "导出.csv"
    size = 20 * MIB

    def __init__(self) -> None:
        self.given = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for _piece in range(20):
            self.given += 1
            yield b"\n" * MIB


def to_register(keepers: Keepers, upload: Upload) -> StoredFile:
    return receive_register(upload=upload, keeper=keepers.unit, by=keepers.hong)


def to_ledger(keepers: Keepers, upload: Upload) -> StoredFile:
    return receive_ledger(upload=upload, keeper=keepers.unit, by=keepers.hong)


def to_regions(keepers: Keepers, upload: Upload) -> StoredFile:
    return receive_regions(upload=upload, by=keepers.hong)


@pytest.mark.django_db
@pytest.mark.parametrize("receive", [to_register, to_ledger, to_regions])
def test_a_csv_that_is_too_large_is_refused_before_it_is_read(
    receive: Callable[[Keepers, Upload], StoredFile], settings: Any, tmp_path: Path
) -> None:
    settings.FILES_DIR, settings.FILE_MAX_BYTES = tmp_path, 2 * MIB
    upload = Large()
    with pytest.raises(Refused, match="文件超过2 MB"):
        receive(Keepers(), upload)
    assert upload.given == 3, "no more than shows that it is too large"
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize("receive", [to_register, to_ledger, to_regions])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("说明.txt", b"hello", id="a text"),
        pytest.param("名册.xlsx", b"garbage" * 9, id="no workbook"),
        pytest.param("名册.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, id="an old workbook by another name"),
        pytest.param("名册.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 99, id="an old workbook"),
        pytest.param("证明.pdf", b"%PDF-1.4 %%EOF", id="a document"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_forms_that_are(
    receive: Callable[[Keepers, Upload], StoredFile], name: str, content: bytes, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path
    with pytest.raises(Refused) as refused:
        receive(Keepers(), SimpleUploadedFile(name, content))
    [problem] = refused.value.problems
    assert ".xlsx 或 .csv" in problem.message
    assert "PDF" not in problem.message
    assert not StoredFile.objects.exists()
