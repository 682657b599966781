"""The made-up reports: the same everywhere, plausible, and with every kind of trouble among them."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from yuxi_eldercare.demo.sizes import POPULATION, denominator, weight
from yuxi_eldercare.demo.values import CATCH_UP, CITY, Need, Report, reports

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 22)
COUNTIES = tuple(POPULATION)
START = date(2020, 12, 31)


def path(start: float, **dues: float) -> tuple[tuple[date, float], ...]:
    return ((START, start), *((date(int(year[1:]), 12, 31), value) for year, value in dues.items()))


def rate(number: int) -> Need:
    return Need(
        indicator=f"rate-{number}",
        unit="%",
        kind="reach",
        path=path(40, y2023=60, y2025=90),
        regions=COUNTIES,
        scale=100,
        denominator_name="社区总数",
    )


def count(number: int, **fields: object) -> Need:
    given = {
        "indicator": f"count-{number}",
        "unit": "家",
        "kind": "reach",
        "path": path(0, y2023=8, y2025=20),
        "regions": COUNTIES,
        "integer": True,
    }
    return Need(**{**given, **fields})  # type: ignore[arg-type]


NEEDS = [
    *(rate(number) for number in range(20)),
    *(count(number) for number in range(20)),
    *(count(number, indicator=f"each-{number}", each=True, path=path(0, y2023=1)) for number in range(5)),
    count(99, indicator="annual", kind="annual", path=path(0, y2023=200, y2024=200), yearly_flow=True),
    count(99, indicator="done", kind="done", path=path(0, y2024=1), regions=(CITY,)),
    count(
        99,
        indicator="money",
        integer=False,
        path=path(900, y2023=5000),
        yearly_flow=True,
        city_reports=True,
    ),
]


@pytest.fixture(scope="module")
def made() -> list[Report]:
    return list(reports(NEEDS, TODAY))


def test_they_are_the_same_every_time(made: list[Report]) -> None:
    assert list(reports(NEEDS, TODAY)) == made


def test_they_describe_2021_to_2025_and_some_caught_up_in_2026(made: list[Report]) -> None:
    years = Counter(report.period_end.year for report in made)
    assert set(years) == {2021, 2022, 2023, 2024, 2025, 2026}
    assert {report.period_end for report in made if report.period_end.year == 2026} == {CATCH_UP}
    assert years[2026] < len(made) / 20
    assert {report.period_kind for report in made} == {"year", "quarter", "half"}


def test_nothing_comes_from_the_future() -> None:
    early = list(reports(NEEDS, date(2023, 2, 1)))
    assert early
    assert all(report.period_end < report.reported_on < date(2023, 2, 1) for report in early)


def test_a_rate_is_a_part_of_a_whole_that_changes_slowly(made: list[Report]) -> None:
    rates = [report for report in made if report.indicator.startswith("rate") and not report.not_applicable]
    assert rates
    for report in rates:
        assert report.value is None
        assert report.numerator is not None
        assert report.denominator is not None
        assert 0 <= report.numerator <= report.denominator
        assert report.denominator == denominator("社区总数", report.region, report.period_end.year)
    for region in COUNTIES:
        people = [denominator("60岁以上老年人数", region, year) for year in range(2020, 2026)]
        assert people == sorted(people)
        assert people[-1] < people[0] * 1.25


def test_what_has_been_built_stays_except_where_things_get_worse(made: list[Report]) -> None:
    falls = 0
    series = defaultdict(list)
    for report in made:
        if report.indicator.startswith("count") and report.value is not None and not report.reason:
            series[report.indicator, report.region].append((report.period_end, report.value))
    for values in series.values():
        figures = [value for _, value in sorted(values)]
        falls += figures != sorted(figures)
    assert 0 < falls < len(series) / 4


def test_every_kind_of_trouble_is_among_them(made: list[Report]) -> None:
    assert 0.02 < sum(report.late for report in made) / len(made) < 0.15
    assert any(report.not_applicable for report in made)
    corrections = [report for report in made if report.reason]
    assert corrections
    for report in corrections:
        first = made[made.index(report) - 1]
        assert (first.indicator, first.region, first.period_end) == (
            report.indicator,
            report.region,
            report.period_end,
        )
        assert (first.value, first.numerator) != (report.value, report.numerator)
        assert first.reported_on < report.reported_on
    yearly = {(r.indicator, r.region) for r in made if r.period_end == date(2022, 12, 31)}
    expected = {(need.indicator, region) for need in NEEDS for region in need.regions}
    assert 0.01 < len(expected - yearly) / len(expected) < 0.12, "some reports never came"


def test_flows_are_year_to_date(made: list[Report]) -> None:
    by_quarter = {
        report.period_end.month: report.value
        for report in made
        if report.indicator == "annual" and report.region == "530402" and report.period_end.year == 2024
    }
    figures = [by_quarter[month] for month in sorted(by_quarter)]
    assert len(figures) >= 3
    assert figures == sorted(figures)


def test_the_city_reports_some_sums_itself_and_not_quite_the_same(made: list[Report]) -> None:
    own = [report for report in made if report.region == CITY and report.indicator == "money"]
    assert [report.period_end.year for report in own] == [2022, 2024]
    for report in own:
        counties = sum(
            other.value or 0
            for other in made
            if other.indicator == "money" and other.region != CITY and other.period_end == report.period_end
        )
        assert report.value != counties


def test_a_deliverable_is_there_or_not(made: list[Report]) -> None:
    values = [report.value for report in made if report.indicator == "done"]
    assert set(values) <= {0, 1}
    assert values == sorted(values)


def test_counties_share_the_city_by_population() -> None:
    assert sum(map(weight, COUNTIES)) == pytest.approx(1)
    assert weight("530402") == max(map(weight, COUNTIES))
    assert denominator("街道总数", "530426", 2023) == 0, "a county without streets has nothing to cover"
    assert denominator("什么总数", "530426", 2023) >= 2
