"""The model of a report: numbered headings, one spelling that is hashed, and what differs between two contents."""

import json
from dataclasses import replace

import pytest

from yuxi_eldercare.reports.blocks import (
    Column,
    Content,
    Outline,
    Paragraph,
    Series,
    Signature,
    Table,
    chinese_number,
    content_from,
    differences,
)
from yuxi_eldercare.reports.sheets import (
    Day,
    Formula,
    Number,
    Sheet,
    SheetColumn,
    column_letters,
    number_format,
)

pytestmark = pytest.mark.pure


def sample(words: str = "正文<&>", mark: str = "演示数据") -> Content:
    """A content with one of everything."""
    outline = Outline()
    outline.heading(1, "总体情况")
    outline.say(words, lead="要点。")
    outline.heading(2, "分县")
    outline.heading(3, "红河区")
    outline.heading(1, "结语")
    counts = tuple(Series(name=name, look=look, values=(3.0, None, 5.0)) for name, look in LOOKS.items())
    outline.chart("bars", "亮灯情况", "项", ["红河区", "青山县", "白水县"], counts)
    outline.table(
        "亮灯情况",
        [Column(title="县", share=2), Column(title="绿", share=1, align="right")],
        [["红河区", "3"], ["青山县", "—"]],
        "注：测试。",
    )
    line = Series(name="实际", look="value", values=(12.3, 25.5, None))
    aim = Series(name="目标", look="target", values=(None, 30.0, 55.0))
    outline.chart("lines", "进展", "%", ["2020年", "2023年", "2025年"], (line, aim))
    outline.blocks.append(
        Signature(unit="云溪市民政局", date="2024年3月5日", proof=("数据月份：2024年2月。",))
    )
    sheet = Sheet(
        name="目标",
        columns=(SheetColumn(title="目标", width=20), SheetColumn(title="值"), SheetColumn(title="和")),
        rows=(
            ("床位", Number(value=30.5, format=number_format("%", 1), light="red"), Day(iso="2023-12-31")),
            ("=1+1", None, Formula(formula="=B4*2", value=61.0, format="0.0")),
        ),
        frozen=1,
    )
    return Content(
        kind="briefing",
        title="云溪市\n月报",
        edition="（2024年2月）",
        subject="云溪市2024年2月",
        mark=mark,
        blocks=tuple(outline.blocks),
        sheets=(sheet,),
    )


LOOKS = {"绿灯": "green", "黄灯": "yellow", "红灯": "red", "灰灯": "grey"}


def test_headings_are_numbered_and_begin_anew_below_their_parent() -> None:
    outline = Outline()
    for level, text in (
        (1, "甲"),
        (2, "子"),
        (3, "一"),
        (3, "二"),
        (2, "丑"),
        (3, "三"),
        (1, "乙"),
        (2, "寅"),
    ):
        outline.heading(level, text)  # type: ignore[arg-type]
    assert [block.text for block in outline.blocks] == [  # type: ignore[union-attr]
        "一、甲", "（一）子", "1. 一", "2. 二", "（二）丑", "1. 三", "二、乙", "（一）寅",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (41, "四十一"), (0, "零")]
)
def test_numbers_in_chinese(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_a_paragraph_without_words_and_a_table_without_rows_are_left_out() -> None:
    outline = Outline()
    outline.say("", "")
    outline.table("空", [Column(title="列", share=1)], [])
    assert outline.blocks == []


def test_json_and_back_is_the_same_content() -> None:
    content = sample()
    again = content_from(json.loads(content.canonical()))
    assert again == content
    assert again.digest() == content.digest()


def test_the_checksum_covers_every_word_and_every_number() -> None:
    content = sample()
    cell = content.sheets[0].rows[0][1]
    assert isinstance(cell, Number)
    other_number = replace(
        content.sheets[0],
        rows=(("床位", replace(cell, value=30.50001), Day(iso="2023-12-31")), content.sheets[0].rows[1]),
    )
    changed = [
        replace(content, title="别的"),
        replace(content, mark=""),
        replace(content, blocks=content.blocks[:-1]),
        replace(content, sheets=(other_number,)),
        sample("正文"),
    ]
    assert len({found.digest() for found in [content, *changed]}) == len(changed) + 1


def test_lines_that_differ_are_named() -> None:
    kept = sample("现为38.7%。")
    table = next(kept.tables())
    fresh = replace(
        kept,
        blocks=tuple(
            replace(block, text="现为39%。")
            if isinstance(block, Paragraph)
            else replace(table, rows=(("红河区", "4"), *table.rows[1:]))
            if isinstance(block, Table)
            else block
            for block in kept.blocks
        ),
    )
    assert differences(kept, kept) == []
    assert differences(kept, fresh) == [
        ("要点。现为38.7%。", "要点。现为39%。"),
        ("红河区 | 3", "红河区 | 4"),
    ]


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ")])
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_number_formats_show_unit_and_shape() -> None:
    assert number_format("%", 1) == '#,##0.0"%"'
    assert number_format("家", 0, "■") == '"■ "#,##0"家"'
