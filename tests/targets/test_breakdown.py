"""Breaking a city target down: who may, what the parts must make, and what counties are then judged on."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from targets.actions.breakdown import draft_breakdown, issue_breakdown, withdraw_breakdown
from targets.actions.breakdown_checks import Part
from targets.actions.refusals import NotAllowed, Refused
from targets.judging.nightly import rejudge_all
from targets.models import Assessment, Breakdown, Indicator, JudgingState, Milestone, RegionalTarget, Target
from targets.queries.breakdown import counties_of, denominators, offered_dues, propose, wholes
from tests.worlds import (
    CITY,
    COUNTIES,
    GREEN,
    RED,
    WHITE,
    World,
    bind_targets,
    day,
    everywhere,
    make_target,
    make_user,
    make_world,
    publish,
    value,
)
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import AuditEvent, User

pytestmark = pytest.mark.django_db

SMART = "w.t.smart-city"


@pytest.fixture
def world() -> World:
    """The small world with a count to reach: 20 communities by 2023, 31 by 2025."""
    made = make_world()
    make_target(SMART, made.smart, made.document, {"2023": 20, "2025": 31})
    bind_targets()
    JudgingState.objects.create(as_of=day("2024-03-31"))
    return made


@pytest.fixture
def mei(world: World) -> User:
    """A second person of the lead department."""
    return make_user("mei", "lead", world.city, world.bureau)


@pytest.fixture
def issued(world: World, mei: User, django_capture_on_commit_callbacks: Any) -> Any:
    """`issued(target, {2023: (…)})`: drafted by Lin, issued by Mei, judged."""

    def do(target: str, columns: dict[str, tuple[Any, ...]], reason: str = "") -> Breakdown:
        with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
            draft = draft_breakdown(
                target=world.target(target), parts=parts(columns), reason=reason, by=world.lin
            )
            return issue_breakdown(breakdown=draft, by=mei)

    return do


def parts(columns: dict[str, tuple[Any, ...]]) -> list[Part]:
    """`{"2023": (6, 7, 7)}`: what 红河区, 青山县 and 白水县 owe by then."""
    return [
        Part(region, day(due), Decimal(str(figure)))
        for due, figures in columns.items()
        for region, figure in zip(COUNTIES, figures, strict=True)
    ]


def refusal(world: World, target: str, given: list[Part], by: User | None = None) -> str:
    with pytest.raises(Refused) as error:
        draft_breakdown(target=world.target(target), parts=given, reason="", by=by or world.lin)
    assert not Breakdown.objects.exists()
    return str(error.value)


def states(target: str, region: str) -> dict[str, str]:
    """State by the key of the milestone."""
    rows = Assessment.objects.filter(regional_target__target__key=target, region=region)
    return {row.milestone.key: row.state for row in rows.select_related("milestone")}


def binding(target: str, region: str) -> tuple[str, bool] | None:
    row = RegionalTarget.objects.filter(target__key=target, region=region).first()
    return (row.origin, row.active) if row else None


ENOUGH = {"2023": (6, 7, 7), "2025": (10, 10, 11)}


# What the parts must be


def test_parts_below_the_whole_are_refused_in_a_sentence(world: World) -> None:
    said = refusal(world, SMART, parts({"2023": (6, 7, 5), "2025": (10, 10, 11)}))
    assert said == "2023年各县合计18个，不足全市目标20个，还差2个，请调高。"


def test_more_than_the_whole_is_enough(world: World) -> None:
    draft = draft_breakdown(
        target=world.target(SMART), parts=parts({**ENOUGH, "2025": (10, 20, 11)}), reason="", by=world.lin
    )
    assert (draft.state, draft.version, draft.parts.count()) == ("draft", 1, 6)


def test_a_ceiling_adds_up_to_at_most_the_whole(world: World) -> None:
    target = make_target("w.t.most", world.smart, world.document, {"2025": 6}, target_type="ceiling")
    Milestone.objects.filter(target=target).update(comparator="<=")
    assert "超过全市目标6个，多出1个" in refusal(world, "w.t.most", parts({"2025": (3, 3, 1)}))
    draft_breakdown(target=target, parts=parts({"2025": (2, 2, 1)}), reason="", by=world.lin)


def test_a_rate_asks_of_no_county_less_than_the_city_s_while_weights_are_unknown(world: World) -> None:
    publish(value(world.beds, RED, "2021", (20, 100)), value(world.beds, GREEN, "2021", (20, 100)))
    said = refusal(world, "w.t.beds", parts({"2023": (29.9, 30, 40), "2025": (55, 55, 60)}))
    assert said.startswith("2023年红河区的分解数低于全市目标30%；分母未报齐")


def beds_are_known(world: World) -> None:
    """红河区 has 200 beds now (100 before), 青山县 100, 白水县 100: weights of 2 : 1 : 1."""
    publish(
        value(world.beds, RED, "2021", (20, 100)),
        value(world.beds, RED, "2022", (40, 200)),
        *(value(world.beds, county, "2022", (20, 100)) for county in (GREEN, WHITE)),
    )


def test_parts_of_a_rate_are_weighted_by_the_latest_denominators(world: World) -> None:
    beds_are_known(world)
    enough = {"2023": (20, 30, 50), "2025": (50, 60, 60)}
    draft = draft_breakdown(target=world.target("w.t.beds"), parts=parts(enough), reason="", by=world.lin)
    assert draft.parts.get(region=RED, due=day("2023")).value == 20


def test_a_plain_mean_of_percentages_is_not_enough(world: World) -> None:
    beds_are_known(world)
    given = parts({"2023": (20, 30, 49.9), "2025": (50, 60, 60)})
    said = refusal(world, "w.t.beds", given)
    assert said == "2023年各县按分母加权为29.975%，低于全市目标30%，请调高。"


def test_a_rate_that_is_to_fall_is_weighted_the_other_way(world: World) -> None:
    beds_are_known(world)
    Milestone.objects.filter(target__key="w.t.beds").update(comparator="<=")
    said = refusal(world, "w.t.beds", parts({"2023": (40, 10, 30.0001), "2025": (60, 50, 50)}))
    assert said == "2023年各县按分母加权为30.0001%，高于全市目标30%，请调低。"
    fine = parts({"2023": (40, 10, 30), "2025": (60, 50, 50)})
    draft_breakdown(target=world.target("w.t.beds"), parts=fine, reason="", by=world.lin)


def test_weights_come_from_the_series_where_the_rate_has_one(world: World) -> None:
    series = Indicator.objects.create(
        key="w-people", name="常住人口", unit="人", rollup="sum", theme="人口", direction="up", basis="point",
        definition="测试用", position=20,
    )  # fmt: skip
    counties = counties_of(world.target("w.t.beds"))
    world.beds.denominator_series = series
    world.beds.save()
    beds_are_known(world)
    assert denominators(world.beds, counties) == {}
    publish(
        *(value(series, county, "2022", size) for county, size in zip(COUNTIES, (700, 800, 900), strict=True))
    )
    assert denominators(world.beds, counties) == {RED: 700, GREEN: 800, WHITE: 900}
    assert denominators(world.homes, counties) == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (parts(ENOUGH)[1:], "2023年还缺红河区的分解数"),
        (parts({"2023": ENOUGH["2023"]}), "2025年还缺红河区、青山县、白水县"),
        ([*parts(ENOUGH), Part(RED, day("2023"), Decimal(6))], "红河区2023年的分解数写了两次"),
        ([*parts(ENOUGH), Part(CITY, day("2023"), Decimal(6))], "“999900”不是云溪市所辖"),
        ([*parts(ENOUGH), *parts({"2026": (20, 20, 20)})], "晚于全市目标的最后期限2025年"),
        ([*parts(ENOUGH), *parts({"2019": (1, 1, 1)})], "期限2019年早于规划期"),
        (parts({**ENOUGH, "2025": (5, 15, 11)}), "红河区2025年的分解数小于2023年的"),
        (parts({**ENOUGH, "2025": (10.5, 10, 11)}), "红河区2025年的分解数应为整数"),
        (parts({**ENOUGH, "2023": (-1, 14, 7)}), "应为不小于0的数字"),
    ],
)
def test_what_is_wrong_is_said(world: World, given: list[Part], words: str) -> None:
    assert words in refusal(world, SMART, given)


def test_dates_come_after_the_baseline(world: World) -> None:
    given = parts({"2020": (1, 1, 1), "2023": (30, 30, 30), "2025": (55, 55, 55)})
    assert "不晚于基期2020-12-31" in refusal(world, "w.t.beds", given)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("w.t.homes", "只有全市目标才能分解"),
        ("w.t.smart", "只有全市目标才能分解"),
        ("w.t.lottery", "不能按县相加"),
        ("w.t.beds-draft", "征求意见稿"),
    ],
)
def test_not_every_target_can_be_split(world: World, key: str, words: str) -> None:
    assert words in refusal(world, key, parts({"2023": (1, 1, 1)}))


# Who


def test_only_the_lead_department_drafts(world: World) -> None:
    assert "牵头单位" in refusal(world, SMART, parts(ENOUGH), by=world.gao)
    county_lead = make_user("red-lead", "lead", world.counties[RED])
    assert "你的角色不包括云溪市" in refusal(world, SMART, parts(ENOUGH), by=county_lead)


def test_who_drafts_does_not_issue(world: World) -> None:
    draft = draft_breakdown(target=world.target(SMART), parts=parts(ENOUGH), reason="", by=world.lin)
    with pytest.raises(NotAllowed, match="不能下达自己拟定的分解"):
        issue_breakdown(breakdown=draft, by=world.lin)
    assert not Milestone.objects.filter(regional__isnull=False).exists()


def test_whoever_rewrites_a_draft_has_drafted_it(world: World, mei: User) -> None:
    target = world.target(SMART)
    first = draft_breakdown(target=target, parts=parts(ENOUGH), reason="", by=world.lin)
    again = draft_breakdown(target=target, parts=parts({**ENOUGH, "2025": (9, 11, 11)}), reason="", by=mei)
    assert (again.pk, again.version, again.parts.count()) == (first.pk, 1, 6)
    with pytest.raises(NotAllowed):
        issue_breakdown(breakdown=again, by=mei)


# What counties are judged on


def test_a_county_is_judged_on_its_part(world: World, issued: Any) -> None:
    publish(*everywhere(world.smart, "2023", 6))
    issued(SMART, {**ENOUGH, "2024": (8, 8, 8)})
    assert binding(SMART, RED) == ("part", True)
    key = "2023-12-31@{}".format
    assert states(SMART, RED)[key(RED)] == "MET"
    assert states(SMART, GREEN)[key(GREEN)] == "MISSED"
    assert set(states(SMART, RED)) == {f"{year}-12-31@{RED}" for year in (2023, 2024, 2025)}
    assert set(states(SMART, CITY)) == {"2023-12-31", "2025-12-31"}


def test_the_api_finds_the_assessment_of_a_part(world: World, issued: Any, client: Client) -> None:
    """Its milestone's key has an @ of its own."""
    publish(*everywhere(world.smart, "2023", 6))
    issued(SMART, {**ENOUGH, "2024": (8, 8, 8)})
    client.force_login(world.lin)
    answer = client.get(f"/api/v1/assessments/{SMART}@{RED}@2023-12-31@{RED}/")
    assert (answer.status_code, answer.json()["state"]) == (200, "MET")


def test_a_yearly_target_is_judged_on_each_year_s_part(world: World, issued: Any) -> None:
    publish(value(world.households, RED, "2023", 60), value(world.households, GREEN, "2023", 59))
    issued("w.t.households", dict.fromkeys(("2023", "2024", "2025"), (60, 60, 80)))
    assert states("w.t.households", RED)[f"2023-12-31@{RED}"] == "MET"
    assert states("w.t.households", GREEN)[f"2023-12-31@{GREEN}"] == "MISSED"


def test_the_part_takes_the_place_of_the_city_s_rate(
    world: World, issued: Any, mei: User, django_capture_on_commit_callbacks: Any
) -> None:
    publish(*everywhere(world.beds, "2023", (35, 100)))
    row = issued("w.t.beds", {"2023": (40, 30, 30), "2025": (60, 55, 55)})
    assert binding("w.t.beds", RED) == ("part", True)
    assert states("w.t.beds", RED)[f"2023-12-31@{RED}"] == "MISSED"
    assert states("w.t.beds", GREEN)[f"2023-12-31@{GREEN}"] == "MET"
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        withdraw_breakdown(breakdown=row, reason="重新测算。", by=mei)
    assert binding("w.t.beds", RED) == ("city_rate", True)
    assert states("w.t.beds", RED)["2023-12-31"] == "MET"


def test_a_new_version_replaces_the_old_with_a_reason(world: World, issued: Any) -> None:
    publish(*everywhere(world.smart, "2023", 6))
    first = issued(SMART, {**ENOUGH, "2024": (8, 8, 8)})
    kept = Milestone.objects.get(key=f"2023-12-31@{GREEN}")
    with pytest.raises(Refused, match="调整须写明理由"):
        issued(SMART, ENOUGH)
    second = issued(SMART, {"2023": (8, 6, 6), "2025": ENOUGH["2025"]}, "青山县任务调给红河区。")
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("replaced", "issued", 2)
    assert first.replaced_at is not None
    assert first.parts.count() == 9
    kept.refresh_from_db()
    assert kept.value == 6
    assert states(SMART, GREEN)[kept.key] == "MET"
    assert set(states(SMART, RED)) == {f"{year}-12-31@{RED}" for year in (2023, 2025)}
    actions = list(AuditEvent.objects.filter(object_key=f"{SMART} v2").values_list("action", flat=True))
    assert sorted(actions) == ["breakdown.draft", "breakdown.issue"]


def test_withdrawn_the_counties_owe_nothing_of_a_count(
    world: World, issued: Any, mei: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = issued(SMART, ENOUGH)
    assert states(SMART, RED)
    with pytest.raises(Refused, match="请写明撤回的理由"):
        withdraw_breakdown(breakdown=row, reason=" ", by=mei)
    with dispatch.at_once(), django_capture_on_commit_callbacks(execute=True):
        withdraw_breakdown(breakdown=row, reason="重新测算。", by=mei)
    assert binding(SMART, RED) == ("part", False)
    assert states(SMART, RED) == {}
    row.refresh_from_db()
    assert row.state == "replaced"
    with pytest.raises(Refused, match="已不再执行"):
        withdraw_breakdown(breakdown=row, reason="重新测算。", by=mei)


def test_a_discarded_draft_leaves_nothing(world: World) -> None:
    draft = draft_breakdown(target=world.target(SMART), parts=parts(ENOUGH), reason="", by=world.lin)
    withdraw_breakdown(breakdown=draft, reason="写错了。", by=world.lin)
    assert not Breakdown.objects.exists()
    with pytest.raises(Refused, match="已被撤回"):
        issue_breakdown(breakdown=draft, by=world.lin)


def test_what_the_text_raised_since_is_checked_at_issue(world: World, mei: User) -> None:
    draft = draft_breakdown(target=world.target(SMART), parts=parts(ENOUGH), reason="", by=world.lin)
    Milestone.objects.filter(target__key=SMART, due=day("2025")).update(value=40)
    with pytest.raises(Refused, match="不足全市目标40个，还差9个"):
        issue_breakdown(breakdown=draft, by=mei)


def test_the_nightly_run_finds_every_stored_part_equal(world: World, issued: Any) -> None:
    publish(*everywhere(world.smart, "2023", 6))
    issued(SMART, ENOUGH)
    before = states(SMART, RED)
    job = jobs.create("rejudge_all", "测试")
    jobs.run(job.pk, lambda progress: rejudge_all(progress, day("2024-03-31")))
    job.refresh_from_db()
    assert (job.state, job.error, job.result["differences"]) == ("done", "", 0)
    assert states(SMART, RED) == before


# What is proposed


def test_equal_shares_make_exactly_the_whole_and_never_shrink(world: World) -> None:
    target = Target.objects.get(key=SMART)
    proposed = propose(target, counties_of(target), None)
    for due, milestone in wholes(target).items():
        assert sum(proposed[region, due] for region in COUNTIES) == milestone.value
    assert all(proposed[region, day("2023")] <= proposed[region, day("2025")] for region in COUNTIES)
    assert {proposed[region, day("2023")] for region in COUNTIES} == {6, 7}
    assert {proposed[region, day("2025")] for region in COUNTIES} == {10, 11}
    given = [Part(region, due, figure) for (region, due), figure in proposed.items()]
    assert draft_breakdown(target=target, parts=given, reason="", by=world.lin).pk


def test_shares_by_weight(world: World) -> None:
    target = Target.objects.get(key="w.t.households")
    shares = {RED: Decimal(100), GREEN: Decimal(50), WHITE: Decimal(50)}
    proposed = propose(target, counties_of(target), shares)
    assert [proposed[region, day("2024")] for region in COUNTIES] == [100, 50, 50]


def test_years_between_are_offered(world: World) -> None:
    target = world.target("w.t.beds")
    assert [due.year for due in offered_dues(target, wholes(target))] == [2021, 2022, 2023, 2024, 2025]
