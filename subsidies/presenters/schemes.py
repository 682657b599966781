"""Schemes and what-if cases in words: amounts, conditions, parts between levels, where it is stated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from subsidies.amounts import grouped
from subsidies.calculator import Computation, Condition, Terms, read_conditions
from subsidies.models import Level, Rule, Scheme, SchemeVersion, Unit
from subsidies.queries.schemes import LEVELS_AS_WRITTEN, SchemeLine
from subsidies.schemes.unmet import kind_words, operation_words, premises_word, sentence

Words = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class VersionCard:
    """One version as its page shows it. `quoted` are (document, source) of the rule it follows."""

    version: SchemeVersion
    amount: str
    conditions: list[str]
    split: str
    current: bool

    @property
    def quoted(self) -> list[Any]:
        """The phrases it is stated with."""
        return list(self.version.stated_by.sources.all()) if self.version.stated_by else []


@dataclass(frozen=True)
class SchemeRow:
    """A scheme in the list: its version in force (else the newest), and what is still missing."""

    scheme: Scheme
    card: VersionCard | None
    versions: int
    in_force: bool


@dataclass(frozen=True)
class Tested:
    """A condition of a what-if case: what is asked, and why it is not met (empty: it is)."""

    asked: str
    answer: str
    unknown: bool


@dataclass(frozen=True)
class PartLine:
    """One level's part: its name, its parts of all, its amount."""

    label: str
    weight: int
    amount_fen: int


@dataclass(frozen=True)
class Answer:
    """A computed case as the page shows it."""

    computation: Computation
    product: str
    verdict: str
    tested: list[Tested]
    parts: list[PartLine]
    weights: int


def scheme_rows(lines: Sequence[SchemeLine]) -> list[SchemeRow]:
    """The list of schemes."""
    return [
        SchemeRow(
            line.scheme,
            version_card(line.shown, line) if line.shown else None,
            len(line.versions),
            line.now is not None,
        )
        for line in lines
    ]


def summary(rows: Sequence[SchemeRow]) -> str:
    """What the list says before it is read."""
    with_amount = sum(row.card is not None and row.card.version.amount_fen is not None for row in rows)
    without_split = sum(row.card is None or row.card.version.split is None for row in rows)
    return _(
        "%(all)s 项补助，%(stated)s 项载明标准；%(open)s 项未载明各级分担比例，录入依据文件后才能批复。"
    ) % {
        "all": len(rows),
        "stated": with_amount,
        "open": without_split,
    }


def version_card(version: SchemeVersion, line: SchemeLine) -> VersionCard:
    """A version in words."""
    conditions = [condition_words(condition) for condition in read_conditions(version.conditions)]
    return VersionCard(
        version, amount_words(version), conditions, split_words(version.split), version == line.now
    )


def amount_words(version: SchemeVersion) -> str:
    """10,000.00 元/张核定床位, or nothing where the documents state none."""
    if version.amount_fen is None:
        return ""
    return _("%(amount)s 元/%(unit)s") % {
        "amount": grouped(version.amount_fen),
        "unit": unit_noun(version.scheme.unit),
    }


def unit_noun(unit: str) -> str:
    """What is counted, without its measure word."""
    return {
        Unit.BED.value: _("核定床位"),
        Unit.PLACE.value: _("托位"),
        Unit.HOUSEHOLD.value: _("户"),
        Unit.PERSON.value: _("人"),
    }[unit]


def split_words(split: Mapping[str, int] | None) -> str:
    """省级 5、市级 3、县级 2, or nothing where no document is named."""
    if split is None:
        return ""
    one = _("%(level)s %(part)s")
    return _("、").join(
        one % {"level": level.label, "part": split[level.value]} for level in Level if split.get(level.value)
    )


def draft_split_words(rule: Rule) -> str:
    """The parts a rule of a plan file states, as its levels are written there, the highest first."""
    split, one = rule.split or {}, _("%(level)s %(part)s")
    return _("、").join(
        one % {"level": level, "part": split[level]} for level in LEVELS_AS_WRITTEN if level in split
    )


def condition_words(condition: Condition) -> str:
    """What a condition asks."""
    return _CONDITIONS[condition.code](condition.values)


_CONDITIONS: Final[dict[str, Words]] = {
    "premises": lambda values: premises_word(values["is"]),
    "lease_years": lambda values: _("租用期 %(years)s 年以上") % {"years": values["at_least"]},
    "operation": lambda values: _("限%(words)s") % {"words": operation_words(values["in"])},
    "operation_not": lambda values: _("不含%(words)s") % {"words": operation_words(values["in"])},
    "kind": lambda values: _("限%(words)s") % {"words": kind_words(values["in"])},
    "filed": lambda _values: _("已按照《养老机构管理办法》备案"),
    "once_per_unit": lambda _values: _("每张床位（每个托位）只补助一次"),
    "once_per_year": lambda _values: _("每年一次"),
}


def past_its_document(version: SchemeVersion, day: date) -> date | None:
    """The last day of the document that states the version, where it is over and the version simply goes on.

    One that was written to begin after that day was written knowing of it.
    """
    ends = version.stated_by.document.effective_to if version.stated_by else None
    goes_on = version.valid_to is None and ends is not None and version.valid_from <= ends < day
    return ends if goes_on else None


def answer(version: SchemeVersion, terms: Terms, computation: Computation) -> Answer:
    """A computed case in words."""
    parts = [
        PartLine(str(Level(part.level).label), part.weight, part.amount_fen)
        for part in computation.parts or ()
    ]
    return Answer(
        computation,
        _product(version, computation),
        _verdict(computation),
        _tested(terms, computation),
        parts,
        sum(part.weight for part in parts),
    )


def _product(version: SchemeVersion, computation: Computation) -> str:
    counted = _("%(quantity)s %(unit)s") % {
        "quantity": f"{computation.quantity:,}",
        "unit": version.scheme.get_unit_display(),
    }
    if computation.unit_fen is None or computation.amount_fen is None:
        return counted
    return _("%(counted)s × %(each)s 元 = %(amount)s 元") % {
        "counted": counted,
        "each": grouped(computation.unit_fen),
        "amount": grouped(computation.amount_fen),
    }


def _verdict(computation: Computation) -> str:
    if not computation.unmet:
        return _("可补助 %(amount)s 元") % {"amount": grouped(computation.granted_fen)}
    if all(unmet.unknown for unmet in computation.unmet):
        return _("尚不能确定：还有 %(count)s 项情况不明") % {"count": len(computation.unmet)}
    return _("不能补助：有 %(count)s 项不符合或不明") % {"count": len(computation.unmet)}


def _tested(terms: Terms, computation: Computation) -> list[Tested]:
    """The conditions in their order, each with its answer; before them what every case is asked."""
    unmet = {found.code: found for found in computation.unmet}
    asked = {
        "amount_not_stated": _("文件载明补助标准"),
        "nothing": _("填写了数量"),
        "capacity": _("不超过登记的床位（托位）数"),
    }
    if not terms.limited:
        del asked["capacity"]
    asked |= {condition.code: condition_words(condition) for condition in terms.conditions}
    return [
        Tested(words, sentence(unmet[code]) if code in unmet else "", code in unmet and unmet[code].unknown)
        for code, words in asked.items()
        if code in unmet or code not in ("amount_not_stated", "nothing")
    ]
