"""The administrators' pages: what each sees and may do, errors at their field, nothing typed is cleared."""

import re
from typing import Any

import pytest

from yuxi_eldercare.core.models import AuditEvent, Department, Membership, User

from .people import Office

pytestmark = pytest.mark.django_db


def words(answer: Any) -> str:
    return answer.content.decode()


def test_looking_at_people_is_audited(office: Office, as_user: Any) -> None:
    admin = as_user(office.sys)
    admin.get("/users/?text=lin&role=lead")
    admin.get(f"/users/{office.world.lin.pk}/")
    seen = AuditEvent.objects.filter(action="personal.view").order_by("pk")
    assert [(e.object_key, e.detail, e.username) for e in seen] == [
        ("*", "text=lin；role=lead", "sys"),
        ("lin", "", "sys"),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"lin", "gao", "yi", "ling", "du", "shen", "sys", "sec", "nor"}),
        ("text=li", {"lin", "ling"}),
        ("role=reporter", {"gao", "yi"}),
        ("department=w-mz", {"lin"}),
        ("status=no_role", {"nor"}),
        ("status=inactive", {"gone"}),
        ("status=no_factor", set()),
        ("status=nonsense&role=nonsense", {"lin", "gao", "yi", "ling", "du", "shen", "sys", "sec", "nor"}),
    ],
)
def test_the_list_can_be_narrowed(office: Office, as_user: Any, query: str, names: set[str]) -> None:
    User.objects.create(username="gone", display_name="Gone", is_active=False)
    page = words(as_user(office.sys).get(f"/users/?{query}"))
    listed = set(re.findall(r'data-label="用户名">([\w-]+)<', page))
    assert listed - ({"gone"} if not query or "nonsense" in query else set()) == names


def test_the_list_needs_few_statements(
    office: Office, as_user: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        user = User.objects.create(username=f"u{number}", display_name=f"U{number}")
        Membership.objects.create(
            user=user,
            role="reporter",
            region=office.world.city,
            department=office.world.bureau,
            valid_from="2020-01-01",
        )
    admin = as_user(office.sys)
    admin.get("/users/")
    with django_assert_max_num_queries(14):
        assert admin.get("/users/").status_code == 200


def test_each_administrator_sees_only_his_own_buttons(office: Office, as_user: Any) -> None:
    path = f"/users/{office.world.lin.pk}/"
    buttons = {
        "sys": {"edit/", "deactivate/", "reset-password/"},
        "sec": {"memberships/new/"},
        "shen": set(),
    }
    for name, expected in buttons.items():
        page = words(as_user(getattr(office, name)).get(path))
        assert set(re.findall(rf'href="{path}([\w/-]+)"', page)) == expected, name


def test_a_new_account_from_the_form_to_the_first_role(office: Office, as_user: Any) -> None:
    sys, sec = as_user(office.sys), as_user(office.sec)
    answer = sys.post(
        "/users/new/", {"username": "hongta-01", "display_name": "王芳", "phone": "0877-1", "email": "no"}
    )
    page = words(answer)
    assert answer.status_code == 422
    assert "邮箱的写法不对" in page
    assert 'value="hongta-01"' in page
    assert 'value="王芳"' in page
    assert 'href="#id_email"' in page, "the summary links to the field"
    assert 'aria-invalid="true"' in page

    page = words(sys.post("/users/new/", {"username": "hongta-01", "display_name": "王芳"}))
    password = re.search(r'id="new-password">([^<]+)<', page)
    assert password is not None
    user = User.objects.get(username="hongta-01")
    assert user.check_password(password[1])
    assert password[1] not in words(sys.get(f"/users/{user.pk}/")), "shown once"

    path = f"/users/{user.pk}/memberships/new/"
    answer = sec.post(path, {"role": "reporter", "valid_from": "2026-13-01", "reason": "文号", "region": ""})
    assert answer.status_code == 422
    assert "日期的写法不对" in words(answer)
    assert "请选择地区" in words(answer)
    assert "文号" in words(answer)
    given = {"role": "reporter", "department": "w-mz", "valid_from": "2026-01-01", "reason": "文号"}
    assert sec.post(path, given)["Location"] == f"/users/{user.pk}/"
    held = Membership.objects.get(user=user)
    assert (held.role, held.department, held.region, held.valid_to) == (
        "reporter",
        office.world.bureau,
        office.world.city,
        None,
    )
    page = words(sec.get(f"/users/{user.pk}/"))
    assert "填报员" in page
    assert "文号" in page


def test_a_refusal_of_the_action_stands_at_its_field(office: Office, as_user: Any) -> None:
    path = f"/users/{office.shen.pk}/memberships/new/"
    given = {"role": "system_admin", "region": "999900", "valid_from": "2026-01-01", "reason": "文号"}
    answer = as_user(office.sec).post(path, given)
    assert answer.status_code == 422
    assert "Shen已是审计管理员" in words(answer)
    assert re.search(r'value="system_admin"[^>]*checked', words(answer)), "what was chosen stays chosen"


def test_revoking_and_ending_from_the_page(office: Office, as_user: Any) -> None:
    sec, held = as_user(office.sec), office.world.gao.memberships.get()
    page = words(sec.get(f"/users/{office.world.gao.pk}/"))
    for verb in ("end", "revoke"):
        assert f'href="/memberships/{held.pk}/{verb}/"' in page
    assert (
        sec.post(f"/memberships/{held.pk}/end/", {"valid_to": "2020-02-01", "reason": "x"}).status_code == 422
    )
    assert (
        sec.post(f"/memberships/{held.pk}/end/", {"valid_to": "2099-12-31", "reason": "任期"}).status_code
        == 302
    )
    assert sec.post(f"/memberships/{held.pk}/revoke/", {"reason": ""}).status_code == 422
    assert sec.post(f"/memberships/{held.pk}/revoke/", {"reason": "调离"}).status_code == 302
    page = words(sec.get(f"/users/{office.world.gao.pk}/"))
    assert "已收回" in page
    assert "调离" in page


@pytest.mark.parametrize("verb", ["deactivate", "reset-password"])
def test_verbs_ask_for_a_reason(office: Office, as_user: Any, verb: str) -> None:
    sys, path = as_user(office.sys), f"/users/{office.world.gao.pk}/{verb}/"
    assert sys.get(path).status_code == 200
    answer = sys.post(path, {"reason": ""})
    assert (answer.status_code, "请写明原因" in words(answer)) == (422, True)
    answer = sys.post(path, {"reason": "离职"})
    assert answer.status_code == (200 if verb == "reset-password" else 302)


def test_an_unknown_verb_is_no_page(office: Office, as_user: Any) -> None:
    assert as_user(office.sys).get(f"/users/{office.nor.pk}/promote/").status_code == 404


def test_units_are_made_renamed_and_withdrawn(office: Office, as_user: Any) -> None:
    sys = as_user(office.sys)
    given = {"region": "999902", "name": "红河区老龄中心", "short_name": "", "kind": "enterprise"}
    answer = sys.post("/departments/new/", given)
    assert answer.status_code == 422
    assert "请填写单位简称" in words(answer)
    assert 'value="红河区老龄中心"' in words(answer)
    made = sys.post("/departments/new/", {**given, "short_name": "区老龄中心"})["Location"]
    unit = Department.objects.get(name="红河区老龄中心")
    assert made == f"/departments/{unit.key}/"
    answer = sys.post(made, {**given, "verb": "save", "name": "红河区养老中心", "short_name": "区养老中心"})
    assert answer.status_code == 302
    page = words(sys.get(made))
    assert "红河区养老中心" in page
    assert "红河区老龄中心" in page, "the former name stays a spelling"
    assert sys.post(made, {"verb": "withdraw", "reason": ""}).status_code == 422
    assert sys.post(made, {"verb": "withdraw", "reason": "机构改革"}).status_code == 302
    assert "已撤销" in words(sys.get("/departments/?region=999902"))
    assert sys.post(made, {"verb": "nonsense", "reason": "x"}).status_code == 422


def test_units_of_files_show_no_form(office: Office, as_user: Any) -> None:
    page = words(as_user(office.sys).get("/departments/w-mz/"))
    assert "来自规划文件" in page
    assert 'name="verb"' not in page
    answer = as_user(office.sys).post(
        "/departments/w-mz/", {"name": "x", "short_name": "x", "kind": "department"}
    )
    assert (answer.status_code, "规划文件" in words(answer)) == (422, True)


def test_others_look_at_units_without_forms(office: Office, as_user: Any) -> None:
    assert as_user(office.sec).get("/departments/w-mz/").status_code == 200
    assert as_user(office.sec).post("/departments/w-mz/", {}).status_code == 403


def test_a_refused_page_says_why_and_is_noted(office: Office, as_user: Any) -> None:
    lin = as_user(office.world.lin)
    page = lin.get("/users/")
    assert page.status_code == 403
    assert "此操作需要“系统管理员、安全管理员、审计管理员”角色" in words(page)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_type, event.object_key, event.result) == (
        "access.refused",
        "GET",
        "/users/",
        "refused",
    )


def test_unknown_pages_and_forged_forms_are_explained(office: Office, as_user: Any) -> None:
    from django.test import Client

    assert "没有这个页面或记录" in words(as_user(office.sys).get("/users/99999999/"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.sys)
    answer = strict.post("/users/new/", {})
    assert answer.status_code == 403
    assert "请重新提交" in words(answer)
