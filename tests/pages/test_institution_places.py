"""Where an institution stands, down to the village: what the forms offer, and that its county counts it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.forms.institutions import region_options
from projects.models import InstitutionVersion
from projects.sheets.places import Places
from tests.pages.conftest import client_of
from tests.projects.test_register import Keepers
from tests.worlds import RED, WHITE, make_user
from yuxi_eldercare.core.models import Department, Region, User

from .test_institutions import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers() -> Keepers:
    return Keepers()


@pytest.fixture
def hong(keepers: Keepers) -> Client:
    """The reporter of 红河区民政局."""
    return client_of(keepers.hong)


@pytest.fixture
def ling(keepers: Keepers) -> Client:
    """A leader of the city."""
    return client_of(User.objects.get(username="ling"))


def _divisions(county: str, number: int) -> tuple[str, str]:
    """A township and a village of a county, as an import brings them."""
    town, village = f"{county}00{number}000", f"{county}00{number}201"
    rows = ((town, "township", county, f"第{number}街道"), (village, "village", town, f"第{number}社区"))
    for code, level, parent, name in rows:
        Region.objects.create(
            code=code,
            name=name,
            short_name=name,
            level=level,
            parent_id=parent,
            position=20_000,
            from_file=False,
        )
    return town, village


def test_an_institution_is_registered_down_to_its_village(hong: Client, ling: Client) -> None:
    town, village = _divisions(RED, 1)
    _town, elsewhere = _divisions(WHITE, 2)
    choices = hong.get(reverse("institution-new")).context["form"].fields["region"].choices
    assert choices[1:] == [
        (RED, "红河区"),
        ("红河区 · 第1街道", [(town, "第1街道"), (village, "第1社区（第1街道）")]),
    ]
    refused = hong.post(reverse("institution-new"), form(region=elsewhere))
    assert refused.status_code == 422
    done = hong.post(reverse("institution-new"), form(region=village))
    assert done.status_code == 302
    version = InstitutionVersion.objects.get()
    assert (version.region_id, version.county_id) == (village, RED)
    for county, count in ((RED, 1), (WHITE, 0)):
        listed = ling.get(reverse("institution-list"), {"county": county})
        assert listed.context["totals"].institutions == count
    kept = hong.get(reverse("institution-edit", args=[version.institution_id]))
    assert f'<option value="{village}" selected>' in kept.content.decode()


def test_a_unit_of_the_city_is_offered_the_villages_of_one_county(keepers: Keepers) -> None:
    red, white = _divisions(RED, 1), _divisions(WHITE, 2)
    bureau = Department.objects.get(key="w-mz")
    client = client_of(make_user("city", "reporter", bureau.region, bureau))
    page = client.get(reverse("institution-new"))
    assert [county.code for county in page.context["counties"]] == [RED, "999903", WHITE]

    def offered(**asked: str) -> str:
        return client.get(reverse("institution-new"), asked).content.decode()

    assert red[0] in offered()
    assert red[1] not in offered()
    assert white[1] in offered(county=WHITE)
    assert red[1] not in offered(county=WHITE)
    assert client.post(reverse("institution-new"), form(keeper=bureau.pk, region=red[1])).status_code == 302


def test_choosing_a_place_does_not_cost_more_with_many_villages(
    hong: Client, django_assert_num_queries: Any
) -> None:
    town, _village = _divisions(RED, 1)
    units = [Department.objects.get(key="red-mz")]
    with django_assert_num_queries(2):
        region_options(units)
    names = [(f"{RED}001{n}", f"第{n}村") for n in range(300, 900)]
    Region.objects.bulk_create(
        Region(code=code, name=name, short_name=name, level="village", parent_id=town, from_file=False)
        for code, name in names
    )
    with django_assert_num_queries(2):
        assert len(region_options(units)[1][1]) == 602


def test_a_name_means_the_higher_of_two_regions(keepers: Keepers) -> None:
    """An imported village may be called what a county or its own township is called."""
    town, village = _divisions(RED, 1)
    _other, elsewhere = _divisions(WHITE, 1)
    Region.objects.filter(code=village).update(name="青山县", short_name="第1街道")
    places = Places()
    assert places.find("青山县") == "999903"
    assert places.find("第1街道", within=RED) == town
    assert places.find("第1社区") == elsewhere
    assert places.find("第1街道") is None, "two counties have one"
