"""A small world for claims: an institution of 红河区, schemes with versions, people for every step, budget lines.

红河区民政局: Ann 填报员, Bob 审核员, Bo 审核员      市民政局: Hui and Hua 审核员, Lin and Mei 牵头单位
Fen 财务人员 of the city                             青山县民政局: Cai 填报员, Deng 审核员
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from projects.models import Institution
from projects.register import Facts, Statement, record_statements
from subsidies import applying
from subsidies.applying import Claim
from subsidies.books.posting import Event, post
from subsidies.models import Application, ApplicationFile, BudgetLine, Journal, Scheme, SchemeVersion
from tests.worlds import GREEN, RED, World, make_user, make_world
from yuxi_eldercare.core.files import keep
from yuxi_eldercare.core.models import Department, User

TODAY = "2024-10-08"
SPLIT = {"province": 5, "city": 3, "county": 2}
CARD, ACCOUNT, OTHER_ACCOUNT = "6222020200012345670", "53001234567890123", "53009876543210987"
# 1,000 beds' worth at 10,000 元, on each line.
BUDGET_FEN = 1_000 * 1_000_000
CLAIM = Claim(
    claimed=60,
    premises="own",
    premises_number="云(2020)红河区不动产权第0001234号",
    payee="演示养老院",
    bank="演示银行红河支行",
    account=ACCOUNT,
    contact="王主任",
    phone="13800000001",
)
LEASE = replace(
    CLAIM,
    premises="leased",
    premises_number="HT-2022-001",
    lease_from=date(2022, 1, 1),
    lease_to=date(2027, 12, 31),
)


@dataclass
class Applied:
    """The rows by name."""

    world: World
    red: Department
    green: Department
    home: Institution  # 100 beds, private, filed
    own: Scheme  # own premises, 10,000 元 a bed, once
    leased: Scheme  # leased for five years, 5,000 元 a bed, once
    operating: Scheme  # 600 元 a bed and year
    ann: User
    bob: User
    bo: User
    cai: User
    deng: User
    hui: User
    hua: User
    lin: User
    mei: User
    fen: User

    def institution(self, name: str = "另一家养老院", *, beds: int = 100, **facts: Any) -> Institution:
        """One more institution that 红河区民政局 keeps."""
        return institution(self.red, name, by=self.ann, beds=beds, **facts)

    def draft(self, claim: Claim = CLAIM, scheme: Scheme | None = None, **given: Any) -> Application:
        """A registered claim of the home, with its paper."""
        wanted = {"institution": self.home, "department": self.red, "by": self.ann, **given}
        row = applying.register_application(scheme=scheme or self.own, claim=claim, **wanted)
        kind = "lease" if claim.premises == "leased" else "property"
        file = keep(b"%PDF-1.4 %%EOF", name="a.pdf", media_type="application/pdf", by=self.ann)
        ApplicationFile.objects.create(application=row, kind=kind, file=file, added_by=wanted["by"])
        return row

    def sent(self, claim: Claim = CLAIM, scheme: Scheme | None = None, **given: Any) -> Application:
        """A claim that waits for the county."""
        row = self.draft(claim, scheme, **given)
        return applying.submit(application=row, by=row.made_by)

    def checked(self, claim: Claim = CLAIM, scheme: Scheme | None = None, **given: Any) -> Application:
        """A claim that waits for approval, verified as claimed."""
        row = self.sent(claim, scheme, **given)
        applying.county_check(application=row, verified=row.claimed, by=self.bob)
        return applying.city_check(application=row, by=self.hui, answer="已到现场核实，不是同一批床位")

    def approved(self, claim: Claim = CLAIM, scheme: Scheme | None = None, **given: Any) -> Application:
        """A claim whose money is committed."""
        row = self.checked(claim, scheme, **given)
        return applying.approve(application=row, lines=self.lines(row), by=self.lin)

    def lines(self, row: Application) -> dict[str, int]:
        """The budget line of each level for a claim."""
        rows = BudgetLine.objects.filter(programme=row.scheme.programme, year=2024)
        found = rows.filter(region__in=[row.county_id, row.county.parent_id])
        return {line.level: line.pk for line in found}


def make_applied() -> Applied:
    """Write everything; call it `at(TODAY)`."""
    world = make_world()
    counties = world.counties
    red, green = (
        Department.objects.create(
            key=f"{key}-civil-affairs", name=f"{name}民政局", short_name=f"{name}民政局", kind="department",
            region=counties[code],
        )
        for key, name, code in (("red", "红河区", RED), ("green", "青山县", GREEN))
    )  # fmt: skip
    staff = {
        "ann": ("reporter", red), "bob": ("reviewer", red), "bo": ("reviewer", red), "cai": ("reporter", green),
        "deng": ("reviewer", green), "hui": ("reviewer", world.bureau), "hua": ("reviewer", world.bureau),
        "mei": ("lead", world.bureau), "fen": ("treasurer", world.bureau),
    }  # fmt: skip
    people = {name: make_user(name, role, unit.region, unit) for name, (role, unit) in staff.items()}
    schemes = _schemes()
    _budget(world, [counties[RED], counties[GREEN]], people["fen"])
    home = institution(red, "演示养老院", by=people["ann"], beds=100)
    return Applied(world=world, red=red, green=green, home=home, lin=world.lin, **schemes, **people)


def institution(unit: Department, name: str, *, by: User, beds: int = 100, **facts: Any) -> Institution:
    """An institution of the register."""
    said = Facts(name, unit.region_id, "eldercare", "private", beds=beds, filing="备-1")
    made = record_statements(
        statements=[Statement(date(2022, 1, 1), replace(said, **facts), unit.pk)], by=by
    )[0]
    return Institution.objects.get(pk=made.institution)


def _schemes() -> dict[str, Scheme]:
    made = {}
    rows: dict[str, tuple[str, str, str, int, list[dict[str, Any]]]] = {
        "own": (
            "自建用房床位建设补助",
            "construction",
            "once",
            1_000_000,
            [{"code": "premises", "is": "own"}, {"code": "once_per_unit"}],
        ),
        "leased": (
            "租赁用房床位建设补助",
            "construction",
            "once",
            500_000,
            [
                {"code": "premises", "is": "leased"},
                {"code": "lease_years", "at_least": 5},
                {"code": "operation_not", "in": ["public_private"]},
                {"code": "once_per_unit"},
            ],
        ),
        "operating": ("床位运营补贴", "operating", "year", 60_000, [{"code": "once_per_year"}]),
    }
    for position, (key, (name, programme, per, amount, conditions)) in enumerate(rows.items()):
        scheme = Scheme.objects.create(
            key=f"t-{key}", name=name, programme=programme, unit="bed", per=per, position=900 + position
        )
        version(scheme, amount_fen=amount, conditions=conditions)
        made[key] = scheme
    return made


def version(scheme: Scheme, **fields: Any) -> SchemeVersion:
    """A version of a scheme, in force since 2021 unless said otherwise."""
    given = {
        "number": scheme.versions.count() + 1,
        "amount_fen": 1_000_000,
        "conditions": [],
        "split": SPLIT,
        "split_document": "云溪财社〔2021〕1号",
        "valid_from": date(2021, 1, 1),
        "basis": "测试",
        "reason": "测试",
        **fields,
    }
    return SchemeVersion.objects.create(scheme=scheme, **given)


def _budget(world: World, counties: list[Any], by: User) -> None:
    for programme in ("construction", "operating"):
        for level, region in (
            ("province", world.city),
            ("city", world.city),
            *(("county", county) for county in counties),
        ):
            line = BudgetLine.objects.create(
                year=2024, level=level, region=region, programme=programme, made_by=by
            )
            event = Event(kind=Journal.Kind.BUDGET, key=f"budget:{line.pk}", on=date(2024, 1, 1), by=by)
            post(event, {line.pk: BUDGET_FEN})
