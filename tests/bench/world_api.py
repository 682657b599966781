"""400 indicators with everything one call of the API can nest, for measuring."""

from datetime import UTC, date, datetime
from decimal import Decimal

from targets.models import (
    Assessment,
    Indicator,
    Milestone,
    Observation,
    ObservationBatch,
    RegionalTarget,
    Target,
    TargetBody,
    TargetSource,
    ThresholdSet,
)
from targets.progress import RULE_VERSION, assess_many, parse_case
from yuxi_eldercare.core.models import Clause, Department, Document, Plan, Region

INDICATORS = 400
YEARS = (2021, 2022, 2023, 2024, 2025)
DUES = ((date(2023, 12, 31), Decimal(60)), (date(2025, 12, 31), Decimal(90)))
AS_OF = date(2025, 12, 31)
NOW = datetime(2026, 1, 15, 8, 30, 12, 345678, tzinfo=UTC)


def make() -> None:
    """The city, one document; per indicator 5 yearly values, a target with 2 milestones, 2 assessments."""
    city = Region.objects.create(code="530400", name="玉溪市", short_name="玉溪市", level="city")
    plan = Plan.objects.create(
        key="plan", name="规划", region=city, start=date(2021, 1, 1), end=date(2025, 12, 31)
    )
    document = Document.objects.create(
        key="document", prefix="d", title="规划", plan=plan, status="issued", effective_from=date(2021, 1, 1)
    )
    clause = Clause.objects.create(document=document, number="二（四）")
    body = Department.objects.create(
        key="bureau", name="市民政局", short_name="市民政局", kind="department", region=city
    )
    indicators = Indicator.objects.bulk_create(_indicator(n) for n in range(INDICATORS))
    _values(indicators, city)
    targets = Target.objects.bulk_create(
        Target(
            key=f"d.t.{indicator.key}",
            position=n,
            indicator=indicator,
            document=document,
            plan=plan,
            region=city,
            name_as_written=indicator.name,
            scope="city",
            target_type="reach",
            nature="binding",
            baseline_date=date(2020, 12, 31),
            baseline_value=Decimal("41.2"),
        )
        for n, indicator in enumerate(indicators)
    )
    TargetBody.objects.bulk_create(
        TargetBody(target=t, department=body, as_written="市民政局") for t in targets
    )
    TargetSource.objects.bulk_create(
        TargetSource(record=t, clause=clause, phrase=f"{t.name_as_written} % 41.2 60 90 约束性", position=n)
        for t in targets
        for n in range(2)
    )
    _judge(targets, city)


def _indicator(number: int) -> Indicator:
    return Indicator(
        key=f"indicator-{number:03}",
        position=number,
        name=f"第{number}项覆盖率",
        theme="养老",
        unit="%",
        direction="up",
        rollup="ratio_of_sums",
        basis="point",
        scale=100,
        numerator_name="已覆盖的社区数",
        denominator_name="社区总数",
        decimals=1,
        definition="期末已覆盖的社区数占社区总数的比例。",
    )


def _value(number: int, year: int) -> Decimal:
    return Decimal(400 + number % 100 + 70 * (year - 2020)) / 10


def _values(indicators: list[Indicator], city: Region) -> None:
    batch = ObservationBatch.objects.create(label="bench")
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator,
            region=city,
            period_kind="year",
            period_end=date(year, 12, 31),
            version=1,
            value=_value(n, year),
            numerator=_value(n, year) * 10,
            denominator=1000,
            reported_at=NOW,
            known_from=NOW,
            batch=batch,
        )
        for n, indicator in enumerate(indicators)
        for year in YEARS
    )


def _judge(targets: list[Target], city: Region) -> None:
    regional = RegionalTarget.objects.bulk_create(
        RegionalTarget(
            target=target,
            indicator=target.indicator,
            region=city,
            origin="own",
            has_baseline=True,
            effective_from=date(2021, 1, 1),
            effective_to=date(2025, 12, 31),
        )
        for target in targets
    )
    milestones = Milestone.objects.bulk_create(
        Milestone(target=target, key=due.isoformat(), due=due, comparator=">=", value=value)
        for target in targets
        for due, value in DUES
    )
    thresholds = ThresholdSet.objects.create(version=1)
    cases = [_case(n) for n in range(len(targets))]
    answers = assess_many([parse_case(case) for case in cases])
    Assessment.objects.bulk_create(
        Assessment(
            regional_target=regional[n],
            milestone=milestones[2 * n + place],
            indicator=regional[n].indicator,
            region=city,
            as_of=AS_OF,
            state=answer["state"],
            light=answer["light"],
            marks=answer["marks"],
            answer=answer,
            inputs=cases[n],
            rule_version=RULE_VERSION,
            thresholds=thresholds,
            computed_at=NOW,
        )
        for n, given in enumerate(answers)
        for place, answer in enumerate(given)
    )


def _case(number: int) -> dict[str, object]:
    return {
        "direction": "up",
        "target_type": "reach",
        "baseline": {"date": "2020-12-31", "value": "41.2"},
        "milestones": [
            {"due": due.isoformat(), "comparator": ">=", "value": str(value)} for due, value in DUES
        ],
        "readings": [{"date": f"{year}-12-31", "value": str(_value(number, year))} for year in YEARS],
        "as_of": AS_OF.isoformat(),
        "unit": "%",
        "binding": True,
    }
