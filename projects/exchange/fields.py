"""The columns of the ledger's sheets: what each can hold, how people head it, and which words mean which code."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from projects.models import FundingEntry, Source, StageChange

REPORTS: Final = "reports"
FUNDING: Final = "funding"
STAGES: Final = "stages"
# What a row enters; the sheets of the workbook stand in this order after the ledger itself.
KINDS: Final = (REPORTS, FUNDING, STAGES)
PLANNED: Final = "planned"  # beside 到位 and 支出: how much a source is to pay
WAN, YUAN = "wan", "yuan"

FIELDS: Final = {
    REPORTS: (
        "project", "name", "month", "invested", "beds", "childcare_places", "area_m2", "problems", "explanation",
    ),
    FUNDING: ("project", "name", "entry", "source", "kind", "on", "amount", "voucher", "explanation"),
    STAGES: ("project", "name", "entry", "stage", "on", "reason"),
}  # fmt: skip
# Without these a row says nothing.
NEEDED: Final = {
    REPORTS: ("month", "invested"),
    FUNDING: ("source", "kind", "amount"),
    STAGES: ("stage", "on"),
}
MONEY: Final = frozenset({"invested", "amount"})
COUNTS: Final = ("beds", "childcare_places", "area_m2")
CODED: Final = {REPORTS: (), FUNDING: ("source", "kind"), STAGES: ("stage",)}
_LONG: Final = {"problems": 40, "explanation": 30, "reason": 30, "name": 40, "project": 12}


@dataclass(frozen=True)
class Sheet:
    """One sheet: what its rows enter, its name, and its columns with their headings."""

    kind: str
    name: str
    fields: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        """The headings in order."""
        return [title(self.kind, field) for field in self.fields]

    def width(self, field: str) -> int:
        """How wide a column is, in characters."""
        return _LONG.get(field, 14)


def sheet(kind: str) -> Sheet:
    """The sheet of a kind in the reader's language."""
    names = {REPORTS: _("月报"), FUNDING: _("资金"), STAGES: _("阶段")}
    return Sheet(kind, names[kind], FIELDS[kind])


def title(kind: str, field: str) -> str:
    """The heading of a column."""
    words = {
        "project": _("项目代码"),
        "name": _("项目名称"),
        "month": _("月份"),
        "invested": _("累计完成投资（万元）"),
        "beds": _("累计床位"),
        "childcare_places": _("累计托位"),
        "area_m2": _("累计面积（平方米）"),
        "problems": _("存在问题"),
        "entry": _("登记编号"),
        "source": _("资金来源"),
        "kind": _("计划、到位或支出"),
        "amount": _("金额（万元）"),
        "voucher": _("凭证号"),
        "stage": _("阶段"),
        "reason": _("原因"),
        "on": _("日期"),
        "explanation": _("情况说明"),
    }
    return words[field]


def options(field: str) -> list[tuple[str, str]]:
    """The codes of a coded field with their words."""
    if field == "stage":
        return [(code, str(label)) for code, label in StageChange.Stage.choices]
    if field == "source":
        return [(code, str(label)) for code, label in Source.choices]
    kinds = [(code, str(label)) for code, label in FundingEntry.Kind.choices]
    return [(PLANNED, _("计划")), *kinds]


def guess_field(kind: str, heading: str) -> str | None:
    """The field a heading usually means: as the workbook writes it, or as other systems do."""
    text = plain(heading)
    for field in FIELDS[kind]:
        if text == plain(title(kind, field)) or text in _HEADINGS[field]:
            return field
    return None


def guess_code(field: str, word: str) -> str | None:
    """The code a word usually means."""
    text = plain(word)
    for code, label in options(field):
        if text in {plain(label), plain(code)}:
            return code
    return _WORDS[field].get(text)


def plain(text: str) -> str:
    """A heading or word without brackets, units, signs and blanks."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return _SIGNS.sub("", _BRACKETS.sub("", folded))


_BRACKETS: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_SIGNS: Final = re.compile(r"[\s_:*、,/()\-]+")
_HEADINGS: Final = {
    field: frozenset(plain(heading) for heading in text.split())
    for field, text in {
        "project": "项目代码 项目编号 项目编码 代码 projectcode",
        "name": "项目名称 项目 名称 工程名称 建设项目名称 projectname",
        "month": "月份 报告月份 填报月份 统计月份 报告期 所属月份 统计期 month",
        "invested": "累计完成投资 完成投资 自开工累计完成投资 开工以来累计完成投资 累计投资 累计完成投资额 完成投资额",
        "beds": "累计床位 床位 建成床位 新增床位 床位数 累计建成床位",
        "childcare_places": "累计托位 托位 建成托位 新增托位 托位数 累计建成托位",
        "area_m2": "累计面积 建筑面积 完成面积 面积 累计完成面积",
        "problems": "存在问题 问题 存在的问题 存在困难和问题 需协调问题",
        "explanation": "情况说明 说明 备注 原因",
        "entry": "登记编号 系统编号",
        "source": "资金来源 来源 资金类别 资金渠道",
        "kind": "计划到位或支出 类型 资金状态 收支类型 事项",
        "on": "日期 到位日期 支付日期 拨付日期 发生日期 支出日期 完成日期 登记日期",
        "amount": "金额 资金金额 拨付金额 到位金额 支付金额 发生额",
        "voucher": "凭证号 凭证编号 文号 拨款文号",
        "stage": "阶段 建设阶段 项目阶段 进展阶段 形象进度 建设状态",
        "reason": "原因 说明 备注 停建原因",
    }.items()
}
_WORDS: Final = {
    field: {plain(word): code for code, text in words.items() for word in text.split()}
    for field, words in {
        "stage": {
            "planned": "谋划 前期 储备 谋划阶段 规划",
            "approved": "立项 已立项 可研批复 批复 立项批复",
            "started": "开工 已开工 新开工",
            "building": "在建 建设中 施工 施工中 在建项目",
            "built": "完工 已完工 竣工 已竣工 建成",
            "accepted": "验收 已验收 竣工验收 通过验收",
            "in_use": "投用 已投用 投入使用 运营 交付使用",
            "stopped": "停建 停工 已停建 暂停 缓建",
        },
        "source": {
            "central": "中央预算内 中央 中央资金 中央预算内资金 中央预算内投资",
            "province": "省级 省 省级资金 省级财政",
            "city": "市级 市 市级资金 市级财政",
            "county": "县级 县 县级资金 县级财政 县区 本级财政",
            "bonds": "专项债券 债券 专项债 地方政府专项债券",
            "social": "社会资本 社会投资 企业自筹 自筹 社会资金 自筹资金",
        },
        "kind": {
            PLANNED: "计划 计划金额 计划资金 安排 下达",
            "arrived": "到位 已到位 到位资金 收入 拨入",
            "spent": "支出 已支出 支付 支出资金 拨付 使用",
        },
    }.items()
}
