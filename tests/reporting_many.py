"""A round as large as the entry grid is measured with: 100 indicators over 12 months for 红河区."""

from targets.models import CheckRule, Indicator, ReportingLine, ReportingRound
from targets.reporting.periods import shifted
from targets.reporting.rounds import Dates, open_round

from .reporting_world import Reporting
from .worlds import RED, day, make_target

ROWS, PERIODS = 100, 12


def make_many(office: Reporting) -> ReportingRound:
    """Write the indicators, each with a target, a rule that compares two of them, and the open round."""
    indicators = [
        Indicator.objects.create(
            key=f"w-many-{n}",
            name=f"指标{n}",
            theme="养老",
            direction="up",
            basis="point",
            unit="%" if n % 2 else "家",
            rollup="ratio_of_sums" if n % 2 else "sum",
            scale=100 if n % 2 else None,
            definition="测试用",
            position=100 + n,
        )
        for n in range(ROWS)
    ]
    for indicator in indicators:
        make_target(f"w.{indicator.key}", indicator, office.world.document, {"2025": 50})
    CheckRule.objects.create(
        key="w-within",
        title="w",
        kind="within",
        severity="hard",
        enabled=True,
        params={"part": "w-many-0", "whole": "w-homes"},
    )
    ReportingLine.objects.bulk_create(
        ReportingLine(
            indicator=indicator,
            region_id=RED,
            department=office.red,
            confirmer=office.city,
            frequency="month",
            valid_from=day("2021-01-01"),
        )
        for indicator in indicators
    )
    end = day("2024-09-30")
    periods = [shifted("month", end, -back) for back in range(PERIODS)]
    dates = Dates(day("2024-10-01"), day("2024-10-18"), day("2024-10-23"))
    return open_round(kind="month", period_end=end, periods=periods, dates=dates)
