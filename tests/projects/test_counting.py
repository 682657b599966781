"""What the stored register counts: the declared formulas, the list behind each number, and the known indicators."""

from datetime import date
from typing import Any

import pytest
import yaml
from django.conf import settings

from projects.counting import count_register, counted_institutions, formulas
from projects.models import InstitutionVersion
from projects.register import close_institution
from tests.worlds import COUNTIES, RED

from .test_register import Keepers, keepers  # noqa: F401

pytestmark = pytest.mark.django_db
ENDS = [date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31)]


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
    assert found.parts["private-bed-share"].numerator[red].tolist() == [0, 0, 100]


def test_a_closed_institution_no_longer_counts(keepers: Keepers) -> None:  # noqa: F811
    home = keepers.state()
    close_institution(institution=home, on=date(2023, 5, 1), reason="停业", by=keepers.hong)
    found = count_register(ENDS).parts["nursing-bed-share"]
    assert found.denominator is not None
    assert found.denominator.sum(axis=0).tolist() == [0, 100, 0]


def test_the_list_behind_a_number_adds_up_to_it(keepers: Keepers) -> None:  # noqa: F811
    for n in range(6):
        keepers.state(name=f"第{n}家", beds=50 * n, nursing_beds=10 * n, demonstration=n % 2 == 0)
        keepers.state(date(2023, 1, 1), name=f"第{n}家新", beds=40 * n, nursing_beds=0, operation="private")
    found = count_register(ENDS)
    for formula in formulas():
        for row, county in enumerate(found.counties):
            for column, end in enumerate(ENDS):
                listed = counted_institutions(formula.numerator, county=county, on=end)
                measure = formula.numerator.measure
                total = (
                    listed.count()
                    if measure == "institutions"
                    else sum(getattr(version, measure) for version in listed)
                )
                assert found.parts[formula.indicator].numerator[row, column] == total


def test_counting_takes_two_statements(keepers: Keepers, django_assert_num_queries: Any) -> None:  # noqa: F811
    keepers.state()
    with django_assert_num_queries(2):
        assert count_register(ENDS).counties == list(COUNTIES)


def test_an_empty_register_counts_nothing(keepers: Keepers) -> None:  # noqa: F811
    assert count_register(ENDS).parts["nursing-bed-share"].numerator.sum() == 0


def test_every_formula_names_an_indicator_and_known_codes() -> None:
    known = {
        row["code"]: row
        for path in sorted(settings.FIXTURES_DIR.glob("indicators/*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    }
    for formula in formulas():
        row = known[formula.indicator]
        is_rate = row["rollup"] == "ratio_of_sums"
        assert is_rate == bool(formula.denominator or row.get("denominator_series")), formula.indicator
        for term in filter(None, (formula.numerator, formula.denominator)):
            assert term.choices.get("kind", frozenset()) <= set(InstitutionVersion.Kind.values)
            assert term.choices.get("operation", frozenset()) <= set(InstitutionVersion.Operation.values)
