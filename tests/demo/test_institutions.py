"""The demonstration register: plausible at the ends of the plan's years, valid, and gone again without a trace."""

from datetime import date

import pytest
from django.core.management import call_command

from projects.models import Institution, InstitutionVersion
from projects.queries.institutions import InstitutionFilter, sums
from projects.register import Facts, Statement, record_statements
from projects.register.facts import clean_code
from tests.worlds import make_user
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.demo.accounts import ensure_accounts
from yuxi_eldercare.demo.institutions import remove_institutions, seed_institutions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

TODAY = date(2026, 11, 22)


def share(day: date) -> float:
    """护理型床位占比 of 养老机构 on a day."""
    found = sums(InstitutionFilter(day, kind="eldercare", status="open").rows())
    return 100 * found.nursing_beds / found.beds


def test_the_register_follows_the_plans() -> None:
    ensure_accounts()
    written = seed_institutions(TODAY)
    assert 60 <= written <= 100
    assert seed_institutions(TODAY) == 0, "a second start writes nothing"
    shares = [share(date(year, 12, 31)) for year in (2020, 2023, 2025)]
    assert 10 < shares[0] < 15 < 28 < shares[1] < 40 < 55 < shares[2] < 70, shares
    versions = InstitutionVersion.objects.filter(superseded_at=None)
    assert all(version.name.startswith("（演示）") for version in versions)
    assert all(clean_code(row.credit_code) == row.credit_code for row in Institution.objects.all())
    assert versions.values("county").distinct().count() == 9
    assert versions.filter(status="closed").count() == 1


def test_it_goes_and_leaves_what_people_stated() -> None:
    ensure_accounts()
    unit = Department.objects.get(key="hongta-civil-affairs")
    real = make_user("zhen", "reporter", Region.objects.get(code="530402"), unit)
    facts = Facts("真实养老院", "530402", "eldercare", "public", beds=100)
    statement = Statement(date(2022, 1, 1), facts, unit.pk, credit_code="91530400MA6K3L5X77")
    record_statements(statements=[statement], by=real)
    before = list(InstitutionVersion.objects.values("since", "until", "beds", "superseded_at"))
    seed_institutions(TODAY)
    visitor = User.objects.get(username="hongta")
    home = Institution.objects.get(is_demo=False)
    for since, beds in ((date(2023, 1, 1), 200), (date(2022, 1, 1), 90)):
        changed = Statement(since, Facts("真实养老院", "530402", "eldercare", "public", beds=beds), unit.pk, home.pk,
                            reason="试一试")  # fmt: skip
        record_statements(statements=[changed], by=visitor)
    accounts = User.objects.filter(is_demo=True)
    assert remove_institutions(accounts) >= 60
    assert list(InstitutionVersion.objects.values("since", "until", "beds", "superseded_at")) == before
    call_command("cleardemo", verbosity=0)
    assert InstitutionVersion.objects.count() == 1
