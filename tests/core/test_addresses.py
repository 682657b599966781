"""A NUL in an address or in what a form sends: no name, key or text holds one, and PostgreSQL refuses it."""

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory

from tests.worlds import make_world
from yuxi_eldercare.core.addresses import WithoutNul

ASKED = [
    "/projects/?text=%00",
    "/projects/gantt/?document=%00",
    "/institutions/?county=%00",
    "/institutions/export.csv?text=a%00b",
    "/assignments/?text=%0%000",
    "/parts/?unit=%00",
    "/supervision/?unit=%00",
    "/search/?q=%00",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ASKED)
def test_a_nul_in_a_query_is_left_out(client: Client, address: str) -> None:
    client.force_login(make_world().ling)
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/projects/a%00b/", "/indicators/%00/", "/supervision/scores/a%00/"])
def test_a_nul_in_a_path_leads_nowhere(client: Client, address: str) -> None:
    client.force_login(make_world().ling)
    assert client.get(address).status_code == 404


def sent(address: str) -> QueryDict:
    """What a page finds of texts with a NUL that a form sent to an address."""
    request = RequestFactory().post(address, {"reason": ["a\0b", "\0"], "name": "甲"})
    WithoutNul(lambda _request: HttpResponse()).process_view(request, None, (), {})
    return request.POST


def test_a_nul_in_what_a_form_sends_is_left_out() -> None:
    assert dict(sent("/projects/").lists()) == {"reason": ["ab", ""], "name": ["甲"]}
    assert sent("/api/v1/").getlist("reason") == ["a\0b", "\0"], "the API says itself what is wrong"
