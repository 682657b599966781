"""The lottery fund: shares exactly, versions, the open choice of the base, its page."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from subsidies.counting.lottery import FLOOR, Share
from subsidies.lottery.figures import Statement, choose_base, enter_figure
from subsidies.models import LotteryChoice, LotteryFigure
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of, own_statements
from tests.subsidies.world import Subsidies, make_subsidies
from yuxi_eldercare.core.models import AuditEvent

YEAR_2023 = Statement(2023, "returned", 10_000_00, 5_500_00, "2023年决算")


@pytest.fixture
def s(db: None) -> Subsidies:
    return make_subsidies()


@pytest.mark.parametrize(
    ("total", "part", "percent", "reaches", "short"),
    [
        (100, 55, "55", True, 0),
        (10_000_000_000, 5_499_999_999, "54.999999", False, 1),
        (3, 2, "66.666666", True, 0),
        (1, 0, "0", False, 1),
        (0, 0, None, None, 0),
        (7, 3, "42.857142", False, 1),
    ],
)
def test_the_share_is_exact_and_never_rounded_up(
    total: int, part: int, percent: str | None, reaches: bool | None, short: int
) -> None:
    share = Share(total, part)
    assert share.percent == (None if percent is None else Decimal(percent))
    assert (share.reaches_floor, share.short_fen) == (reaches, short)


@given(total=st.integers(1, 10**13), part=st.integers(0, 10**13))
def test_what_is_short_reaches_the_floor_and_not_one_fen_less(total: int, part: int) -> None:
    share = Share(total, min(part, total))
    assert share.percent is not None
    assert (share.percent >= FLOOR) <= bool(share.reaches_floor)
    if share.short_fen:
        assert not share.reaches_floor
        assert Share(total, share.eldercare_fen + share.short_fen).reaches_floor
        assert not Share(total, share.eldercare_fen + share.short_fen - 1).reaches_floor


def test_a_correction_supersedes_and_needs_a_reason(s: Subsidies) -> None:
    enter_figure(YEAR_2023, by=s.cai)
    better = replace(YEAR_2023, eldercare_fen=6_000_00)
    with pytest.raises(Refused, match="请写明理由"):
        enter_figure(better, by=s.cai)
    with pytest.raises(Refused, match="没有变化"):
        enter_figure(replace(YEAR_2023, reason="再录"), by=s.cai)
    enter_figure(replace(better, reason="决算调整"), by=s.cai)
    first, second = LotteryFigure.objects.order_by("pk")
    assert first.superseded_at
    assert not second.superseded_at
    assert second.eldercare_fen == 6_000_00
    event = AuditEvent.objects.filter(action="lottery.enter").latest("pk")
    assert (event.before["eldercare"], event.after["eldercare"]) == ("5500.00", "6000.00")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"year": 1999}, "年份应在"),
        ({"year": 3000}, "年份应在"),
        ({"base": "all"}, "请选择一个基数"),
        ({"total_fen": -1, "eldercare_fen": 0}, "不能小于0"),
        ({"eldercare_fen": -1}, "不能小于0"),
        ({"eldercare_fen": 10_000_01}, "不能大于基数"),
        ({"document": " "}, "出自哪份文件"),
    ],
)
def test_what_cannot_be_is_refused(s: Subsidies, wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        enter_figure(replace(YEAR_2023, **wrong), by=s.cai)
    assert not LotteryFigure.objects.exists()


def test_the_books_are_kept_by_one_and_the_base_chosen_by_another(s: Subsidies) -> None:
    for user in (s.ann, s.bob, s.lin):
        with pytest.raises(NotAllowed):
            enter_figure(YEAR_2023, by=user)
    for user in (s.ann, s.cheng, s.cai):
        with pytest.raises(NotAllowed):
            choose_base(base="returned", reason="按整体解决方案", by=user)


def test_the_choice_is_open_and_keeps_its_history(s: Subsidies) -> None:
    with pytest.raises(Refused, match="请写明理由"):
        choose_base(base="returned", reason=" ", by=s.lin)
    with pytest.raises(Refused, match="请选择一个基数"):
        choose_base(base="", reason="无", by=s.lin)
    choose_base(base="returned", reason="按整体解决方案四（十二）", by=s.lin)
    with pytest.raises(Refused, match="没有变化"):
        choose_base(base="returned", reason="再选", by=s.lin)
    choose_base(base="retained", reason="财政局函", by=s.lin)
    assert list(LotteryChoice.objects.values_list("base", flat=True)) == ["retained", "returned"]
    text = client_of(s.ann).get(reverse("subsidy-lottery")).content.decode()
    assert "按整体解决方案四（十二）" in text
    assert "财政局函" in text


def test_the_page_shows_all_three_and_says_what_the_chosen_one_is(s: Subsidies) -> None:
    client = client_of(s.lin)
    assert "还没有选定基数" in client.get(reverse("subsidy-lottery")).content.decode()
    choose_base(base="retained", reason="财政局函", by=s.lin)
    enter_figure(YEAR_2023, by=s.cai)
    enter_figure(replace(YEAR_2023, base="retained", eldercare_fen=5_499_99), by=s.cai)
    text = client.get(reverse("subsidy-lottery")).content.decode()
    assert "2023年“市级留存福彩公益金”用于养老服务体系建设的占54.9999%，低于55%，还差0.01元" in text
    assert "55%" in text
    assert "未登记" in text
    assert own_statements(client, reverse("subsidy-lottery")) <= 15


def test_figures_and_choice_on_pages(s: Subsidies) -> None:
    typed = {"year": "2023", "base": "municipal", "total": "1,000", "eldercare": "600", "document": "决算"}
    assert client_of(s.lin).post(reverse("subsidy-lottery-figure"), typed).status_code == 403
    assert client_of(s.cai).post(reverse("subsidy-lottery-choose"), {}).status_code == 403
    wrong = client_of(s.cai).post(
        reverse("subsidy-lottery-figure"), {**typed, "total": "很多", "eldercare": "2"}
    )
    assert wrong.status_code == 422
    assert client_of(s.cai).post(reverse("subsidy-lottery-figure"), typed).status_code == 302
    choice = {"base": "municipal", "reason": "市政府会议决定"}
    assert client_of(s.lin).post(reverse("subsidy-lottery-choose"), {"reason": "x"}).status_code == 422
    assert client_of(s.lin).post(reverse("subsidy-lottery-choose"), choice).status_code == 302
    assert "占60%，达到不低于55%的要求" in client_of(s.ann).get(reverse("subsidy-lottery")).content.decode()
