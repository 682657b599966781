"""What a column of a sheet can hold, how people head it, and which words mean which code."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.register.facts import COUNTS, label

# Fields that are codes: words of the file are translated.
CODED: Final = ("kind", "operation", "status", "demonstration")
TEXTS: Final = ("name", "credit_code", "address", "licence", "filing")
# What only a sheet states: the place below the county, and the days an institution began and ended.
OWN: Final = ("town", "opened", "closed_on")
FIELDS: Final = (
    "name", "credit_code", "region", "town", "address", "kind", "operation", "status", *COUNTS,
    "demonstration", "licence", "filing", "opened", "closed_on",
)  # fmt: skip
FIXED: Final = ("kind", "operation")

YES, NO = "yes", "no"
_OPEN, _CLOSED = InstitutionVersion.Status.OPEN.value, InstitutionVersion.Status.CLOSED.value

# Headings as other systems write them, without brackets and units.
_HEADINGS: Final = {
    "name": "机构名称 名称 单位名称 养老机构名称 托育机构名称 机构全称 服务机构名称 设施名称 name",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 机构代码 统一信用代码 creditcode",
    "region": "所在地 县市区 区县 县区 所在县 所属区县 行政区划 所属行政区划 所在区划 区划代码 地区 行政区划代码",
    "town": "乡镇街道 乡镇 街道 所在乡镇 所属乡镇 乡镇街道村 村社区 所在村",
    "address": (
        "地址 详细地址 机构地址 经营地址 注册地址 住所 机构住所 坐落 坐落地址 坐落位置 机构坐落 所在地址 单位地址 "
        "address"
    ),
    "kind": "类型 机构类型 机构类别 设施类型 服务类型 kind",
    "operation": "运营方式 运营模式 经营方式 经营性质 机构性质 举办性质 兴办主体 运营性质 operation",
    "status": "状态 运营状态 机构状态 经营状态 备案状态 status",
    "beds": (
        "床位数 床位 床位总数 总床位数 核定床位数 养老床位数 实有床位数 "
        "总床位 床位数量 核定床位 实有床位 养老床位 设计床位数 beds"
    ),
    "nursing_beds": (
        "护理型床位数 护理型床位 护理床位数 护理型床位总数 护理型 "
        "护理床位 护理床位总数 其中护理型床位 其中护理型床位数 其中护理床位 nursingbeds"
    ),
    "childcare_places": "托位数 托位 托位总数 核定托位数 备案托位数 childcareplaces",
    "inclusive_places": "普惠性托位数 普惠托位数 普惠托位 普惠性托位",
    "enrolled": (
        "在托在住人数 在住人数 在托人数 入住人数 入住老人数 实际入住人数 实际收托数 收托人数 在院人数 "
        "收住人数 收住老人数 收住老年人数 实际收住人数 入住老年人数 在院老人数 在院老年人数 现有入住人数 在住老人数 "
        "在托婴幼儿数"
    ),
    "staff": (
        "护理照护人员数 护理人员数 养老护理员数 护理员数 护理员人数 保育人员数 照护人员数 护理人员 "
        "护理照护人员 人员 护理员 从业护理员 从业护理员数 在岗护理员 在岗护理员数 养老护理员 保育人员 照护人员 "
        "护理人员总数 从业护理人员 从业护理人员数"
    ),
    "certified_staff": "持证人员数 持证护理员数 持证护理人员数 持证人数 持证保育人员数 持证上岗人数 持证",
    "demonstration": "示范机构 是否示范 是否示范机构 示范性机构 是否示范性托育机构",
    "licence": "登记证号 登记证书编号 许可证号 设立许可证号 营业执照号 登记号",
    "filing": "备案号 备案编号 备案回执编号 备案凭证号",
    "opened": "开业日期 成立日期 备案日期 登记日期 设立日期 投用日期 成立时间 开业时间 备案时间 开业备案日期",
    "closed_on": "关停日期 停业日期 注销日期 关停时间 注销时间 停业时间",
}
_WORDS: Final = {
    "kind": {
        "eldercare": "养老机构 养老院 敬老院 福利院 社会福利院 老年公寓 护理院 养护院 老年养护院 特困供养机构",
        "regional_centre": "区域性养老服务中心 区域养老服务中心 区域性养老中心",
        "community_centre": "社区居家养老服务中心 居家养老服务中心 社区养老服务中心 社区综合为老服务中心",
        "day_care": "日间照料中心 老年人日间照料中心 社区日间照料中心 社区老年人日间照料中心 日间照料室",
        "mutual_aid": "互助养老服务站 互助站 农村互助养老服务站 互助养老站",
        "happiness_home": "农村幸福院 幸福院 互助幸福院",
        "childcare": "托育机构 托育园 托育中心 托育点 托儿所 幼儿园托班 家庭托育点 婴幼儿照护服务机构 托育服务机构",
    },
    "operation": {
        "public": "公建公营 公办公营 公办 政府办 公立 公营",
        "public_private": "公建民营 公办民营",
        "private": "民办 民办民营 民营 民办公助 私立 社会办 社会力量办 企业 民办非企业",
    },
    "status": {
        _OPEN: "运营 运营中 正常 正常运营 开业 营业 在营 存续 已备案 有效 open",
        _CLOSED: "关停 停业 关闭 注销 已注销 歇业 撤销 已关停 停运 closed",
    },
    "demonstration": {
        YES: "是 有 示范 √ 1 y yes true 省级示范 国家级示范 市级示范",
        NO: "否 无 0 n no false 不是",
    },
}
_CERTIFIED: Final = re.compile(r"(其中)?持证\w{0,8}(人|员|数)")
_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_SIGNS: Final = re.compile(r"[\s_:：*、/／（）()\-]+")


def title(field: str) -> str:
    """What people call a field of a sheet."""
    own = {
        "town": _("乡镇（街道）、村"),
        "opened": _("开业（备案）日期"),
        "closed_on": _("关停日期"),
        "region": _("县（市、区）或所在地"),
    }
    return own[field] if field in own else label(field)


def options(field: str) -> list[tuple[str, str]]:
    """The codes of a coded field with their words."""
    if field == "demonstration":
        return [(YES, _("是")), (NO, _("否"))]
    choices = {
        "kind": InstitutionVersion.Kind,
        "operation": InstitutionVersion.Operation,
        "status": InstitutionVersion.Status,
    }
    return [(code, str(words)) for code, words in choices[field].choices]


def guess_field(heading: str) -> str | None:
    """The field that a heading usually means; with the words in brackets, then without."""
    whole = _SIGNS.sub("", _plain(heading))
    bare = _SIGNS.sub("", _BRACKETS.sub("", _plain(heading)))
    found = _FIELD_OF.get(whole) or _FIELD_OF.get(bare)
    return "certified_staff" if found is None and _CERTIFIED.fullmatch(bare) else found


def guess_code(field: str, word: str) -> str | None:
    """The code that a word usually means."""
    return _CODE_OF[field].get(_SIGNS.sub("", _plain(word)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


_FIELD_OF: Final = {
    _SIGNS.sub("", _plain(heading)): field for field, text in _HEADINGS.items() for heading in text.split()
}
_CODE_OF: Final = {
    field: {_SIGNS.sub("", _plain(word)): code for code, text in words.items() for word in text.split()}
    for field, words in _WORDS.items()
}
