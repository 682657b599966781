"""A month as people type it; what is none is refused in words, however far away."""

from datetime import date

import pytest
from django.forms import ValidationError

from projects.forms.projects import MonthField

pytestmark = pytest.mark.pure


def test_a_month_is_its_last_day() -> None:
    assert MonthField().clean("2024-02") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "typed", ["9999-12", "2101-01", "1899-12", "2024-13", "2024-00", "2024-1", "二〇二四-02"]
)
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MonthField().clean(typed)
    assert "请写成“2026-10”" in "".join(refused.value.messages)
