"""Every resource as a list and by its key: the promised fields, their values, and the schema they follow."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from targets.api.assessments import ANSWER
from targets.models import Assessment, Indicator, Target
from targets.progress import ANSWER_KEYS
from tests.worlds import CITY, GREEN, RED, World
from yuxi_eldercare.api_urls import RESOURCES

from .conformance import component_of, problems

PROMISED = {
    "targets": "key indicator_code indicator_name document plan region scope target_type direction unit "
    "nature firmness criteria baseline milestones departments sources in_force",
    "assignments": "key number section title document leads responsible all_counties source",
    "projects": "key number name category type location start_year end_year content total_investment_wan "
    "central_budget_wan responsible document source",
    "rules": "key subject value unit condition kind as_of document source",
    "facts": "key subject value unit condition kind as_of document source",
    "findings": "kind summary places ruling",
    "assessments": "indicator_code region plan as_of computed_at rule_version " + " ".join(ANSWER_KEYS),
    "regions": "code name short_name level parent",
    "departments": "key name short_name kind region",
    "plans": "key name region start end parent",
    "documents": "code title number status plan issued_on in_force",
    "indicators": "code name unit direction integer rollup basis",
    "lists": "key list number category name measures goal document source",
    "jobs": "kind state total done started_at finished_at error",
}
OBSERVED = "region period_kind period_end value numerator denominator not_applicable known_from demo"
MOMENT = datetime.fromisoformat("2024-01-01T00:00:00Z")
INCLUDES = {
    "indicators": "observations,rollups,targets,assessments",
    "documents": "clauses",
    "assessments": "inputs",
}


def get(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def rows(client: Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(client, path)["results"]
    return found


def test_every_resource_has_promised_fields() -> None:
    # The audit trail has tests of its own (tests/audit): only its administrator reads it. Rounds and entries
    # need the staffed world (test_rounds).
    assert {*PROMISED, "audit", "rounds", "entries"} == set(RESOURCES)


@pytest.mark.parametrize("name", PROMISED)
def test_list_shows_the_promised_fields_and_follows_the_schema(name: str, lead: Client) -> None:
    parts = f"?include={INCLUDES[name]}" if name in INCLUDES else ""
    page = get(lead, f"{name}/{parts}")
    assert page["count"] == len(page["results"]) > 0
    for row in page["results"]:
        assert set(PROMISED[name].split()) <= set(row)
    assert problems(component_of(f"/api/v1/{name}/"), page) == []


@pytest.mark.parametrize("name", PROMISED)
def test_detail_is_the_row_of_the_list(name: str, lead: Client) -> None:
    key = RESOURCES[name].lookup_url_kwarg or RESOURCES[name].lookup_field
    for row in rows(lead, f"{name}/"):
        found = get(lead, f"{name}/{quote(str(row[key]))}/")
        assert found == row
        assert problems(component_of(f"/api/v1/{name}/{{{key}}}/"), found) == []


@pytest.mark.parametrize("name", PROMISED)
def test_slash_at_the_end_is_optional(name: str, lead: Client) -> None:
    assert get(lead, name)["count"] == get(lead, f"{name}/")["count"]


def test_target(api: Client, world: World) -> None:
    found = get(api, "targets/w.t.beds")
    assert found["baseline"] == {"date": "2020-12-31", "value": "12.3", "below": None}
    first, second = found["milestones"]
    assert first == {
        "due": "2023-12-31",
        "due_text": None,
        "comparator": ">=",
        "value": "30",
        "value_max": None,
    }
    assert second["value"] == "55"
    assert found["departments"] == ["民政部门", "各县"]
    assert found["department_keys"] == ["w-mz", "w-all"]
    assert found["sources"] == [
        {"document": "w-issued", "clause": "二（四）·1", "phrase": "护理床位占比 12.3 30 55"},
        {"document": "w-issued", "clause": "二（四）", "phrase": "护理床位占比达55%"},
    ]
    assert (found["document"], found["plan"], found["region"]) == ("w-issued", "w-plan", CITY)
    assert (found["nature"], found["nature_label"], found["firmness"]) == ("binding", "约束性", "力争")
    assert (found["direction"], found["unit"], found["in_force"]) == ("up", "%", True)
    assert found["parts"] == [{"label": "市级", "value": "1"}]
    assert found["binds"][0] == {"region": CITY, "origin": "own"}
    assert {"region": RED, "origin": "city_rate"} in found["binds"]


def test_target_without_baseline_nature_or_bodies(api: Client) -> None:
    found = get(api, "targets/w.t.homes")
    assert (found["baseline"], found["nature"], found["nature_label"]) == (None, None, None)
    assert (found["departments"], found["sources"], found["firmness"]) == ([], [], None)


def test_baseline_that_is_only_a_bound(api: Client) -> None:
    Target.objects.filter(key="w.t.smart").update(baseline_date="2020-12-31", baseline_below=1000)
    assert get(api, "targets/w.t.smart")["baseline"] == {"date": "2020-12-31", "value": None, "below": "1000"}


def test_milestones_stand_by_date_and_open_ones_last(api: Client, world: World) -> None:
    target = world.target("w.t.smart")
    target.milestones.create(key="open-1", due_text="5至10年", comparator=">=", value=9)
    target.milestones.create(key="2023-12-31", due="2023-12-31", comparator=">=", value=1)
    target.milestones.create(
        key="2024-12-31", due="2024-12-31", comparator=">=", value=2, withdrawn_at=MOMENT
    )
    found = get(api, "targets/w.t.smart")["milestones"]
    assert [(m["due"], m["due_text"], m["value"]) for m in found] == [
        ("2023-12-31", None, "1"),
        ("2025-12-31", None, "4"),
        (None, "5至10年", "9"),
    ]


def test_a_draft_is_never_in_force(api: Client) -> None:
    assert get(api, "targets/w.t.beds-draft")["in_force"] is False


def test_a_withdrawn_target_is_not_in_force(api: Client) -> None:
    Target.objects.filter(key="w.t.beds").update(withdrawn_at=MOMENT)
    assert get(api, "targets/w.t.beds")["in_force"] is False


def test_a_target_superseded_by_ruling_is_not_in_force(api: Client, world: World) -> None:
    ruling = world.lin.rulings.get(replaced_at=None)
    Target.objects.filter(key="w.t.beds").update(superseded_by_ruling=True, settled_by=ruling)
    assert get(api, "targets/w.t.beds")["in_force"] is False


def test_a_replaced_document_ends_its_targets(api: Client, world: World) -> None:
    world.draft.supersedes = world.document
    world.draft.save()
    assert get(api, "targets/w.t.beds")["in_force"] is False
    assert get(api, "documents/w-issued")["superseded_by"] == "w-draft"
    world.draft.withdrawn_at = MOMENT
    world.draft.save()
    assert get(api, "targets/w.t.beds")["in_force"] is True


def test_assignment(api: Client) -> None:
    found = get(api, "assignments/w.a.01")
    assert (found["leads"], found["lead_keys"]) == (["市民政局"], ["w-mz"])
    assert (found["responsible"], found["responsible_keys"]) == (["各县"], ["w-all"])
    assert (found["number"], found["section"], found["title"]) == ("1", "提升服务", "增加护理型床位")
    assert (found["all_counties"], found["document"]) == (True, "w-issued")
    assert found["source"] == {"document": "w-issued", "clause": "二（四）", "phrase": "1.增加护理型床位"}
    assert found["targets"] == ["w.t.beds"]


def test_project(api: Client) -> None:
    found = get(api, "projects/w.p.1")
    assert (found["total_investment_wan"], found["central_budget_wan"]) == ("30.005", "2400")
    assert (found["start_year"], found["end_year"], found["responsible"]) == (2022, 2024, ["市民政局"])
    assert found["linked_from"] == [{"project": "w.p.named", "kind": "same", "note": "名称不同"}]
    named = get(api, "projects/w.p.named")
    assert (named["total_investment_wan"], named["number"], named["source"]) == (None, None, None)
    assert named["links"] == [{"project": "w.p.1", "kind": "same", "note": "名称不同"}]


def test_rule(api: Client, world: World) -> None:
    found = get(api, "rules/w.r.bed")
    assert (found["value"], found["unit"], found["kind"]) == ("10000", "元/张", "money")
    assert found["split"] == {"省": 5, "市": 3, "县": 2}
    assert found["as_of"] == "2021-06-01", "no start of its own: the day its document took effect"
    world.document.issued_on = datetime(2021, 5, 20).date()
    world.document.save()
    assert get(api, "rules/w.r.bed")["as_of"] == "2021-05-20"
    share = get(api, "rules/w.r.share")
    assert (share["as_of"], share["value"], share["condition"]) == ("2022-01-01", None, None)


def test_fact(api: Client) -> None:
    found = get(api, "facts/w.f.beds-2020")
    assert (found["value"], found["comparator"], found["as_of"]) == ("12.3", "~", "2020-12-31")
    assert (found["indicator"], found["as_of_text"], found["region"]) == ("w-beds", "“十三五”末", CITY)
    words = get(api, "facts/w.f.ageing")
    assert (words["value"], words["value_text"], words["as_of"]) == (None, "中度", None)


def test_list_item(api: Client) -> None:
    found = get(api, "lists/w.l.platforms.1")
    assert (found["list"], found["list_label"], found["goal"]) == ("platforms", "重大平台", "互联互通")
    assert (found["departments"], found["targets"]) == (["市民政局"], ["w.t.lottery"])


def test_finding_with_the_ruling_in_force(api: Client) -> None:
    found = get(api, "findings/w.x.total")
    assert found["places"] == [
        {"document": "w-issued", "clause": "二（四）", "phrase": "合计3001万元"},
        {"document": None, "clause": None, "phrase": "明细相加3000.5万元"},
    ]
    ruling = found["ruling"]
    assert (ruling["decision"], ruling["decision_label"]) == ("explain", "说明原因")
    assert (ruling["text"], ruling["ruled_by"], ruling["effect"]) == ("四舍五入所致", "Lin", {"note": "无"})
    assert ruling["ruled_at"].endswith("+08:00")
    assert get(api, "findings/w.x.slip")["ruling"] is None


def test_region_and_department(api: Client) -> None:
    red = get(api, f"regions/{RED}")
    assert (red["aliases"], red["withdrawn_codes"], red["parent"]) == (["红河县"], ["999912"], CITY)
    group = get(api, "departments/w-all")
    assert group["members"] == ["w-gov-999902", "w-gov-999903", "w-gov-999904"]
    assert get(api, "departments/w-mz")["names"] == ["民政部门"]
    assert get(api, "departments/w-fp")["successors"] == [
        {"department": "w-mz", "since": "2021-05-01", "function": None, "note": None}
    ]


def test_plan_and_document(api: Client) -> None:
    assert get(api, "plans/w-plan")["documents"] == ["w-issued", "w-draft"]
    assert get(api, "plans/w-county-plan")["parent"] == "w-plan"
    issued = get(api, "documents/w-issued?include=clauses")
    assert issued["clauses"] == [
        {"number": "二（四）", "heading": "具体目标", "parent": None},
        {"number": "二（四）·1", "heading": None, "parent": "二（四）"},
    ]
    assert (issued["in_force"], get(api, "documents/w-draft")["in_force"]) == (True, False)


def test_assessment_is_the_stored_answer(api: Client, world: World) -> None:
    stored = Assessment.objects.get(
        region=RED, regional_target__target__key="w.t.beds", milestone__key="2023-12-31"
    )
    found = get(api, f"assessments/w.t.beds@{RED}@2023-12-31?include=inputs")
    assert {name: found[name] for name in ANSWER_KEYS} == stored.answer
    assert found["inputs"] == stored.inputs
    assert (found["indicator_code"], found["plan"], found["target"]) == ("w-beds", "w-plan", "w.t.beds")
    assert (found["value"], found["comparator"], found["origin"]) == ("30", ">=", "city_rate")
    assert found["as_of"] == stored.as_of.isoformat()
    assert found["rule_version"] == stored.rule_version
    assert datetime.fromisoformat(found["computed_at"]) == stored.computed_at.replace(microsecond=0)
    assert found["thresholds"] == {
        "version": stored.thresholds.version,
        "green": "0.95",
        "yellow": "0.6",
        "start_up": "0.1",
        "closing": "0.1",
    }


def test_assessment_of_a_yearly_quota_names_its_own_start_up(api: Client) -> None:
    (found, *_more) = rows(api, f"assessments/?indicator=w-households&region={CITY}")
    assert found["thresholds"]["start_up"] == "0.25"


def test_assessment_says_how_many_members_reported(api: Client) -> None:
    found = get(api, f"assessments/w.t.beds@{CITY}@2023-12-31")
    assert (found["members_reported"], found["members_expected"]) == (2, 3)
    assert "PROVISIONAL" in found["marks"]


def test_inactive_bindings_have_no_assessments(api: Client, world: World) -> None:
    before = get(api, "assessments/")["count"]
    bound = world.target("w.t.beds").regional.get(region=RED)
    bound.active = False
    bound.save()
    assert get(api, "assessments/")["count"] == before - 2


def test_answer_fields_are_those_of_the_engine() -> None:
    assert tuple(field.name for field in ANSWER.fields) == ANSWER_KEYS


class TestSeries:
    """`indicators/?include=…`."""

    def test_observations_in_force(self, api: Client) -> None:
        homes = get(api, "indicators/w-homes?include=observations")
        assert [(o["region"], o["value"]) for o in homes["observations"]] == [
            (RED, "3"),
            (GREEN, "2"),
            ("999904", "2"),
        ]
        assert list(homes["observations"][0]) == OBSERVED.split()

    def test_parts_of_a_rate_and_not_applicable(self, api: Client) -> None:
        red, green = get(api, "indicators/w-beds?include=observations")["observations"]
        assert (red["value"], red["numerator"], red["denominator"]) == ("33.333333", "1", "3")
        assert (red["period_end"], red["period_kind"], red["demo"]) == ("2023-12-31", "year", False)
        assert (green["value"], green["not_applicable"]) == (None, True)

    def test_roll_ups(self, api: Client) -> None:
        (made,) = get(api, "indicators/w-homes?include=rollups")["rollups"]
        assert (made["region"], made["value"], made["members_reported"]) == (CITY, "7", 3)

    def test_targets_are_those_of_the_target_list(self, api: Client) -> None:
        nested = get(api, "indicators/w-beds?include=targets")["targets"]
        assert nested == rows(api, "targets/?indicator=w-beds")
        assert [t["key"] for t in nested] == ["w.t.beds", "w.t.beds-draft"]

    def test_assessments_are_those_of_the_assessment_list(self, api: Client) -> None:
        nested = get(api, "indicators/w-beds?include=assessments")["assessments"]
        assert nested == rows(api, "assessments/?indicator=w-beds")

    def test_only_what_was_asked_for(self, api: Client) -> None:
        plain = get(api, "indicators/w-beds")
        assert not {"observations", "targets", "assessments", "rollups"} & set(plain)
        some = get(api, "indicators/w-beds?include=targets")
        assert "targets" in some
        assert "assessments" not in some

    def test_indicator_without_values_has_empty_lists(self, api: Client) -> None:
        Indicator.objects.create(
            key="w-new", name="新指标", theme="养老", unit="个", direction="up", rollup="sum", basis="point"
        )
        new = get(api, "indicators/w-new?include=observations,rollups,targets,assessments")
        assert (new["observations"], new["rollups"], new["targets"], new["assessments"]) == ([], [], [], [])

    def test_a_region_limits_values_and_assessments(self, api: Client) -> None:
        found = rows(api, f"indicators/?include=observations,assessments,rollups&region={RED}")
        assert {i["code"] for i in found} == {"w-beds", "w-homes"}
        for indicator in found:
            assert {o["region"] for o in indicator["observations"]} == {RED}
            assert {a["region"] for a in indicator["assessments"]} == {RED}
            assert indicator["rollups"] == []
