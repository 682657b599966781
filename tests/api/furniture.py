"""What the small world lacks for the API: sources, bodies, tasks, projects, rules, facts, findings, jobs."""

from datetime import UTC, date, datetime
from decimal import Decimal

from projects.models import Project, ProjectBody, ProjectLink, ProjectSource
from subsidies.models import Rule, RuleBody, RuleSource
from targets.models import (
    Assignment,
    AssignmentBody,
    AssignmentSource,
    Fact,
    FactSource,
    ListItem,
    ListItemBody,
    ListItemSource,
    Target,
    TargetBody,
    TargetSource,
)
from tests.worlds import CITY, COUNTIES, GREEN, RED, World, everywhere, publish, value
from yuxi_eldercare.core.models import (
    Clause,
    Department,
    DepartmentName,
    Finding,
    FindingPlace,
    Job,
    RegionName,
    Ruling,
    Succession,
)

LONG_AGO = datetime(2024, 1, 20, 2, 30, tzinfo=UTC)


def furnish(world: World) -> None:
    """Write one or two of everything the API shows."""
    clause = Clause.objects.create(document=world.document, number="二（四）", heading="具体目标")
    row = Clause.objects.create(document=world.document, number="二（四）·1", parent=clause, position=1)
    _places(world)
    _targets(world, clause, row)
    _assignment(world, clause)
    _projects(world, clause)
    _rule(world, clause)
    _facts(world, clause)
    _list_item(world, clause)
    _findings(world, clause)
    _values(world)


def _places(world: World) -> None:
    RegionName.objects.create(region=world.counties[RED], text="红河县")
    RegionName.objects.create(region=world.counties[RED], text="999912", is_code=True)
    DepartmentName.objects.create(department=world.bureau, text="民政部门")
    group = Department.objects.create(
        key="w-all", name="各县人民政府", short_name="各县", kind="group", region=world.city, position=1
    )
    for code in COUNTIES:
        county = Department.objects.create(
            key=f"w-gov-{code}",
            name=f"{world.counties[code].name}人民政府",
            short_name=f"{world.counties[code].name}政府",
            kind="government",
            region=world.counties[code],
            position=int(code[-1]),
        )
        group.members.add(county)
    old = Department.objects.create(
        key="w-fp", name="扶贫办", short_name="扶贫办", kind="department", region=world.city, withdrawn=True
    )
    Succession.objects.create(predecessor=old, successor=world.bureau, since=date(2021, 5, 1))


def _targets(world: World, clause: Clause, row: Clause) -> None:
    beds = world.target("w.t.beds")
    Target.objects.filter(pk=beds.pk).update(
        firmness="力争",
        criteria="公办",
        parts=[{"label": "市级", "value": "1"}],
        name_as_written="护理床位占比",
    )
    TargetBody.objects.create(target=beds, department=world.bureau, as_written="民政部门", position=0)
    TargetBody.objects.create(
        target=beds, department=Department.objects.get(key="w-all"), as_written="各县", position=1
    )
    TargetSource.objects.create(record=beds, clause=row, phrase="护理床位占比 12.3 30 55", position=0)
    TargetSource.objects.create(record=beds, clause=clause, phrase="护理床位占比达55%", position=1)


def _assignment(world: World, clause: Clause) -> None:
    task = Assignment.objects.create(
        key="w.a.01",
        number="1",
        kind="task",
        section="提升服务",
        title="增加护理型床位",
        all_counties=True,
        document=world.document,
    )
    task.targets.add(world.target("w.t.beds"))
    bodies = (
        ("lead", world.bureau, "市民政局"),
        ("responsible", Department.objects.get(key="w-all"), "各县"),
    )
    for role, department, words in bodies:
        AssignmentBody.objects.create(assignment=task, role=role, department=department, as_written=words)
    AssignmentSource.objects.create(record=task, clause=clause, phrase="1.增加护理型床位")
    Assignment.objects.create(
        key="w.a.02",
        number="2",
        kind="safeguard",
        title="加强组织领导",
        document=world.document,
        position=1,
        withdrawn_at=LONG_AGO,
    )


def _projects(world: World, clause: Clause) -> None:
    city = Project.objects.create(
        key="w.p.1",
        number="1",
        name="云溪市养老服务中心",
        listing="tabled",
        category="养老",
        type="公办",
        location="青山县",
        region=world.counties[GREEN],
        start_year=2022,
        end_year=2024,
        content="新建床位200张",
        total_investment_fen=30_005_000_000 // 1000,
        central_budget_fen=2400 * 1_000_000,
        document=world.document,
    )
    ProjectBody.objects.create(project=city, department=world.bureau, as_written="市民政局")
    ProjectSource.objects.create(record=city, clause=clause, phrase="云溪市养老服务中心")
    named = Project.objects.create(
        key="w.p.named",
        name="青山县养老中心",
        listing="named",
        region=world.counties[GREEN],
        document=world.document,
        position=1,
    )
    ProjectLink.objects.create(project=named, to=city, kind="same", note="名称不同")


def _rule(world: World, clause: Clause) -> None:
    rule = Rule.objects.create(
        key="w.r.bed",
        subject="床位建设补助",
        kind="money",
        comparator="=",
        value=10000,
        unit="元/张",
        condition="一次性",
        split={"省": 5, "市": 3, "县": 2},
        document=world.document,
    )
    RuleBody.objects.create(rule=rule, department=world.bureau, as_written="市民政局")
    RuleSource.objects.create(record=rule, clause=clause, phrase="每张床位补助10000元")
    Rule.objects.create(
        key="w.r.share",
        subject="公益金用于养老",
        kind="share",
        valid_from=date(2022, 1, 1),
        document=world.document,
        position=1,
    )


def _facts(world: World, clause: Clause) -> None:
    fact = Fact.objects.create(
        key="w.f.beds-2020",
        subject="护理型床位占比",
        kind="observed",
        comparator="~",
        value=Decimal("12.3"),
        unit="%",
        as_of=date(2020, 12, 31),
        as_of_text="“十三五”末",
        region=world.city,
        condition="不含民办",
        indicator=world.beds,
        document=world.document,
    )
    FactSource.objects.create(record=fact, clause=clause, phrase="护理型床位占比约12.3%")
    Fact.objects.create(
        key="w.f.ageing",
        subject="老龄化程度",
        kind="forecast",
        value_text="中度",
        document=world.document,
        position=1,
    )


def _list_item(world: World, clause: Clause) -> None:
    item = ListItem.objects.create(
        key="w.l.platforms.1",
        list="platforms",
        number="1",
        category="养老、托育",
        name="信息平台",
        measures="建设平台",
        goal="互联互通",
        document=world.document,
    )
    item.targets.add(world.target("w.t.lottery"))
    ListItemBody.objects.create(item=item, department=world.bureau, as_written="市民政局")
    ListItemSource.objects.create(record=item, clause=clause, phrase="1 养老、托育 信息平台")


def _findings(world: World, clause: Clause) -> None:
    ruled = Finding.objects.create(
        key="w.x.total",
        kind="total_mismatch",
        origin="check",
        summary="合计与明细不符",
        subjects=["w.p.1", "w.t.beds"],
    )
    FindingPlace.objects.create(finding=ruled, clause=clause, phrase="合计3001万元", position=0)
    FindingPlace.objects.create(finding=ruled, clause=None, phrase="明细相加3000.5万元", position=1)
    common = {"finding": ruled, "ruled_by": world.lin}
    Ruling.objects.create(decision="accept", text="先认可", replaced_at=LONG_AGO, **common)
    Ruling.objects.create(decision="explain", text="四舍五入所致", effect={"note": "无"}, **common)
    Finding.objects.create(
        key="w.x.slip", kind="slip", origin="reviewed", summary="“名牌”应为“名称”", position=1
    )


def _values(world: World) -> None:
    """Two of three counties report beds, all of them homes, the city its share; this judges as well."""
    Job.objects.create(kind="nightly", label="夜间重评", state="done", total=5, done=5, finished_at=LONG_AGO)
    Job.objects.create(kind="load", label="载入", state="failed", error="文件有误", finished_at=LONG_AGO)
    publish(
        value(world.beds, RED, "2023", (1, 3)),
        value(world.beds, GREEN, "2023", "na"),
        *everywhere(world.homes, "2023", 2),
        value(world.lottery, CITY, "2022", "41.25"),
        value(world.households, RED, "2023", 150),
        value(world.smart, GREEN, "2023", 2),
    )
    publish(value(world.homes, RED, "2023", 3, reason="复核更正"))
