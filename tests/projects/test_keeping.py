"""Keeping an uploaded sheet: the same guards wherever one is uploaded."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

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
