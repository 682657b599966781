"""The working-day calendar and the loading of special days (调休)."""

from datetime import date

import pytest

from tests.worlds import day, make_user
from yuxi_eldercare.core.models import AuditEvent, Region, SpecialDay
from yuxi_eldercare.core.workdays import Calendar, CalendarRefused, add_workdays, load_special_days

# 中秋 and 国庆 2024, as announced.
SPECIAL = """日期,安排,名称
2024-09-14,班,中秋节调休
2024-09-16,休,中秋节
2024-09-17,休,中秋节
2024-10-01，休，国庆节
2024-10-02,休,国庆节
2024-10-03,休,国庆节
2024-10-04,休,国庆节
2024-10-07,休,国庆节
2024-10-12,班,国庆节调休
"""


@pytest.mark.pure
@pytest.mark.parametrize(
    ("start", "count", "found"),
    [
        ("2024-10-11", 1, "2024-10-14"),
        ("2024-10-11", 5, "2024-10-18"),
        ("2024-10-12", 0, "2024-10-14"),
        ("2024-10-14", 0, "2024-10-14"),
        ("2024-10-14", 10, "2024-10-28"),
    ],
)
def test_weekends_rest(start: str, count: int, found: str) -> None:
    assert Calendar({}).after(day(start), count) == day(found)


@pytest.mark.pure
def test_special_days_differ_from_the_week() -> None:
    days = Calendar({date(2024, 10, 1): False, date(2024, 10, 12): True})
    assert days.after(date(2024, 9, 30), 1) == date(2024, 10, 2)
    assert days.after(date(2024, 10, 11), 1) == date(2024, 10, 12)
    assert days.between(date(2024, 9, 30), date(2024, 10, 12)) == 9


@pytest.fixture
def admin(db: None):  # type: ignore[no-untyped-def]
    region = Region.objects.create(code="999900", name="云溪市", short_name="云溪市", level="city")
    return make_user("admin", "system_admin", region), make_user("lead", "lead", region)


def test_an_administrator_loads_the_list(admin) -> None:  # type: ignore[no-untyped-def]
    assert load_special_days(text=SPECIAL, by=admin[0]) == 9
    assert add_workdays(day("2024-09-30"), 5) == day("2024-10-12")
    assert load_special_days(text=SPECIAL, by=admin[0]) == 0, "the same again changes nothing"
    assert load_special_days(text="2024-10-12,休,更改", by=admin[0]) == 1
    assert AuditEvent.objects.filter(action="calendar.load").count() == 2


def test_the_wrong_lines_are_named_and_nothing_is_loaded(admin) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CalendarRefused) as refused:
        load_special_days(text="2024-10-01,休\n10月2日,休\n2024-10-03,放\n2024-10-01,班", by=admin[0])
    assert [line[:3] for line in str(refused.value).splitlines()] == ["第2行", "第3行", "第4行"]
    assert not SpecialDay.objects.exists()
    with pytest.raises(CalendarRefused, match="没有读到日期"):
        load_special_days(text="", by=admin[0])
    with pytest.raises(CalendarRefused, match="系统管理员"):
        load_special_days(text=SPECIAL, by=admin[1])
