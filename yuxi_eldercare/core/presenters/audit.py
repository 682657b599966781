"""Words for audit events: what an action is called, what kind of thing it was done to, how a value is shown."""

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Group → action → word. An action that is not listed is shown by its code.
ACTIONS: dict[str, dict[str, str | Promise]] = {
    "auth": {
        "auth.login": gettext_lazy("登录"),
        "auth.logout": gettext_lazy("退出登录"),
        "auth.failed": gettext_lazy("登录失败"),
        "auth.locked": gettext_lazy("账号锁定"),
        "auth.expired": gettext_lazy("登录超时"),
    },
    "access": {"access.refused": gettext_lazy("越权访问被拒绝")},
    "second_factor": {
        "second_factor.on": gettext_lazy("动态口令启用"),
        "second_factor.off": gettext_lazy("动态口令停用"),
        "second_factor.codes": gettext_lazy("备用码生成"),
        "second_factor.reset": gettext_lazy("动态口令重置"),
    },
    "accounts": {
        "accounts.create": gettext_lazy("账号建立"),
        "accounts.change": gettext_lazy("账号资料修改"),
        "accounts.deactivate": gettext_lazy("账号停用"),
        "accounts.activate": gettext_lazy("账号启用"),
        "accounts.reset_password": gettext_lazy("密码重置"),
        "accounts.change_password": gettext_lazy("密码修改"),
        "accounts.unlock": gettext_lazy("锁定解除"),
    },
    "roles": {
        "roles.grant": gettext_lazy("角色授予"),
        "roles.revoke": gettext_lazy("角色收回"),
        "roles.set_end": gettext_lazy("角色期限修改"),
    },
    "departments": {
        "departments.create": gettext_lazy("单位建立"),
        "departments.change": gettext_lazy("单位修改"),
        "departments.withdraw": gettext_lazy("单位撤销"),
        "departments.restore": gettext_lazy("单位恢复"),
    },
    "personal": {"personal.view": gettext_lazy("查看个人信息")},
    "audit": {"audit.export": gettext_lazy("审计记录导出"), "audit.read": gettext_lazy("接口读取审计记录")},
    "observations": {
        "observations.publish": gettext_lazy("数据生效"),
        "observations.accept_rollup": gettext_lazy("认可不完整汇总"),
    },
    "plans": {"plans.load": gettext_lazy("载入规划文件")},
    "findings": {"findings.rule": gettext_lazy("裁定疑点")},
    "thresholds": {"thresholds.set": gettext_lazy("修改亮灯界限")},
}
GROUPS: dict[str, str | Promise] = {
    "auth": gettext_lazy("登录"),
    "access": gettext_lazy("越权访问"),
    "second_factor": gettext_lazy("动态口令"),
    "accounts": gettext_lazy("账号"),
    "roles": gettext_lazy("角色"),
    "departments": gettext_lazy("单位"),
    "personal": gettext_lazy("个人信息"),
    "audit": gettext_lazy("审计"),
    "entries": gettext_lazy("填报"),
    "rounds": gettext_lazy("填报轮次"),
    "observations": gettext_lazy("数据"),
    "plans": gettext_lazy("规划文件"),
    "findings": gettext_lazy("数据疑点"),
    "thresholds": gettext_lazy("亮灯界限"),
}


def action_word(action: str) -> str:
    """The word of an action; its code where it has none."""
    return str(ACTIONS.get(action.split(".")[0], {}).get(action, action))


def header() -> list[str]:
    """Titles of the exported columns, in the order of `queries.audit.export_rows`."""
    return [
        _("链序"), _("时间"), _("人员"), _("用户名"), _("单位"), _("地址"), _("动作"), _("结果"), _("对象类别"),
        _("对象"), _("说明"), _("变更前"), _("变更后"), _("摘要算法"), _("摘要"),
    ]  # fmt: skip


def shown(value: Any) -> str:
    """A value of before or after as text."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, indent=1)


def exported(row: list[Any]) -> list[Any]:
    """A row of the export: objects as JSON in one cell."""
    return [
        json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value
        for value in row
    ]
