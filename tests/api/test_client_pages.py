"""The administrators' pages about other systems: recorded by one, bound by another, cut off."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.people import Office, make_office
from tests.worlds import make_world
from yuxi_eldercare.core.actions.clients import NewSecret, create_client
from yuxi_eldercare.core.models import ApiClient, Department

from .conftest import client_of
from .machines import ask_token, bind, details


@pytest.fixture
def office(db: None) -> Office:
    return make_office(make_world())


@pytest.fixture
def unit(office: Office) -> Department:
    return office.world.bureau


@pytest.fixture
def made(office: Office, unit: Department) -> NewSecret:
    return create_client(code="red-system", details=details(unit), by=office.sys)


class TestPages:
    @pytest.fixture
    def sys(self, office: Office) -> Client:
        return client_of(office.sys)

    @pytest.fixture
    def sec(self, office: Office) -> Client:
        return client_of(office.sec)

    def fields(self, unit: Department, **changed: str) -> dict[str, str]:
        given = {
            "code": "red-system",
            "name": "红河区系统",
            "purpose": "推送",
            "owner_department": unit.key,
            "owner_person": "王工",
            "owner_contact": "0877-1",
            "valid_from": "2020-01-01",
        }
        return {**given, **changed}

    def test_from_record_to_token(self, sys: Client, sec: Client, unit: Department) -> None:
        page = sys.post(reverse("client-new"), self.fields(unit))
        made = ApiClient.objects.get()
        secret = page.context["new_secret"]
        assert secret in page.content.decode()
        assert secret not in sys.get(reverse("client", args=[made.pk])).content.decode()
        assert ask_token("red-system", secret).status_code == 200
        grant = reverse("membership-grant", args=[made.user_id])
        assert sys.get(grant).status_code == 403
        shown = sec.get(grant).content.decode()
        assert ('value="reporter"' in shown, 'value="reviewer"' in shown) == (True, False)
        given = {"role": "reporter", "department": unit.key, "valid_from": "2020-01-01", "reason": "协议"}
        assert sec.post(grant, given)["Location"] == reverse("client", args=[made.pk])
        assert unit.short_name in sec.get(reverse("client-list")).content.decode()
        assert sec.get(reverse("user", args=[made.user_id]))["Location"] == reverse("client", args=[made.pk])
        assert "api:red-system" not in sec.get(reverse("user-list")).content.decode()

    def test_what_is_wrong_stands_at_its_field(self, sys: Client, unit: Department) -> None:
        page = sys.post(reverse("client-new"), self.fields(unit, code="X", valid_from="soon"))
        assert (page.status_code, set(page.context["form"].errors)) == (422, {"valid_from"})
        page = sys.post(reverse("client-new"), self.fields(unit, code="X", purpose=""))
        assert (page.status_code, set(page.context["form"].errors)) == (422, {"code", "purpose"})

    def test_editing_a_new_secret_and_the_end(self, sys: Client, made: NewSecret, unit: Department) -> None:
        place = {"pk": made.client.pk}
        edit = reverse("client-edit", kwargs=place)
        assert made.client.purpose in sys.get(edit).content.decode()
        assert sys.post(edit, self.fields(unit, name="新名称")).status_code == 302
        assert sys.post(edit, self.fields(unit, owner_person="")).status_code == 422
        rotate = reverse("client-action", kwargs={**place, "verb": "rotate"})
        assert sys.post(rotate, {"reason": ""}).status_code == 422
        page = sys.post(rotate, {"reason": "定期更换"})
        assert ask_token("red-system", page.context["new_secret"]).status_code == 200
        revoke = reverse("client-action", kwargs={**place, "verb": "revoke"})
        assert sys.post(revoke, {"reason": "合同终止"}).status_code == 302
        page = sys.get(reverse("client", kwargs=place)).content.decode()
        assert ("合同终止" in page, "更换密钥</a>" in page) == (True, False)
        assert sys.get(reverse("client-action", kwargs={**place, "verb": "nothing"})).status_code == 404

    @pytest.mark.parametrize(
        ("state", "shown"),
        [("now", True), ("unbound", True), ("ended", False), ("revoked", False), ("later", False)],
    )
    def test_filters(self, state: str, shown: bool, sys: Client, made: NewSecret) -> None:
        page = sys.get(reverse("client-list"), {"state": state, "text": "养老"}).content.decode()
        assert ("red-system" in page) is shown

    def test_the_list_takes_a_fixed_number_of_statements(
        self,
        sys: Client,
        made: NewSecret,
        office: Office,
        unit: Department,
        django_assert_max_num_queries: Any,
    ) -> None:
        for number in range(5):
            bind(create_client(code=f"more-{number}", details=details(unit), by=office.sys).client, unit)
        with django_assert_max_num_queries(13):
            assert "more-4" in sys.get(reverse("client-list")).content.decode()
