"""What a closed month keeps of projects: their standing on its last day, with what was known; nothing changes it."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from projects.following import enter_funding, enter_stage, plan_funding, report_month
from projects.following.frozen import project_states, standing_in
from projects.following.standings import refresh_standings, standings_of
from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectLink,
    ProjectReport,
    ProjectStanding,
    StageChange,
)
from targets.models import JudgingState
from tests.pages.conftest import client_of
from tests.pages.project_site import WAN, Site, make_project, site
from tests.pages.test_ledgers import text
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.guards import frozen as guards
from yuxi_eldercare.core.models import FrozenRecord, PeriodClose
from yuxi_eldercare.period_close import close_month

__all__ = ["site"]
pytestmark = pytest.mark.django_db
JUNE = date(2024, 6, 30)


def kept(site: Site) -> None:
    """Begun in 2023, half a year behind by June 2024; July is better."""
    project, by = site.project, site.keeper
    enter_stage(project=project, stage="started", on=date(2023, 5, 1), by=by)
    enter_stage(project=project, stage="built", on=date(2024, 7, 20), by=by)
    plan_funding(project=project, source="city", planned_fen=1_000 * WAN, by=by)
    for kind, on, wan in (
        ("arrived", "2024-03-01", 400),
        ("spent", "2024-04-01", 90),
        ("spent", "2024-07-01", 5),
    ):
        day = date.fromisoformat(on)
        enter_funding(project=project, source="city", kind=kind, on=day, amount_fen=wan * WAN, by=by)
    for month_end, wan in ((JUNE, 100), (date(2024, 7, 31), 900)):
        report_month(project=project, month_end=month_end, invested_fen=wan * WAN, problems="缺工", by=by)


def close(site: Site, month_end: date = JUNE, **fields: Any) -> PeriodClose:
    JudgingState.objects.get_or_create(defaults={"as_of": month_end})
    return close_month(month_end=month_end, by=site.lead, acknowledged="演示", **fields)


def frozen(made: PeriodClose, key: str = "g-1") -> ProjectStanding:
    standing = standing_in(FrozenRecord.objects.get(close=made, kind="project", key=key))
    assert standing is not None
    return standing


def unguard() -> None:
    """Take the triggers of frozen records away (undone with the test)."""
    guards.records.remove(None, SimpleNamespace(connection=connection))


def said(standing: ProjectStanding) -> dict[str, Any]:
    names = [field.attname for field in ProjectStanding._meta.concrete_fields if not field.primary_key]
    return {name: getattr(standing, name) for name in names}


def test_a_month_keeps_the_standing_of_its_last_day(site: Site) -> None:
    kept(site)
    made = close(site)
    record = FrozenRecord.objects.get(close=made, kind="project", key="g-1")
    standing = frozen(made)
    assert (record.state, record.light) == (standing.stage, standing.light) == ("started", "red")
    assert (standing.as_of, standing.stage_on, standing.month_end) == (JUNE, date(2023, 5, 1), JUNE)
    assert (standing.planned_fen, standing.arrived_fen) == (1_000 * WAN, 400 * WAN)
    assert (standing.spent_fen, standing.invested_fen) == (90 * WAN, 100 * WAN)
    assert standing.problems
    assert frozen(made, "c-1").stage_code == "NO_ENTRIES"


def test_it_is_what_the_ledger_says_of_that_day(site: Site) -> None:
    kept(site)
    made = close(site)
    refresh_standings(day=JUNE)
    assert ProjectStanding.objects.count() == 2
    for row in ProjectStanding.objects.select_related("project"):
        assert said(frozen(made, row.project.key)) == said(row)


def test_what_is_entered_later_does_not_reach_it(site: Site) -> None:
    kept(site)
    made = close(site)
    before = said(frozen(made))
    report_month(
        project=site.project, month_end=JUNE, invested_fen=700 * WAN, explanation="漏报", by=site.keeper
    )
    plan_funding(project=site.project, source="city", planned_fen=9 * WAN, reason="调减", by=site.keeper)
    assert said(frozen(made)) == before
    assert verify(made) is None
    later = close(site, date(2024, 7, 31))
    assert (frozen(later).stage, frozen(later).planned_fen) == ("built", 9 * WAN)


def test_a_changed_figure_is_found(site: Site) -> None:
    kept(site)
    made = close(site)
    record = FrozenRecord.objects.get(close=made, kind="project", key="g-1")
    record.data["standing"]["invested_fen"] += 1
    unguard()
    FrozenRecord.objects.filter(pk=record.pk).update(data=record.data)
    fault = verify(made)
    assert fault is not None
    assert (fault.table, fault.number) == ("core.frozenrecord", record.number)


def at(day: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(day))


def test_only_what_was_known_by_then_counts(site: Site) -> None:
    kept(site)
    for model in (StageChange, FundingPlan, FundingEntry, ProjectReport):
        model._default_manager.update(entered_at=at("2024-07-10"))
    corrected, now = at("2024-07-20"), timezone.now()
    report_month(
        project=site.project, month_end=JUNE, invested_fen=600 * WAN, explanation="漏报", by=site.keeper
    )
    plan_funding(project=site.project, source="city", planned_fen=9 * WAN, reason="调减", by=site.keeper)
    for model in (FundingPlan, ProjectReport):
        model._default_manager.exclude(superseded_at=None).update(superseded_at=corrected)
        model._default_manager.filter(entered_at__gt=now).update(entered_at=corrected)

    def known(day: str) -> tuple[str, int | None, int | None]:
        [state] = [state for state in project_states(JUNE, at(day)) if state.key == "g-1"]
        row = state.data["standing"]
        return row["stage"], row["planned_fen"], row["invested_fen"]

    assert known("2024-07-09") == ("", None, None)
    assert known("2024-07-19") == ("started", 1_000 * WAN, 100 * WAN)
    assert known("2024-07-21") == ("started", 9 * WAN, 600 * WAN)
    [(standing, _verdict)] = standings_of(Project.objects.filter(key="g-1"), JUNE).values()
    assert (standing.planned_fen, standing.invested_fen) == (9 * WAN, 600 * WAN)


# The page


def page(site: Site, made: PeriodClose, **given: str) -> Any:
    return client_of(site.leader).get(reverse("project-close", args=[str(made)]), given)


def test_the_page_shows_the_month_as_it_was(site: Site) -> None:
    kept(site)
    ProjectLink.objects.create(project=site.project, to=site.city, kind="same")
    enter_stage(project=site.city, stage="started", on=date(2023, 1, 5), by=site.keeper)
    made = close(site)
    report_month(
        project=site.project, month_end=JUNE, invested_fen=700 * WAN, explanation="漏报", by=site.keeper
    )
    shown = text(page(site, made))
    for words in ("2024年6月的重大项目", "青山县敬老院", "开工 2023-05-01", "100 万元", "2024年6月 · 10%"):
        assert words in shown
    assert "700" not in shown
    assert "1 个县级项目与市级项目相同或重叠" in shown
    only = page(site, made, light="red").context["page"]
    assert [line.key for line in only] == ["g-1"]
    assert "没有这种灯的项目" in text(page(site, made, light="grey"))
    month = client_of(site.leader).get(reverse("close", args=[str(made)])).content.decode()
    assert reverse("project-close", args=[str(made)]) in month


def test_the_project_leads_to_how_it_was_frozen(site: Site) -> None:
    kept(site)
    made = close(site)
    link = f"{reverse('project-close', args=[str(made)])}?project=g-1"
    shown = {user: client_of(user).get(site.url).content.decode() for user in (site.leader, site.roleless)}
    assert f'href="{link}">2024-06 封存时的情况' in shown[site.leader]
    assert "封存时的情况" not in shown[site.roleless]
    alone = client_of(site.leader).get(link)
    assert [line.key for line in alone.context["page"]] == ["g-1"]
    assert len(page(site, made).context["page"].object_list) > 1
    assert "没有封存这个项目" in text(page(site, made, project="g-0"))
    close(site, date(2024, 7, 31))
    assert "2024-07 封存时的情况" in text(client_of(site.leader).get(site.url)), "the latest"


def test_a_month_closed_before_standings_were_kept_says_so(site: Site) -> None:
    made = close(site)
    unguard()
    for record in FrozenRecord.objects.filter(kind="project"):
        del record.data["standing"]
        record.save(update_fields=["data"])
    assert "还没有保留项目的阶段和资金" in text(page(site, made))


def test_who_holds_no_role_does_not_read_it(site: Site) -> None:
    made = close(site)
    url = reverse("project-close", args=[str(made)])
    assert client_of(site.roleless).get(url).status_code == 403
    for month in ("2024-05", "2024-13", "x"):
        assert client_of(site.leader).get(reverse("project-close", args=[month])).status_code == 404


def test_statements_do_not_grow_with_the_projects(site: Site, django_assert_max_num_queries: Any) -> None:
    made = close(site)
    for n in range(60):
        make_project(f"m-{n}", site.world.document, site.world.city, f"项目{n}", 10)
    later = close(site, date(2024, 7, 31))
    reader = client_of(site.leader)
    for month, count in ((made, 2), (later, 50)):
        url = reverse("project-close", args=[str(month)])
        with django_assert_max_num_queries(8):
            assert len(reader.get(url).context["page"]) == count
