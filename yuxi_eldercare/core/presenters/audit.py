"""Words for audit events: what an action is called, what kind of thing it was done to, how a value is shown."""

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Group → action → word.
ACTIONS: dict[str, dict[str, str | Promise]] = {
    "auth": {
        "auth.login": gettext_lazy("登录"),
        "auth.logout": gettext_lazy("退出登录"),
        "auth.failed": gettext_lazy("登录失败"),
        "auth.locked": gettext_lazy("账号锁定"),
        "auth.expired": gettext_lazy("登录超时"),
        "auth.token": gettext_lazy("接入系统获取令牌"),
        "auth.token_failed": gettext_lazy("接入系统获取令牌失败"),
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
    "clients": {
        "clients.create": gettext_lazy("接入系统登记"),
        "clients.change": gettext_lazy("接入系统资料修改"),
        "clients.rotate_secret": gettext_lazy("接入系统更换密钥"),
        "clients.revoke": gettext_lazy("接入系统停用"),
    },
    "regions": {"regions.import": gettext_lazy("地区导入")},
    "map": {
        "map.import": gettext_lazy("地图边界导入"),
        "map.remove": gettext_lazy("地图边界移除"),
    },
    "personal": {
        "personal.view": gettext_lazy("查看个人信息"),
        "personal.reveal": gettext_lazy("查看完整的个人信息"),
        "personal.reseal": gettext_lazy("用新密钥重新加密个人信息"),
    },
    "audit": {"audit.export": gettext_lazy("审计记录导出"), "audit.read": gettext_lazy("接口读取审计记录")},
    "observations": {"observations.publish": gettext_lazy("数据生效")},
    "plans": {"plans.load": gettext_lazy("载入规划文件")},
    "demo": {"demo.clear": gettext_lazy("清除演示数据")},
    "supervision": {
        "supervision.escalate": gettext_lazy("督办文书发出和提请签发"),
        "supervision.let_go": gettext_lazy("督办文书因事由消除办结"),
        "supervision.sign": gettext_lazy("督办文书签发"),
        "supervision.drop": gettext_lazy("督办文书不予签发"),
        "supervision.reply": gettext_lazy("督办文书回复"),
        "supervision.return": gettext_lazy("督办回复退回"),
        "supervision.accept": gettext_lazy("督办回复通过"),
        "supervision.document": gettext_lazy("督办文书下载"),
        "supervision.download": gettext_lazy("督办回复附件下载"),
        "supervision.change_step": gettext_lazy("督办阶梯修改"),
        "supervision.change_authority": gettext_lazy("发文机关修改"),
        "supervision.change_points": gettext_lazy("分值修改"),
    },
    "scores": {
        "scores.give": gettext_lazy("考核计分"),
        "scores.enter": gettext_lazy("表扬、批评登记"),
    },
    "applications": {
        "applications.create": gettext_lazy("补助申请登记"),
        "applications.change": gettext_lazy("补助申请修改"),
        "applications.submit": gettext_lazy("补助申请提交"),
        "applications.county_check": gettext_lazy("补助申请县级核查"),
        "applications.city_check": gettext_lazy("补助申请市级复核"),
        "applications.approve": gettext_lazy("补助批复"),
        "applications.return": gettext_lazy("补助申请退回"),
        "applications.refuse": gettext_lazy("补助申请不予补助"),
        "applications.withdraw": gettext_lazy("补助申请撤回"),
        "applications.download": gettext_lazy("补助申请材料查看"),
    },
    "schemes": {"schemes.new_version": gettext_lazy("补助标准新版本")},
    "people": {
        "people.enter": gettext_lazy("补助人员登记"),
        "people.import": gettext_lazy("补助人员批量登记"),
        "people.change": gettext_lazy("补助人员登记修改"),
        "people.accept": gettext_lazy("适老化改造验收登记"),
        "people.withdraw": gettext_lazy("补助人员登记撤销"),
    },
    "lottery": {
        "lottery.enter": gettext_lazy("福彩公益金年度数登记"),
        "lottery.choose": gettext_lazy("福彩公益金基数选定"),
    },
    "months": {"months.close": gettext_lazy("月度封存")},
    "reports": {
        "reports.produce": gettext_lazy("产生报告"),
        "reports.download": gettext_lazy("下载报告"),
        "reports.verify": gettext_lazy("核对报告"),
    },
    "proposals": {"proposals.offer": gettext_lazy("名册和台账统计")},
    "institutions": {
        "institutions.record": gettext_lazy("机构登记"),
        "institutions.correct_code": gettext_lazy("机构代码更正"),
    },
    "column_mappings": {"column_mappings.save": gettext_lazy("导入对应关系保存")},
    "projects": {
        "projects.stage": gettext_lazy("项目阶段登记"),
        "projects.plan_funding": gettext_lazy("项目资金计划"),
        "projects.enter_funding": gettext_lazy("项目资金登记"),
        "projects.report": gettext_lazy("项目月报"),
        "projects.photos": gettext_lazy("项目照片上传"),
        "projects.download": gettext_lazy("项目照片和文件查看"),
        "projects.link": gettext_lazy("项目对应登记"),
        "projects.unlink": gettext_lazy("项目对应取消"),
        "projects.import": gettext_lazy("项目台账导入"),
        "projects.hand_over": gettext_lazy("项目能力移交"),
    },
    "books": {
        "books.open_line": gettext_lazy("补助预算建立"),
        "books.budget": gettext_lazy("补助预算登记"),
        "books.arrive": gettext_lazy("补助资金到位登记"),
        "books.reverse": gettext_lazy("补助账目冲销"),
    },
    "payments": {
        "payments.make": gettext_lazy("支付清单编制"),
        "payments.send": gettext_lazy("支付清单送出"),
        "payments.export": gettext_lazy("支付清单导出"),
        "payments.results": gettext_lazy("支付结果登记"),
        "payments.drop": gettext_lazy("支付单作废"),
        "payments.reverse": gettext_lazy("支付冲销"),
    },
    "recoveries": {
        "recoveries.order": gettext_lazy("补助追回决定"),
        "recoveries.receive": gettext_lazy("补助退款登记"),
        "recoveries.reverse": gettext_lazy("补助退款冲销"),
        "recoveries.drop": gettext_lazy("补助追回取消"),
    },
    "subsidies": {"subsidies.statement": gettext_lazy("补助资金情况下载")},
    "parts": {
        "parts.issue": gettext_lazy("任务分解下达"),
        "parts.sign": gettext_lazy("任务签收"),
        "parts.plan": gettext_lazy("任务工作计划"),
        "parts.report": gettext_lazy("任务进展报送"),
        "parts.return_report": gettext_lazy("任务进展退回"),
        "parts.submit": gettext_lazy("任务申请销号"),
        "parts.return": gettext_lazy("任务退回整改"),
        "parts.close": gettext_lazy("任务销号"),
        "parts.reopen": gettext_lazy("任务重新办理"),
        "parts.ask_extension": gettext_lazy("任务申请延期"),
        "parts.grant_extension": gettext_lazy("任务同意延期"),
        "parts.refuse_extension": gettext_lazy("任务不同意延期"),
        "parts.coordinate": gettext_lazy("任务需协调事项答复"),
        "parts.change": gettext_lazy("任务要求调整"),
        "parts.withdraw": gettext_lazy("任务撤回"),
        "parts.download": gettext_lazy("任务佐证材料下载"),
    },
}
# What is done is said by the group and the verb, where no word of its own stands above.
VERBS: dict[str, str | Promise] = {
    "accept": gettext_lazy("认可"),
    "answer": gettext_lazy("答复"),
    "ask": gettext_lazy("要求说明"),
    "assign": gettext_lazy("指定"),
    "attach": gettext_lazy("添加"),
    "attach_scan": gettext_lazy("上传扫描件"),
    "cancel": gettext_lazy("取消"),
    "change": gettext_lazy("修改"),
    "close": gettext_lazy("关闭"),
    "correct": gettext_lazy("更正"),
    "create": gettext_lazy("新建"),
    "detach": gettext_lazy("移除"),
    "disable": gettext_lazy("停用"),
    "download": gettext_lazy("下载"),
    "draft": gettext_lazy("拟定"),
    "enable": gettext_lazy("启用"),
    "export": gettext_lazy("导出"),
    "grant": gettext_lazy("同意"),
    "issue": gettext_lazy("下达"),
    "load": gettext_lazy("载入"),
    "make": gettext_lazy("办理"),
    "move": gettext_lazy("转移"),
    "open": gettext_lazy("开启"),
    "publish": gettext_lazy("确认生效"),
    "refuse": gettext_lazy("不同意"),
    "remind": gettext_lazy("催办"),
    "remove": gettext_lazy("移除"),
    "request": gettext_lazy("申请"),
    "return": gettext_lazy("退回"),
    "review": gettext_lazy("审核通过"),
    "revoke": gettext_lazy("收回"),
    "rule": gettext_lazy("裁定"),
    "save": gettext_lazy("保存"),
    "set": gettext_lazy("设置"),
    "submit": gettext_lazy("提交审核"),
    "withdraw": gettext_lazy("撤回"),
}
GROUPS: dict[str, str | Promise] = {
    "auth": gettext_lazy("登录"),
    "access": gettext_lazy("越权访问"),
    "second_factor": gettext_lazy("动态口令"),
    "accounts": gettext_lazy("账号"),
    "roles": gettext_lazy("角色"),
    "departments": gettext_lazy("单位"),
    "clients": gettext_lazy("接入系统"),
    "regions": gettext_lazy("地区"),
    "map": gettext_lazy("地图边界"),
    "personal": gettext_lazy("个人信息"),
    "payments": gettext_lazy("补助支付"),
    "recoveries": gettext_lazy("补助追回"),
    "subsidies": gettext_lazy("补助"),
    "audit": gettext_lazy("审计"),
    "entries": gettext_lazy("填报"),
    "evidence": gettext_lazy("佐证材料"),
    "sheets": gettext_lazy("报表"),
    "rounds": gettext_lazy("填报轮次"),
    "round_calendars": gettext_lazy("轮次日历"),
    "calendar": gettext_lazy("工作日历"),
    "exceptions": gettext_lazy("逾期例外"),
    "proxies": gettext_lazy("代报授权"),
    "handovers": gettext_lazy("移交"),
    "lines": gettext_lazy("填报责任"),
    "check_rules": gettext_lazy("校验规则"),
    "red_responses": gettext_lazy("红灯说明"),
    "breakdown": gettext_lazy("目标分解"),
    "observations": gettext_lazy("数据"),
    "rollups": gettext_lazy("汇总"),
    "plans": gettext_lazy("规划文件"),
    "findings": gettext_lazy("数据疑点"),
    "thresholds": gettext_lazy("亮灯界限"),
    "demo": gettext_lazy("演示数据"),
    "parts": gettext_lazy("任务事项"),
}


def action_word(action: str) -> str:
    """The word of an action: its own, or "group·verb"; its code where neither is known."""
    group, _dot, verb = action.partition(".")
    own = ACTIONS.get(group, {}).get(action)
    if own is not None:
        return str(own)
    if group in GROUPS and verb in VERBS:
        return f"{GROUPS[group]}·{VERBS[verb]}"
    return action


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
