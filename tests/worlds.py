"""A small named world for tests: one city, three counties, six people, five indicators and what was promised.

    云溪市 999900    红河区 999902, 青山县 999903, 白水县 999904
    Lin 牵头单位 of the city; Gao and Yi, 填报员 of 红河区 and 青山县; Ling 领导; Du 督查员; Shen 审计管理员

Two plans: the city's (2021-2025, with a draft that binds nobody) and 青山县's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from targets.actions import NewValue, publish_values
from targets.binding import bindings
from targets.models import Indicator, Milestone, ObservationBatch, RegionalTarget, Target
from yuxi_eldercare.core.models import Department, Document, Membership, Plan, Region, User

CITY, RED, GREEN, WHITE = "999900", "999902", "999903", "999904"
COUNTIES = (RED, GREEN, WHITE)
PASSWORD = "world-of-tests-2020"


def day(text: str) -> date:
    """`day("2023")` is 31 December 2023; anything longer is an ISO date."""
    return date(int(text), 12, 31) if len(text) == 4 else date.fromisoformat(text)


@dataclass
class World:
    """The rows by name."""

    city: Region
    counties: dict[str, Region]
    bureau: Department
    plan: Plan
    document: Document
    draft: Document
    county_plan: Plan
    lin: User
    gao: User
    yi: User
    ling: User
    du: User
    shen: User
    beds: Indicator  # 护理型床位占比: ratio, 12.3 (2020) → 30 (2023) → 55 (2025), binding
    homes: Indicator  # 示范机构数: sum; each county at least one by 2023
    households: Indicator  # 适老化改造户数: sum, year; 200 in every year 2023-2025
    lottery: Indicator  # 公益金占比: only the city reports, floor 55
    smart: Indicator  # 智慧养老社区数: only 青山县's own plan asks for 4 by 2025

    def target(self, key: str) -> Target:
        """A target by its key."""
        return Target.objects.get(key=key)


def make_world() -> World:
    """Write the world; no values, nothing judged."""
    city = Region.objects.create(code=CITY, name="云溪市", short_name="云溪市", level="city")
    counties = {
        code: Region.objects.create(
            code=code, name=name, short_name=name, level="county", parent=city, position=position
        )
        for position, (code, name) in enumerate(zip(COUNTIES, ("红河区", "青山县", "白水县"), strict=True), 1)
    }
    bureau = Department.objects.create(
        key="w-mz", name="云溪市民政局", short_name="市民政局", kind="department", region=city
    )
    plan = Plan.objects.create(
        key="w-plan", name="云溪市规划", region=city, start=day("2021-01-01"), end=day("2025")
    )
    county_plan = Plan.objects.create(
        key="w-county-plan",
        name="青山县规划",
        region=counties[GREEN],
        start=day("2021-01-01"),
        end=day("2025"),
        parent=plan,
    )
    document = _document(plan, "w-issued", "wi", "issued")
    draft = _document(plan, "w-draft", "wd", "draft")
    county_document = _document(county_plan, "w-county", "wc", "issued")
    indicators = _indicators()
    _targets(indicators, document, draft, county_document)
    bind_targets()
    return World(
        city=city,
        counties=counties,
        bureau=bureau,
        plan=plan,
        document=document,
        draft=draft,
        county_plan=county_plan,
        lin=make_user("lin", "lead", city, bureau),
        gao=make_user("gao", "reporter", counties[RED]),
        yi=make_user("yi", "reporter", counties[GREEN]),
        ling=make_user("ling", "leader", city),
        du=make_user("du", "supervisor", city),
        shen=make_user("shen", "audit_admin", city),
        **indicators,
    )


@cache
def _password_hash() -> str:
    """Hashing is slow on purpose, so it is done once."""
    return make_password(PASSWORD)


def make_user(
    name: str, role: str, region: Region, department: Department | None = None, **fields: Any
) -> User:
    """An account (password `PASSWORD`) with one role."""
    user = User.objects.create(username=name, display_name=name.title(), password=_password_hash(), **fields)
    Membership.objects.create(
        user=user, role=role, region=region, department=department, valid_from=day("2020-01-01")
    )
    return user


def bind_targets() -> None:
    """Spread every target over the regions it binds, as the loader does."""
    members: dict[str, list[str]] = {}
    for code, parent in Region.objects.filter(withdrawn=False).values_list("code", "parent_id"):
        members.setdefault(parent or "", []).append(code)
    for target in Target.objects.select_related("indicator", "document", "plan"):
        for binding in bindings(target, members):
            RegionalTarget.objects.update_or_create(
                target=target,
                region_id=binding.region_code,
                defaults={"indicator": target.indicator, **binding.values()},
            )


def make_target(
    key: str, indicator: Indicator, document: Document, dues: dict[str, Any], **fields: Any
) -> Target:
    """A target with milestones `{due: value}`; a pair is a range."""
    target = Target.objects.create(
        key=key,
        indicator=indicator,
        document=document,
        plan=document.plan,
        region=document.plan.region,
        name_as_written=indicator.name,
        **{"scope": "city", "target_type": "reach", **fields},
    )
    for due, value in dues.items():
        low, high = value if isinstance(value, tuple) else (value, None)
        Milestone.objects.create(
            target=target,
            key=day(due).isoformat(),
            due=day(due),
            comparator="range" if high is not None else ">=",
            value=Decimal(str(low)),
            value_max=None if high is None else Decimal(str(high)),
        )
    return target


def value(
    indicator: Indicator | str, region: str, period: str, figure: Any = None, **fields: Any
) -> NewValue:
    """A new value; a pair is numerator and denominator, "na" is *not applicable*; "2023" is that year."""
    given: dict[str, Any] = {}
    if figure == "na":
        given["not_applicable"] = True
    elif isinstance(figure, tuple):
        given["numerator"], given["denominator"] = (Decimal(str(part)) for part in figure)
    elif figure is not None:
        given["value"] = Decimal(str(figure))
    kind = "year" if len(period) == 4 else "quarter"
    code = indicator if isinstance(indicator, str) else indicator.key
    return NewValue(
        **{
            "indicator": code,
            "region": region,
            "period_end": day(period),
            "period_kind": kind,
            **given,
            **fields,
        }
    )


def publish(*values: NewValue, **fields: Any) -> ObservationBatch:
    """Let a process make values count."""
    return publish_values(
        **{"values": list(values), "by": None, "label": "测试", "process": "test", **fields}
    )


def everywhere(
    indicator: Indicator, period: str, figure: Any, regions: Iterable[str] = COUNTIES
) -> list[NewValue]:
    """The same figure from several counties."""
    return [value(indicator, region, period, figure) for region in regions]


def _document(plan: Plan, key: str, prefix: str, status: str) -> Document:
    issued = status == "issued"
    return Document.objects.create(
        key=key,
        plan=plan,
        prefix=prefix,
        title=plan.name,
        status=status,
        effective_from=day("2021-06-01") if issued else None,
        effective_to=day("2025") if issued else None,
    )


def _indicators() -> dict[str, Indicator]:
    common: dict[str, Any] = {
        "theme": "养老",
        "direction": "up",
        "basis": "point",
        "definition": "测试用",
    }
    rows = {
        "beds": {
            "name": "护理型床位占比",
            "unit": "%",
            "rollup": "ratio_of_sums",
            "scale": 100,
            "decimals": 1,
        },
        "homes": {"name": "示范养老机构数", "unit": "家", "rollup": "sum", "integer": True},
        "households": {
            "name": "适老化改造户数",
            "unit": "户",
            "rollup": "sum",
            "integer": True,
            "basis": "year",
        },
        "lottery": {"name": "公益金占比", "unit": "%", "rollup": "none", "basis": "year", "decimals": 1},
        "smart": {"name": "智慧养老社区数", "unit": "个", "rollup": "sum", "integer": True},
    }
    return {
        name: Indicator.objects.create(key=f"w-{name}", position=position, **{**common, **fields})
        for position, (name, fields) in enumerate(rows.items())
    }


def _targets(indicators: dict[str, Indicator], document: Document, draft: Document, county: Document) -> None:
    base = {"baseline_date": day("2020"), "baseline_value": Decimal("12.3")}
    make_target("w.t.beds", indicators["beds"], document, {"2023": 30, "2025": 55}, nature="binding", **base)
    make_target("w.t.beds-draft", indicators["beds"], draft, {"2023": 20})
    make_target("w.t.homes", indicators["homes"], document, {"2023": 1}, scope="each_county")
    yearly = {"2023": 200, "2024": 200, "2025": 200}
    make_target("w.t.households", indicators["households"], document, yearly, target_type="annual")
    make_target("w.t.lottery", indicators["lottery"], document, {"2025": 55}, target_type="floor")
    make_target("w.t.smart", indicators["smart"], county, {"2025": 4}, scope="county")
