"""A finished project hands its capacity to the register: once, never more than was built, by who keeps both."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from projects.counting import count_register
from projects.following.handover import Finished, hand_over
from projects.models import CapacityHandover, Institution, Project, ProjectBody
from projects.queries.handovers import handover_of, handovers_to
from projects.register import Facts, Statement, close_institution, record_statements
from targets.actions.refusals import NotAllowed, Refused
from tests.targets.threads import threads
from tests.worlds import RED, make_user
from yuxi_eldercare.core.models import AuditEvent, Department, User
from yuxi_eldercare.demo.institutions import remove_institutions

from .test_following import Site, refusal, site

__all__ = ["site", "threads"]
pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 1)
CODE = "91530400MA6K3L5X77"


def finished(site: Site, project: Project | None = None) -> None:
    """Take the project to 验收 on 2025-09-01, with 100 beds and 30 places reported."""
    site.project = project or site.project
    site.month("2025-08-31", 900, beds=100, childcare_places=30)
    for stage, on in (("started", "2023-05-01"), ("built", "2025-08-01"), ("accepted", "2025-09-01")):
        site.stage(stage, on)


def home(site: Site, **fields: Any) -> Finished:
    """A new institution of 区民政局 with 100 beds, 60 of them for nursing."""
    given = Finished(
        beds=100,
        nursing_beds=60,
        keeper=Department.objects.get(key="red-mz").pk,
        name="红河区养老服务中心",
        region=RED,
        kind="eldercare",
        operation="public",
    )
    return replace(given, **fields)


def give(site: Site, on: date = DAY, by: User | None = None, **fields: Any) -> CapacityHandover:
    return hand_over(project=site.project, facts=home(site, **fields), on=on, by=by or site.hong)


def existing(site: Site, **fields: Any) -> Institution:
    """An institution that was there before: 50 beds since 2022."""
    facts = Facts(name="老院", region=RED, kind="eldercare", operation="public", beds=50, nursing_beds=10)
    keeper = Department.objects.get(key="red-mz").pk
    statement = Statement(date(2022, 1, 1), replace(facts, **fields), keeper, credit_code=CODE)
    change = record_statements(statements=[statement], by=site.hong)[0]
    return Institution.objects.get(pk=change.institution)


def another_project(site: Site) -> Project:
    """A second project of the same bureau."""
    first = Project.objects.get(key="p-1")
    made = Project.objects.create(
        key="p-2", document=first.document, name="二期", listing="tabled", region=first.region
    )
    ProjectBody.objects.create(
        project=made, department=Department.objects.get(key="red-mz"), as_written="区民政局"
    )
    return made


class TestNew:
    """A new institution begins with what was built."""

    def test_the_register_has_it_from_the_day(self, site: Site) -> None:
        finished(site)
        made = give(site)
        row = Institution.objects.get()
        version = row.versions.get()
        assert (row.project, made.institution, made.version, made.founded) == (
            site.project,
            row,
            version,
            True,
        )
        assert (version.since, version.until, version.beds, version.nursing_beds) == (DAY, None, 100, 60)
        assert "养老服务中心" in version.reason
        assert handover_of(site.project) == made
        assert handovers_to(row) == [made]

    def test_its_beds_move_the_share_of_nursing_beds(self, site: Site) -> None:
        finished(site)
        existing(site)
        give(site)
        found = count_register([date(2025, 9, 30), date(2025, 10, 31)])
        share, red = found.parts["nursing-bed-share"], found.counties.index(RED)
        assert share.denominator is not None
        assert (share.numerator[red].tolist(), share.denominator[red].tolist()) == ([10, 70], [50, 150])

    def test_it_leaves_events(self, site: Site) -> None:
        finished(site)
        give(site)
        actions = set(AuditEvent.objects.values_list("action", flat=True))
        assert {"projects.hand_over", "institutions.record"} <= actions

    def test_a_code_the_register_knows_is_no_new_institution(self, site: Site) -> None:
        finished(site)
        existing(site)
        [(field, text)] = refusal(give, site, credit_code=CODE)
        assert field == "credit_code"
        assert "扩建" in text


class TestGrowth:
    """An existing institution grows."""

    def test_it_is_larger_from_the_day_on(self, site: Site) -> None:
        finished(site)
        old = existing(site)
        made = give(site, institution=old.pk, beds=40, nursing_beds=50)
        rows = old.versions.filter(superseded_at=None).values_list("since", "until", "beds", "nursing_beds")
        assert list(rows) == [(date(2022, 1, 1), DAY, 50, 10), (DAY, None, 90, 60)]
        old.refresh_from_db()
        assert (made.founded, made.beds, made.nursing_beds, old.project) == (False, 40, 50, None)

    def test_two_projects_enlarge_one_institution(self, site: Site) -> None:
        old = existing(site)
        finished(site)
        first = give(site, institution=old.pk, beds=40, nursing_beds=0)
        finished(site, another_project(site))
        second = give(site, institution=old.pk, beds=10, nursing_beds=10)
        assert handovers_to(old) == [first, second]
        last = old.versions.get(superseded_at=None, until=None)
        assert (last.since, last.beds, last.nursing_beds) == (DAY, 100, 20)
        assert (first.version.beds, second.version.beds) == (90, 100)

    def test_more_nursing_beds_than_beds_in_all_are_refused(self, site: Site) -> None:
        finished(site)
        old = existing(site)
        [(field, text)] = refusal(give, site, institution=old.pk, beds=0, nursing_beds=41)
        assert field == "nursing_beds"
        assert "多于床位数" in text
        give(site, institution=old.pk, beds=0, nursing_beds=40)

    def test_not_before_what_the_register_says_later(self, site: Site) -> None:
        finished(site)
        old = existing(site)
        facts = Facts.of(old.versions.get())
        later = Statement(date(2025, 11, 1), replace(facts, beds=80), old.keeper_id, old.pk)
        record_statements(statements=[later], by=site.hong)
        [(field, text)] = refusal(give, site, institution=old.pk)
        assert field == "on"
        assert "2025-11-01" in text
        give(site, on=date(2025, 11, 1), institution=old.pk)
        assert old.versions.get(superseded_at=None, until=None).beds == 180

    def test_not_a_closed_one_and_not_one_somebody_amended(self, site: Site) -> None:
        finished(site)
        old = existing(site)
        assert refusal(give, site, institution=old.pk, revision=7)[0][0] == "revision"
        close_institution(institution=old, on=date(2025, 9, 20), reason="停业", by=site.hong)
        assert "已关停" in refusal(give, site, institution=old.pk)[0][1]
        assert "没有这家机构" in refusal(give, site, institution=0)[0][1]


class TestRefusals:
    """What is not handed over, and why."""

    @pytest.mark.parametrize("stage", ["", "building", "stopped"])
    def test_what_is_not_finished(self, site: Site, stage: str) -> None:
        if stage:
            site.stage(stage, "2025-01-01", reason="原因")
        [(_field, text)] = refusal(give, site)
        assert "验收或投用之后" in text

    def test_a_stopped_project_has_not_been_finished_even_after_acceptance(self, site: Site) -> None:
        finished(site)
        site.stage("stopped", "2025-09-10", reason="整改")
        assert "停建" in refusal(give, site)[0][1]

    def test_not_before_it_was_accepted_and_not_in_the_future(self, site: Site) -> None:
        finished(site)
        assert "2025-09-01" in refusal(give, site, date(2025, 8, 31))[0][1]
        assert refusal(give, site, date(2999, 1, 1))[0][0] == "on"

    def test_once(self, site: Site) -> None:
        finished(site)
        give(site)
        [(_field, text)] = refusal(give, site, name="又一家")
        assert "不能重复移交" in text
        assert "红河区养老服务中心" in text
        assert Institution.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "place", "says"),
        [
            pytest.param({"nursing_beds": 101}, "nursing_beds", "多于床位数", id="nursing above beds"),
            pytest.param({"beds": 0, "nursing_beds": 0}, "beds", "请填写", id="nothing"),
            pytest.param({"beds": -1}, "beds", "负数", id="negative"),
            pytest.param({"beds": 101}, "beds", "多于 2025-08 月报的实物量 100", id="more than built"),
            pytest.param({"childcare_places": 31}, "childcare_places", "实物量 30", id="places not built"),
            pytest.param({"name": " "}, "name", "请填写", id="nameless"),
            pytest.param({"region": "530000"}, "region", "行政区划", id="nowhere"),
            pytest.param({"kind": ""}, "kind", "选择", id="no kind"),
            pytest.param({"keeper": 0}, "keeper", "登记单位", id="nobody keeps it"),
            pytest.param({"credit_code": "5304"}, "credit_code", "18 位", id="no code"),
        ],
    )
    def test_what_cannot_be_stated(self, site: Site, fields: dict[str, Any], place: str, says: str) -> None:
        finished(site)
        found = refusal(give, site, **fields)
        assert place in [field for field, _ in found]
        assert says in " ".join(text for _, text in found)
        assert not Institution.objects.exists()

    def test_who_does_not_follow_the_project_or_keep_the_institution(self, site: Site) -> None:
        finished(site)
        with pytest.raises(NotAllowed, match="区民政局"):
            give(site, by=site.bai)
        with pytest.raises(NotAllowed, match="县民政局"):
            give(site, keeper=Department.objects.get(key="white-mz").pk)
        assert not CapacityHandover.objects.exists()

    def test_the_database_knows_one_handover_to_a_project(self, site: Site) -> None:
        finished(site)
        made = give(site)
        old = existing(site)
        with pytest.raises(IntegrityError):
            CapacityHandover.objects.create(
                project=site.project,
                institution=old,
                version=old.versions.get(),
                on=DAY,
                beds=1,
                founded=False,
                by=made.by,
            )


def test_a_demonstration_handover_leaves_the_register_as_it_was(site: Site) -> None:
    finished(site)
    old, unit = existing(site), Department.objects.get(key="red-mz")
    demo = make_user("demo", "reporter", unit.region, unit, is_demo=True)
    give(site, by=demo, institution=old.pk, beds=40, nursing_beds=0)
    remove_institutions([demo])
    assert not CapacityHandover.objects.exists()
    [version] = old.versions.filter(superseded_at=None)
    assert (version.beds, version.until) == (50, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins(transactional_db: None, threads: Callable[..., threading.Thread]) -> None:
    site = Site()
    finished(site)
    both, said = threading.Barrier(2), []

    def once(name: str) -> None:
        project, hong = Project.objects.get(key="p-1"), User.objects.get(username="hong")
        both.wait(30)
        try:
            hand_over(project=project, facts=home(site, name=name), on=DAY, by=hong)
        except Refused as refused:
            said.append(str(refused))

    running = [threads(once, name) for name in ("甲院", "乙院")]
    for thread in running:
        thread.join(60)
    assert CapacityHandover.objects.count() == Institution.objects.count() == 1
    assert len(said) == 1
    assert "不能重复移交" in said[0]
