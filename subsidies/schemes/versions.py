"""A new version of a scheme: checked, written, never changed again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.calculator import LEVELS, ConditionFault, read_conditions
from subsidies.models import Rule, Scheme, SchemeVersion
from subsidies.queries.schemes import LIMITED_UNITS
from targets.actions.refusals import NotAllowed, Problem
from targets.following.basics import reason_problems, refuse
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Document, Region, User
from yuxi_eldercare.core.roles import MANAGE_SCHEMES, ROLES, Decision, can, memberships

# So that the amount of any number of units fits a 64-bit column: 10,000,000 元 for each.
MOST_UNIT_FEN: Final = 10**9
MOST_PARTS: Final = 10_000
TEXT_MOST: Final = 200


@dataclass(frozen=True, kw_only=True)
class NewTerms:
    """What a version is to state. `amount_fen` and `split` may be none: the documents do not say."""

    amount_fen: int | None
    valid_from: date
    valid_to: date | None = None
    conditions: list[dict[str, Any]] = field(default_factory=list)
    split: Mapping[str, int] | None = None
    split_document: str = ""
    stated_by: Rule | None = None
    basis: str = ""


def may_manage(user: User) -> Decision:
    """Whether the user writes versions, which hold everywhere: a lead department of the city."""
    decision = can(user, MANAGE_SCHEMES)
    if not decision:
        return decision
    held = [m for m in memberships(user) if MANAGE_SCHEMES in ROLES[m.role].permissions]
    if any(m.region.level == Region.Level.CITY for m in held):
        return decision
    return Decision(False, _("补助标准对全市生效，由市级牵头单位维护。"))


@transaction.atomic
def new_version(
    *,
    scheme: Scheme | int,
    terms: NewTerms,
    reason: str,
    by: User,
    seen: int | None = None,
    is_demo: bool = False,
) -> SchemeVersion:
    """Write the next version of a scheme; applications keep the one they were computed with.

    `seen`: the newest number the person had before them (none: whatever it is). Raises `NotAllowed` and `Refused`.
    """
    decision = may_manage(by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    pk = scheme if isinstance(scheme, int) else scheme.pk
    row = Scheme.objects.select_for_update().get(pk=pk)
    last = row.versions.order_by("number").last()
    problems = [*reason_problems(reason, "reason", _("请写明订立这一版的理由。")), *_seen(last, seen)]
    refuse([*problems, *version_problems(row, terms, last)])
    version = SchemeVersion.objects.create(
        scheme=row,
        number=last.number + 1 if last else 1,
        reason=reason.strip(),
        made_by=by,
        is_demo=is_demo,
        **values_of(terms),
    )
    audit.record(
        by=by,
        action="schemes.new_version",
        object_type="scheme_version",
        object_key=f"{row.key} {version.number}",
        before=_facts(last) if last else None,
        after=_facts(version),
        detail=reason.strip(),
    )
    return version


def values_of(terms: NewTerms) -> dict[str, Any]:
    """The columns of a version."""
    values = {name: getattr(terms, name) for name in NewTerms.__dataclass_fields__}
    split = terms.split
    return values | {
        "split": None if split is None else {level: split[level] for level in LEVELS if split.get(level)},
        "split_document": terms.split_document.strip(),
        "basis": terms.basis.strip(),
    }


def version_problems(scheme: Scheme, terms: NewTerms, last: SchemeVersion | None) -> list[Problem]:
    """All that is wrong with a version after `last`, in words; also of versions that come from the file."""
    return [
        *_amount(terms),
        *_validity(terms, last),
        *_split(terms),
        *_conditions(scheme, terms),
        *_unchanged(terms, last),
    ]


def _seen(last: SchemeVersion | None, seen: int | None) -> Iterator[Problem]:
    if seen is not None and seen != (last.number if last else 0):
        yield Problem(None, "", _("打开页面以后又有人订立了新的一版，请看过最新一版再填。"))


def _amount(terms: NewTerms) -> Iterator[Problem]:
    fen, rule = terms.amount_fen, terms.stated_by
    if rule is not None and (rule.withdrawn_at or rule.document.status != Document.Status.ISSUED):
        yield Problem(None, "stated_by", _("征求意见稿或已撤下的条款不能作为依据，请选正式文件的条款。"))
    for name in ("basis", "split_document"):
        if len(getattr(terms, name)) > TEXT_MOST:
            yield Problem(None, name, _("文件名称最多%(most)s字，请精简。") % {"most": TEXT_MOST})
    if fen is None:
        return
    if fen <= 0:
        yield Problem(None, "amount", _("补助标准应大于0；文件未载明的留空。"))
    elif fen > MOST_UNIT_FEN:
        text = _("补助标准最多%(most)s元，请核对单位是不是元。")
        yield Problem(None, "amount", text % {"most": grouped(MOST_UNIT_FEN)})
    if terms.basis.strip():
        return
    stated = _stated_fen(rule)
    if stated is None:
        yield Problem(None, "basis", _("写了补助标准，还要选出载明金额的条款，或写明依据文件的名称和文号。"))
    elif fen != stated:
        text = _("所选条款载明%(stated)s元，与填写的%(given)s元不同；请改正，或写明另定标准的文件。")
        yield Problem(None, "amount", text % {"stated": grouped(stated), "given": grouped(fen)})


def _stated_fen(rule: Rule | None) -> int | None:
    """The amount a rule states for each unit; none where it says that there is a subsidy, but not how much."""
    if rule is None or rule.value is None or rule.comparator != "=" or not rule.unit.startswith("元"):
        return None
    return int(rule.value * 100)


def _validity(terms: NewTerms, last: SchemeVersion | None) -> Iterator[Problem]:
    if terms.valid_to is not None and terms.valid_to < terms.valid_from:
        yield Problem(None, "valid_to", _("截止日期早于起用日期，请改正；没有期限的留空。"))
    if last is not None and terms.valid_from < last.valid_from:
        text = _("起用日期早于上一版的%(day)s；新的一版不早于上一版起用。")
        yield Problem(None, "valid_from", text % {"day": last.valid_from.isoformat()})


def _split(terms: NewTerms) -> Iterator[Problem]:
    split = terms.split
    if split is None:
        if terms.split_document.strip():
            yield Problem(None, "split", _("写了分担比例的依据文件，还要填各级份数；文件没有载明的都留空。"))
        return
    if set(split) - set(LEVELS) or any(type(part) is not int or part < 0 for part in split.values()):
        yield Problem(None, "split", _("各级份数应为不小于0的整数，例如5、3、2。"))
    elif not sum(split.values()):
        yield Problem(None, "split", _("各级份数不能都为0；文件未载明分担比例的，都留空。"))
    elif max(split.values()) > MOST_PARTS:
        yield Problem(None, "split", _("一级的份数最多%(most)s。") % {"most": MOST_PARTS})
    if not terms.split_document.strip():
        text = _("请写明载明分担比例的文件名称和文号；征求意见稿里的比例不能作为依据。")
        yield Problem(None, "split_document", text)


def _conditions(scheme: Scheme, terms: NewTerms) -> Iterator[Problem]:
    try:
        found = {condition.code: condition.values for condition in read_conditions(terms.conditions)}
    except ConditionFault as fault:
        text = _("第%(place)s个条件（%(code)s）读不懂：%(word)s。请改正。")
        words = {"place": fault.index + 1, "code": fault.code, "word": _fault_words(fault.word)}
        yield Problem(fault.index, "conditions", text % words)
        return
    if "lease_years" in found and found.get("premises", {}).get("is") != "leased":
        text = _("租期的条件只用于租赁用房，请同时选“租赁用房”，或删去租期。")
        yield Problem(None, "lease_years", text)
    if "once_per_unit" in found and scheme.unit not in LIMITED_UNITS:
        yield Problem(None, "once_per_unit", _("只有按床位、托位的补助才能“每张只补助一次”，请取消。"))
    if "once_per_unit" in found and scheme.per == Scheme.Per.YEAR:
        yield Problem(None, "once_per_unit", _("每年的补助不能“每张只补助一次”，请取消。"))
    wanted, barred = found.get("operation", {}).get("in"), found.get("operation_not", {}).get("in", ())
    if wanted and set(wanted) <= set(barred):
        text = _("限定的运营方式都在不含之列，没有机构能够申报，请改正其一。")
        yield Problem(None, "operation_not", text)


def _fault_words(word: str) -> str:
    """What is wrong with a condition; what names permitted values is shown as it is."""
    known = {
        "not a list": _("应为列表"),
        "unknown code": _("没有这种条件"),
        "twice": _("写了两次"),
        "takes no parameters": _("不带参数"),
    }
    return known.get(word, word)


def _unchanged(terms: NewTerms, last: SchemeVersion | None) -> Iterator[Problem]:
    if last is None:
        return
    wanted = values_of(terms)
    if all(getattr(last, name) == value for name, value in wanted.items()):
        yield Problem(None, "", _("与上一版完全相同，不必保存。"))


def _facts(version: SchemeVersion) -> dict[str, Any]:
    """What the audit keeps of a version."""
    return {
        "number": version.number,
        "amount_fen": version.amount_fen,
        "conditions": version.conditions,
        "split": version.split,
        "split_document": version.split_document,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "stated_by": version.stated_by.key if version.stated_by else None,
        "basis": version.basis,
    }
