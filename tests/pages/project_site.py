"""青山县's project that its bureau keeps, beside one of the city: the small world of the project pages' tests."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.following.standings import refresh_standings
from projects.models import Project, ProjectBody
from tests.core.test_files import PNG
from tests.pages.conftest import client_of
from tests.worlds import GREEN, RED, World, make_user, make_world
from yuxi_eldercare.core.models import Department, User

WAN = 1_000_000


class Site:
    """青山县's project 2023 to 2025 at 1,000 万元, kept by its bureau, beside a city project at 3,000 万元."""

    def __init__(self) -> None:
        self.world: World = make_world()
        green, red = self.world.counties[GREEN], self.world.counties[RED]
        self.unit = _department("green-mz", "青山县民政局", green)
        other = _department("red-mz", "红河区民政局", red)
        self.keeper = make_user("qing", "reporter", green, self.unit)
        self.stranger = make_user("hong", "reporter", red, other)
        self.leader, self.supervisor, self.lead = self.world.ling, self.world.du, self.world.lin
        self.roleless = User.objects.create(username="nobody", display_name="Nobody")
        county = self.world.county_plan.documents.get()
        self.project = make_project("g-1", county, green, "青山县敬老院", 1_000)
        ProjectBody.objects.create(project=self.project, department=self.unit, as_written="县民政局")
        self.city = make_project("c-1", self.world.document, green, "云溪市养老中心", 3_000)
        refresh_standings()

    @property
    def url(self) -> str:
        return reverse("project", args=[self.project.key])

    def send(self, user: User, form: str, **given: Any) -> Any:
        return client_of(user).post(self.url, {"form": form, **given})


def _department(key: str, name: str, region: Any) -> Department:
    return Department.objects.create(
        key=key, name=name, short_name=name[-4:], kind="department", region=region
    )


def make_project(key: str, document: Any, region: Any, name: str, wan: int) -> Project:
    return Project.objects.create(
        key=key,
        document=document,
        name=name,
        listing="tabled",
        number="1",
        region=region,
        start_year=2023,
        end_year=2025,
        total_investment_fen=wan * WAN,
    )


@pytest.fixture
def site(db: None) -> Site:
    return Site()


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path


def picture(name: str = "工地.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
