"""The list behind a counted figure in words: what is added up over what, and rows for the page and the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from projects.amounts import in_words, to_wan
from projects.derivation import Formula, LedgerFormula, Term
from projects.derivation.formulas import ALL_TOWNSHIPS, TOWNSHIPS
from projects.derivation.ledger import PROJECTS
from projects.models import InstitutionVersion, StageChange
from projects.queries.counted import Behind
from projects.register.facts import label
from targets.presenters import words
from targets.reporting.figures import rate_of


@dataclass(frozen=True)
class PartWords:
    """A part of a formula in words: its role and name, what is added up, and over which rows."""

    role: str
    name: str
    what: str
    where: list[str]
    total: int

    @property
    def title(self) -> str:
        """The head of its column."""
        return _("%(role)s：%(name)s") % {"role": self.role, "name": self.name} if self.name else self.role


def parts(found: Behind) -> list[PartWords]:
    """The numerator (of a count: the figure), and the denominator where the formula has one."""
    formula, indicator = found.formula, found.indicator
    if isinstance(formula, LedgerFormula):
        what, where = _ledger_what(formula), _ledger_where(formula, found)
        return [PartWords(_("本期数"), "", what, where, found.numerator)]
    above = formula.numerator
    role, name = (_("分子"), indicator.numerator_name) if indicator.scale else (_("本期数"), "")
    told = [PartWords(role, name, _what(above), _where(above), found.numerator)]
    if formula.denominator is not None and found.denominator is not None:
        below, name = formula.denominator, indicator.denominator_name
        told.append(PartWords(_("分母"), name, _what(below), _where(below), found.denominator))
    return told


def _what(term: Term) -> str:
    if term.measure == "institutions":
        return _("机构数")
    if term.measure == TOWNSHIPS:
        return _("有这类机构的乡镇（街道）数，一地多家只计一次")
    if term.measure == ALL_TOWNSHIPS:
        return _("全部乡镇（街道）数")
    names = {"inclusive_places": _("普惠性托位数"), "enrolled": _("在托（在住）人数")}
    return _("%(name)s之和") % {"name": names.get(term.measure) or label(term.measure)}


def _where(term: Term) -> list[str]:
    if term.measure == ALL_TOWNSHIPS:
        return []
    choices: dict[str, list[tuple[str, Any]]] = {
        "kind": InstitutionVersion.Kind.choices,
        "operation": InstitutionVersion.Operation.choices,
    }
    told = [
        _("%(name)s：%(values)s")
        % {
            "name": label(name),
            "values": "、".join(str(text) for code, text in choices[name] if code in codes),
        }
        for name, codes in term.choices.items()
    ]
    told += [
        _("%(name)s：%(values)s") % {"name": label(name), "values": _("是") if value else _("否")}
        for name, value in term.flags.items()
    ]
    told += [
        _("%(name)s不少于%(least)s") % {"name": label(name), "least": least}
        for name, least in term.at_least.items()
    ]
    return [*told, _("期末在运营")]


def _ledger_what(formula: LedgerFormula) -> str:
    names = {
        PROJECTS: _("项目数"),
        "beds": _("项目月报累计建成的床位数"),
        "childcare_places": _("项目月报累计建成的托位数"),
    }
    return names[formula.measure]


def _ledger_where(formula: LedgerFormula, found: Behind) -> list[str]:
    told = [_("类别：%(category)s") % {"category": formula.category}] if formula.category else []
    if formula.words:
        quoted = "、".join(f"“{word}”" for word in formula.words)
        told.append(_("名称、类型或建设内容提到%(words)s") % {"words": quoted})
    if formula.amount_from_criteria:
        told.append(
            _("总投资不少于%(amount)s（目标的限定条件）") % {"amount": in_words(found.amount_fen)}
            if found.amount_fen is not None
            else _("目标的限定条件没有写明同一个数额，不能统计")
        )
    if formula.reached:
        stage = StageChange.Stage(formula.reached).label
        told.append(_("期末已到“%(stage)s”或以后的阶段，没有停建") % {"stage": stage})
    return told


def result(found: Behind) -> str:
    """The figure as people read it; of a rate over somebody else's denominator the numerator."""
    indicator, value = found.indicator, Decimal(found.numerator)
    if found.denominator is not None:
        rate = rate_of(indicator, value, Decimal(found.denominator))
        if rate is None:
            return _("不适用（分母为0）")
        return words.with_unit(rate, indicator.unit, max(indicator.decimals, 2))
    return words.with_unit(value, "" if indicator.scale else indicator.unit)


def moved_since(found: Behind) -> bool:
    """Whether what is offered in the grid was counted before rows changed."""
    row = found.offered
    if row is None:
        return False
    first = row.value if row.numerator is None else row.numerator
    return (first, row.denominator) != (found.numerator, found.denominator)


def table(found: Behind) -> tuple[list[str], Iterator[list[Any]]]:
    """Header and rows of the list as a file; the last row holds the sums."""
    ledger = isinstance(found.formula, LedgerFormula)
    header = [_("名称"), _("所在地"), _("类型"), *([] if ledger else [_("运营方式")]), _("自何日起")]
    header += [_("总投资（万元）")] if ledger else []
    header += [part.title for part in parts(found)]
    return header, _rows(found, ledger)


def _rows(found: Behind, ledger: bool) -> Iterator[list[Any]]:
    def numbers(first: int | None, second: int | None) -> list[Any]:
        return [first, second][: found.parts]

    for line in found.lines:
        yield [
            line.name,
            line.place,
            line.kind,
            *([] if ledger else [line.operation]),
            _day(line.since),
            *([to_wan(line.investment_fen)] if ledger else []),
            *numbers(line.numerator, line.denominator),
        ]
    blanks = [""] * 4
    yield [_("合计"), *blanks, *numbers(found.numerator, found.denominator)]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def is_township(formula: Formula | LedgerFormula) -> bool:
    """Whether the rows are townships."""
    return isinstance(formula, Formula) and formula.numerator.measure == TOWNSHIPS
