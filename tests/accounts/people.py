"""The three administrators of the small world, with what they need to be let in."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from tests.worlds import World, make_user
from yuxi_eldercare.core.models import User


@dataclass
class Office:
    """Sys 系统管理员, Sec 安全管理员, Shen 审计管理员; Nor has an account and no role."""

    world: World
    sys: User
    sec: User
    shen: User
    nor: User


def make_office(world: World) -> Office:
    """Write them beside the world."""
    sys = make_user("sys", "system_admin", world.city)
    sec = make_user("sec", "security_admin", world.city)
    for admin in (sys, sec, world.shen):
        give_second_factor(admin)
    nor = User.objects.create(username="nor", display_name="Nor")
    return Office(world, sys, sec, world.shen, nor)


def give_second_factor(user: User) -> None:
    """TOTP is set up; nobody here knows its secret."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
