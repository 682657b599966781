"""A county's claim for households: for exactly those listed, each in one claim only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from subsidies import applying
from subsidies.models import Application, Household, Scheme
from targets.actions.refusals import NotAllowed, Refused
from tests.pages.conftest import client_of
from tests.reporting_world import at
from tests.worlds import WHITE

from .applied import CLAIM, TODAY, Applied, make_applied, version

COUNTY = replace(CLAIM, claimed=9, premises="", premises_number="")


@pytest.fixture
def a(db: None, tmp_path: Path, settings: Any) -> Iterator[Applied]:
    settings.FILES_DIR = tmp_path
    with at(TODAY):
        yield make_applied()


@pytest.fixture
def homes(a: Applied) -> Scheme:
    """A subsidy of 3,000 元 for each household, all of it the city's."""
    scheme = Scheme.objects.create(
        key="t-homes", name="居家适老化改造", programme="adaptation", unit="household", per="once"
    )
    version(scheme, amount_fen=300_000, split={"city": 1})
    return scheme


def household(a: Applied, number: int, **fields: Any) -> Household:
    given = {
        "name_masked": "王**",
        "id_masked": f"530***********{number:04}",
        "id_print": f"print-{number}",
        "county": a.red.region,
        "department": a.red,
        "entered_by": a.ann,
        "group": "destitute",
        "need": "aged",
        "accepted_on": date(2024, 9, 1),
        **fields,
    }
    return Household.objects.create(**given)


def claim(a: Applied, homes: Scheme) -> Application:
    return applying.register_application(
        scheme=homes, claim=COUNTY, department=a.red, county=a.red.region, by=a.ann
    )


def listed(row: Application) -> set[int]:
    return set(row.households.values_list("pk", flat=True))


def test_a_claim_is_for_exactly_those_listed(a: Applied, homes: Scheme) -> None:
    one, two, _three = (household(a, n) for n in range(3))
    row = claim(a, homes)
    with pytest.raises(Refused, match="名单里有 0 个，申请 9 个"):
        applying.submit(application=row, by=a.ann)
    applying.list_people(application=row, people=None, by=a.ann)
    row = applying.list_people(application=row, people=[one.pk, two.pk], by=a.ann)
    assert (row.claimed, listed(row)) == (2, {one.pk, two.pk})
    assert applying.submit(application=row, by=a.ann).total_fen == 600_000
    with pytest.raises(Refused, match="只在草稿、已退回时办理"):
        applying.list_people(application=row, people=[one.pk], by=a.ann)


def test_nobody_is_listed_twice_until_the_first_claim_ended(a: Applied, homes: Scheme) -> None:
    one = household(a, 1)
    first, second = claim(a, homes), claim(a, homes)
    applying.list_people(application=first, people=[one.pk], by=a.ann)
    with pytest.raises(Refused, match="有 1 个已列入其他申请"):
        applying.list_people(application=second, people=[one.pk], by=a.ann)
    applying.withdraw(application=first, reason="重填", by=a.ann)
    applying.list_people(application=second, people=[one.pk], by=a.ann)
    assert listed(second) == {one.pk}


def test_only_accepted_households_of_the_county_are_listed(a: Applied, homes: Scheme) -> None:
    away = a.world.counties[WHITE]
    others = [
        household(a, 1, accepted_on=None),
        household(a, 2, withdrawn_at=timezone.now(), withdrawn_by=a.ann, withdrawn_reason="错"),
        household(a, 3, county=away),
    ]
    row = claim(a, homes)
    for other in others:
        with pytest.raises(Refused, match="已列入其他申请或已撤销登记"):
            applying.list_people(application=row, people=[other.pk], by=a.ann)
    with pytest.raises(Refused, match="至少选一个"):
        applying.list_people(application=row, people=None, by=a.ann)
    with pytest.raises(NotAllowed):
        applying.list_people(application=row, people=None, by=a.bob)


def test_a_claim_for_households_is_the_countys_own(a: Applied, homes: Scheme) -> None:
    given: dict[str, Any] = {"claim": COUNTY, "department": a.red, "by": a.ann}
    with pytest.raises(Refused, match="请选择机构名册中的机构"):
        applying.register_application(scheme=a.own, county=a.red.region, **given)
    with pytest.raises(Refused, match="只能为本单位所在的县"):
        applying.register_application(scheme=homes, county=a.green.region, **given)
    with pytest.raises(Refused, match="不列名单"):
        applying.list_people(application=a.draft(), people=None, by=a.ann)


def test_the_list_is_chosen_on_its_page(a: Applied, homes: Scheme) -> None:
    one, two = household(a, 1), household(a, 2)
    row = claim(a, homes)
    ann = client_of(a.ann)
    url = reverse("subsidy-application-people", args=[row.pk])
    assert ann.get(url).content.decode().count('name="people"') == 2
    assert "至少选一个" in ann.post(url, {}).content.decode()
    assert "至少选一个" in ann.post(url, {"people": ["9" * 30, "²", "-1"]}).content.decode()
    assert ann.post(url, {"people": [two.pk]}).status_code == 302
    assert listed(row) == {two.pk}
    assert ann.post(url, {"all": "1"}).status_code == 302
    assert listed(row) == {one.pk, two.pk}
    page = ann.get(reverse("subsidy-application", args=[row.pk])).content.decode()
    assert "530***********0001" in page
    assert "选入名单 2 个" in page
    assert ann.get(reverse("subsidy-application-people", args=[a.draft().pk])).status_code == 404
