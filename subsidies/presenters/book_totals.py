"""The page of totals: what was granted and paid by county and level, by scheme, by institution."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.models import Level
from subsidies.queries.book_totals import Granted, Group, OfInstitution, added_up, total
from yuxi_eldercare.core.models import Region

from .books import in_yuan, rate


@dataclass(frozen=True)
class Line:
    """One row: a label, its sums by level (each with the level's name, in their order) and the whole."""

    label: str
    by_level: Sequence[tuple[str, Granted]]
    sums: Granted

    @property
    def payment_rate(self) -> str:
        """兑付率: paid, less what came back, of what is granted."""
        return rate(self.sums.paid, self.sums.granted)


@dataclass(frozen=True)
class OfOne:
    """An institution's row."""

    label: str
    county: str
    institution: int | None
    sums: Granted

    @property
    def payment_rate(self) -> str:
        """兑付率."""
        return rate(self.sums.paid, self.sums.granted)


def levels() -> list[str]:
    """The levels' names in their order."""
    return [str(label) for label in Level.labels]


def by_county(groups: Sequence[Group], regions: Sequence[Region]) -> list[Line]:
    """One row per region in which something was granted, in the order of the regions."""
    rows = []
    for region in regions:
        of_one = [row for row in groups if row.county == region.pk]
        if of_one:
            rows.append(_line(region.short_name, of_one))
    return rows


def by_scheme(groups: Sequence[Group]) -> list[Line]:
    """One row per scheme."""
    names = {row.scheme: row.scheme_name for row in groups}
    return [_line(name, [row for row in groups if row.scheme == pk]) for pk, name in names.items()]


def whole_line(groups: Sequence[Group]) -> Line:
    """All of them together."""
    return _line(_("合计"), groups)


def _line(label: str, groups: Sequence[Group]) -> Line:
    sums = added_up(groups, lambda row: row.level)
    by_level = [(str(level.label), sums.get(level.value, Granted())) for level in Level]
    return Line(label, by_level, total(groups))


def by_institution(rows: Sequence[OfInstitution], regions: Sequence[Region]) -> list[OfOne]:
    """One row per institution; what went to none is named after its county."""
    names = {region.pk: region.short_name for region in regions}
    return [
        OfOne(
            row.name or _("不经机构申请的补助"), names.get(row.county, row.county), row.institution, row.sums
        )
        for row in rows
    ]


def header() -> list[str]:
    """Titles of the exported columns."""
    titles = [_("分类"), _("名称"), _("地区")]
    for level in levels():
        titles += [_("%(level)s批复（元）") % {"level": level}, _("%(level)s支付（元）") % {"level": level}]
    return [
        *titles,
        _("批复合计（元）"),
        _("支付合计（元）"),
        _("待支付（元）"),
        _("追回（元）"),
        _("兑付率"),
    ]


def exported(
    counties: Sequence[Line], schemes: Sequence[Line], institutions: Sequence[OfOne], whole: Line
) -> Iterator[list[Any]]:
    """All tables of the page in one sheet, the whole last."""
    for title, lines in ((_("按地区"), counties), (_("按补助"), schemes)):
        for line in lines:
            yield [title, line.label, line.label if lines is counties else "", *_figures(line)]
    for row in institutions:
        blank = [None] * (2 * len(Level.values))
        yield [_("按机构"), row.label, row.county, *blank, *_sums(row.sums), row.payment_rate]
    yield [_("合计"), "", "", *_figures(whole)]


def _figures(line: Line) -> list[Any]:
    cells = [in_yuan(amount) for _level, sums in line.by_level for amount in (sums.granted, sums.paid)]
    return [*cells, *_sums(line.sums), line.payment_rate]


def _sums(sums: Granted) -> list[Any]:
    return [in_yuan(amount) for amount in (sums.granted, sums.paid, sums.waiting, sums.recovered)]
