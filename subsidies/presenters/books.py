"""What pages and files about the books show: lines with their rates, groups of them, journals in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from subsidies.books.posting import OF_LINES
from subsidies.books.wording import line_name
from subsidies.models import BudgetLine, Journal, Level, Programme
from subsidies.queries.books import Moved, Standing, Sums, whole
from yuxi_eldercare.core.models import Job

Kind = Journal.Kind


def rate(part: int, of: int) -> str:
    """“83.3%”, cut after one decimal so that only all of it is 100.0%; — where there is nothing to be a part of."""
    if not of:
        return "—"
    percent = (Decimal(part) * 100 / Decimal(of)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{percent}%"


@dataclass(frozen=True)
class Row:
    """Sums under a label, with what they come to of each other."""

    label: str
    sums: Sums
    line: BudgetLine | None = None

    @property
    def arrival_rate(self) -> str:
        """到位率: arrived of what is budgeted."""
        return rate(self.sums.arrived, self.sums.budget)

    @property
    def payment_rate(self) -> str:
        """支付率: paid, less what came back, of what arrived."""
        return rate(self.sums.paid, self.sums.arrived)


def rows_of(standings: Iterable[Standing]) -> list[Row]:
    """One row per line."""
    return [Row(line_name(one.line), one.sums, one.line) for one in standings]


def whole_row(standings: Iterable[Standing]) -> Row:
    """All of them together."""
    return Row(_("合计"), whole(standings))


def _level(line: BudgetLine) -> tuple[Any, str]:
    return Level.values.index(line.level), str(line.get_level_display())


def _programme(line: BudgetLine) -> tuple[Any, str]:
    return Programme.values.index(line.programme), str(line.get_programme_display())


def _year(line: BudgetLine) -> tuple[Any, str]:
    return -line.year, _("%(year)s年") % {"year": line.year}


def _region(line: BudgetLine) -> tuple[Any, str]:
    return (line.region.level != "city", line.region.position, line.region_id), line.region.short_name


# What the lines of a page can be added up by: name → where a line belongs, with its place in the order.
_WAYS: Final[dict[str, Callable[[BudgetLine], tuple[Any, str]]]] = {
    "level": _level,
    "year": _year,
    "programme": _programme,
    "region": _region,
}


def ways() -> list[tuple[str, str]]:
    """What lines can be added up by, in words."""
    return [
        ("level", _("资金级次")),
        ("year", _("年度")),
        ("programme", _("补助项目")),
        ("region", _("资金所在地区")),
    ]


def grouped_rows(standings: Iterable[Standing], way: str) -> list[Row]:
    """The lines added up; a way that there is not counts as the first."""
    place = _WAYS.get(way, _level)
    found: dict[tuple[Any, str], Sums] = {}
    for one in standings:
        key = place(one.line)
        found[key] = found.get(key, Sums()) + one.sums
    return [Row(label, found[order, label]) for order, label in sorted(found)]


@dataclass(frozen=True)
class Verified:
    """When the books were last held against their postings, and whether they were right."""

    job: Job
    count: int
    differences: Sequence[str]


def verified(job: Job | None) -> Verified | None:
    """The last verification; None where there was none."""
    if job is None:
        return None
    return Verified(job, job.result.get("count", 0), job.result.get("differences", []))


@dataclass(frozen=True)
class Entry:
    """A journal on a line's page. `can_reverse` does not look at who asks."""

    moved: Moved
    word: str
    can_reverse: bool

    @property
    def amount(self) -> int:
        """What the event was about, in 分; negative where it took back."""
        sums = self.moved.moved
        return {
            Kind.BUDGET: sums.budget,
            Kind.ARRIVE: sums.arrived,
            Kind.COMMIT: sums.committed,
            Kind.RELEASE: sums.committed,
        }.get(Kind(self.moved.journal.kind), sums.paid)


def entries_of(rows: Iterable[Moved]) -> list[Entry]:
    """Journals with what they are called."""
    return [Entry(row, journal_word(row.journal), _reversible(row.journal)) for row in rows]


def journal_word(journal: Journal) -> str:
    """预算安排, 预算调减, 资金到位, 到位退回, 支付, 冲销：支付."""
    if journal.reverses_id:
        return _("冲销：%(kind)s") % {"kind": journal.get_kind_display()}
    return str(journal.get_kind_display())


def _reversible(journal: Journal) -> bool:
    return journal.kind in OF_LINES and not journal.reverses_id and not hasattr(journal, "reversed_by")


def header() -> list[str]:
    """Titles of the exported columns."""
    return [
        _("年度"), _("资金级次"), _("资金所在地区"), _("补助项目"), _("资金性质"),
        _("预算（元）"), _("已批复（元）"), _("可用预算（元）"), _("到位（元）"), _("支付（元）"),
        _("已批未付（元）"), _("到位未付（元）"), _("到位率"), _("支付率"),
    ]  # fmt: skip


def exported(standings: Sequence[Standing]) -> Iterator[list[Any]]:
    """The rows of the file, the whole of them last."""
    for row in rows_of(standings):
        line = row.line
        assert line is not None
        yield [
            line.year,
            str(line.get_level_display()),
            line.region.short_name,
            str(line.get_programme_display()),
            str(line.get_fund_display()),
            *_figures(row),
        ]
    yield [_("合计"), "", "", "", "", *_figures(whole_row(standings))]


def _figures(row: Row) -> list[Any]:
    sums = row.sums
    amounts = (sums.budget, sums.granted, sums.available, sums.arrived, sums.paid, sums.committed, sums.cash)
    return [*map(in_yuan, amounts), row.arrival_rate, row.payment_rate]


def in_yuan(fen: int) -> Decimal:
    """分 as a number of 元 for a cell."""
    return Decimal(fen).scaleb(-2)
