"""Plan files loaded again beside a ledger: nothing that people entered goes unseen."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from projects.following import enter_stage, link_projects, report_month
from projects.models import Project, ProjectLink, ProjectStanding
from tests.worlds import make_user
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.loading import PlanFilesRefused, load_plans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

YIMEN = "yimen-14th-five-year-plan"
KEY = "ym.p.4"


@pytest.fixture
def keeper() -> User:
    unit = Department.objects.get(key="yimen-civil-affairs")
    return make_user("yi", "reporter", unit.region, unit)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the county's plan, to be changed."""
    return Path(shutil.copytree(settings.FIXTURES_DIR / YIMEN, tmp_path / YIMEN))


def change(folder: Path, edit: Any) -> None:
    path = folder / "projects.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def drop(content: dict[str, Any]) -> None:
    content["projects"] = [row for row in content["projects"] if row["key"] != KEY]


def report(keeper: User) -> None:
    report_month(
        project=Project.objects.get(key=KEY), month_end=date(2024, 3, 31), invested_fen=100, by=keeper
    )


def test_a_project_with_reports_is_not_dropped(folder: Path, keeper: User) -> None:
    report(keeper)
    change(folder, drop)
    with pytest.raises(PlanFilesRefused) as refused:
        load_plans(folder, judge=False)
    assert f"{KEY}）：台账里已有它的登记，其中月报 1 份" in str(refused.value)
    assert Project.objects.get(key=KEY).withdrawn_at is None


def test_nor_one_whose_stage_alone_is_known(folder: Path, keeper: User) -> None:
    project = Project.objects.get(key=KEY)
    enter_stage(project=project, stage="approved", on=date(2023, 3, 1), by=keeper)
    change(folder, drop)
    with pytest.raises(PlanFilesRefused, match="登记停建"):
        load_plans(folder, dry_run=True)


def test_one_without_a_ledger_is_withdrawn_and_comes_back(folder: Path) -> None:
    change(folder, drop)
    load_plans(folder, judge=False)
    assert Project.objects.get(key=KEY).withdrawn_at is not None
    load_plans(settings.FIXTURES_DIR / YIMEN, judge=False)
    assert Project.objects.get(key=KEY).withdrawn_at is None


def test_what_was_entered_stays_when_the_text_is_corrected(folder: Path, keeper: User) -> None:
    report(keeper)

    def smaller(content: dict[str, Any]) -> None:
        for row in content["projects"]:
            if row["key"] == KEY:
                row["end_year"] = 2024

    change(folder, smaller)
    assert ProjectStanding.objects.get(project__key=KEY).light == "red"
    load_plans(folder, judge=False)
    project = Project.objects.get(key=KEY)
    assert (project.end_year, project.reports.count()) == (2024, 1)


def test_a_link_made_on_a_page_outlives_a_load_until_the_files_state_it(folder: Path) -> None:
    lead = make_user("lin", "lead", Department.objects.get(key="yimen-civil-affairs").region)
    county, city = Project.objects.get(key=KEY), Project.objects.get(key="oy23.p.17")
    link_projects(project=county, to=city, kind="same", by=lead)
    stated = ProjectLink.objects.filter(made_at=None).count()

    def rename(content: dict[str, Any]) -> None:
        for row in content["projects"]:
            row["links"] = [{**link, "note": "改"} for link in row.get("links", [])]

    change(folder, rename)
    load_plans(folder, judge=False)
    assert ProjectLink.objects.filter(made_at=None).count() == stated
    assert ProjectLink.objects.get(project=county).made_by == lead

    def state(content: dict[str, Any]) -> None:
        for row in content["projects"]:
            if row["key"] == KEY:
                row["links"] = [{"to": city.key, "kind": "overlap", "note": "原文"}]

    change(folder, state)
    load_plans(folder, judge=False)
    link = ProjectLink.objects.get(project=county)
    assert (link.kind, link.made_by) == ("overlap", None)
