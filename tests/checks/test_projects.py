"""The same project twice: inside a table, linked with other figures, alike across plans."""

from typing import Any

import pytest

from tests.checks.snapshots import COUNTY, COUNTY_PLAN, DRAFT, LATER, project, snapshot
from yuxi_eldercare.checks import same_projects

pytestmark = pytest.mark.pure

CARE = "建设失能、残疾老年人专业照护中心，满足全县需求。"


def found(*projects: Any) -> list[Any]:
    return list(same_projects.check(snapshot(projects=projects)))


def test_the_same_content_in_two_places_of_a_table() -> None:
    (one,) = found(
        project("13", "新平县居家养老网络", content=CARE, region="530427"),
        project("14", "易门县综合服务中心", content=CARE, region="530425"),
    )
    assert (one.kind, one.subjects) == ("duplicate_project", ("13", "14"))
    assert "建设内容一字不差" in one.summary


def test_likeness_in_one_place_hangs_together_as_one_finding() -> None:
    rooms = "新建建筑物{}幢，建设内容包括餐饮室、日间照料中心、休息室、阅览室、活动室、康复保健室等用房。"
    (one,) = found(
        project("24", "中心敬老院", content=rooms.format(1)),
        project("25", "综合养护院", content=rooms.format(1)),
        project("26", "公办服务机构", content=rooms.format(10)),
    )
    assert one.subjects == ("24", "25", "26")
    assert "几乎相同" in one.summary


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"content": "新建养老公寓。"}, {"content": "新建养老公寓。"}),
        ({"content": CARE}, {"content": "改造七所敬老院的厨房、消防和电梯设施。"}),
        ({"content": CARE, "tabled": False}, {"content": CARE, "tabled": False}),
    ],
    ids=["too short to tell", "other content", "named in prose only"],
)
def test_projects_of_one_table_that_differ(left: Any, right: Any) -> None:
    assert found(project("1", "甲敬老院", **left), project("2", "乙养护院", **right)) == []


def linked(**fields: Any) -> Any:
    return project(
        "c", "易门养老综合服务中心", document=COUNTY_PLAN, region=COUNTY, links=(("14", "same"),), **fields
    )


def test_a_linked_pair_with_other_figures() -> None:
    city = project("14", "易门公办养老综合服务中心", region=COUNTY, total=3000, central=2400)
    (one,) = found(city, linked(total=1500, central=1200, start_year=2023, end_year=2023))
    assert "总投资县为1500万元、市为3000万元" in one.summary
    assert "年份县为2023年、市为2023—2024年" in one.summary
    assert "金额不相加" in one.summary


def test_a_linked_pair_that_agrees_raises_nothing() -> None:
    city = project("14", "易门公办养老综合服务中心", region=COUNTY)
    assert found(city, linked()) == []


@pytest.mark.parametrize(
    ("other", "raised"),
    [
        ({}, True),
        ({"region": "530427"}, False),
        ({"document": DRAFT}, False),
        ({"links": (("3", "overlap"),)}, False),
    ],
    ids=["unlinked", "elsewhere", "a replaced draft", "linked"],
)
def test_like_names_in_two_plans(other: Any, raised: bool) -> None:
    fields = {"document": LATER, "tabled": False, "total": None, "central": None, **other}
    rows = found(
        project("3", "玉溪市红塔区金湾国际康养中心建设项目"), project("x", "玉溪金湾国际康养中心", **fields)
    )
    assert bool(rows) == raised


def test_names_that_only_share_common_words_are_told_apart() -> None:
    rows = [
        project("1", "玉溪市综合托育服务中心"),
        project("2", "玉溪金湾国际康养中心", document=LATER),
        project("3", "玉溪市敬老院建设项目", document=LATER),
    ]
    assert found(*rows) == []
