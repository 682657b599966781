"""`createadmins`: the first three administrators, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.worlds import make_world
from yuxi_eldercare.core.models import Membership, Region, User
from yuxi_eldercare.core.roles import SEPARATED

pytestmark = pytest.mark.django_db
NAMES = {"system": "xt-01", "security": "aq-01", "audit": "sj-01"}


@pytest.fixture
def city() -> Region:
    world = make_world()
    world.shen.memberships.all().delete()
    return world.city


def create(**names: str) -> str:
    out = StringIO()
    call_command("createadmins", **{**NAMES, **names}, stdout=out)
    return out.getvalue()


def test_three_accounts_with_one_role_each(city: Region) -> None:
    printed = create()
    held = Membership.objects.filter(role__in=SEPARATED).select_related("user")
    assert {m.role: m.user.username for m in held} == {f"{kind}_admin": name for kind, name in NAMES.items()}
    for membership in held:
        line = next(line for line in printed.splitlines() if line.startswith(membership.user.username))
        assert membership.user.check_password(line.split()[1])
        assert membership.user.must_change_password
        assert membership.region == city


@pytest.mark.parametrize(
    ("names", "words"),
    [({"audit": "xt-01"}, "不同的用户名"), ({"audit": "lin"}, "已被使用"), ({"audit": "审计"}, "不能用")],
)
def test_what_cannot_be_is_refused_as_a_whole(city: Region, names: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        create(**names)
    assert not User.objects.filter(username__in=NAMES.values()).exists()


def test_it_works_once(city: Region) -> None:
    create()
    with pytest.raises(CommandError, match="已经有管理员"):
        create(system="xt-02", security="aq-02", audit="sj-02")


def test_plans_come_first(db: None) -> None:
    with pytest.raises(CommandError, match="loadplans"):
        create()
