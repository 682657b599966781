"""What lists can be asked for, and how a request that cannot mean anything is refused."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.worlds import CITY, COUNTIES, GREEN, RED, World

from .test_read import get, rows


def keys(client: Client, path: str, name: str = "key") -> list[str]:
    return [row[name] for row in rows(client, path)]


WHITE = COUNTIES[2]
CASES = {
    "targets/?document=w-draft": ["w.t.beds-draft"],
    "targets/?plan=w-county-plan": ["w.t.smart"],
    f"targets/?region={GREEN}": ["w.t.smart"],
    f"targets/?binds={WHITE}": ["w.t.beds", "w.t.homes"],
    "targets/?indicator=w-lottery": ["w.t.lottery"],
    "targets/?scope=each_county,county": ["w.t.homes", "w.t.smart"],
    "targets/?target_type=floor": ["w.t.lottery"],
    "targets/?nature=binding": ["w.t.beds"],
    "targets/?in_force=false": ["w.t.beds-draft"],
    "targets/?due_year=2024": ["w.t.households"],
    "targets/?department=市民政局": ["w.t.beds"],
    "targets/?department=w-mz": ["w.t.beds"],
    "targets/?department=青山县政府": ["w.t.beds"],
    "targets/?search=达55%25": ["w.t.beds"],
    "targets/?search=公益金": ["w.t.lottery"],
    "targets/?qualitative=true": [],
    "assignments/?kind=task": ["w.a.01"],
    "assignments/?lead=民政部门": ["w.a.01"],
    "assignments/?lead=各县人民政府": [],
    "assignments/?responsible=红河区人民政府": ["w.a.01"],
    "assignments/?all_counties=false": [],
    "assignments/?target=w.t.beds": ["w.a.01"],
    "assignments/?search=护理型": ["w.a.01"],
    "assignments/?withdrawn=include": ["w.a.01", "w.a.02"],
    "assignments/?withdrawn=only": ["w.a.02"],
    f"projects/?region={GREEN}": ["w.p.1", "w.p.named"],
    "projects/?category=养老": ["w.p.1"],
    "projects/?listing=named": ["w.p.named"],
    "projects/?year=2023": ["w.p.1"],
    "projects/?year=2025": [],
    "projects/?department=市民政局": ["w.p.1"],
    "projects/?search=床位200": ["w.p.1"],
    "rules/?kind=share": ["w.r.share"],
    "rules/?department=w-mz": ["w.r.bed"],
    "rules/?search=一次性": ["w.r.bed"],
    "facts/?kind=forecast": ["w.f.ageing"],
    "facts/?year=2020": ["w.f.beds-2020"],
    "facts/?indicator=w-beds": ["w.f.beds-2020"],
    f"facts/?region={CITY}": ["w.f.beds-2020"],
    "lists/?list=platforms&category=托育": ["w.l.platforms.1"],
    "lists/?list=pilots": [],
    "lists/?target=w.t.lottery": ["w.l.platforms.1"],
    "findings/?kind=slip": ["w.x.slip"],
    "findings/?ruled=true": ["w.x.total"],
    "findings/?ruled=false": ["w.x.slip"],
    "findings/?document=w-issued": ["w.x.total"],
    "findings/?subject=w.t.beds": ["w.x.total"],
    "findings/?subject=w.t.bed": [],
    "findings/?search=明细相加": ["w.x.total"],
    "findings/?origin=check,reviewed": ["w.x.total", "w.x.slip"],
    f"plans/?region={GREEN}": ["w-county-plan"],
    "plans/?parent=w-plan": ["w-county-plan"],
    "departments/?kind=group": ["w-all"],
    "departments/?group=w-all": ["w-gov-999902", "w-gov-999903", "w-gov-999904"],
    "departments/?search=民政部": ["w-mz"],
    "departments/?withdrawn=only": ["w-fp"],
}
BY_CODE = {
    "regions/?level=city": [CITY],
    f"regions/?parent={CITY}": [RED, GREEN, WHITE],
    "regions/?search=999912": [RED],
    "documents/?status=draft": ["w-draft"],
    "documents/?in_force=true&plan=w-plan": ["w-issued"],
    f"documents/?region={GREEN}": ["w-county"],
    "indicators/?document=w-county": ["w-smart"],
    "indicators/?plan=w-county-plan": ["w-smart"],
    "indicators/?rollup=none": ["w-lottery"],
    "indicators/?department=市民政局": ["w-beds"],
    "indicators/?search=护理床位": ["w-beds"],
    "indicators/?theme=托育": [],
}


@pytest.mark.parametrize("path", CASES)
def test_filter_by_key(path: str, api: Client) -> None:
    assert keys(api, path) == CASES[path]


@pytest.mark.parametrize("path", BY_CODE)
def test_filter_by_code(path: str, api: Client) -> None:
    assert keys(api, path, "code") == BY_CODE[path]


def test_assessment_filters(api: Client) -> None:
    everything = rows(api, "assessments/")
    for query, holds in {
        "light=red": lambda row: row["light"] == "red",
        "light=red,green": lambda row: row["light"] in {"red", "green"},
        "state=MISSED,NO_DATA": lambda row: row["state"] in {"MISSED", "NO_DATA"},
        "mark=PROVISIONAL": lambda row: "PROVISIONAL" in row["marks"],
        "due_year=2023": lambda row: row["due"].startswith("2023"),
        f"region={RED}": lambda row: row["region"] == RED,
        "level=county": lambda row: row["region"] != CITY,
        "indicator=w-homes": lambda row: row["indicator_code"] == "w-homes",
        "target=w.t.homes": lambda row: row["target"] == "w.t.homes",
        "document=w-county": lambda row: row["document"] == "w-county",
        "plan=w-plan": lambda row: row["plan"] == "w-plan",
        "origin=each": lambda row: row["origin"] == "each",
        "nature=binding": lambda row: row["nature"] == "binding",
        "demo=true": lambda row: row["demo"],
        "search=示范": lambda row: "示范" in row["indicator_name"],
    }.items():
        expected = [row["key"] for row in everything if holds(row)]
        assert keys(api, f"assessments/?{query}") == expected, query
        assert len(expected) < len(everything), f"{query} tells nothing apart here"


def test_job_filters(lead: Client) -> None:
    assert keys(lead, "jobs/?state=failed", "kind") == ["load"]
    assert keys(lead, "jobs/?kind=nightly", "error") == [None]


def test_filters_join_with_and(api: Client) -> None:
    assert keys(api, "targets/?nature=binding&due_year=2024") == []


def refused(client: Client, path: str, status: int = 400) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content.decode()
    body: dict[str, Any] = json.loads(answer.content)
    assert set(body) == {"detail", "errors"}
    assert body["detail"]
    return body


REFUSED = {
    "targets/?regoin=1": ("regoin", "是不是“region”"),
    "targets/?scope=town": ("scope", "请从 city、county"),
    "targets/?nature=binding,soft": ("nature", "“soft”不是可用的取值"),
    "targets/?in_force=maybe": ("in_force", "请填 true 或 false"),
    "targets/?due_year=二〇二五": ("due_year", "不是年份"),
    "targets/?due_year=20255": ("due_year", "不是年份"),
    "targets/?document=no-such": ("document", "没有这个文件：“no-such”"),
    "targets/?region=530499": ("region", "没有这个地区"),
    "targets/?department=市民证局": ("department", "没有这个单位：“市民证局”"),
    "targets/?indicator=beds": ("indicator", "没有这个指标"),
    "targets/?plan=x&nature=indicative": ("plan", "没有这个规划"),
    "assessments/?target=x": ("target", "没有这个目标值"),
    "targets/?page=0": ("page", "应为正整数"),
    "targets/?page_size=lots": ("page_size", "应为正整数"),
    "targets/?scope=city&scope=county": ("scope", "不止一次"),
    "targets/?include=sources": ("include", "没有“include”这个参数"),
    "indicators/?include=target": ("include", "“target”不能包含在内"),
    "indicators/w-beds?region=999902": ("region", "没有“region”这个参数"),
    f"targets/?search={'长' * 61}": ("search", ""),
    "targets/?search=a%00b": ("search", ""),
    "targets/?withdrawn=yes": ("withdrawn", "exclude、include、only"),
}


@pytest.mark.parametrize("path", REFUSED)
def test_what_cannot_mean_anything_is_refused(path: str, api: Client) -> None:
    field, words = REFUSED[path]
    (problem,) = refused(api, path)["errors"]
    assert problem["field"] == field
    assert words in problem["message"]


def test_all_problems_are_named_at_once(api: Client) -> None:
    body = refused(api, "targets/?in_force=maybe&due_year=x")
    assert [problem["field"] for problem in body["errors"]] == ["in_force", "due_year"]
    assert "2处" in body["detail"]


@pytest.mark.parametrize(
    "path",
    ["targets/no.such", "targets/%00", "targets/?page=99", "assessments/a@b@c", "nowhere/at/all", "jobs/x"],
)
def test_what_is_not_there_is_404_in_the_same_shape(path: str, api: Client) -> None:
    assert refused(api, path, 404)["errors"] == []


class TestPages:
    """`page` and `page_size`."""

    def test_walking_all_pages_meets_every_row_once(self, api: Client) -> None:
        everything = keys(api, "targets/")
        path, met = "targets/?page_size=2", []
        while path:
            page = get(api, path)
            assert page["count"] == len(everything)
            met += [row["key"] for row in page["results"]]
            path = (page["next"] or "").partition("/api/v1/")[2]
        assert met == everything

    def test_links_keep_the_filters(self, api: Client) -> None:
        page = get(api, "targets/?page_size=1&page=2&in_force=true")
        assert "in_force=true" in page["next"]
        assert "page=3" in page["next"]
        assert page["previous"].endswith("?page_size=1&in_force=true") or "page=" not in page[
            "previous"
        ].replace("page_size=", "")

    def test_page_size_is_capped_at_a_thousand(self, api: Client) -> None:
        assert get(api, "targets/?page_size=5000")["page_size"] == 1000

    def test_default_page_size(self, api: Client) -> None:
        page = get(api, "targets/")
        assert (page["page_size"], page["next"], page["previous"]) == (100, None, None)

    def test_an_empty_list_is_a_page(self, api: Client) -> None:
        assert get(api, "targets/?qualitative=true") == {
            "count": 0,
            "page_size": 100,
            "next": None,
            "previous": None,
            "results": [],
        }


def test_order_is_that_of_the_documents(api: Client, world: World) -> None:
    world.document.position = 9
    world.document.save()
    assert keys(api, "targets/")[0] in {"w.t.beds-draft", "w.t.smart"}
