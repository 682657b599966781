"""Stated totals, groups, parts of a target, and a request larger than the project."""

import pytest

from tests.checks.snapshots import indicator, project, snapshot, target, total
from yuxi_eldercare.checks import totals

pytestmark = pytest.mark.pure

TABLE = [
    project("1", "甲"),
    project("2", "乙", total=500, central=100),
    project("3", "丙", category="托育", total=300, central=50),
    project("4", "正文提到的丁", tabled=False, total=None, central=None),
]


def keys(**records: object) -> list[str]:
    return [one.key for one in totals.check(snapshot(**records))]


def test_totals_that_agree_raise_nothing() -> None:
    stated = [
        total("合计", 3, 1800, 950),
        total("养老小计", 2, 1500, 900, "养老"),
        total("托育小计", 1, 300, 50, "托育"),
    ]
    assert keys(projects=TABLE, totals=stated) == []


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (total("合计", 4, 1800, 950), "个数写4个，逐项清点为3个"),
        (total("合计", 3, 1900, 950), "总投资写1900万元，逐项相加为1800万元"),
        (total("合计", 3, 1800, 900), "申请中央预算内投资写900万元，逐项相加为950万元"),
        (total("养老小计", 2, 1400, 900, "养老"), "总投资写1400万元，逐项相加为1500万元"),
    ],
    ids=["count", "investment", "central budget", "a group"],
)
def test_a_total_that_its_rows_do_not_give(stated: object, words: str) -> None:
    (found,) = totals.check(snapshot(projects=TABLE, totals=[stated]))
    assert words in found.summary
    assert found.kind == "total_mismatch"
    # The total's own place, and the first and last row it stands over.
    assert found.places[0].phrase.startswith(stated.label)  # type: ignore[attr-defined]
    assert len(found.places) == 3


def test_what_a_total_does_not_state_is_not_compared() -> None:
    assert keys(projects=TABLE, totals=[total("合计", 3, None, None)]) == []


def test_groups_that_do_not_make_the_whole() -> None:
    stated = [
        total("合计", 3, 1800, 950),
        total("养老小计", 2, 1500, 900, "养老"),
        total("托育小计", 1, 250, 50, "托育"),
    ]
    found = list(totals.check(snapshot(totals=stated)))
    (groups,) = [one for one in found if one.key.startswith("check.total-groups")]
    assert "总投资合计1800万元，各小计相加1750万元" in groups.summary
    assert "个数" not in groups.summary


def test_a_request_above_the_investment() -> None:
    (found,) = totals.check(snapshot(projects=[project("1", "甲", total=100, central=101)]))
    assert (found.kind, found.subjects) == ("cannot_both_be_true", ("1",))
    assert keys(projects=[project("1", "甲", total=100, central=100)]) == []


def test_parts_make_up_the_target() -> None:
    counted = indicator(unit="个", summed=True)
    wrong = target("t", "issued", {2025: 10}, parts=(("市级", 1), ("县级", 8)))
    right = target("t", "issued", {2025: 10}, parts=(("市级", 1), ("县级", 9)))
    (found,) = totals.check(snapshot(indicators=[counted], targets=[wrong]))
    assert "目标10个，各部分（市级1个、县级8个）相加为9个" in found.summary
    assert keys(indicators=[counted], targets=[right]) == []


def test_shares_have_no_parts_that_add_up() -> None:
    assert keys(targets=[target("t", "issued", {2025: 80}, parts=(("甲", 50), ("乙", 60)))]) == []
