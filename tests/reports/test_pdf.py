"""The PDF: A4 in the official layout with embedded fonts, charts drawn; the same bytes every time."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from yuxi_eldercare.reports import pdf
from yuxi_eldercare.reports.blocks import Chart, Series
from yuxi_eldercare.reports.layout import FONTS
from yuxi_eldercare.reports.svg import draw

from .opening import page_texts, poppler
from .test_blocks import sample

CREATED = "2024-03-05T17:00:00+08:00"
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.pure


@pytest.fixture
def fonts() -> None:
    """A Chinese font is installed here."""
    families = pdf.installed()
    if not all(families & set(names) for names in FONTS.values()):
        pytest.skip("no Chinese font is installed; get one with: apt-get install fonts-noto-cjk")


def test_equal_contents_give_equal_bytes(fonts: None) -> None:
    first = pdf.render(sample(), created=CREATED)
    assert pdf.render(sample(), created=CREATED) == first
    assert pdf.render(sample("别的"), created=CREATED) != first


def test_the_page_is_official_and_says_everything(fonts: None, tmp_path: Path) -> None:
    content = sample()
    (target := tmp_path / "report.pdf").write_bytes(pdf.render(content, created=CREATED))
    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)", poppler("pdfinfo", str(target)))
    words = re.sub(r"\s", "", "".join(page_texts(target)))
    for piece in (
        "云溪市月报",
        "演示数据",
        "一、总体情况",
        "（一）分县",
        "1.红河区",
        "表1亮灯情况",
        "图2进展",
        "青山县",
        "—1—",
    ):
        assert piece in words
    assert content.digest() in words
    rows = poppler("pdffonts", str(target)).splitlines()[2:]
    assert rows
    assert all(re.search(r"\s(yes)\s+(yes)\s+(yes)\s+\d+\s+0$", row) for row in rows), (
        "embedded, cut, with texts"
    )


def test_words_never_become_markup(fonts: None, tmp_path: Path) -> None:
    nasty = '#panic("x") *bold* $x$ @ref <label> \\ `raw` //'
    (target := tmp_path / "report.pdf").write_bytes(pdf.render(sample(nasty), created=CREATED))
    words = re.sub(r"\s", "", "".join(page_texts(target)))
    assert re.sub(r"\s", "", nasty) in words


def test_without_a_chinese_font_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "installed", lambda fonts=None: frozenset({"Libertinus Serif"}))
    with pytest.raises(pdf.NoFont):
        pdf.render(sample(), created=CREATED)


def chart(form: str = "bars", **values: tuple[float | None, ...]) -> Chart:
    """A chart of lights over three counties."""
    series = tuple(Series(name=look, look=look, values=numbers) for look, numbers in values.items())
    return Chart(form=form, caption="图1  A & <B>", unit="项", categories=("甲", "乙", "丙"), series=series)  # type: ignore[arg-type]


def test_a_drawing_shows_every_number_and_escapes_words() -> None:
    root = ElementTree.fromstring(draw(chart(green=(3, 0, 5), red=(12, None, 1))))
    words = [node.text for node in root.iter(f"{SVG}text")]
    assert root.attrib["aria-label"] == "图1  A & <B>"
    assert {"3", "5", "12", "1", "甲", "乙", "丙", "项", "green", "red"} <= set(words)
    bars = [node for node in root.iter(f"{SVG}rect") if node.attrib["height"] == "22"]
    assert len(bars) == 4, "nothing is drawn for zero and for none"


def test_lights_stay_apart_without_colour() -> None:
    drawn = draw(chart(green=(1, 1, 1), yellow=(9, 9, 9), red=(1, 1, 1), grey=(1, 1, 1)))
    fills = set(re.findall(r'<rect x="[^"]+" y="[^"]+" width="[^"]+" height="22" fill="([^"]+)"', drawn))
    assert len(fills) == 4
    assert any(fill.startswith("url(") for fill in fills), "one is striped"


def test_lines_have_marks_of_their_own_and_their_name_at_the_end() -> None:
    root = ElementTree.fromstring(
        draw(chart("lines", green=(1, 2, 3), red=(3, 2, 3), grey=(None, None, None)))
    )
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    ends = [node for node in root.iter(f"{SVG}text") if node.text in {"green 3", "red 3"}]
    assert len(ends) == 2
    assert ends[0].attrib["y"] != ends[1].attrib["y"], "names do not cover each other"
