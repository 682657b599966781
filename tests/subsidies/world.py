"""A small world of subsidies: 红河区民政局 with its people, an institution, a scheme split 5:3:2, budget lines.

Ann 填报员 and Bob 审核员 of 红河区; Cheng 审核员 and Lin 牵头单位 of the city; Cai 财务人员 of the city
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from projects.models import Institution
from projects.register import Facts, Statement, record_statements
from subsidies.books.granting import commit
from subsidies.books.posting import Event, post
from subsidies.calculator import share
from subsidies.models import (
    Application,
    ApplicationStep,
    BudgetLine,
    Journal,
    Programme,
    Scheme,
    SchemeVersion,
)
from tests.worlds import RED, World, make_user, make_world
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed, fingerprint
from yuxi_eldercare.core.personal import mask_number

CONDITIONS = [{"code": "premises", "is": "own"}, {"code": "filed"}, {"code": "once_per_unit"}]
SPLIT = {"province": 5, "city": 3, "county": 2}
PER_BED = 1_000_000  # 10000 元
ACCOUNT = "530101040001234"


@dataclass
class Subsidies:
    """The rows by name."""

    world: World
    red: Region
    unit: Department
    home: Institution
    scheme: Scheme
    version: SchemeVersion
    ann: User
    bob: User
    cheng: User
    lin: User
    cai: User

    @property
    def city(self) -> Region:
        """云溪市."""
        return self.world.city


def make_subsidies() -> Subsidies:
    """Write the world; no application, no money."""
    world = make_world()
    red = world.counties[RED]
    unit = Department.objects.create(
        key="w-red-mz", name="红河区民政局", short_name="红河区民政局", kind="department", region=red
    )
    scheme = Scheme.objects.create(
        key="bed-own", name="自建床位建设补助", programme=Programme.CONSTRUCTION, unit="bed", per="once"
    )
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        amount_fen=PER_BED,
        conditions=CONDITIONS,
        split=SPLIT,
        split_document="云财社〔2021〕1号（测试）",
        valid_from=date(2021, 1, 1),
        basis="测试依据",
        reason="测试",
    )
    ann = make_user("ann", "reporter", red, unit)
    return Subsidies(
        world=world,
        red=red,
        unit=unit,
        home=make_home(unit, ann),
        scheme=scheme,
        version=version,
        ann=ann,
        bob=make_user("bob", "reviewer", red, unit),
        cheng=make_user("cheng", "reviewer", world.city, world.bureau),
        lin=world.lin,
        cai=make_user("cai", "treasurer", world.city),
    )


def make_home(unit: Department, by: User, name: str = "红河养老院", beds: int = 100) -> Institution:
    """An institution of 红河区, filed, with so many beds since 2022."""
    facts = Facts(
        name=name,
        region=RED,
        kind="eldercare",
        operation="private",
        beds=beds,
        filing=f"备案-{name}",
        address=f"{name}路1号",
    )
    record_statements(statements=[Statement(facts=facts, since=date(2022, 1, 1), keeper=unit.pk)], by=by)
    return Institution.objects.latest("pk")


def add_line(s: Subsidies, level: str, budget: int, cash: int = 0, year: int = 0) -> BudgetLine:
    """A budget line of construction money with a budget and what has arrived, in 分."""
    line = BudgetLine.objects.create(
        year=year or timezone.localdate().year,
        level=level,
        region=s.red if level == "county" else s.city,
        programme=Programme.CONSTRUCTION,
        made_by=s.cai,
    )
    day = timezone.localdate() - timedelta(days=30)
    if budget:
        post(Event(kind=Journal.Kind.BUDGET, key=f"b{line.pk}", on=day, by=s.cai), {line.pk: budget})
    if cash:
        post(Event(kind=Journal.Kind.ARRIVE, key=f"a{line.pk}", on=day, by=s.cai), {line.pk: cash})
    return line


def approved(
    s: Subsidies, beds: int, lines: dict[str, BudgetLine], home: Institution | None = None
) -> Application:
    """An application as it is after approval: the money committed on the lines, steps by four people."""
    now = timezone.now()
    total = beds * PER_BED
    row = Application.objects.create(
        scheme=s.scheme,
        version=s.version,
        institution=home or s.home,
        county=s.red,
        department=s.unit,
        name="红河养老院",
        state=Application.State.APPROVED,
        claimed=beds,
        verified=beds,
        premises="own",
        total_fen=total,
        payee="红河养老院",
        bank="云溪农商行",
        account=Sealed.of(ACCOUNT),
        account_masked=mask_number(ACCOUNT),
        account_print=fingerprint(ACCOUNT),
        applied_on=timezone.localdate(),
        made_by=s.ann,
        approved_at=now,
        approved_by=s.lin,
    )
    row.number = f"BT-{row.pk:06}"
    row.save()
    verbs = ApplicationStep.Verb
    for verb, person in (
        (verbs.SUBMIT, s.ann),
        (verbs.COUNTY_CHECK, s.bob),
        (verbs.CITY_CHECK, s.cheng),
        (verbs.APPROVE, s.lin),
    ):
        ApplicationStep.objects.create(application=row, verb=verb, state=row.state, at=now, by=person)
    commit(
        row,
        parts=share(total, SPLIT),
        lines={level: line.pk for level, line in lines.items()},
        on=timezone.localdate() - timedelta(days=1),
        by=s.lin,
    )
    return row


def make_lines(s: Subsidies, budget: int = 10**9, cash: int = 10**9) -> dict[str, BudgetLine]:
    """A line for each level of the split."""
    return {level: add_line(s, level, budget, cash) for level in SPLIT}
