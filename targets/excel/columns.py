"""The columns of a round's template: which are hidden, which are typed into, and what a row says in them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.models import Entry
from targets.progress import plain
from targets.reporting.context import explained_rules, explanation_texts
from targets.reporting.figures import figure_of
from targets.reporting.periods import period_name
from yuxi_eldercare.core.spreadsheets import neutral

VERSION: Final = "2"
SHEET: Final = "data"
META: Final = "meta"
NAMES: Final = (
    "indicator",
    "region",
    "period_end",
    "revision",
    "seal",
    "indicator_name",
    "region_name",
    "period_name",
    "unit",
    "last",
    "state",
    "value",
    "numerator",
    "denominator",
    "na",
    "na_reason",
    "note",
    "explanation",
)
PLACE: Final = {name: number for number, name in enumerate(NAMES)}
HIDDEN: Final = NAMES[:5]
LOCKED: Final = NAMES[:8]  # what the checksum covers
INPUTS: Final = ("value", "numerator", "denominator", "na", "na_reason", "note", "explanation")
NUMBERS: Final = INPUTS[:3]
FIGURES: Final = INPUTS[:4]
TEXTS: Final = INPUTS[4:]
HEADER_ROW: Final = 2  # 0-based; a title and a hint stand above
FIRST_ROW: Final = 3
NOT_APPLICABLE: Final = "不适用"  # as the drop-down of a template writes it, whatever the reader's language
# What XML cannot carry; a row keeps its seal because the text is cleaned before it is sealed.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True)
class Structure:
    """What a template is for; written into a hidden sheet of it and asked for again."""

    round: int
    department: str
    rows: int
    checksum: str


def letter(name: str) -> str:
    """The letter Excel shows above a column (there are fewer than 27)."""
    return chr(ord("A") + PLACE[name])


def titles() -> dict[str, str]:
    """Headings by column name."""
    return {
        "indicator": _("指标代码"),
        "region": _("区划代码"),
        "period_end": _("期末"),
        "revision": _("修订号"),
        "seal": _("校验"),
        "indicator_name": _("指标"),
        "region_name": _("地区"),
        "period_name": _("期间"),
        "unit": _("计量单位"),
        "last": _("上期数"),
        "state": _("状态"),
        "value": _("本期数"),
        "numerator": _("分子"),
        "denominator": _("分母"),
        "na": _("不适用"),
        "na_reason": _("不适用的理由"),
        "note": _("备注"),
        "explanation": _("波动说明"),
    }


def written(text: str) -> str:
    """A stranger's text as it may stand in a cell: no control characters, never a formula."""
    return neutral(_CONTROL.sub("", text.replace("\r\n", "\n")).strip())


def unwritten(text: str) -> str:
    """The text behind `written`: without the apostrophe that was put before it."""
    text = text.strip()
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def inputs_of(entry: Entry) -> dict[str, str]:
    """What an entry says now, as the cells to type into show it. A rate is typed by its parts."""
    rate, absent = is_rate(entry.indicator), entry.not_applicable
    series = entry.indicator.denominator_series_id is not None
    return {
        "value": "" if rate or entry.value is None else plain(entry.value),
        "numerator": plain(entry.numerator) if rate and entry.numerator is not None else "",
        "denominator": plain(entry.denominator)
        if rate and not series and entry.denominator is not None
        else "",
        "na": NOT_APPLICABLE if absent else "",
        "na_reason": written(entry.na_reason),
        "note": written(entry.note),
        "explanation": written(explanation_of(entry)),
    }


def explanation_of(entry: Entry) -> str:
    """What was written to explain soft checks: of the present figure, else of an earlier one, each text once."""
    if not entry.explanations:
        return ""
    texts, valid = explanation_texts(entry), explained_rules(entry, figure_of(entry))
    return "\n".join(dict.fromkeys(text for rule, text in texts.items() if rule in valid or not valid))


def open_inputs(entry: Entry) -> frozenset[str]:
    """Which cells of a row can be typed into."""
    if entry.state not in Entry.OPEN_STATES:
        return frozenset()
    typed = {"na", "na_reason", "note", "explanation"}
    if not is_rate(entry.indicator):
        typed.add("value")
    else:
        typed.add("numerator")
        if entry.indicator.denominator_series_id is None:
            typed.add("denominator")
    return frozenset(typed)


def seal(inputs: dict[str, str]) -> str:
    """A short digest of the typed cells: tells the rows a person touched from those left as they were."""
    text = "\x1f".join(inputs[name] for name in INPUTS)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def locked_of(entry: Entry, inputs: dict[str, str]) -> list[str]:
    """The texts of the columns the checksum covers."""
    return [
        entry.indicator.key,
        entry.region_id,
        entry.period_end.isoformat(),
        str(entry.revision),
        seal(inputs),
        written(entry.indicator.name),
        written(entry.region.short_name),
        period_name(entry.round.kind, entry.period_end),
    ]


def checksum(round: int, department: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """SHA-256 over what must come back unchanged: round, unit, headings, codes and names in their order."""
    digest = hashlib.sha256("\x1f".join([VERSION, str(round), department, *header]).encode())
    for row in rows:
        digest.update(("\x1e" + "\x1f".join(row)).encode())
    return digest.hexdigest()
