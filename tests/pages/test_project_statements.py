"""The page of a project with everything on it takes few statements, for whoever looks at it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.following import enter_funding, enter_stage, link_projects, plan_funding, report_month
from projects.following.handover import Finished, hand_over
from projects.models import ProjectBody, ProjectLink, ProjectSource
from targets.models import Target, TargetSource
from tests.pages.conftest import client_of
from tests.pages.project_site import WAN, Site, files, make_project, picture, site
from tests.pages.test_ledgers import text
from tests.worlds import GREEN
from yuxi_eldercare.core.models import Clause, Department

__all__ = ["files", "site"]
pytestmark = pytest.mark.django_db
LIMIT = 15  # with the frame: session, person, roles, what waits


def fill(site: Site) -> None:
    """Everything a page can show: bodies and a group, a clause with a target, links either way, a finished ledger."""
    project, by = site.project, site.keeper
    group = Department.objects.create(
        key="all", name="各县区民政局", short_name="各县区", kind="group", region=site.world.city
    )
    group.members.set(Department.objects.filter(key__in=["green-mz", "red-mz"]))
    ProjectBody.objects.create(project=project, department=group, as_written="各县区", position=1)
    for number in ("一", "二"):
        clause = Clause.objects.create(document=project.document, number=number)
        ProjectSource.objects.create(record=project, clause=clause, phrase="建设敬老院")
        target = Target.objects.filter(document=project.document).first()
        assert target is not None
        TargetSource.objects.create(record=target, clause=clause, phrase="养老床位")
    second = make_project("c-2", site.world.document, site.world.city, "云溪市护理院", 2_000)
    third = make_project("g-2", project.document, project.region, "青山县护理站", 200)
    make_project("c-3", site.world.document, site.world.city, "云溪市托育中心", 500)
    for to in (site.city, second):
        link_projects(project=project, to=to, kind="part", amount_fen=100 * WAN, by=site.lead, text="一期")
    ProjectLink.objects.create(project=third, to=project, kind="overlap")
    for source, wan in (("central", 500), ("city", 300), ("city", 400)):
        plan_funding(project=project, source=source, planned_fen=wan * WAN, by=by, reason="调整")
    for kind, wan in (("arrived", 200), ("spent", 150), ("arrived", 40)):
        enter_funding(
            project=project, source="city", kind=kind, on=date(2024, 3, 1), amount_fen=wan * WAN, by=by
        )
    for stage, on in (("started", "2023-05-01"), ("built", "2025-08-01"), ("accepted", "2025-09-01")):
        enter_stage(
            project=project, stage=stage, on=date.fromisoformat(on), by=by, document=picture("批复.png")
        )
    for month_end, wan in ((date(2024, 6, 30), 300), (date(2025, 6, 30), 800), (date(2025, 6, 30), 900)):
        report_month(
            project=project,
            month_end=month_end,
            invested_fen=wan * WAN,
            beds=100,
            childcare_places=30,
            problems="征地未完成",
            explanation="核实",
            by=by,
            photos=[picture(), picture("二层.png")],
        )
    facts = Finished(
        beds=90,
        nursing_beds=60,
        childcare_places=20,
        keeper=site.unit.pk,
        name="青山县敬老院",
        region=GREEN,
        kind="eldercare",
        operation="public",
    )
    hand_over(project=project, facts=facts, on=date(2025, 10, 1), by=by)


def test_everything_on_the_page_in_few_statements(site: Site) -> None:
    fill(site)
    readers = {
        "leader": site.leader,
        "keeper": site.keeper,
        "keeper of a group's member": site.stranger,
        "who links it": site.lead,
        "roleless": site.roleless,
    }
    taken = {}
    for name, user in readers.items():
        client = client_of(user)
        client.get(site.url)
        with CaptureQueriesContext(connection) as page:
            answer = client.get(site.url)
        taken[name] = len(page)
        shown = text(answer)
        assert "智慧养老社区数" in shown
        assert "云溪市护理院" in shown
        assert ("已移交" in shown) is (name != "roleless")
        assert ("登记阶段" in shown) is name.startswith("keeper")
        assert ("云溪市托育中心" in shown) is (name == "who links it")
    assert max(taken.values()) <= LIMIT, taken
