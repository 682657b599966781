"""What is behind a counted figure: each institution, township or project with what it adds, and the sums."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from projects.counting import (
    amounts_of,
    counted_institutions,
    formulas,
    ledger_formulas,
    ledger_spans,
)
from projects.derivation import Formula, LedgerFormula, Term
from projects.derivation.formulas import ROWS, TOWNSHIPS
from projects.models import InstitutionVersion, Project
from targets.models import Indicator, ProposedValue
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class Line:
    """One row behind a figure. A part it does not enter is None; `institution` and `project` are ids for links."""

    name: str
    place: str
    kind: str
    operation: str
    since: date | None
    numerator: int | None
    denominator: int | None = None
    institution: int | None = None
    investment_fen: int | None = None


@dataclass(frozen=True)
class Behind:
    """A figure with the formula it is counted by and all of its rows. `denominator` is None where there is none."""

    indicator: Indicator
    region: Region
    end: date
    formula: Formula | LedgerFormula
    lines: list[Line]
    numerator: int
    denominator: int | None
    offered: ProposedValue | None  # as last counted
    amount_fen: int | None = None  # that projects are counted from

    @property
    def parts(self) -> int:
        """How many number columns the list has."""
        return 1 if self.denominator is None else 2


def behind(indicator: Indicator, region: Region, end: date) -> Behind | None:
    """What is counted now for an indicator, a region and a period's end; None without a formula.

    Five statements, however many rows.
    """
    offered = ProposedValue.objects.filter(indicator=indicator, region=region, period_end=end).first()
    counties = [region.code, *_members(region)]
    for formula in formulas():
        if formula.indicator == indicator.key:
            lines, below = _register_lines(formula, counties, end)
            total = sum(line.numerator or 0 for line in lines)
            return Behind(indicator, region, end, formula, lines, total, below, offered)
    for one in ledger_formulas():
        if one.indicator == indicator.key:
            amounts = amounts_of([one])
            lines = _ledger_lines(one, amounts, counties, end)
            total = sum(line.numerator or 0 for line in lines)
            return Behind(
                indicator, region, end, one, lines, total, None, offered, amounts.get(one.indicator)
            )
    return None


def _members(region: Region) -> list[str]:
    rows = Region.objects.filter(parent=region, level=Region.Level.COUNTY, withdrawn=False)
    return list(rows.values_list("code", flat=True))


def _register_lines(formula: Formula, counties: Sequence[str], end: date) -> tuple[list[Line], int | None]:
    versions = list(counted_institutions(*formula.terms, counties=counties, on=end))
    if formula.numerator.measure == TOWNSHIPS:
        return _township_lines(versions, counties)
    lines = [
        Line(
            name=version.name,
            place=version.region.short_name,
            kind=version.get_kind_display(),
            operation=version.get_operation_display(),
            since=version.since,
            numerator=_adds(formula.numerator, version),
            denominator=None if formula.denominator is None else _adds(formula.denominator, version),
            institution=version.institution_id,
        )
        for version in versions
    ]
    if formula.denominator is None:
        return lines, None
    return lines, sum(line.denominator or 0 for line in lines)


def _adds(term: Term, version: InstitutionVersion) -> int | None:
    if not term.about(version):
        return None
    return 1 if term.measure in ROWS else int(getattr(version, term.measure))


def _township_lines(
    versions: Sequence[InstitutionVersion], counties: Sequence[str]
) -> tuple[list[Line], int]:
    """The townships there are, each with the institutions that stand in it or in one of its villages.

    Institutions of which only the county is known follow.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for version in versions:
        names[version.region_id].append(version.name)
        names[version.region.parent_id or ""].append(version.name)
    unplaced = [version for version in versions if version.region.level == Region.Level.COUNTY]
    towns = Region.objects.filter(
        parent__in=counties, level=Region.Level.TOWNSHIP, withdrawn=False
    ).select_related("parent")
    lines = [
        Line(
            name=town.short_name,
            place=str(town.parent),
            kind="、".join(names.get(town.code, ())),
            operation="",
            since=None,
            numerator=1 if town.code in names else 0,
            denominator=1,
        )
        for town in towns.order_by("parent__position", "position", "code")
    ]
    return [*lines, *map(_unplaced, unplaced)], len(lines)


def _unplaced(version: InstitutionVersion) -> Line:
    """An institution of which only the county is registered: it makes no township count."""
    return Line(
        name=version.name,
        place=version.region.short_name,
        kind=_("只登记到县，未登记到乡镇（街道）"),
        operation="",
        since=None,
        numerator=None,
        institution=version.institution_id,
    )


def _ledger_lines(
    formula: LedgerFormula, amounts: dict[str, int], counties: Sequence[str], end: date
) -> list[Line]:
    standing = {
        one.span.project: one.span
        for one in ledger_spans(formula, amounts)
        if one.holds(end) and one.region in counties
    }
    projects = Project.objects.filter(pk__in=standing).select_related("region")
    return [
        Line(
            name=project.name,
            place=project.region.short_name,
            kind=project.type or project.category,
            operation="",
            since=standing[project.pk].since,
            numerator=standing[project.pk].amount,
            investment_fen=project.total_investment_fen,
        )
        for project in projects.order_by("region__position", "document__position", "position")
    ]
