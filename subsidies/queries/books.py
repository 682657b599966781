"""Budget lines with what stood on each account at the end of a day, from the postings alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from operator import add, sub
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from subsidies.models import BudgetLine, Journal, Level, Posting, Programme
from subsidies.models.books import Account
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES

from .seen import regions_for


@dataclass(frozen=True)
class Sums:
    """What stands on accounts, in 分. `budget` and `arrived` are what was given to the line, less what went back."""

    budget: int = 0
    available: int = 0
    committed: int = 0
    settled: int = 0
    arrived: int = 0
    cash: int = 0
    paid: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*map(add, astuple(self), astuple(other)))

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(*map(sub, astuple(self), astuple(other)))

    @property
    def granted(self) -> int:
        """What is granted and stands: waiting to be paid, or paid and kept."""
        return self.committed + self.settled


# Which account stands behind a sum, and with which sign.
_BEHIND: Final[dict[str, tuple[str, int]]] = {
    "budget": (Account.SOURCE, -1),
    "available": (Account.AVAILABLE, 1),
    "committed": (Account.COMMITTED, 1),
    "settled": (Account.SETTLED, 1),
    "arrived": (Account.TREASURY, -1),
    "cash": (Account.CASH, 1),
    "paid": (Account.PAID, 1),
}


@dataclass(frozen=True)
class Standing:
    """A budget line and what stood on it."""

    line: BudgetLine
    sums: Sums


@dataclass(frozen=True)
class LineFilter:
    """What a page of lines is narrowed to; empty means all."""

    year: int | None = None
    level: str = ""
    programme: str = ""
    region: str = ""

    def of_line(self, prefix: str = "") -> dict[str, Any]:
        """What year, level and programme ask of a line; `prefix` leads to it."""
        asked = {"year": self.year, "level": self.level, "programme": self.programme}
        return {f"{prefix}{name}": value for name, value in asked.items() if value}

    def lines(self, user: User) -> QuerySet[BudgetLine]:
        """The lines of the filter that this person may see; `region` is the purse."""
        rows = visible_lines(user).filter(**self.of_line())
        return rows.filter(region=self.region) if self.region else rows


def visible_lines(user: User) -> QuerySet[BudgetLine]:
    """The purses of the regions that this person's roles reach. One statement more for the regions."""
    rows = BudgetLine.objects.select_related("region", "made_by")
    return rows.filter(region__in=regions_for(user, VIEW_SUBSIDIES))


def summed(prefix: str = "") -> dict[str, Sum]:
    """Annotations that add postings up to what `sums_of` reads; `prefix` leads to the postings."""
    return {
        name: Sum(f"{prefix}amount_fen", filter=Q(**{f"{prefix}account": account}))
        for name, (account, _sign) in _BEHIND.items()
    }


def sums_of(row: Mapping[str, Any]) -> Sums:
    """The sums of a row that carries `summed`."""
    return Sums(**{name: sign * int(row[name] or 0) for name, (_account, sign) in _BEHIND.items()})


def standings(lines: QuerySet[BudgetLine], on: date) -> list[Standing]:
    """The lines with what stood on them at the end of a day, levels from above. Three statements."""
    postings = Posting.objects.filter(line__in=lines.order_by().select_related(None).values("pk"))
    if Journal.objects.filter(on__gt=on).exists():  # else every posting counts, whatever its day
        postings = postings.filter(journal__on__lte=on)
    posted = postings.order_by().values("line_id").annotate(**summed())
    by_line = {row["line_id"]: sums_of(row) for row in posted}
    return [Standing(line, by_line.get(line.pk, Sums())) for line in sorted(lines, key=_place)]


def _place(line: BudgetLine) -> tuple[Any, ...]:
    levels = Level.values.index(line.level), line.region.position, line.region_id
    return -line.year, Programme.values.index(line.programme), *levels, line.fund


def whole(rows: Iterable[Standing]) -> Sums:
    """All of them together."""
    return sum((row.sums for row in rows), Sums())


def years(user: User) -> list[int]:
    """The years of which there are lines, latest first. Two statements."""
    rows = visible_lines(user).order_by().values_list("year", flat=True).distinct()
    return sorted(rows, reverse=True)


def purses(user: User, permission: str = VIEW_SUBSIDIES) -> list[Region]:
    """The regions whose purses this person may see (or keep), the city first. Two statements."""
    rows = Region.objects.filter(
        pk__in=regions_for(user, permission),
        level__in=[Region.Level.CITY, Region.Level.COUNTY],
        withdrawn=False,
    )
    return sorted(rows, key=lambda row: (row.level != Region.Level.CITY, row.position, row.pk))


@dataclass(frozen=True)
class Moved:
    """A journal on one line: what it moved, and what stood there afterwards."""

    journal: Journal
    moved: Sums
    after: Sums


def journal_of(line: BudgetLine, on: date) -> QuerySet[Journal]:
    """The journals that moved a line up to a day, latest first."""
    return _shown(Journal.objects.filter(on__lte=on, pk__in=line.postings.values("journal")))


def journals(numbers: Iterable[int]) -> list[Journal]:
    """Some of them by their numbers, latest first, with what a page shows. One statement."""
    return list(_shown(Journal.objects.filter(pk__in=list(numbers))))


def _shown(rows: QuerySet[Journal]) -> QuerySet[Journal]:
    return rows.select_related("application", "recovery", "by", "reverses", "reversed_by").order_by(
        "-on", "-pk"
    )


def with_running_sums(
    line: BudgetLine, journals: Sequence[Journal], standing: Sums | None = None
) -> list[Moved]:
    """Journals of a line that follow each other, latest first, with what stood after each. Two statements.

    1. Add up everything as far as the latest; `standing` says it where it is known already, and saves a statement.
    2. Going back, take off what each moved.
    """
    if not journals:
        return []
    if standing is None:
        latest = journals[0]
        before = Q(journal__on__lt=latest.on) | Q(journal__on=latest.on, journal__lte=latest.pk)
        standing = sums_of(line.postings.filter(before).aggregate(**summed()))
    rows = line.postings.filter(journal__in=journals).order_by().values("journal_id").annotate(**summed())
    moved = {row["journal_id"]: sums_of(row) for row in rows}
    found = []
    for journal in journals:
        found.append(Moved(journal, moved[journal.pk], standing))
        standing = standing - moved[journal.pk]
    return found
