"""Units kept by an administrator. Those of the plan files follow their files and are only looked at here."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, DepartmentName, Membership, Region, User
from yuxi_eldercare.core.roles import MANAGE_DEPARTMENTS

from .refused import ActionRefused, require

CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
KINDS = [kind for kind in Department.Kind if kind != Department.Kind.GROUP]


@dataclass(frozen=True)
class Details:
    """What a unit says about itself."""

    name: str
    short_name: str
    kind: str
    credit_code: str = ""

    def problems(self) -> dict[str, str]:
        """Field → sentence."""
        found = {}
        if not self.name.strip():
            found["name"] = _("请填写单位全称。")
        if not self.short_name.strip():
            found["short_name"] = _("请填写单位简称，它用在表格和通知里。")
        if self.kind not in KINDS:
            found["kind"] = _("请选择单位类别。")
        if self.credit_code and not CREDIT_CODE.fullmatch(self.credit_code):
            found["credit_code"] = _("统一社会信用代码是 18 位数字和大写字母（没有 I、O、S、V、Z），请核对。")
        return found


@transaction.atomic
def create_department(*, details: Details, region: Region, by: User) -> Department:
    """A new unit; its spellings are its name and short name."""
    require(by, MANAGE_DEPARTMENTS)
    problems = details.problems() or _taken(details, None)
    if problems:
        raise ActionRefused(problems)
    last = Department.objects.order_by("-position").values_list("position", flat=True).first() or 0
    department = Department(region=region, from_file=False, position=last + 1, **_columns(details))
    department.key = _free_key(region)
    department.save()
    _add_names(department)
    _record("departments.create", department, by=by, after=_facts(department))
    return department


@transaction.atomic
def change_department(*, department: Department, details: Details, by: User) -> Department:
    """Rename a unit or correct its details; its former names stay known as spellings."""
    require(by, MANAGE_DEPARTMENTS)
    department = _own(department)
    problems = details.problems() or _taken(details, department)
    if problems:
        raise ActionRefused(problems)
    before = _facts(department)
    for name, value in _columns(details).items():
        setattr(department, name, value)
    if before == _facts(department):
        return department
    department.save(update_fields=["name", "short_name", "kind", "credit_code"])
    _add_names(department)
    _record("departments.change", department, by=by, before=before, after=_facts(department))
    return department


@transaction.atomic
def withdraw_department(*, department: Department, reason: str, by: User) -> None:
    """Take a unit out of use; refused while somebody still holds a role there."""
    require(by, MANAGE_DEPARTMENTS)
    department = _own(department)
    if not reason.strip():
        raise ActionRefused.because(_("请写明撤销的依据，例如机构改革文件的文号。"), "reason")
    if department.withdrawn:
        raise ActionRefused.because(_("单位已经撤销。"))
    people = (
        Membership.objects.in_force(timezone.localdate())
        .filter(department=department, user__is_active=True)
        .select_related("user")
    )
    names = sorted({str(membership.user) for membership in people})
    if names:
        raise ActionRefused.because(
            _("还有人在该单位任职：%(names)s。请先由安全管理员收回或移交他们的角色。")
            % {"names": "、".join(names[:5])}
        )
    _set_withdrawn(department, True, reason, by)


@transaction.atomic
def restore_department(*, department: Department, reason: str, by: User) -> None:
    """Bring a withdrawn unit back into use."""
    require(by, MANAGE_DEPARTMENTS)
    department = _own(department)
    if not department.withdrawn:
        raise ActionRefused.because(_("单位没有撤销。"))
    _set_withdrawn(department, False, reason, by)


def _set_withdrawn(department: Department, withdrawn: bool, reason: str, by: User) -> None:
    department.withdrawn = withdrawn
    department.save(update_fields=["withdrawn"])
    action = "departments.withdraw" if withdrawn else "departments.restore"
    _record(
        action,
        department,
        by=by,
        before={"withdrawn": not withdrawn},
        after={"withdrawn": withdrawn},
        detail=reason,
    )


def _own(department: Department) -> Department:
    """The locked row, refused when a plan file keeps it."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.from_file:
        raise ActionRefused.because(_("该单位来自规划文件，请在单位文件里修改后重新载入。"))
    return department


def _taken(details: Details, department: Department | None) -> dict[str, str]:
    """Whether a name already means another unit."""
    found = {}
    for field, text in (("name", details.name.strip()), ("short_name", details.short_name.strip())):
        other = (
            DepartmentName.objects.filter(text=text)
            .exclude(department=department)
            .select_related("department")
            .first()
        )
        if other is not None:
            found[field] = _("“%(text)s”已经是“%(name)s”的名称，请换一个或使用该单位。") % {
                "text": text,
                "name": other.department.name,
            }
    return found


def _add_names(department: Department) -> None:
    for text in {department.name, department.short_name}:
        DepartmentName.objects.get_or_create(text=text, defaults={"department": department})


def _free_key(region: Region) -> str:
    """A permanent key that says where it came from: u-530425-3."""
    number = Department.objects.filter(key__startswith=f"u-{region.code}-").count() + 1
    while Department.objects.filter(key=f"u-{region.code}-{number}").exists():
        number += 1
    return f"u-{region.code}-{number}"


def _columns(details: Details) -> dict[str, str]:
    return {
        "name": details.name.strip(),
        "short_name": details.short_name.strip(),
        "kind": details.kind,
        "credit_code": details.credit_code.strip(),
    }


def _facts(department: Department) -> dict[str, Any]:
    return {
        "key": department.key,
        "name": department.name,
        "short_name": department.short_name,
        "kind": department.kind,
        "region": department.region_id,
        "credit_code": department.credit_code,
    }


def _record(action: str, department: Department, *, by: User, **rest: Any) -> None:
    audit.record(by=by, action=action, object_type="department", object_key=department.key, **rest)
