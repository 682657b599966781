"""Numbers as people type them: understood, or refused with what to type."""

from decimal import Decimal

import pytest

from targets.models import Indicator
from targets.reporting.numbers import CellRefused, NumberRefused, parse_number, typed

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.3", "12.3"),
        ("１２．３", "12.3"),
        ("12。3", "12.3"),
        (" 12.3 ", "12.3"),
        ("\u300012\u3000", "12"),
        ("12.3%", "12.3"),
        ("12.3％", "12.3"),
        ("1,200", "1200"),
        ("1，200", "1200"),
        ("1 200", "1200"),
        ("1,234,567.5", "1234567.5"),
        ("-3", "-3"),
        ("－３", "-3"),
        ("+5", "5"),
        ("0", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.2e3", "1200"),
    ],
)
def test_understood(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("约50", "确定的数字"),
        ("50余", "确定的数字"),
        (">50", "确定的数字"),
        ("-", "填0、选“不适用”"),
        ("—", "填0、选“不适用”"),
        ("/", "填0、选“不适用”"),
        ("#DIV/0!", "公式"),
        ("#N/A", "公式"),
        ("#REF!", "公式"),
        ("5-8", "区间"),
        ("5～8", "区间"),
        ("1.2万", "12000"),
        ("12家", "不带单位"),
        ("1,20", "1,200"),
        ("5²", "不是数字"),
        ("十二", "不是数字"),
        ("1.2.3", "不是数字"),
        ("nan", "不是数字"),
        ("inf", "不是数字"),
        ("1e999", "不是数字"),
        ("9" * 40, "不是数字"),
        ("12.3%%", "不是数字"),
        ("٣", "不是数字"),
        ("=1+1", "不是数字"),
        ("", "没有填写"),
    ],
)
def test_refused_with_what_to_type(text: str, remedy: str) -> None:
    with pytest.raises(NumberRefused, match=remedy):
        parse_number(text)


def test_a_percentage_is_refused_where_the_unit_is_another() -> None:
    with pytest.raises(NumberRefused, match="不是百分比"):
        parse_number("12%", percent=False)


def indicator(**fields: object) -> Indicator:
    return Indicator(**{"key": "x", "name": "x", "unit": "家", "rollup": "sum", **fields})


def test_the_texts_of_a_cell_become_a_change() -> None:
    rate = indicator(unit="%", rollup="ratio_of_sums", scale=100)
    assert typed(indicator(), value="１２").value == 12
    assert typed(indicator(), value=" ").answer == "empty"
    assert typed(indicator(), value="不适用", na_reason="无").answer == "na"
    change = typed(rate, value="50.0", numerator="5", denominator="10")
    assert (change.value, change.numerator, change.denominator) == (None, 5, 10)
    assert typed(rate, value="50%").value == 50


def test_a_denominator_of_somebody_else_is_not_taken_from_the_cell() -> None:
    rate = indicator(rollup="ratio_of_sums", scale=1000, denominator_series_id=7)
    assert typed(rate, numerator="5", denominator="10").denominator is None


def test_every_wrong_field_is_named() -> None:
    with pytest.raises(CellRefused) as refused:
        typed(indicator(unit="%", rollup="ratio_of_sums", scale=100), numerator="约5", denominator="-")
    assert set(refused.value.fields) == {"numerator", "denominator"}
