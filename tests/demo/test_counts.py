"""Counted figures of the demonstration go with it: what is left is what real rows count."""

from dataclasses import replace
from datetime import date

import pytest

from projects.offering import offer_counts
from projects.register import Statement, record_statements
from targets.models import Indicator, ProposedValue
from targets.reporting.counted_findings import finding_key
from tests.pages.reporting import office
from tests.projects.test_register import FACTS
from tests.reporting_world import QUARTER, Reporting, number, walk
from tests.worlds import RED, make_user
from yuxi_eldercare.core.models import Finding, User
from yuxi_eldercare.demo.clearing import clear

__all__ = ["office"]

SHARE = "nursing-bed-share"
pytestmark = pytest.mark.django_db


def state(office: Reporting, by: User, name: str, nursing_beds: int) -> None:
    facts = replace(FACTS, name=name, beds=100, nursing_beds=nursing_beds)
    statement = Statement(date(2022, 3, 1), facts, keeper=office.red.pk)
    record_statements(statements=[statement], by=by)


def test_what_is_left_is_what_real_institutions_count(office: Reporting) -> None:
    Indicator.objects.filter(pk=office.world.beds.pk).update(key=SHARE)
    visitor = make_user("演示填报", "reporter", office.red.region, office.red, is_demo=True)
    state(office, office.ann, "真", 40)
    offer_counts()
    entry = office.entry(office.world.beds)
    walk(entry, number(parts=(40, 100)), reporter=office.ann, reviewer=office.bob, lead=office.lin)
    state(office, visitor, "演示", 80)
    assert offer_counts().findings == 1
    row = ProposedValue.objects.get()
    assert (row.numerator, row.denominator, row.is_demo) == (120, 200, True)
    clear()
    row = ProposedValue.objects.get()
    assert (row.numerator, row.denominator, row.is_demo) == (40, 100, False)
    assert not Finding.objects.filter(key=finding_key(SHARE, RED, QUARTER)).exists()
