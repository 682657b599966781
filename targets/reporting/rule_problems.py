"""What is wrong with a check rule as somebody wants it: pure, the same for the page and for the file of rules."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from targets.actions.refusals import Problem
from targets.models import CheckRule

from .checks import KINDS, PARTS, Kind
from .rule_words import PARAMETERS

TITLE_MOST: Final = 120
HINT_MOST: Final = 200


@dataclass(frozen=True)
class Bounds:
    """What a number of a rule may be."""

    least: int
    most: int
    whole: bool = False


BOUNDS: Final[Mapping[str, Bounds]] = {
    "percent": Bounds(0, 1000),
    "at_least": Bounds(0, 10**9),
    "periods": Bounds(2, 60, whole=True),
    "at_least_periods": Bounds(2, 60, whole=True),
    "margin": Bounds(0, 10),
    "tolerance": Bounds(0, 10**9),
}


def rule_problems(
    wanted: Mapping[str, Any], *, known: Collection[str], rates: Collection[str]
) -> list[Problem]:
    """What is wrong with a rule's title, hint, kind, severity, indicators or params, each at its field.

    `known` are the indicator codes, `rates` those of them that have a numerator and a denominator.
    """
    problems = [*_text_problems(wanted)]
    kind = KINDS.get(str(wanted["kind"]))
    if kind is None:
        text = _("没有“%(kind)s”这类规则，可用的有：%(known)s。")
        words = {"kind": wanted["kind"], "known": "、".join(KINDS)}
        return [*problems, Problem(None, "kind", text % words)]
    chosen = list(wanted.get("indicators") or [])
    problems += [
        Problem(None, "indicators", _("没有代码为“%(code)s”的指标。") % {"code": code})
        for code in sorted(set(chosen) - set(known))
    ]
    if kind.cross and chosen:
        problems.append(Problem(None, "indicators", _("这类规则比较的就是所选两处，不再另选适用指标。")))
    problems += _number_problems(kind, wanted["params"])
    problems += _place_problems(kind, wanted["params"], known, rates)
    return problems


def _text_problems(wanted: Mapping[str, Any]) -> Iterator[Problem]:
    title, hint = str(wanted["title"]).strip(), str(wanted.get("hint", "")).strip()
    if not title:
        yield Problem(None, "title", _("请写规则名称。"))
    elif len(title) > TITLE_MOST:
        yield Problem(None, "title", _("规则名称最多%(most)s字。") % {"most": TITLE_MOST})
    if len(hint) > HINT_MOST:
        yield Problem(None, "hint", _("补充提示最多%(most)s字。") % {"most": HINT_MOST})
    if wanted["severity"] not in CheckRule.Severity.values:
        yield Problem(None, "severity", _("请选择不通过时是拦下，还是要求说明。"))


def _number_problems(kind: Kind, params: Mapping[str, Any]) -> Iterator[Problem]:
    names = {*kind.numbers, *kind.places, *kind.lists}
    for name in sorted(set(params) - names):
        yield Problem(None, "params", _("没有参数“%(name)s”。") % {"name": name})
    found: dict[str, Decimal] = {}
    for name, default in kind.numbers.items():
        number = _number(params.get(name, default))
        bounds = BOUNDS[name]
        if number is None or not bounds.least <= number <= bounds.most:
            text = _("“%(name)s”应为%(least)s到%(most)s之间的数。")
            words = {"name": PARAMETERS[name].label, "least": bounds.least, "most": bounds.most}
            yield Problem(None, name, text % words)
        elif bounds.whole and number != int(number):
            yield Problem(None, name, _("“%(name)s”应为整数。") % {"name": PARAMETERS[name].label})
        else:
            found[name] = number
    if found.get("at_least_periods", 0) > found.get("periods", Decimal("Infinity")):
        yield Problem(None, "at_least_periods", _("至少要有的期数不能多于所看的期数。"))


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _place_problems(
    kind: Kind, params: Mapping[str, Any], known: Collection[str], rates: Collection[str]
) -> Iterator[Problem]:
    used: list[str] = []
    for name in (*kind.lists, *kind.places):
        value = params.get(name)
        texts = [str(text) for text in value] if isinstance(value, list) else [str(value or "")]
        for text in texts or [""]:
            sentence = _place_problem(text, known, rates)
            if not sentence and text in used:
                sentence = _("同一处不能和自己比较，请另选一处。")
            if sentence:
                yield Problem(None, name, sentence)
            used.append(text)


def _place_problem(text: str, known: Collection[str], rates: Collection[str]) -> str:
    code, _dot, part = text.partition(".")
    if not text:
        return _("请选择指标。")
    if code not in known or (part or "value") not in PARTS:
        return _("应为“指标代码”或“指标代码.numerator”，“%(text)s”不是。") % {"text": text}
    if part in PARTS[1:] and code not in rates:
        return _("“%(code)s”不是比率，没有分子和分母。") % {"code": code}
    return ""
