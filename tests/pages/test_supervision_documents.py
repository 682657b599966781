"""The Word file of a notice: official layout, equal bytes every time, opened by LibreOffice and another reader."""

import io
from pathlib import Path

import docx as reader
import pytest
from docx.shared import Mm

from targets.models import IssuingAuthority, SupervisionNotice
from targets.supervision.deciding import sign
from targets.supervision.escalating import escalate
from tests.pages.conftest import client_of
from tests.reporting_world import at
from tests.reports.opening import converted, page_texts
from tests.targets.supervision.conftest import Ladder, s
from yuxi_eldercare.core.models import Department
from yuxi_eldercare.notices.document import MEDIA_TYPE, broken, render
from yuxi_eldercare.notices.views import document_of

__all__ = ["s"]


@pytest.fixture
def order(s: Ladder) -> SupervisionNotice:
    """A signed 督办单 that asks for an answer."""
    for today in ("2024-10-14", "2024-10-21"):
        with at(today):
            escalate()
    with at("2024-10-21"):
        return sign(notice=s.notices(part=s.part, kind="order")[0], by=s.du)


def lines(content: bytes) -> list[str]:
    return [one.text for one in reader.Document(io.BytesIO(content)).paragraphs if one.text]


def test_the_bytes_are_the_same_later_and_after_names_and_rules_changed(order: SupervisionNotice) -> None:
    first = document_of(order)
    Department.objects.update(name="改名了")
    IssuingAuthority.objects.update(word="别的")
    with at("2025-06-30"):
        assert document_of(SupervisionNotice.objects.get(pk=order.pk)) == first


def test_another_reader_finds_every_part_of_an_official_letter_in_order(order: SupervisionNotice) -> None:
    assert lines(document_of(order)) == [
        "云溪市民政局",
        "云养督〔2024〕1号",
        "关于建立基本养老服务清单的督办通知",
        "红河区民政局：",
        "《云溪市规划》（二（四））确定由你单位承担：“建立基本养老服务清单，推动纳入基本公共服务”。",
        "该事项于2024年10月8日下达，应于2024年10月11日前签收，截至2024年10月21日尚未签收，已逾期10天。",
        "请立即组织办理，查明未按期完成的原因，制定整改措施，明确责任人和完成时限。",
        "办理情况请于2024年10月28日前书面回复。",
        "特此通知。",
        "云溪市民政局",
        "2024年10月21日",
    ]


def test_the_page_is_that_of_the_standard(order: SupervisionNotice) -> None:
    section = reader.Document(io.BytesIO(document_of(order))).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1)) for margin in margins if margin is not None] == [37, 35, 28, 26]


@pytest.mark.parametrize("kind", ["notice", "letter"])
def test_libreoffice_opens_it_on_one_page(
    s: Ladder, order: SupervisionNotice, soffice: str, tmp_path: Path, kind: str
) -> None:
    row = order if kind == "notice" else s.notices(part=s.letter, kind="urge")[0]
    pages = page_texts(converted(soffice, tmp_path, "notice.docx", document_of(row), "pdf"))
    assert len(pages) == 1
    words = pages[0].replace(" ", "").replace("\n", "")
    assert row.said["number"] in words
    assert row.said["paragraphs"][-1] in words


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于建立清单的督办通知", ["关于建立清单的督办通知"]),
        (
            "关于加快区域性农村养老服务中心建设的催办通知",
            ["关于加快区域性农村养老服务中心建设", "的催办通知"],
        ),
        ("关于加快农村养老服务中心建设进展滞后的通报", ["关于加快农村养老服务中心建设", "进展滞后的通报"]),
        ("关于" + "很" * 28 + "的函", ["关于" + "很" * 13, "很" * 15 + "的函"]),
    ],
    ids=["short", "before its last words", "whole last words", "in the middle"],
)
def test_a_long_title_is_broken_where_no_word_is_torn(title: str, lines: list[str]) -> None:
    assert broken(title).split("\n") == lines
    assert max(map(len, lines)) <= 20


def test_words_of_a_stranger_cannot_break_the_file() -> None:
    said = {
        "title": "<b>&\"'",
        "number": "一〔2024〕1号",
        "to": "单位：",
        "paragraphs": ["a\x00b", "<w:p/>"],
        "authority": "很" * 60,
        "date": "2024年1月1日",
    }
    content = render(said, created="2024-01-01T09:00:00+08:00")
    assert lines(content)[2] == "<b>&\"'"
    assert "<w:p/>" in lines(content)


def test_the_file_is_for_who_may_see_the_notice(s: Ladder, order: SupervisionNotice) -> None:
    url = f"/supervision/{order.pk}/document/"
    answer = client_of(s.r.wu).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA_TYPE)
    assert answer.content == document_of(order)
    proposed = s.notices(part=s.letter, kind="order")[0]
    assert client_of(s.du).get(f"/supervision/{proposed.pk}/document/").status_code == 404
