"""封存前清单: whatever is missing before a month is closed is counted, said in words, and linked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone, translation

from targets.judging.as_of import assess_as_of
from targets.judging.rejudging import rejudge
from targets.judging.store import as_row
from targets.models import JudgingState, RedResponse, RoundException
from targets.reporting.exceptions import grant, request_exception
from targets.reporting.steps import return_entries, review, submit
from targets.tasks import NIGHTLY
from tests.reporting_world import NOW, QUARTER, Reporting, at, fill, make_reporting_world, number
from tests.worlds import GREEN, RED, WHITE, publish, value
from yuxi_eldercare.closing.checklist import Item, checklist, kept_checklist
from yuxi_eldercare.core import jobs
from yuxi_eldercare.core.models import Finding, FindingPlace, Job
from yuxi_eldercare.core.tasks import VERIFY

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def r(now: None) -> Reporting:
    return make_reporting_world()


def items(problems: dict[str, str] | None = None) -> dict[str, Item]:
    """The list for September, by key."""
    moment = timezone.now()
    rows = [as_row(verdict, moment) for verdict in assess_as_of(Q(), QUARTER).verdicts]
    return {item.key: item for item in checklist(QUARTER, rows, problems or {})}


def test_cells_by_round_and_by_what_became_of_them(r: Reporting) -> None:
    before = items()["unreported"]
    assert (before.count, before.gap) == (13, True)
    assert before.lines[0].words == f"{r.round.name}：应报 13 项，未报 13 项"
    beds, homes, households = (r.entry(i) for i in (r.world.beds, r.world.homes, r.world.households))
    fill(beds, number(parts=(30, 100)), r.ann)
    for entry in (homes, households):
        fill(entry, number(3), r.ann)
    submit(entries=[homes, households, beds], by=r.ann)
    return_entries(entries=[homes], reason="与台账不符", by=r.bob)
    review(entries=[households], by=r.bob)
    found = items()
    assert (found["unreported"].count, found["returned"].count, found["waiting"].count) == (10, 1, 2)
    assert found["waiting"].lines[0].words == f"{r.round.name}：待审核 1 项，待确认 1 项"
    assert found["waiting"].lines[0].url == f"/rounds/{r.round.pk}/"


def test_rounds_of_later_periods_do_not_count(r: Reporting) -> None:
    type(r.round).objects.update(period_end=QUARTER + timedelta(31))
    found = items()["unreported"]
    assert (found.count, found.gap, found.words) == (0, False, "没有截至本月的填报轮次。")


def test_figures_of_some_counties_are_named_with_their_share(r: Reporting) -> None:
    for code in (RED, GREEN):
        publish(value(r.world.beds, code, "2023", (40, 100)), judge_later=True)
    homes = "示范养老机构数：0/3 县已报"
    assert [line.words for line in items()["provisional"].lines] == [homes]
    rejudge(r.world.beds.pk, [RED, GREEN])
    found = items()["provisional"]
    assert [line.words for line in found.lines] == ["护理型床位占比：2/3 县已报", homes]
    assert found.lines[0].url == "/indicators/w-beds/"


def test_red_lights_without_cause_and_measure_by_county(r: Reporting) -> None:
    publish(value(r.world.beds, WHITE, "2023", (1, 100)), judge_later=True)
    found = items()["reds"]
    white = next(line for line in found.lines if line.words.startswith("白水县"))
    assert found.count == sum(line.count for line in found.lines)
    red = next(
        v
        for v in assess_as_of(Q(region=WHITE), QUARTER).verdicts
        if v.answer["light"] == "red" and v.row.indicator == r.world.beds
    )
    RedResponse.objects.create(
        round=r.round,
        regional_target=red.row,
        milestone=red.milestone,
        cause="开工晚",
        measure="加快",
        answered_by=r.wu,
        answered_at=timezone.now(),
    )
    after = items()["reds"]
    assert after.count == found.count - 1
    assert next(line for line in after.lines if line.words.startswith("白水县")).count == white.count - 1


def test_exceptions_that_are_asked_for_or_still_run(r: Reporting) -> None:
    assert not items()["exceptions"].gap
    with at("2024-10-30"):
        asked = request_exception(round=r.round, department=r.red, reason="台账未核完", by=r.ann)
        assert [line.words for line in items()["exceptions"].lines] == ["待批准 1 份"]
        grant(exception=asked, until=timezone.now() + timedelta(3), by=r.lin)
        assert [line.words for line in items()["exceptions"].lines] == ["已批准、未到期 1 份"]
    RoundException.objects.update(expires_at=NOW)
    with at("2024-11-01"):
        assert not items()["exceptions"].gap


def test_findings_without_a_ruling_that_touch_what_falls_due(r: Reporting) -> None:
    publish(value(r.world.beds, RED, "2023", (40, 100)), judge_later=True)
    clause = r.world.document.clauses.create(number="一")
    r.world.target("w.t.homes").sources.create(clause=clause, phrase="每个县至少一家")
    about = {
        "w.x.subject": {"subjects": ["w.t.beds"]},
        "w.x.indicator": {"subjects": ["w-beds"]},
        "w.x.place": {},
        "w.x.elsewhere": {"subjects": ["w.t.none"]},
        "w.x.withdrawn": {"subjects": ["w.t.beds"], "withdrawn_at": NOW},
    }
    for key, fields in about.items():
        Finding.objects.create(key=key, kind="slip", origin="reviewed", summary="疑误", **fields)
    FindingPlace.objects.create(finding=Finding.objects.get(key="w.x.place"), clause=clause, phrase="一家")
    found = items()["findings"]
    assert (found.count, found.lines[0].words) == (3, "文字疑误 3")
    assert found.lines[0].url == "/findings/?status=open&kind=slip"
    Finding.objects.get(key="w.x.subject").rulings.create(decision="accept", text="照原文", ruled_by=r.lin)
    assert items()["findings"].count == 2


def test_targets_that_contradict_themselves_are_named(r: Reporting) -> None:
    found = items({"w.t.x 999902": "目标日期应晚于基期日期。"})["problems"]
    assert (found.gap, found.lines[0].words) == (True, "w.t.x 999902：目标日期应晚于基期日期。")


def test_the_nightly_run_and_the_audit_chain(r: Reporting) -> None:
    found = items()
    assert found["nightly"].words == "每日判定还没有完成过。"
    assert found["audit"].words == "审计链还没有校验过。"
    for kind in (NIGHTLY, VERIFY):
        jobs.run(jobs.create(kind, "x").pk, lambda progress: progress.result.update(links=7))
    JudgingState.objects.create(as_of=NOW.date())
    found = items()
    assert (found["nightly"].gap, found["audit"].gap) == (False, False)
    assert found["nightly"].words == "最近一次判定于 2024-10-08 10:00 完成，判定到 2024-10-08。"
    assert found["audit"].words.endswith("到第 7 条。")
    with at("2024-10-20"):
        late = items()
    assert late["nightly"].words == "每日判定停在 2024-10-08，请检查后台任务。"
    assert (late["nightly"].gap, late["audit"].gap) == (True, True)
    Job.objects.update(error="有 1 项不一致")
    assert all("有 1 项不一致" in items()[key].words for key in ("nightly", "audit"))


def test_the_list_takes_few_statements(r: Reporting, django_assert_max_num_queries: object) -> None:
    publish(value(r.world.beds, WHITE, "2023", (1, 100)), judge_later=True)
    moment = timezone.now()
    rows = [as_row(verdict, moment) for verdict in assess_as_of(Q(), QUARTER).verdicts]
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        checklist(QUARTER, rows, {})


def test_what_stays_with_the_close_is_in_the_products_language(r: Reporting) -> None:
    with translation.override("en"):
        kept = kept_checklist(QUARTER, [], {}, running=False)
    assert kept[0]["title"] == "应报未报"
    assert {"nightly", "audit"}.isdisjoint(item["key"] for item in kept)


def test_every_link_of_the_list_leads_somewhere(r: Reporting, client: Client) -> None:
    publish(value(r.world.beds, WHITE, "2023", (1, 100)), judge_later=True)
    client.force_login(r.lin)
    links = {link for item in items().values() for link in (item.url, *(line.url for line in item.lines))} - {
        ""
    }
    assert len(links) >= 4
    for link in links:
        assert client.get(link).status_code == 200, link
