"""A table that leaves as a file has a name that its reader understands, of whatever signs."""

from urllib.parse import quote

import pytest

from tests.reporting_world import at
from yuxi_eldercare.core.presenters.downloads import table_download

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_is_named_as_its_sheet_and_after_the_moment(form: str) -> None:
    with at("2024-10-08"):
        plain = table_download(form, "项目台账", ["名称"], [["甲"]])
        more = table_download(form, "统计依据", ["名称"], [["甲"]], about="红塔区-2024-09-30")
    names = [f"项目台账-20241008-1000.{form}", f"统计依据-红塔区-2024-09-30-20241008-1000.{form}"]
    for sent, name in zip([plain, more], names, strict=True):
        assert sent["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
