"""Comparing and writing words: normal forms, likeness of titles, demands and amounts in plain Chinese."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from difflib import SequenceMatcher

from .snapshot import IndicatorInfo, MilestoneInfo, TargetInfo

_NOISE = re.compile(r"[\s，。、；：:;,.·“”\"'‘’（）()《》〔〕\[\]—–\-]+")
_SIGNS = {">=": "不低于", "<=": "不高于", "=": "", "range": ""}
_COUNTED_SIGNS = {">=": "不少于", "<=": "不多于", "=": "", "range": ""}


def normal(text: str) -> str:
    """The text without white space and punctuation, full-width forms folded."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def likeness(left: str, right: str) -> float:
    """0 to 1: how much of two texts is the same run of characters, punctuation aside."""
    a, b = normal(left), normal(right)
    if not a or not b:
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def same_brackets(text: str) -> str:
    """A name with full-width brackets and no spaces: spelled the same, whatever the typewriter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("(", "（").replace(")", "）")


def plain(value: Decimal | None) -> str:
    """A number without needless digits."""
    if value is None:
        return "未载明"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal | None) -> str:
    """An amount of money given in 万元."""
    return "未载明" if value is None else f"{plain(value)}万元"


def demand(milestone: MilestoneInfo, indicator: IndicatorInfo) -> str:
    """2023年不低于50%; 未载明期限，不少于2家; 1—2个."""
    when = due_words(milestone)
    if milestone.value is None:
        return f"{when}（定性）"
    unit = indicator.unit
    if milestone.value_max is not None:
        return f"{when}{plain(milestone.value)}—{plain(milestone.value_max)}{unit}"
    signs = _SIGNS if unit == "%" else _COUNTED_SIGNS
    return f"{when}{signs.get(milestone.comparator, '')}{plain(milestone.value)}{unit}"


def due_words(milestone: MilestoneInfo) -> str:
    """The year, the day, or that the text leaves it open."""
    if milestone.due is None:
        return f"“{milestone.due_text}”" if milestone.due_text else "未载明期限，"
    if (milestone.due.month, milestone.due.day) == (12, 31):
        return f"{milestone.due.year}年"
    return milestone.due.isoformat()


def demands(target: TargetInfo, indicator: IndicatorInfo) -> str:
    """All demands of a target, one after another."""
    if not target.milestones:
        return "未载明期限（定性）"
    return "、".join(demand(m, indicator) for m in _shortened(target.milestones))


def _shortened(milestones: tuple[MilestoneInfo, ...]) -> Iterable[MilestoneInfo]:
    """First and last of many equal yearly demands."""
    values = {(m.comparator, m.value, m.value_max) for m in milestones}
    return milestones if len(values) > 1 or len(milestones) < 3 else (milestones[0], milestones[-1])


def listed(words: Iterable[str], limit: int = 8) -> str:
    """“甲、乙、丙”, cut with 等 after `limit`."""
    all_words = list(words)
    shown = "、".join(all_words[:limit])
    return shown if len(all_words) <= limit else f"{shown}等{len(all_words)}项"
