"""The page of one indicator: trajectory, forecast in words, counties, history, who answers for it."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import Observation, ReportingLine, Target, TargetBody, TargetSource
from targets.presenters.distribution import focus
from targets.presenters.outlook import outlook_sentences
from targets.presenters.scales import Scale, apart, ticks, value_scale
from targets.queries.judged import judged
from tests.worlds import GREEN, RED, WHITE, World, day, make_target, publish, value
from yuxi_eldercare.core.models import Clause, Document

from .closing import close, judge_all, make_closing_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_closing_world()


@pytest.fixture
def reader(world: World) -> Client:
    client = Client()
    client.force_login(world.ling)
    return client


def shown(reader: Client, key: str = "w-beds", **asked: str) -> Any:
    answer = reader.get(reverse("indicator", args=[key]), asked)
    assert answer.status_code == 200
    return answer


def text(reader: Client, key: str = "w-beds", **asked: str) -> str:
    return str(shown(reader, key, **asked).content.decode())


def test_the_page_begins_with_where_it_stands(reader: Client) -> None:
    sentence = shown(reader).context["sentence"]
    assert sentence == "云溪市2023年为 30.3%。2023年目标 ≥ 30% 已达标；2025年目标 ≥ 55% 进度正常。"
    assert shown(reader, "w-lottery").context["sentence"].startswith("云溪市尚未填报。")


def test_a_trajectory_marks_baseline_milestones_readings_and_today(reader: Client, world: World) -> None:
    publish(value(world.beds, RED, "2022", (20, 100)), judge_later=True)
    judge_all()
    chart = shown(reader).context["chart"]
    assert [mark.label for mark in chart.baselines] == ["基期 12.3%"]
    assert [(mark.label, mark.light) for mark in chart.milestones] == [
        ("≥ 30% ●", "green"),
        ("≥ 55% ●", "green"),
    ]
    assert [(mark.label, mark.hollow) for mark in chart.readings] == [("20%", True), ("30.3%", False)]
    assert chart.today[1] == "2024-01-31"
    assert [year for _x, year in chart.dues] == ["2023", "2025"]
    assert len(chart.paths) == 1
    assert len(chart.paths[0].split()) == 3, "from the baseline through both milestones"
    assert 0 <= min(x for x, _ in chart.year_ticks) <= max(x for x, _ in chart.year_ticks) <= 100


def test_higher_values_stand_higher_and_later_ones_further_right(reader: Client) -> None:
    chart = shown(reader).context["chart"]
    low, high = chart.milestones
    assert low.y > high.y
    assert low.x < high.x
    assert chart.baselines[0].x < low.x


def test_a_chart_has_its_table(reader: Client) -> None:
    chart = shown(reader).context["chart"]
    lines = [(line.day.isoformat(), line.kind, line.value) for line in chart.table]
    assert lines == [
        ("2020-12-31", "基期", "12.3%"),
        ("2023-12-31", "填报值", "30.3%"),
        ("2023-12-31", "目标", "≥ 30%"),
        ("2025-12-31", "目标", "≥ 55%"),
    ]


def test_nothing_to_draw_is_said(reader: Client) -> None:
    Target.objects.all().delete()
    Observation.objects.all().delete()
    page = shown(reader, "w-lottery")
    assert page.context["chart"] is None
    assert "还没有填报值" in page.content.decode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            (20, 30),
            [
                "2025 年底预计 60.03%（80% 区间 60.03% 至 60.03%），预计可以达到",
                "今后每年需提高 7.49 个百分点",
            ],
        ),
        ((48, 44), ["预计达不到", "目前每年降低 4 个百分点"]),
        ((20, 45), ["能否达到尚不确定"]),
    ],
    ids=["sure", "falling", "unsure"],
)
def test_a_forecast_says_how_sure_it_is(world: World, before: tuple[int, int], expected: list[str]) -> None:
    """红河区 stood at 40 % at the end of 2023; the two years before decide where that leads."""
    for year, figure in zip(("2021", "2022"), before, strict=True):
        publish(value(world.beds, RED, year, (figure, 100)), judge_later=True)
    rows = judged(indicators=[world.beds.pk], regions=[RED], day=date(2024, 1, 31))
    (sentence,) = outlook_sentences(rows, date(2024, 1, 31))
    assert all(part in sentence for part in expected), sentence


def test_too_few_readings_are_no_forecast(reader: Client) -> None:
    (sentence,) = shown(reader).context["outlook"]
    assert "数据不足三期，暂不作预测" in sentence
    assert "要达标今后每年需提高 12.32 个百分点" in sentence
    assert shown(reader).context["chart"].forecasts == []


def test_no_reading_is_no_forecast_either(reader: Client) -> None:
    (sentence,) = shown(reader, as_of="2022-06-30").context["outlook"][:1]
    assert "尚无填报值，不作预测" in sentence


def test_what_is_due_already_is_not_forecast(reader: Client) -> None:
    assert not any("2023年目标" in sentence for sentence in shown(reader).context["outlook"])


def test_the_forecast_is_drawn_with_its_band(reader: Client, world: World) -> None:
    for year, figure in (("2021", 20), ("2022", 25)):
        publish(
            *(value(world.beds, code, year, (figure, 100)) for code in (RED, GREEN, WHITE)), judge_later=True
        )
    judge_all()
    (forecast,) = shown(reader).context["chart"].forecasts
    assert forecast.mark.label.endswith("%")
    assert forecast.high <= forecast.mark.y <= forecast.low, "places count from the top"
    assert len(forecast.band.split()) == 3
    assert "80% 区间" in text(reader)


def test_the_region_is_switched_on_the_page(reader: Client) -> None:
    page = shown(reader, region=WHITE)
    assert page.context["sentence"].startswith("白水县2023年为 20%。")
    assert f'<option value="{WHITE}" selected>' in page.content.decode()
    assert reader.get(reverse("indicator", args=["w-beds"]), {"region": "1"}).status_code == 404


def test_counties_are_ranked_with_ties(reader: Client, world: World) -> None:
    found = shown(reader, year="2023").context["distribution"]
    assert [(bar.rank, bar.region.short_name, bar.value, bar.word) for bar in found.bars] == [
        (1, "红河区", "40%", "已达标"),
        (2, "青山县", "31%", "已达标"),
        (3, "白水县", "20%", "逾期未达标"),
    ]
    publish(value(world.beds, WHITE, "2023", (31, 100), reason="更正"), judge_later=True)
    judge_all()
    assert [bar.rank for bar in shown(reader).context["distribution"].bars] == [1, 2, 2]


def test_the_citys_line_is_drawn_for_rates_only(reader: Client) -> None:
    rate, count = shown(reader).context["distribution"], shown(reader, "w-homes").context["distribution"]
    assert rate.city[1] == "30.3%"
    assert count.city is None, "a county's number says nothing beside the city's sum"
    assert count.target[1] == "≥ 1 家"
    assert [(bar.rank, bar.value) for bar in count.bars] == [(1, "2 家"), (2, "0 家"), (None, "尚未填报")]


def test_each_bar_keeps_within_its_lane(reader: Client, world: World) -> None:
    publish(value(world.homes, WHITE, "2023", 900), judge_later=True)
    judge_all()
    found = shown(reader, "w-homes").context["distribution"]
    assert [round(bar.start + bar.width) for bar in found.bars] == [100, 0, 0]
    assert all(0 <= bar.start <= bar.start + bar.width <= 100 for bar in found.bars)


def test_corrections_show_what_stood_before_why_and_by_whom(reader: Client, world: World) -> None:
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="漏报一家机构"), judge_later=True)
    judge_all()
    (line,) = shown(reader).context["revisions"]
    assert (line.place, line.period, line.before, line.after) == (
        "白水县",
        "2023年",
        "20%（20 / 100）",
        "35%（35 / 100）",
    )
    assert (line.reason, line.by, line.version) == ("漏报一家机构", "测试", 2)
    assert shown(reader, region=RED).context["revisions"] == []
    assert shown(reader, as_of="2023-06-30").context["revisions"] == [], "the period was still ahead"


def test_lights_have_a_history(reader: Client, world: World) -> None:
    publish(value(world.beds, WHITE, "2023", (35, 100), reason="漏报"), judge_later=True)
    judge_all()
    changes = shown(reader, region=WHITE).context["changes"]
    turned = next(change for change in changes if change.target.startswith("2023年"))
    assert (turned.from_word, turned.to_word, turned.cause) == ("逾期未达标", "已达标", "数据生效")


def test_a_closed_month_shows_the_figures_of_then(reader: Client, world: World) -> None:
    month = close(world)
    publish(value(world.beds, WHITE, "2023", (90, 100), reason="漏报"), judge_later=True)
    judge_all()
    now, then = shown(reader), shown(reader, close=month.month_end.isoformat())
    assert now.context["values"][-1].value > Decimal(50)
    assert round(then.context["values"][-1].value, 1) == Decimal("30.3")
    assert {bar.region.code: bar.value for bar in then.context["distribution"].bars}[WHITE] == "20%"
    assert then.context["revisions"] == []
    (line, _) = now.context["months"]
    assert line.months == [(month.month_end, "green", "已达标")]


def test_who_answers_for_it(reader: Client, world: World) -> None:
    TargetBody.objects.create(target=world.target("w.t.beds"), department=world.bureau, as_written="市民政局")
    ReportingLine.objects.create(
        indicator=world.beds,
        region=world.city,
        department=world.bureau,
        confirmer=world.bureau,
        holder=world.lin,
        valid_from=day("2021"),
    )
    html = text(reader)
    assert "市民政局（Lin）" in html
    assert "确认单位" in html
    assert "文件未载明" in text(reader, "w-homes")


def test_every_plan_that_asks_is_quoted_with_its_clause(reader: Client, world: World) -> None:
    clause = Clause.objects.create(document=world.document, number="二（四）", heading="目标")
    TargetSource.objects.create(record=world.target("w.t.beds"), clause=clause, phrase="到2025年达到55%")
    html = text(reader)
    assert "到2025年达到55%" in html
    assert "二（四）" in html
    assert "征求意见稿" in html, "the draft that asks for 20 % is shown and marked"


def test_a_target_without_a_date_is_no_obstacle(reader: Client, world: World) -> None:
    open_ended = make_target("w.t.open", world.beds, Document.objects.get(key="w-issued"), {})
    open_ended.milestones.create(key="open-1", due=None, value=Decimal(60), comparator=">=")
    assert shown(reader).status_code == 200


# Scales.


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (41.2, 90, [40, 60, 80, 100]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (3, 3, [1.5, 2.5, 3.5, 4.5] ),
        (-5, 5, [-5, -2.5, 0, 2.5, 5]),
        (1200, 8567, [0, 2000, 4000, 6000, 8000, 10000]),
    ],
)  # fmt: skip
def test_ticks_are_round_and_enclose(low: float, high: float, expected: list[float]) -> None:
    found = ticks(low, high)
    assert found[0] <= low <= high <= found[-1]
    if low != high:
        assert found == expected


def test_a_percentage_stays_within_a_hundred() -> None:
    scale, found = value_scale([60, 100], percent=True)
    assert found[-1] == 100
    assert scale.place(100) == 0


def test_a_count_starts_no_lower_than_nothing() -> None:
    _scale, found = value_scale([0, 12], percent=False)
    assert found[0] == 0


def test_a_scale_without_width_puts_all_in_the_middle() -> None:
    assert Scale(5, 5).place(5) == 50


@pytest.mark.parametrize("places", [[10, 10, 10], [98, 99, 100], [50, 10, 52], []])
def test_labels_keep_clear_of_each_other(places: list[float]) -> None:
    moved = sorted(apart(places, 6))
    assert all(b - a >= 6 - 1e-9 for a, b in pairwise(moved))
    assert all(place <= 100 for place in moved)


def test_the_page_looks_at_the_next_due_date(world: World) -> None:
    rows = judged(indicators=[world.beds.pk])
    assert focus(rows, None, date(2023, 6, 30)) == date(2023, 12, 31)
    assert focus(rows, None, date(2024, 1, 31)) == date(2025, 12, 31)
    assert focus(rows, None, date(2027, 1, 1)) == date(2025, 12, 31)
    assert focus(rows, 2023, date(2027, 1, 1)) == date(2023, 12, 31)
    assert focus(rows, 1999, date(2027, 1, 1)) == date(2025, 12, 31)
    assert focus([], None, None) is None
