"""The Word file: official layout, opened by LibreOffice and by a reader that is not ours; equal bytes every time."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx as reader
import pytest

from yuxi_eldercare.reports import docx
from yuxi_eldercare.reports.blocks import Column, Content, Outline
from yuxi_eldercare.reports.docx.xml import C, W
from yuxi_eldercare.reports.layout import CHARACTERS, FONTS, LINES

from .opening import converted, page_texts, poppler
from .test_blocks import sample

pytestmark = pytest.mark.pure

CREATED = "2024-03-05T17:00:00+08:00"
FULL_WIDTH = "玉"


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def of_words(*paragraphs: str) -> Content:
    """A content of plain paragraphs."""
    outline = Outline()
    for words in paragraphs:
        outline.say(words)
    return Content(
        kind="briefing",
        title="题",
        edition="（月）",
        subject="",
        mark="",
        blocks=tuple(outline.blocks),
        sheets=(),
    )


def test_equal_contents_give_equal_bytes_and_others_do_not() -> None:
    first = docx.render(sample(), created=CREATED)
    assert docx.render(sample(), created=CREATED) == first
    assert docx.render(sample("别的"), created=CREATED) != first
    assert all(
        entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()
    )


def test_every_part_is_well_formed_and_every_relation_leads_to_a_part() -> None:
    found = parts(docx.render(sample(), created=CREATED))
    for name, body in found.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(body)
    for name in ("word/_rels/document.xml.rels", "_rels/.rels"):
        folder = name.split("_rels")[0]
        for relation in ElementTree.fromstring(found[name]):
            assert folder + relation.attrib["Target"] in found
    typed = found["[Content_Types].xml"].decode()
    assert all(
        f'"/{name}"' in typed for name in found if name.endswith(".xml") and name != "[Content_Types].xml"
    )
    used = set(re.findall(r'r:id="(\w+)"', found["word/document.xml"].decode()))
    given = set(re.findall(r'Id="(\w+)"', found["word/_rels/document.xml.rels"].decode()))
    assert used <= given


def test_page_and_fonts_are_the_official_ones() -> None:
    content = docx.render(sample(), created=CREATED)
    page = reader.Document(io.BytesIO(content)).sections[0]
    millimetres = {
        name: round(getattr(page, name).mm, 1)
        for name in (
            "page_width",
            "page_height",
            "top_margin",
            "bottom_margin",
            "left_margin",
            "right_margin",
        )
    }
    assert millimetres == {
        "page_width": 210.0,
        "page_height": 297.0,
        "top_margin": 37.0,
        "bottom_margin": 35.0,
        "left_margin": 28.0,
        "right_margin": 26.0,
    }
    found = parts(content)
    styles, document = found["word/styles.xml"].decode(), found["word/document.xml"].decode()
    assert {
        re.search(rf'w:styleId="{style}".*?w:eastAsia="([^"]+)"', styles)[1]
        for style in ("Normal", "Heading3")
    } == {  # type: ignore[index]
        "仿宋_GB2312"
    }
    for style, font in (
        ("Title", "方正小标宋简体"),
        ("Heading1", "黑体"),
        ("Heading2", "楷体_GB2312"),
        ("Footer", "宋体"),
    ):
        assert re.search(rf'w:styleId="{style}".*?w:eastAsia="([^"]+)"', styles)[1] == font  # type: ignore[index]
    assert 'w:lang w:val="en-US" w:eastAsia="zh-CN"' in styles
    assert '<w:docGrid w:type="lines" w:linePitch="579"/>' in document
    assert "<w:evenAndOddHeaders/>" in found["word/settings.xml"].decode()
    table = found["word/fontTable.xml"].decode()
    assert all(f'w:name="{names[0]}"' in table for names in FONTS.values())


def test_a_reader_of_another_make_finds_headings_tables_and_properties() -> None:
    document = reader.Document(io.BytesIO(docx.render(sample(), created=CREATED)))
    headings = [p.text for p in document.paragraphs if p.style.name.lower().startswith("heading")]  # type: ignore[union-attr]
    assert headings == ["一、总体情况", "（一）分县", "1. 红河区", "二、结语"]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["县", "绿"],
        ["红河区", "3"],
        ["青山县", "—"],
    ]
    assert document.core_properties.title == "云溪市月报"
    assert document.core_properties.identifier == sample().digest()
    assert document.sections[0].header.paragraphs[0].text == "演示数据"
    assert any(sample().digest() in p.text for p in document.paragraphs)


def test_charts_hold_their_numbers_and_a_workbook_to_edit() -> None:
    found = parts(docx.render(sample(), created=CREATED))
    bars = ElementTree.fromstring(found["word/charts/chart1.xml"])
    values = [v.text for v in bars.iterfind(f".//{{{C}}}val//{{{C}}}v")]
    assert values == ["3", "5"] * 4, "what is not there stays empty"
    assert [v.text for v in bars.iterfind(f".//{{{C}}}tx//{{{C}}}v")] == ["绿灯", "黄灯", "红灯", "灰灯"]
    symbols = ElementTree.fromstring(found["word/charts/chart2.xml"]).iterfind(f".//{{{C}}}symbol")
    assert [symbol.attrib["val"] for symbol in symbols] == ["circle", "diamond"]
    assert "xl/worksheets/sheet1.xml" in parts(found["word/embeddings/chart1.xlsx"])


def test_words_never_become_markup() -> None:
    nasty = '</w:t><evil/> & "quoted" \x00\x1b 𠮷'
    found = parts(docx.render(of_words(nasty), created=CREATED))
    root = ElementTree.fromstring(found["word/document.xml"])
    texts = "".join(node.text or "" for node in root.iter(f"{{{W}}}t"))
    assert '</w:t><evil/> & "quoted"  𠮷' in texts
    assert root.find(".//evil") is None


@pytest.mark.services
def test_libreoffice_shows_it_as_meant(soffice: str, tmp_path: Path) -> None:
    """22 lines of 28 characters, page numbers at the outer side, the head of a long table on every page."""
    outline = Outline()
    outline.say(FULL_WIDTH * CHARACTERS * 60)
    rows = [[f"第{number}行", str(number)] for number in range(80)]
    outline.table("长表", [Column(title="表头甲", share=3), Column(title="表头乙", share=1)], rows)
    content = replace(of_words(), blocks=tuple(outline.blocks))
    pdf = converted(soffice, tmp_path, "lines.docx", docx.render(content, created=CREATED), "pdf")
    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)", poppler("pdfinfo", str(pdf)))
    pages = page_texts(pdf)
    lines = [len(line.strip()) for line in pages[1].splitlines() if FULL_WIDTH in line]
    assert lines == [CHARACTERS] * LINES
    feet = [page.rstrip().splitlines()[-1] for page in pages[:2]]
    assert ["".join(foot.split()) for foot in feet] == ["—1—", "—2—"]
    odd, even = (len(foot) - len(foot.lstrip()) for foot in feet)
    assert odd > even + 15
    of_table = [page for page in pages if re.search(r"第\s?\d+\s?行", page)]
    assert len(of_table) >= 2
    assert all("表头甲" in page for page in of_table)
