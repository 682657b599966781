"""The demonstration's project ledger: written once, marked, and taken away without a trace."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from projects.following import report_month
from projects.following.frozen import project_states
from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectPhoto,
    ProjectReport,
    ProjectStanding,
    StageChange,
)
from tests.worlds import make_user
from yuxi_eldercare.core.models import Department
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.ledger import STORIES, keep_ledger, remove_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path


def test_months_closed_since_know_of_its_entries() -> None:
    ensure_accounts()
    keep_ledger(TODAY)
    known = timezone.make_aware(datetime(2025, 10, 5))
    states = {row.key: row for row in project_states(date(2025, 9, 30), known)}
    told = [states[story.key] for story in STORIES]
    assert {row.light for row in told} == {"red", "yellow", "green"}
    assert states["oy23.p.08"].state == "stopped"
    assert states["oy23.p.05"].state == "building", "built a month later"
    assert states["oy23.p.05"].data["standing"]["planned_fen"]


def test_it_is_written_once_marked_and_taken_away() -> None:
    ensure_accounts()
    assert keep_ledger(TODAY) == len(STORIES)
    for model in (StageChange, FundingPlan, FundingEntry, ProjectReport, ProjectPhoto):
        rows = model._default_manager
        assert rows.exists()
        assert not rows.filter(is_demo=False).exists()
    stages = set(ProjectStanding.objects.values_list("stage", flat=True))
    assert {"stopped", "in_use", "building", "accepted"} <= stages
    assert ProjectStanding.objects.filter(problems=True).count() >= 2
    assert {"red", "yellow", "green", "grey"} == set(
        ProjectStanding.objects.values_list("light", flat=True).distinct()
    )
    assert keep_ledger(TODAY) == 0

    # What a person wrote stays, also where the demonstration had corrected it.
    unit = Department.objects.get(key="hongta-government")
    person, visitor = (
        make_user(name, "reporter", unit.region, unit, is_demo=name == "visitor")
        for name in ("person", "visitor")
    )
    project, month_end = Project.objects.get(key="oy23.p.02"), date(2024, 3, 31)
    own = report_month(project=project, month_end=month_end, invested_fen=5, by=person)
    report_month(project=project, month_end=month_end, invested_fen=6, by=visitor, explanation="演示")
    assert remove_ledger() > 0
    kept = ProjectReport.objects.get()
    assert (kept.pk, kept.superseded_at) == (own.pk, None)
    assert set(
        ProjectStanding.objects.exclude(stage_code="NO_ENTRIES").values_list("project", flat=True)
    ) == {project.pk}
    assert remove_ledger() == 0
