"""A city with some counties, each held to some indicators in two years, judged: what dashboards show at full size."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from targets.models import (
    Assessment,
    Indicator,
    JudgingState,
    Milestone,
    Observation,
    ObservationBatch,
    RegionalTarget,
    RolledUpValue,
    Target,
    TargetBody,
    TargetSource,
    ThresholdSet,
)
from targets.progress import RULE_VERSION, assess_many, parse_case
from yuxi_eldercare.core.models import Clause, Department, Document, Plan, Region

DUES = ((date(2023, 12, 31), Decimal(60)), (date(2025, 12, 31), Decimal(90)))
YEARS = (2022, 2023, 2024)
AS_OF = date(2025, 6, 30)
NOW = datetime(2025, 7, 15, 8, 30, tzinfo=UTC)
CHAPTERS, BODIES = 8, 12
# Kinds of progress, so that every light occurs.
KINDS = 40


def make(counties: int, indicators: int) -> None:
    """One plan of the city whose rates bind every county as well; nine counties have the codes of the real ones."""
    city = Region.objects.create(code="530400", name="玉溪市", short_name="玉溪市", level="city")
    regions = Region.objects.bulk_create(_county(city, n) for n in range(counties))
    plan = Plan.objects.create(
        key="plan", name="整体解决方案", region=city, start=date(2021, 1, 1), end=date(2025, 12, 31)
    )
    document = Document.objects.create(
        key="document",
        prefix="d",
        title="整体解决方案",
        plan=plan,
        status="issued",
        effective_from=date(2021, 1, 1),
    )
    dictionary = Indicator.objects.bulk_create(_indicator(n) for n in range(indicators))
    targets = _targets(dictionary, document, plan, city)
    _values(dictionary, city, regions)
    _judge(targets, [city, *regions])
    JudgingState.objects.create(as_of=AS_OF)


_CODES = ("530402", "530403", "530481", "530423", "530424", "530425", "530426", "530427", "530428")


def _county(city: Region, number: int) -> Region:
    code = _CODES[number] if number < len(_CODES) else str(540000 + number)
    name = f"第{number + 1}县"
    return Region(code=code, name=name, short_name=name, level="county", parent=city, position=number + 1)


def _indicator(number: int) -> Indicator:
    return Indicator(
        key=f"indicator-{number:03}",
        position=number,
        name=f"第{number}项养老服务设施覆盖率",
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


def _targets(dictionary: list[Indicator], document: Document, plan: Plan, city: Region) -> list[Target]:
    clauses = Clause.objects.bulk_create(
        Clause(document=document, number=f"二（{sign}）", heading="指标", position=n)
        for n, sign in enumerate("一二三四五六七八"[:CHAPTERS])
    )
    bodies = Department.objects.bulk_create(
        Department(
            key=f"b{n}",
            name=f"市第{n}局",
            short_name=f"市第{n}局",
            kind="department",
            region=city,
            position=n,
        )
        for n in range(BODIES)
    )
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
            nature="binding" if n % 5 == 0 else "indicative",
            baseline_date=date(2020, 12, 31),
            baseline_value=Decimal("41.2"),
        )
        for n, indicator in enumerate(dictionary)
    )
    TargetBody.objects.bulk_create(
        TargetBody(target=t, department=bodies[n % BODIES], as_written=bodies[n % BODIES].name)
        for n, t in enumerate(targets)
    )
    TargetSource.objects.bulk_create(
        TargetSource(record=t, clause=clauses[n % CHAPTERS], phrase=t.name_as_written)
        for n, t in enumerate(targets)
    )
    return targets


def _value(kind: int, year: int) -> Decimal:
    return Decimal(412 + (year - 2020) * (30 + 8 * (kind % KINDS))) / 10


def _values(dictionary: list[Indicator], city: Region, regions: list[Region]) -> None:
    batch = ObservationBatch.objects.create(label="bench")
    Observation.objects.bulk_create(
        (
            Observation(
                indicator=indicator,
                region=region,
                period_kind="year",
                period_end=date(year, 12, 31),
                version=1,
                value=_value(n + place, year),
                reported_at=NOW,
                known_from=NOW,
                batch=batch,
            )
            for n, indicator in enumerate(dictionary)
            for place, region in enumerate(regions)
            for year in YEARS
        ),
        batch_size=2000,
    )
    RolledUpValue.objects.bulk_create(
        RolledUpValue(
            indicator=indicator,
            region=city,
            period_end=date(year, 12, 31),
            value=_value(n, year),
            members_reported=len(regions) - (n % 3 == 0),
            members_expected=len(regions),
        )
        for n, indicator in enumerate(dictionary)
        for year in YEARS
    )


def _judge(targets: list[Target], regions: list[Region]) -> None:
    bound = RegionalTarget.objects.bulk_create(
        RegionalTarget(
            target=target,
            indicator=target.indicator,
            region=region,
            origin="city_rate" if place else "own",
            has_baseline=not place,
            effective_from=date(2021, 1, 1),
            effective_to=date(2025, 12, 31),
        )
        for target in targets
        for place, region in enumerate(regions)
    )
    milestones = Milestone.objects.bulk_create(
        Milestone(target=target, key=due.isoformat(), due=due, comparator=">=", value=value)
        for target in targets
        for due, value in DUES
    )
    thresholds = ThresholdSet.objects.create(version=1)
    cases = [_case(kind) for kind in range(KINDS)]
    answers = assess_many([parse_case(case) for case in cases])
    Assessment.objects.bulk_create(
        (
            _assessment(
                row,
                milestones[2 * (n // len(regions)) + m],
                (n // len(regions) + n) % KINDS,
                m,
                cases,
                answers,
            )
            for n, row in enumerate(bound)
            for m in range(len(DUES))
        ),
        batch_size=1000,
    )
    Assessment.objects.update(thresholds=thresholds)


def _assessment(
    row: RegionalTarget, milestone: Milestone, kind: int, place: int, cases: list[Any], answers: list[Any]
) -> Assessment:
    answer = answers[kind][place]
    return Assessment(
        regional_target=row,
        milestone=milestone,
        indicator_id=row.indicator_id,
        region_id=row.region_id,
        as_of=AS_OF,
        state=answer["state"],
        light=answer["light"],
        marks=answer["marks"],
        answer=answer,
        inputs=cases[kind],
        rule_version=RULE_VERSION,
        thresholds_id=1,
        computed_at=NOW,
    )


def _case(kind: int) -> dict[str, object]:
    return {
        "direction": "up",
        "target_type": "reach",
        "baseline": {"date": "2020-12-31", "value": "41.2"},
        "milestones": [
            {"due": due.isoformat(), "comparator": ">=", "value": str(value)} for due, value in DUES
        ],
        "readings": [{"date": f"{year}-12-31", "value": str(_value(kind, year))} for year in YEARS],
        "as_of": AS_OF.isoformat(),
        "unit": "%",
    }
