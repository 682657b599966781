"""A percentage that the spreadsheet keeps as a fraction: 0.123 is never taken for the 12.3% people saw."""

from decimal import Decimal
from typing import Any

import pytest

from targets.excel import uploads
from targets.models import Entry
from tests.reporting_world import Reporting
from tests.worlds import CITY

from .sheets import Sheet, as_file, template


def lottery(w: Reporting, figure: Any, number_format: str = "") -> dict[str, Any]:
    """What an upload does with the city's share of lottery money (a percentage typed as such)."""
    sheet = Sheet(template(w, w.han, w.city)).type(w.world.lottery, CITY, value=figure)
    if number_format:
        sheet.format(w.world.lottery, "value", number_format, CITY)
    received = uploads.receive(upload=as_file(sheet.save()), round=w.round, by=w.han)
    return uploads.write(file=received.file, round=w.round, by=w.han)


def kept(w: Reporting) -> Decimal | None:
    return Entry.objects.get(round=w.round, indicator=w.world.lottery).value


@pytest.mark.parametrize("number_format", ["0%", "0.0%", "0.00%", "[Red]0.0%;-0.0%", "#,##0.##%"])
def test_a_cell_shown_as_a_percentage_is_read_as_it_was_shown(w: Reporting, number_format: str) -> None:
    result = lottery(w, 0.123, number_format)
    assert (result["applied"], kept(w)) == (True, Decimal("12.3"))
    (notice,) = result["notices"]
    assert (notice["column"], "已按12.3%读取" in notice["message"]) == ("L", True)


@pytest.mark.parametrize("number_format", ["0.0", '0.0"%"', r"0.0\%", "General"])
def test_other_formats_leave_the_number_as_it_is(w: Reporting, number_format: str) -> None:
    assert lottery(w, 55.5, number_format)["notice_count"] == 0
    assert kept(w) == Decimal("55.5")


def test_a_small_number_without_a_format_is_taken_as_it_is_with_a_sentence(w: Reporting) -> None:
    result = lottery(w, 0.123)
    assert kept(w) == Decimal("0.123")
    (notice,) = result["notices"]
    assert "读到0.123" in notice["message"]
    assert "改填12.3" in notice["message"]


@pytest.mark.parametrize("text", ["12.3%", "12.3", "１２.３％"])
def test_a_text_needs_no_guess_whatever_its_format(w: Reporting, text: str) -> None:
    assert lottery(w, text, "0.0%")["notice_count"] == 0
    assert kept(w) == Decimal("12.3")


def test_a_percentage_where_none_belongs_is_a_fault_with_a_remedy(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value=0.06).format(w.world.homes, "value", "0%")
    sheet.type(w.world.beds, numerator=0.3, denominator=1).format(w.world.beds, "numerator", "0%")
    received = uploads.receive(upload=as_file(sheet.save()), round=w.round, by=w.ann)
    faults = uploads.preview(file=received.file, round=w.round, by=w.ann)["faults"]
    assert {(one["row"], one["column"]) for one in faults} == {
        (sheet.place(w.world.homes), "L"),
        (sheet.place(w.world.beds), "M"),
    }
    assert all("改为“常规”" in one["message"] for one in faults)
