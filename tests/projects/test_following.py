"""A project's ledger: stages that do not run backwards, books that balance on any day, months that add up."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from projects.following import enter_funding, enter_stage, plan_funding, report_month
from projects.following.money import balances
from projects.models import FundingEntry, Project, ProjectBody, ProjectReport
from targets.actions.refusals import NotAllowed, Refused
from tests.worlds import RED, WHITE, make_user, make_world
from yuxi_eldercare.core.models import AuditEvent, Department, User

pytestmark = pytest.mark.django_db
WAN = 1_000_000


class Site:
    """A project of 红河区 that its bureau keeps, planned for 2023 to 2025 at 1,000 万元."""

    def __init__(self) -> None:
        world = make_world()
        unit = Department.objects.create(
            key="red-mz",
            name="红河区民政局",
            short_name="区民政局",
            kind="department",
            region=world.counties[RED],
        )
        other = Department.objects.create(
            key="white-mz",
            name="白水县民政局",
            short_name="县民政局",
            kind="department",
            region=world.counties[WHITE],
        )
        self.group = Department.objects.create(
            key="all", name="各县区民政局", short_name="各县区", kind="group", region=world.city
        )
        self.group.members.set([unit, other])
        self.hong = make_user("hong", "reporter", world.counties[RED], unit)
        self.bai = make_user("bai", "reporter", world.counties[WHITE], other)
        self.project = Project.objects.create(
            key="p-1",
            document=world.document,
            name="养老服务中心",
            listing="tabled",
            region=world.counties[RED],
            start_year=2023,
            end_year=2025,
            total_investment_fen=1_000 * WAN,
        )
        ProjectBody.objects.create(project=self.project, department=unit, as_written="区民政局")

    def money(self, kind: str, on: str, wan: int, by: User | None = None, **fields: Any) -> FundingEntry:
        return enter_funding(
            project=self.project,
            source=fields.pop("source", "city"),
            kind=kind,
            on=date.fromisoformat(on),
            amount_fen=wan * WAN,
            by=by or self.hong,
            **fields,
        )

    def month(self, text: str, wan: int, **fields: Any) -> ProjectReport:
        return report_month(
            project=self.project,
            month_end=date.fromisoformat(text),
            invested_fen=wan * WAN,
            by=self.hong,
            **fields,
        )

    def stage(self, stage: str, on: str, **fields: Any) -> None:
        enter_stage(project=self.project, stage=stage, on=date.fromisoformat(on), by=self.hong, **fields)


@pytest.fixture
def site(db: None) -> Site:
    return Site()


def refusal(call: Any, *args: Any, **fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return [(problem.field, problem.message) for problem in refused.value.problems]


class TestStages:
    """Forward by days; standing still needs a reason."""

    def test_from_plan_to_use(self, site: Site) -> None:
        for n, stage in enumerate(
            ["planned", "approved", "started", "building", "built", "accepted", "in_use"]
        ):
            site.stage(stage, f"2023-0{n + 1}-01")
        assert site.project.stages.order_by("on").last().stage == "in_use"  # type: ignore[union-attr]

    def test_stages_may_be_left_out(self, site: Site) -> None:
        site.stage("started", "2023-05-01")
        site.stage("built", "2024-05-01")
        assert site.project.stages.count() == 2

    def test_dates_do_not_run_backwards(self, site: Site) -> None:
        site.stage("started", "2023-05-01")
        [(field, text)] = refusal(site.stage, "built", "2023-04-30")
        assert field == "on"
        assert "早于" in text

    @pytest.mark.parametrize("stage", ["approved", "started"])
    def test_a_stage_that_was_reached_is_not_entered_again(self, site: Site, stage: str) -> None:
        site.stage("started", "2023-05-01")
        [(field, text)] = refusal(site.stage, stage, "2023-06-01")
        assert field == "stage"
        assert "已到过" in text

    def test_stopping_and_going_on_need_reasons(self, site: Site) -> None:
        site.stage("building", "2023-05-01")
        assert refusal(site.stage, "stopped", "2023-06-01")[0][0] == "reason"
        site.stage("stopped", "2023-06-01", reason="用地调整")
        assert refusal(site.stage, "stopped", "2023-07-01", reason="再停")[0][0] == "stage"
        assert refusal(site.stage, "building", "2023-07-01")[0][0] == "reason"
        site.stage("building", "2023-07-01", reason="用地已落实")

    def test_nothing_is_entered_for_tomorrow(self, site: Site) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        [(field, text)] = refusal(site.stage, "started", str(tomorrow))
        assert field == "on"
        assert "今天" in text

    def test_an_unknown_stage_is_refused(self, site: Site) -> None:
        assert refusal(site.stage, "dreamt", "2023-05-01")[0][0] == "stage"


class TestMoney:
    """Never more spent than arrived, on no day."""

    def test_spending_needs_money_that_had_arrived(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100)
        [(field, text)] = refusal(site.money, "spent", "2023-04-01", 101)
        assert field == "amount_fen"
        assert "支出 101 万元，多于到位 100 万元" in text
        site.money("spent", "2023-04-01", 100)

    def test_not_before_it_arrived_either(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100)
        assert "2023-02-01" in refusal(site.money, "spent", "2023-02-01", 50)[0][1]

    def test_one_source_does_not_pay_for_another(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100, source="central")
        assert refusal(site.money, "spent", "2023-04-01", 1, source="city")[0][0] == "amount_fen"

    def test_taking_back_leaves_no_hole(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100)
        site.money("spent", "2023-04-01", 80)
        assert refusal(site.money, "arrived", "2023-05-01", -30, explanation="收回")[0][0] == "amount_fen"
        assert refusal(site.money, "spent", "2023-05-01", -81, explanation="冲错")[0][0] == "amount_fen"
        site.money("spent", "2023-05-01", -30, explanation="退回多付")
        site.money("arrived", "2023-05-01", -30, explanation="收回")

    def test_taking_back_needs_an_explanation(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100)
        assert refusal(site.money, "arrived", "2023-04-01", -10)[0][0] == "explanation"

    def test_more_than_planned_asks_why(self, site: Site) -> None:
        plan_funding(project=site.project, source="city", planned_fen=80 * WAN, by=site.hong)
        [(field, text)] = refusal(site.money, "arrived", "2023-03-01", 100)
        assert field == "explanation"
        assert "计划 80 万元" in text
        site.money("arrived", "2023-03-01", 100, explanation="追加")

    def test_a_first_plan_below_what_arrived_asks_why(self, site: Site) -> None:
        site.money("arrived", "2023-03-01", 100)
        site.money("arrived", "2023-03-02", 900, source="central")
        given = {"project": site.project, "source": "city", "by": site.hong}
        [(field, text)] = refusal(plan_funding, planned_fen=99 * WAN, **given)
        assert field == "reason"
        assert "已到位 100 万元，多于计划 99 万元" in text
        plan_funding(planned_fen=100 * WAN, **given)
        plan_funding(planned_fen=99 * WAN, **given | {"source": "central"}, reason="多拨部分待退")

    def test_a_changed_plan_keeps_the_old(self, site: Site) -> None:
        plan_funding(project=site.project, source="city", planned_fen=80 * WAN, by=site.hong)
        assert refusal(plan_funding, project=site.project, source="city", planned_fen=90 * WAN, by=site.hong)
        plan_funding(project=site.project, source="city", planned_fen=90 * WAN, by=site.hong, reason="追加")
        plans = site.project.funding_plans.order_by("pk").values_list("planned_fen", "superseded_at")
        assert [(fen // WAN, gone is None) for fen, gone in plans] == [(80, False), (90, True)]

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({"kind": "promised"}, "kind"),
            ({"source": "lottery"}, "source"),
            ({"wan": 0}, "amount_fen"),
            ({"on": "2999-01-01"}, "on"),
        ],
    )
    def test_what_cannot_be_entered(self, site: Site, fields: dict[str, Any], place: str) -> None:
        given = {"kind": "arrived", "on": "2023-03-01", "wan": 1, **fields}
        assert refusal(site.money, **given)[0][0] == place

    def test_random_histories_balance_on_every_day(self, site: Site) -> None:
        chance = random.Random(20261121)
        refused = 0
        for _ in range(120):
            kind = chance.choice(["arrived", "spent"])
            on = date(2023, 1, 1) + timedelta(days=chance.randrange(60))
            wan = chance.randrange(-30, 60) or 1
            try:
                site.money(kind, str(on), wan, explanation="随机")
            except Refused:
                refused += 1
        entries = list(site.project.funding_entries.all())
        for day, arrived, spent in balances(entries):
            plainly = {
                name: sum(e.amount_fen for e in entries if e.kind == name and e.on <= day)
                for name in ("arrived", "spent")
            }
            assert (arrived, spent) == (plainly["arrived"], plainly["spent"])
            assert 0 <= spent <= arrived
        assert 10 < refused < 110


class TestMonths:
    """What a project had come to since its beginning."""

    def test_less_than_an_earlier_month_asks_why(self, site: Site) -> None:
        site.month("2024-01-31", 200)
        [(field, text)] = refusal(site.month, "2024-02-29", 150)
        assert field == "invested_fen"
        assert "少于 2024-01 的 200 万元" in text
        site.month("2024-02-29", 150, explanation="审计核减")

    def test_more_than_a_later_month_asks_why(self, site: Site) -> None:
        site.month("2024-03-31", 200)
        assert "多于 2024-03" in refusal(site.month, "2024-02-29", 250)[0][1]

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("beds", "建成床位 19 张"),
            ("childcare_places", "建成托位 19 个"),
            ("area_m2", "建成面积 19 平方米"),
        ],
    )
    def test_less_built_than_before_asks_why(self, site: Site, name: str, words: str) -> None:
        site.month("2024-01-31", 200, **{name: 20})
        [(field, text)] = refusal(site.month, "2024-02-29", 200, **{name: 19})
        assert field == name
        assert f"累计{words}，少于 2024-01 的 20" in text
        [(field, text)] = refusal(site.month, "2023-12-31", 200, **{name: 21})
        assert field == name
        assert "多于 2024-01" in text
        site.month("2024-02-29", 200, explanation="验收后核减", **{name: 19})

    def test_more_than_the_total_asks_why(self, site: Site) -> None:
        assert "计划总投资 1,000 万元" in refusal(site.month, "2024-03-31", 1_001)[0][1]

    def test_a_correction_is_a_version_with_its_reason(self, site: Site) -> None:
        site.month("2024-03-31", 200, beds=10)
        assert refusal(site.month, "2024-03-31", 210)[0][0] == "explanation"
        site.month("2024-03-31", 210, explanation="漏计")
        rows = site.project.reports.order_by("pk").values_list("invested_fen", "superseded_at")
        assert [(fen // WAN, gone is None) for fen, gone in rows] == [(200, False), (210, True)]

    def test_the_same_report_twice_changes_nothing(self, site: Site) -> None:
        first = site.month("2024-03-31", 200)
        events = AuditEvent.objects.count()
        assert site.month("2024-03-31", 200).pk == first.pk
        assert AuditEvent.objects.count() == events

    @pytest.mark.parametrize(
        ("month", "fields", "place"),
        [
            pytest.param("2024-03-30", {}, "month_end", id="not a month's end"),
            pytest.param("2999-12-31", {}, "month_end", id="not over"),
            pytest.param("9999-12-31", {}, "month_end", id="no day after it"),
            pytest.param("2024-03-31", {"beds": -1}, "beds", id="negative"),
        ],
    )
    def test_what_cannot_be_reported(
        self, site: Site, month: str, fields: dict[str, Any], place: str
    ) -> None:
        assert refusal(site.month, month, 1, explanation="有说明也不行", **fields)[0][0] == place


class TestWho:
    """The responsible body keeps the ledger."""

    def test_another_county_may_not(self, site: Site) -> None:
        with pytest.raises(NotAllowed, match="区民政局"):
            site.money("arrived", "2023-03-01", 1, by=site.bai)

    def test_a_member_of_a_responsible_group_may(self, site: Site) -> None:
        ProjectBody.objects.create(project=site.project, department=site.group, as_written="各县区")
        site.money("arrived", "2023-03-01", 1, by=site.bai)

    def test_a_withdrawn_project_takes_no_entry(self, site: Site) -> None:
        site.project.withdrawn_at = timezone.now()
        site.project.save()
        assert "撤下" in refusal(site.money, "arrived", "2023-03-01", 1)[0][1]

    def test_every_entry_leaves_an_event(self, site: Site) -> None:
        site.stage("started", "2023-05-01")
        site.money("arrived", "2023-03-01", 100)
        site.month("2024-03-31", 200)
        actions = AuditEvent.objects.filter(object_key="p-1").values_list("action", flat=True)
        assert set(actions) == {"projects.stage", "projects.enter_funding", "projects.report"}
