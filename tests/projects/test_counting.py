"""What the stored register counts: the declared formulas, the list behind each number, and the known indicators."""

from datetime import date
from typing import Any

import pytest
import yaml
from django.conf import settings

from projects.counting import count_register, counted_institutions, formulas, ledger_formulas
from projects.derivation import Term
from projects.derivation.formulas import ALL_TOWNSHIPS, TOWNSHIPS
from projects.models import InstitutionVersion
from projects.register import close_institution
from tests.worlds import COUNTIES, RED
from yuxi_eldercare.core.models import Region

from .test_register import Keepers, keepers  # noqa: F401

pytestmark = pytest.mark.django_db
ENDS = [date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31)]


def plainly(term: Term, county: str, end: date) -> int:
    """The rule read plainly: every version looked at for itself."""
    standing = [
        version
        for version in InstitutionVersion.objects.all()
        if version.superseded_at is None
        and version.status == "open"
        and version.county_id == county
        and version.since <= end
        and (version.until is None or end < version.until)
        and term.about(version)
    ]
    if term.measure == ALL_TOWNSHIPS:
        return Region.objects.filter(parent=county, level="township").count()
    if term.measure == TOWNSHIPS:
        return len({v.region_id for v in standing if v.region.level == "township"})
    return sum(1 if term.measure == "institutions" else getattr(v, term.measure) for v in standing)


def test_a_share_moves_with_the_register(keepers: Keepers) -> None:  # noqa: F811
    keepers.state(name="一", beds=100, nursing_beds=40)
    keepers.state(date(2023, 2, 1), name="二", beds=100, nursing_beds=80, operation="private")
    keepers.state(name="托育", kind="childcare", beds=0, nursing_beds=0, childcare_places=30)
    found = count_register(ENDS)
    share = found.parts["nursing-bed-share"]
    red = found.counties.index(RED)
    assert share.denominator is not None
    assert share.numerator[red].tolist() == [0, 40, 120]
    assert share.denominator[red].tolist() == [0, 100, 200]
    assert share.rows[red].tolist() == [0, 1, 2]
    assert found.parts["private-bed-share"].numerator[red].tolist() == [0, 0, 100]


def test_a_closed_institution_no_longer_counts(keepers: Keepers) -> None:  # noqa: F811
    home = keepers.state()
    close_institution(institution=home, on=date(2023, 5, 1), reason="停业", by=keepers.hong)
    found = count_register(ENDS).parts["nursing-bed-share"]
    assert found.denominator is not None
    assert found.denominator.sum(axis=0).tolist() == [0, 100, 0]


def test_townships_with_a_centre_count_once(keepers: Keepers) -> None:  # noqa: F811
    red = Region.objects.get(code=RED)
    for n in range(3):
        code = f"{RED}00{n}000"
        Region.objects.create(code=code, name=f"{n}镇", short_name=f"{n}镇", level="township", parent=red)
    first, second = f"{RED}000000", f"{RED}001000"
    keepers.state(name="甲", kind="regional_centre", region=first)
    keepers.state(name="乙", kind="regional_centre", region=first)
    moving = keepers.state(name="丙", kind="regional_centre", region=first)
    facts: dict[str, Any] = {"name": "丙", "kind": "regional_centre", "region": second}
    keepers.state(date(2023, 3, 1), institution=moving.pk, **facts)
    found = count_register(ENDS)
    coverage, row = found.parts["township-center-coverage"], found.counties.index(RED)
    assert coverage.denominator is not None
    assert coverage.numerator[row].tolist() == [0, 1, 2]
    assert coverage.denominator[row].tolist() == [3, 3, 3]
    assert found.parts["rural-regional-centers"].numerator[row].tolist() == [0, 3, 3]


def test_the_pass_the_list_and_a_plain_reading_agree(keepers: Keepers) -> None:  # noqa: F811
    """Opened, closed, moved between townships and grown institutions, as of three year ends."""
    red = Region.objects.get(code=RED)
    for n in range(2):
        code = f"{RED}00{n}000"
        Region.objects.create(code=code, name=f"{n}镇", short_name=f"{n}镇", level="township", parent=red)
    kinds = ("eldercare", "regional_centre", "community_centre", "childcare")
    for n in range(8):
        small = {
            "beds": 50 * n,
            "nursing_beds": 10 * n,
            "childcare_places": 3 * n,
            "staff": 4,
            "certified_staff": 1,
        }
        common: dict[str, Any] = {
            "name": f"第{n}家",
            "kind": kinds[n % 4],
            "demonstration": n % 3 == 0,
            **small,
        }
        home = keepers.state(**common, region=f"{RED}000000")
        if n % 2:
            moved = {**common, "region": f"{RED}001000", "operation": "private", "beds": 60 * n}
            keepers.state(date(2023, 12, 31), institution=home.pk, **moved)
        elif n % 4 == 0:
            close_institution(institution=home, on=date(2023, 12, 31), reason="停业", by=keepers.hong)
    found = count_register(ENDS)
    for formula in formulas():
        parts = found.parts[formula.indicator]
        for row, county in enumerate(found.counties):
            for column, end in enumerate(ENDS):
                place = (formula.indicator, county, end)
                assert parts.numerator[row, column] == plainly(formula.numerator, county, end), place
                if formula.denominator is not None:
                    assert parts.denominator is not None
                    assert parts.denominator[row, column] == plainly(formula.denominator, county, end), place
                listed = counted_institutions(*formula.terms, counties=[county], on=end)
                assert parts.rows[row, column] == listed.count(), place


def test_counting_takes_two_statements(keepers: Keepers, django_assert_num_queries: Any) -> None:  # noqa: F811
    keepers.state()
    with django_assert_num_queries(2):
        assert count_register(ENDS).counties == list(COUNTIES)


def test_an_empty_register_counts_nothing(keepers: Keepers) -> None:  # noqa: F811
    assert count_register(ENDS).parts["nursing-bed-share"].numerator.sum() == 0


def test_every_formula_names_an_indicator_and_known_codes() -> None:
    known = {
        row["code"]: row
        for path in sorted(settings.FIXTURES_DIR.rglob("*.yaml"))
        if path.parent.name == "indicators" or path.name == "indicators.yaml"
        for row in yaml.safe_load(path.read_text(encoding="utf-8")) or []
    }
    for formula in formulas():
        row = known[formula.indicator]
        is_rate = row["rollup"] == "ratio_of_sums"
        assert is_rate == bool(formula.denominator or row.get("denominator_series")), formula.indicator
        for term in formula.terms:
            assert term.choices.get("kind", frozenset()) <= set(InstitutionVersion.Kind.values)
            assert term.choices.get("operation", frozenset()) <= set(InstitutionVersion.Operation.values)
    projects = {
        row["key"]
        for path in settings.FIXTURES_DIR.glob("*/projects.yaml")
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["projects"]
    }
    assert ledger_formulas()
    for one in ledger_formulas():
        assert known[one.indicator]["rollup"] == "sum"
        assert one.keys <= projects
