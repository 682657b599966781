"""Conditions that are not met, in sentences: what is asked, what was found, what to do. One place for all pages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from subsidies.calculator import Unmet
from subsidies.models import Application

Said = Mapping[str, Any]


def sentence(unmet: Unmet) -> str:
    """What one unmet or unanswered condition says."""
    words = (_UNKNOWN if unmet.unknown else _UNMET)[unmet.code]
    return words(unmet.said)


def sentences(computed: Mapping[str, Any] | None) -> list[str]:
    """The same of a computation as it is kept with an application (`Computation.as_json`)."""
    rows: Iterable[Mapping[str, Any]] = (computed or {}).get("unmet", ())
    return [sentence(Unmet(row["code"], row["said"], row["unknown"])) for row in rows]


def premises_word(code: str) -> str:
    """The word for whose the premises are."""
    return str(Application.Premises(code).label)


def operation_words(codes: Iterable[str]) -> str:
    """How institutions are run, as a list of words."""
    return _("、").join(str(InstitutionVersion.Operation(code).label) for code in codes)


def kind_words(codes: Iterable[str]) -> str:
    """Kinds of institutions, as a list of words."""
    return _("、").join(str(InstitutionVersion.Kind(code).label) for code in codes)


def term_words(months: int) -> str:
    """The length of a lease."""
    years, rest = divmod(months, 12)
    return _("%(years)s 年 %(months)s 个月") % {"years": years, "months": rest}


def _capacity(said: Said) -> str:
    return _(
        "申报 %(quantity)s，超过登记的床位（托位）%(capacity)s；请按登记的数量申报，或先更正机构名册。"
    ) % {"quantity": said["quantity"], "capacity": said["capacity"]}


def _premises(said: Said) -> str:
    return _("本补助限%(wanted)s，本案为%(found)s；请改报相应的补助。") % {
        "wanted": premises_word(said["is"]),
        "found": premises_word(said["was"]),
    }


def _lease(said: Said) -> str:
    if said["to"] < said["from"]:
        return _("租期从 %(since)s 起，却在 %(until)s 止，先后颠倒；请核对合同。") % {
            "since": said["from"],
            "until": said["to"],
        }
    words = {"since": said["from"], "until": said["to"], "day": said.get("on", "")}
    if words["day"] > words["until"]:
        return _("租赁合同已于 %(until)s 到期（%(day)s 不在租期内）；请续签后填写新的租期。") % words
    if words["day"] and words["day"] < words["since"]:
        return _("租期从 %(since)s 才开始（%(day)s 不在租期内）；请在租期开始后申报。") % words
    return _(
        "租期 %(term)s（%(since)s 至 %(until)s），不足 %(least)s 年；续签至 %(least)s 年以上后可以申报。"
    ) % {
        "term": term_words(said["months"]),
        "since": said["from"],
        "until": said["to"],
        "least": said["at_least"],
    }


def _operation(said: Said) -> str:
    return _("本补助限%(wanted)s机构，本案为%(found)s，不在范围内。") % {
        "wanted": operation_words(said["in"]),
        "found": operation_words([said["was"]]),
    }


def _operation_not(said: Said) -> str:
    return _("本补助不含%(barred)s机构，本案为%(found)s，不在范围内。") % {
        "barred": operation_words(said["in"]),
        "found": operation_words([said["was"]]),
    }


def _kind(said: Said) -> str:
    return _("本补助限%(wanted)s，本案为%(found)s，不在范围内。") % {
        "wanted": kind_words(said["in"]),
        "found": kind_words([said["was"]]),
    }


def _once_per_unit(said: Said) -> str:
    return _(
        "每张床位（每个托位）只补助一次：已补助或已申报 %(before)s，本次 %(quantity)s，"
        "合计超过登记的 %(capacity)s；请减去已补助的部分。"
    ) % {"before": said["before"], "quantity": said["quantity"], "capacity": said["capacity"]}


def _once_unknown(said: Said) -> str:
    return _(
        "已补助或已申报 %(before)s，本次 %(quantity)s；登记的数量不明，无法判断是否重复，请先补全机构名册。"
    ) % {"before": said["before"], "quantity": said["quantity"]}


def _once_per_year(said: Said) -> str:
    return _("本补助每年一次，当年已有 %(grants)s 份申请；请并入原申请或改报其他年度。") % {
        "grants": said["grants"]
    }


_UNMET: Final[dict[str, Callable[[Said], str]]] = {
    "amount_not_stated": lambda _said: _("现行文件未载明补助标准，不能计算；请先录入载明标准的文件。"),
    "nothing": lambda _said: _("数量为 0，没有可补助的；请填写申报数量。"),
    "capacity": _capacity,
    "premises": _premises,
    "lease_years": _lease,
    "operation": _operation,
    "operation_not": _operation_not,
    "kind": _kind,
    "filed": lambda _said: _("尚未按照《养老机构管理办法》备案；备案后可以申报。"),
    "once_per_unit": _once_per_unit,
    "once_per_year": _once_per_year,
}
_UNKNOWN: Final[dict[str, Callable[[Said], str]]] = {
    "capacity": lambda _said: _("登记的床位（托位）数不明，无法核对；请先补全机构名册。"),
    "premises": lambda _said: _("用房是自建产权还是租赁，尚未填写。"),
    "lease_years": lambda _said: _("租期的起止日期尚未填写。"),
    "operation": lambda _said: _("运营方式不明；请先补全机构名册。"),
    "operation_not": lambda _said: _("运营方式不明；请先补全机构名册。"),
    "kind": lambda _said: _("机构类型不明；请先补全机构名册。"),
    "filed": lambda _said: _("是否已按照《养老机构管理办法》备案，尚未填写。"),
    "once_per_unit": _once_unknown,
}
