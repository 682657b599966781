"""What checks look at, read for any number of entries in one set of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from targets.judging.values import Direct, Value
from targets.models import CheckRule, Entry, Observation
from targets.queries.proposals import proposals_of
from yuxi_eldercare.core.models import Region

from .basics import basic_problems
from .checks import KINDS, Cell, Context, Place, Problem, Rule, check_cells, codes_of
from .counted import COUNTED, counted_problems
from .figures import Figure, figure_of, stored_figure
from .trail import CHUNK, chunks, entry_rows
from .watching import Seen, unseen

_COLUMNS = (
    "indicator_id",
    "indicator__key",
    "indicator__name",
    "region_id",
    "period_end",
    "value",
    "numerator",
    "denominator",
    "not_applicable",
    "is_demo",
    "version",
)


class Past:
    """Values in force of some indicators in some regions: for checks, and for judging what is typed."""

    def __init__(self, condition: Q) -> None:
        self.context = Context()
        self.direct: Direct = {}
        self.versions: dict[tuple[int, str, date], int] = {}
        rows = Observation.objects.filter(condition, superseded_at=None).order_by()
        for row in rows.values_list(*_COLUMNS):
            pk, code, name, region, end, value, numerator, denominator, absent, is_demo, version = row
            figure = stored_figure(value, numerator, denominator, absent)
            self.context.in_force.setdefault((code, region), {})[end] = figure
            self.context.names[code] = name
            judged = Value(end, value, numerator, denominator, is_demo)
            self.direct.setdefault((pk, region), {})[end] = judged
            self.versions[pk, region, end] = version


def enabled_rules() -> list[Rule]:
    """The rules that are switched on. One statement."""
    return rules_of(CheckRule.objects.filter(enabled=True))


def rules_of(rows: Any) -> list[Rule]:
    """Rule rows as the engine sees them; a kind the engine does not know is left out. One statement.

    A rule that a county's department owns looks at that county only.
    """
    found: dict[str, Rule] = {}
    codes: dict[str, set[str]] = {}
    columns = ("key", "title", "kind", "params", "severity", "hint", "version")
    owner = ("owner__region_id", "owner__region__level", "indicators__key")
    for *said, region, level, code in rows.order_by("key").values_list(*columns, *owner):
        key, title, kind, params, severity, hint, version = said
        if kind in KINDS:
            own = own_region(Region(code=region, level=level)) if region else ""
            found[key] = Rule(key, title, kind, params, severity, region=own, hint=hint, version=version)
            codes.setdefault(key, set()).update({code} - {None})
    return [replace(rule, indicators=frozenset(codes[key])) for key, rule in found.items()]


def own_region(region: Region) -> str:
    """The region that rules of a department there are limited to: a city's hold in all its counties."""
    return "" if region.level == Region.Level.CITY else region.code


def related_codes(rules: Iterable[Rule], codes: set[str]) -> set[str]:
    """Codes that cross-indicator rules compare with these."""
    return {
        code for rule in rules if KINDS[rule.kind].cross and codes & codes_of(rule) for code in codes_of(rule)
    }


def check_entries(
    entries: Sequence[Entry],
    *,
    rules: Sequence[Rule] | None = None,
    past: Past | None = None,
    neighbours: Sequence[Entry] | None = None,
    seen: Seen = unseen,
) -> dict[int, list[Problem]]:
    """What is wrong with entries as they stand (also unsaved), by id. At most four statements.

    A figure that a register or ledger counts otherwise is among it, like what a soft rule says.

    `neighbours` are entries of the same rounds and regions that rules may compare with; read when not given.
    `seen` hears how many are checked.
    """
    if not entries:
        return {}
    if not all(hasattr(entry, "is_deliverable") for entry in entries):
        entries = _with_annotations(entries)
    rules = enabled_rules() if rules is None else rules
    codes = {entry.indicator.key for entry in entries}
    related = related_codes(rules, codes)
    past = past or past_of(entries, related)
    if neighbours is None:
        neighbours = _neighbours(entries, related) if related else []
    context = past.context
    figures = {entry.pk: figure_of(entry) for entry in entries}
    context.typed = {
        place_of(entry): figure
        for entry in (*neighbours, *entries)
        if (figure := figures.get(entry.pk) or figure_of(entry)).says_something
    }
    context.names |= {entry.indicator.key: entry.indicator.name for entry in (*neighbours, *entries)}
    today = timezone.localdate()
    offered = proposals_of(entries)
    problems = {}
    for start in range(0, len(entries), CHUNK):
        part = entries[start : start + CHUNK]
        cells = [cell_of(entry, figures[entry.pk]) for entry in part]
        found = check_cells(cells, rules, context)
        for entry, cell in zip(part, cells, strict=True):
            every = [
                *basic_problems(entry, cell.figure, today),
                *found.get(cell.place, []),
                *counted_problems(
                    entry, cell.figure, offered.get(entry.pk), explained=COUNTED in cell.explained
                ),
            ]
            if every:
                problems[entry.pk] = every
        seen(start + len(part))
    return problems


def past_of(entries: Sequence[Entry], related: Iterable[str] = ()) -> Past:
    """The values in force that these entries are compared with, their denominators too. One statement."""
    ids = {entry.indicator_id for entry in entries}
    ids |= {pk for entry in entries if (pk := entry.indicator.denominator_series_id) is not None}
    wanted, codes = Q(indicator__in=ids), set(related)
    if codes:
        wanted |= Q(indicator__key__in=codes)
    return Past(wanted & Q(region__in={entry.region_id for entry in entries}))


def cell_of(entry: Entry, figure: Figure) -> Cell:
    """An entry with its figure as the engine sees it."""
    return Cell(
        entry.indicator,
        entry.region_id,
        entry.period_end,
        entry.round.kind,
        figure,
        explained_rules(entry, figure),
    )


def place_of(entry: Entry) -> Place:
    """(indicator code, region code, period end)."""
    return entry.indicator.key, entry.region_id, entry.period_end


def explained_rules(entry: Entry, figure: Figure) -> frozenset[str]:
    """Keys of rules whose explanation was written for this very figure."""
    if not entry.explanations:
        return frozenset()
    stamp = stamp_of(entry, figure)
    return frozenset(
        key
        for key, told in entry.explanations.items()
        if told.get("text", "").strip() and told.get("for") == stamp
    )


def stamp_of(entry: Entry, figure: Figure) -> str:
    """What an explanation is tied to: another figure needs another explanation.

    Of a rate whose denominator is somebody else's series, only the numerator is the unit's own.
    """
    said = figure.as_json()
    if said["not_applicable"]:
        return "na"
    if entry.indicator.denominator_series_id is not None:
        return said["numerator"] or ""
    return "/".join(said[name] or "" for name in ("value", "numerator", "denominator"))


def explanation_texts(entry: Entry) -> Mapping[str, str]:
    """The explanations by rule key, also those written for an earlier figure of the cell."""
    return {key: told.get("text", "") for key, told in entry.explanations.items()}


def _with_annotations(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries with what `trail.entry_rows` adds."""
    found: dict[int, Entry] = {}
    for chunk in chunks([entry.pk for entry in entries]):
        found |= {row.pk: row for row in entry_rows(timezone.localdate()).filter(pk__in=chunk)}
    return [found[entry.pk] for entry in entries]


def _neighbours(entries: Sequence[Entry], related: set[str]) -> list[Entry]:
    given = {entry.pk for entry in entries}
    rows = Entry.objects.filter(
        round__in={entry.round_id for entry in entries},
        region__in={entry.region_id for entry in entries},
        indicator__key__in=related,
    ).exclude(state=Entry.State.EMPTY)
    return [row for row in rows.select_related("indicator") if row.pk not in given]
