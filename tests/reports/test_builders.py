"""What reports say is what the closed month holds: every number, every light, nothing of today, no gap in the words."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from targets.models import FrozenAssessment, Indicator, Target
from targets.progress import State
from tests.targets.closing import FEBRUARY, MARCH, close
from tests.worlds import CITY, GREEN, RED, publish, value
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import Document, Finding, FindingPlace, Plan, Region
from yuxi_eldercare.reports import wording
from yuxi_eldercare.reports.blocks import Chart, Content, Signature, Table, lines_of
from yuxi_eldercare.reports.builders.target_story import verdict
from yuxi_eldercare.reports.facts import read_facts
from yuxi_eldercare.reports.orders import Order, build, subject_of
from yuxi_eldercare.reports.sheets import Formula, Number

from .conftest import Months

pytestmark = pytest.mark.django_db

LEFT_OPEN = re.compile(r"None|\bnan\b|%\(|\{\{|—%|undefined|\[\]|lazy")
KINDS: dict[str, dict[str, str]] = {
    "briefing": {},
    "county": {"region": RED},
    "midterm": {"plan": "w-plan"},
}


def made(months: Months, kind: str, **fields: Any) -> Content:
    """A report on February."""
    given = {"month_end": FEBRUARY, "issuer": "云溪市民政局", **KINDS.get(kind, {}), **fields}
    order = Order(kind=kind, **given)
    return build(order, subject_of(order))


def words(content: Content) -> str:
    """All lines of the document, its sheets left out."""
    return "\n".join(lines_of(replace(content, sheets=())))


def table(content: Content, caption: str) -> Table:
    """The one table of this caption."""
    (found,) = (table for table in content.tables() if table.caption.endswith(caption))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_the_workbook_is_the_frozen_one(months: Months, kind: str) -> None:
    content = made(months, kind)
    rows = FrozenAssessment.objects.filter(close=months.february).order_by("number")
    if kind == "midterm":
        rows = rows.filter(document="w-issued")
    if kind == "county":
        rows = rows.filter(region=RED)
    sheet = next(sheet for sheet in content.sheets if sheet.name == "目标")
    shown = {(row[1], row[5], row[8].iso): row for row in sheet.rows}  # type: ignore[union-attr]
    assert len(shown) == len(rows) == len(sheet.rows) > 2
    for frozen in rows:
        row = shown[frozen.region_id, frozen.stated["indicator"]["key"], frozen.due.isoformat()]
        answer = frozen.answer
        assert _value(row[11]) == _float(answer["actual"])
        assert _value(row[12]) == _float(answer["gap"])
        assert row[18] == {"green": "●绿灯", "yellow": "▲黄灯", "red": "■红灯", "grey": "○灰灯"}[frozen.light]
        if answer["gap"] is not None:
            assert _value(row[10]) - _value(row[11]) == pytest.approx(_value(row[12])), "目标值 − 实际 = 差距"


def _value(cell: Any) -> Any:
    return cell.value if isinstance(cell, Number | Formula) else None


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_open_in_the_words(months: Months, kind: str) -> None:
    content = made(months, kind)
    for line in lines_of(content):
        assert not LEFT_OPEN.search(line), line
    assert words(content).count("。。") == words(content).count("，，") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_followed_by_its_numbers(months: Months, kind: str) -> None:
    blocks = made(months, kind).blocks
    charts = [index for index, block in enumerate(blocks) if isinstance(block, Chart)]
    assert charts
    for index in charts:
        chart, twin = blocks[index], blocks[index + 1]
        assert isinstance(chart, Chart)
        assert isinstance(twin, Table)
        assert [row[0] for row in twin.rows][: len(chart.categories)]
        for place, series in enumerate(chart.series, 1):
            for row, number in zip(twin.rows, series.values, strict=False):
                shown = row[place].rstrip("%").replace(",", "")
                assert shown == "—" if number is None else float(shown) == pytest.approx(number)


def test_the_briefing_counts_compares_and_puts_binding_first(months: Months) -> None:
    content = made(months, "briefing")
    said = words(content)
    counts = Counter(
        FrozenAssessment.objects.filter(close=months.february, region=CITY).values_list("light", flat=True)
    )
    assert f"市级目标{sum(counts.values())}项" in said
    assert f"红灯{counts['red']}项、灰灯{counts['grey']}项" in said
    assert "与2024年1月相比，2项目标灯色有变化：转为红灯2项。" in said
    assert said.index("约束性目标2项") < said.index("灯色有变化的目标")
    assert ("护理型床位占比（约束性）", "2023年", "●绿灯", "■逾期未达标", "20.3%", "差9.7个百分点") in table(
        content, "灯色有变化的目标"
    ).rows
    assert "今后每年需提高17.3个百分点" in said
    assert "适老化改造户数 | 2023年 | 150户 | 1/3个县已报" in said
    assert months.february.digest in said
    assert isinstance(content.blocks[-1], Signature)


def test_counties_are_compared_for_a_year_they_are_judged_in(months: Months) -> None:
    rows = table(made(months, "briefing"), "各县（市、区）2025年到期目标亮灯情况").rows
    assert [row[0] for row in rows] == ["红河区", "青山县", "白水县"]
    assert [row[-1] for row in rows] == ["不排位"] * 3, "one target says too little"


def test_the_county_report_names_strengths_gaps_and_the_city_beside(months: Months) -> None:
    said = words(made(months, "county"))
    assert "均为市级规划对本县的目标" in said
    assert "低于全市水平的有：护理型床位占比（2023年目标）10%，全市20.3%" in said
    assert "2025年目标为不低于55%，现为10%，差45个百分点，今后每年需提高22.5个百分点。" in said
    own = words(made(months, "county", region=GREEN))
    assert "高于全市水平的有：护理型床位占比（2023年目标）31%，全市20.3%" in own
    assert "本县规划的目标1项" in own


def test_an_evaluation_tells_every_target_with_readings_lights_and_counties(months: Months) -> None:
    content = made(months, "midterm")
    said = words(content)
    targets = set(Target.objects.filter(document__key="w-issued").values_list("name_as_written", flat=True))
    assert all(re.search(rf"^\d+\. {name}", said, re.MULTILINE) for name in targets)
    assert "到期时（2023年末）为20.3%，差9.7个百分点，逾期未达标。" in said
    assert "2024年1月●已达标，2024年2月■逾期未达标" in said
    assert "各县（市、区）：■逾期未达标2个（红河区、白水县）；●已达标1个（青山县）。" in said
    assert table(content, "护理型床位占比历次数据").rows == (("2023年末", "20.3%"),)
    assert ("白水县", "—", "■逾期未报") in table(content, "示范养老机构数各县判定").rows
    assert "已到期3项：按期达标0项，占0%；逾期完成0项；未达标2项" in said


def test_what_becomes_known_later_changes_nothing(months: Months) -> None:
    before = {kind: made(months, kind).digest() for kind in KINDS}
    publish(value(months.world.beds, RED, "2023", (90, 100), reason="再更正"))
    Indicator.objects.filter(key="w-beds").update(name="改了名", unit="张")
    Target.objects.update(name_as_written="改了名")
    Region.objects.update(name="新名", short_name="新名")
    Plan.objects.update(name="改了名")
    Document.objects.update(title="改了名", number="改号")
    close(months.world, MARCH)
    assert {kind: made(months, kind).digest() for kind in KINDS} == before
    later = build(order := Order("briefing", MARCH), subject_of(order))
    assert "改了名" in words(later)


def test_reports_are_chinese_whatever_the_reader_chose(months: Months) -> None:
    chinese = made(months, "briefing")
    with translation.override("en"):
        assert made(months, "briefing") == chinese


def test_a_target_that_is_just_missed_never_looks_met(months: Months) -> None:
    facts = read_facts(months.february, regions=[CITY])
    line = next(line for line in facts.lines if line.judged.indicator.pk == months.world.beds.pk)
    near = replace(line.judged, answer={**line.judged.answer, "actual": "29.96", "gap": "0.04"})
    assert (wording.actual(replace(line, judged=near)), wording.gap(replace(line, judged=near))) == (
        "29.96%",
        "差0.04个百分点",
    )


def test_open_findings_are_those_nobody_had_ruled_on(months: Months) -> None:
    clause = months.world.document.clauses.create(number="一", heading="目标")
    finding = Finding.objects.create(key="w.x.1", kind="slip", origin="reviewed", summary="年份疑误。")
    FindingPlace.objects.create(finding=finding, clause=clause, phrase="2023")
    assert "没有涉及本规划的未裁定疑点" in words(made(months, "midterm")), "raised after the close"
    close(months.world, MARCH)
    order = Order("midterm", MARCH, plan="w-plan")
    assert "年份疑误。" in words(build(order, subject_of(order)))


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"kind": "nonsense"}, "kind", "请选择报告种类"),
        ({"kind": "briefing", "month_end": MARCH}, "month", "还没有封存"),
        ({"kind": "county", "region": "530999"}, "region", "没有这个县"),
        ({"kind": "midterm", "plan": "none"}, "plan", "没有这个已印发的规划"),
        ({"kind": "final", "plan": "w-plan"}, "month", "可以先作中期评估"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_remedy(
    months: Months, fields: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        subject_of(Order(**{"month_end": FEBRUARY, **fields}))
    assert sentence in refused.value.problems[field]


def test_a_plan_that_is_over_gets_a_final_evaluation(months: Months) -> None:
    Plan.objects.filter(key="w-plan").update(end="2023-12-31")
    content = made(months, "final", plan="w-plan")
    assert content.title == "《云溪市规划》\n终期评估报告"
    with pytest.raises(ActionRefused):
        made(months, "midterm")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("by_members", [False, True])
def test_every_state_has_a_whole_sentence(months: Months, state: State, by_members: bool) -> None:
    indicator = months.world.homes if by_members else months.world.beds
    facts = read_facts(months.february, regions=[CITY])
    line = next(line for line in facts.lines if line.judged.indicator.pk == indicator.pk)
    assert line.by_members == by_members
    answer = {**line.judged.answer, "met_on": "2024-03-31", "forecast": "50", "required_pace": "2"}
    for given in (answer, dict.fromkeys(answer)):
        sentence = verdict(replace(line, judged=replace(line.judged, state=str(state), answer=given)))
        assert sentence.endswith("。")
        assert not LEFT_OPEN.search(sentence)
