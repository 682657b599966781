"""The entry grid: what a unit owes in a round, cell by cell, with all that a reporter looks at beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, EntryFile, Indicator, Milestone, RegionalTarget, ReportingRound
from targets.queries.proposals import Proposal, proposals_of
from yuxi_eldercare.core.models import Department, Region, User

from .checks import Problem, Rule
from .context import check_entries, enabled_rules, past_of, related_codes
from .denominators import Denominator, Denominators
from .figures import Figure, figure_of
from .lights import Demands, LightIf
from .periods import previous, same_last_year
from .scope import Entitlements, visible_entries
from .trail import entry_rows, usable
from .window import Window, window_of

State = Entry.State


@dataclass(frozen=True)
class GridCell:
    """One cell: the entry, what it says with the denominator as it counts now, and what stands beside it."""

    entry: Entry
    figure: Figure
    last: Figure | None  # in force for the period before
    last_year: Figure | None  # in force for the same period a year before
    in_force: Figure | None  # counts now for this very period
    denominator: Denominator | None  # somebody else's series: shown, not typed
    problems: list[Problem]
    lights: list[LightIf]
    files: int
    writable: bool  # the unit may change it now
    closed_because: str = ""  # why not, whatever the date: withdrawn indicator, merged unit
    proposal: Proposal | None = None  # what a register or ledger counts


@dataclass(frozen=True)
class GridRow:
    """An indicator for a region: its cells by period end, and the targets that bind it there."""

    indicator: Indicator
    region: Region
    cells: dict[date, GridCell]
    targets: list[tuple[RegionalTarget, list[Milestone]]]
    uses_series: Indicator | None


@dataclass(frozen=True)
class Grid:
    """A unit's sheet of a round."""

    round: ReportingRound
    department: Department
    window: Window
    periods: list[date]
    rows: list[GridRow]
    may_enter: bool
    on_behalf: bool  # the user enters for another unit, by authorisation

    @property
    def cells(self) -> list[GridCell]:
        """All cells, row by row."""
        return [cell for row in self.rows for cell in row.cells.values()]


def read_grid(*, round: int, department: int, user: User, regions: Sequence[str] | None = None) -> Grid:
    """The grid of a unit in a round (ids), at most nine statements whatever its size.

    Raises `NotAllowed` for people who may not look at the unit's entries, `Refused` when it owes nothing.
    """
    rules = enabled_rules()
    entries = _entries(round, department, regions)
    if not entries:
        raise Refused.because(_("本单位在这个轮次没有填报任务。"), "department")
    first = entries[0]
    rights = Entitlements(user, timezone.localdate())
    entitled = {e.region_id: rights.of(e.department, e.region) for e in entries}
    if not any(entitled.values()):
        entries = _seen(entries, user)
        if not entries:
            raise NotAllowed.because(_("你无权查看这个单位的填报数据。"))
    window = window_of(first.round, first.department_id)
    cells = _cells(entries, rules, window, {region for region, right in entitled.items() if right})
    return Grid(
        first.round,
        first.department,
        window,
        sorted({entry.period_end for entry in entries}),
        cells,
        any(entitled.values()),
        any(right.proxy is not None for right in entitled.values()),
    )


def _entries(round: int, department: int, regions: Sequence[str] | None) -> list[Entry]:
    rows = with_files(entry_rows(timezone.localdate())).filter(round=round, department=department)
    if regions is not None:
        rows = rows.filter(region__in=regions)
    return list(
        rows.order_by("indicator__position", "indicator__key", "region__position", "region", "period_end")
    )


def _seen(entries: Sequence[Entry], user: User) -> list[Entry]:
    """Of another unit's entries those that were sent (one statement)."""
    first = entries[0]
    seen = set(
        visible_entries(user)
        .filter(round=first.round_id, department=first.department_id)
        .values_list("pk", flat=True)
    )
    return [entry for entry in entries if entry.pk in seen]


def with_files(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with `file_count`, the number of files attached."""
    files = EntryFile.objects.filter(entry=OuterRef("pk"), removed_at=None).order_by().values("entry")
    return rows.annotate(file_count=Subquery(files.annotate(n=Count("pk")).values("n")))


def read_cells(entries: Iterable[int], user: User) -> list[GridCell]:
    """The same for chosen entries the user may look at (review and confirmation lists), in order of place."""
    rows = with_files(entry_rows(timezone.localdate())).filter(
        pk__in=visible_entries(user).filter(pk__in=list(entries)).values("pk")
    )
    ordered = list(
        rows.order_by("region__position", "indicator__position", "indicator__key", "region", "period_end")
    )
    if not ordered:
        return []
    found = _cells(ordered, enabled_rules(), None, set())
    by_id = {cell.entry.pk: cell for row in found for cell in row.cells.values()}
    return [by_id[entry.pk] for entry in ordered]


def _cells(
    entries: Sequence[Entry], rules: Sequence[Rule], window: Window | None, writable: set[str]
) -> list[GridRow]:
    codes = {entry.indicator.key for entry in entries}
    related = related_codes(rules, codes)
    past = past_of(entries, related)
    neighbours = _neighbours(entries, related)
    denominators = Denominators.among(past, entries)
    figures = {entry.pk: shown(entry, denominators) for entry in entries}
    problems = check_entries(entries, rules=rules, past=past, neighbours=neighbours)
    offered = proposals_of(entries)
    demands = Demands({(entry.indicator_id, entry.region_id) for entry in entries})
    lights = demands.lights([(entry, figures[entry.pk]) for entry in entries], past.direct)
    rows: dict[tuple[int, int, str], GridRow] = {}
    for entry in entries:
        key = (entry.round_id, entry.indicator_id, entry.region_id)
        row = rows.get(key)
        if row is None:
            place = (entry.indicator_id, entry.region_id)
            row = rows[key] = GridRow(
                entry.indicator, entry.region, {}, demands.of(place), entry.indicator.denominator_series
            )
        in_force = past.context.in_force.get((entry.indicator.key, entry.region_id), {})
        because = usable(entry)
        row.cells[entry.period_end] = GridCell(
            entry,
            figures[entry.pk],
            in_force.get(previous(entry.round.kind, entry.period_end)),
            in_force.get(same_last_year(entry.period_end)),
            in_force.get(entry.period_end),
            denominators.for_entry(entry),
            problems.get(entry.pk, []),
            lights.get(entry.pk, []),
            entry.file_count or 0,  # type: ignore[attr-defined]
            window is not None
            and window.may_write
            and not because
            and entry.region_id in writable
            and entry.state in Entry.OPEN_STATES,
            because,
            offered.get(entry.pk),
        )
    return list(rows.values())


def shown(entry: Entry, denominators: Denominators) -> Figure:
    """What a cell shows: while it is open, with the denominator as it counts now."""
    return denominators.figure(entry) if entry.state in Entry.OPEN_STATES else figure_of(entry)


def _neighbours(entries: Sequence[Entry], related: set[str]) -> list[Entry]:
    """Entries of other units that rules compare with; none read when all related ones are in the grid."""
    if related <= {entry.indicator.key for entry in entries}:
        return []
    given = {entry.pk for entry in entries}
    rows = Entry.objects.filter(
        round__in={entry.round_id for entry in entries},
        region__in={entry.region_id for entry in entries},
        indicator__key__in=related,
    ).exclude(state=State.EMPTY)
    return [row for row in rows.select_related("indicator") if row.pk not in given]
