"""The first three administrators of an installation: everybody after them is made on the pages."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.accounts.passwords import initial_password
from yuxi_eldercare.core.models import Membership, Region, User
from yuxi_eldercare.core.roles import ROLES, SEPARATED

from .accounts import USERNAME, NewPassword
from .refused import ActionRefused

PROCESS = "createadmins"


@transaction.atomic
def found(usernames: dict[str, str]) -> list[NewPassword]:
    """Create one account per administrator role (role → user name), each with its role and initial password.

    Refused once somebody active holds one of these roles, and for names that are taken, equal or malformed.
    """
    city = Region.objects.filter(parent=None, level=Region.Level.CITY, withdrawn=False).first()
    if city is None:
        raise ActionRefused.because(_("还没有地区：请先运行 loadplans。"))
    held = Membership.objects.in_force(timezone.localdate()).filter(
        role__in=SEPARATED, user__is_active=True, user__is_demo=False
    )
    if held.exists():
        raise ActionRefused.because(_("已经有管理员：新的账号和角色请在网页上建立和授予。"))
    if set(usernames) != SEPARATED or len(set(usernames.values())) != len(SEPARATED):
        raise ActionRefused.because(_("三种管理员各要一个不同的用户名。"))
    return [_create(role, name, city) for role, name in sorted(usernames.items())]


def _create(role: str, username: str, city: Region) -> NewPassword:
    if not USERNAME.fullmatch(username) or User.objects.filter(username__iexact=username).exists():
        raise ActionRefused.because(_("用户名“%(name)s”不能用或已被使用。") % {"name": username})
    password = initial_password()
    user = User(username=username, display_name=str(ROLES[role].name), must_change_password=True)
    user.set_password(password)
    user.save()
    Membership.objects.create(
        user=user, role=role, region=city, valid_from=timezone.localdate(), reason=PROCESS
    )
    for action in ("accounts.create", "roles.grant"):
        audit.record(
            by=None,
            process=PROCESS,
            action=action,
            object_type="user",
            object_key=username,
            after={"user": username, "role": role, "region": city.code},
        )
    return NewPassword(user, password)
