"""The entry grid for its script: rows and cells as JSON, numbers as plain strings, sentences in Chinese."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.models import Entry, Indicator
from targets.presenters import words
from targets.progress import plain
from targets.reporting.checks import Problem
from targets.reporting.context import explanation_texts
from targets.reporting.counted import LEDGER, SUBSIDIES, offered_figure, offered_text
from targets.reporting.entries import closed_state
from targets.reporting.figures import Figure, figure_of
from targets.reporting.grid import Grid, GridCell, GridRow
from targets.reporting.periods import period_name, previous, same_last_year

from .lights import demand_lines, light_lines

Json = dict[str, Any]
Owners = Mapping[tuple[int, str], str]  # (series id, region code) → unit that enters it


def grid_json(grid: Grid, owners: Owners, returners: Mapping[int, str]) -> Json:
    """Everything the script draws: periods, rows, cells. `returners` are names of people by id."""
    kind = grid.round.kind
    regions = {row.region.code for row in grid.rows}
    return {
        "periods": [
            {
                "end": end.isoformat(),
                "name": period_name(kind, end),
                "last": period_name(kind, previous(kind, end)),
                "lastYear": period_name(kind, same_last_year(end)),
            }
            for end in grid.periods
        ],
        "rows": [_row(row, grid, owners, returners, named=len(regions) > 1) for row in grid.rows],
    }


def _row(row: GridRow, grid: Grid, owners: Owners, returners: Mapping[int, str], *, named: bool) -> Json:
    indicator, series = row.indicator, row.uses_series
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "isRate": is_rate(indicator),
        "scale": indicator.scale or 1,
        "decimals": shown_places(indicator),
        "numeratorName": indicator.numerator_name or _("分子"),
        "denominatorName": series.name if series else indicator.denominator_name or _("分母"),
        "series": series is not None,
        "owner": owners.get((series.pk, row.region.code), "") if series else "",
        "definition": indicator.definition,
        "region": row.region.short_name if named else "",
        "targets": demand_lines(row.targets, indicator, grid.periods[0]),
        "cells": {end.isoformat(): cell_json(cell, returners) for end, cell in row.cells.items()},
    }


def shown_places(indicator: Indicator) -> int:
    """Decimal places of a figure beside a cell; a rate has no more than anybody reads."""
    return max(indicator.decimals, 2) if indicator.scale else 6


def cell_json(cell: GridCell, returners: Mapping[int, str]) -> Json:
    """A cell as read for the grid: what it says, what stands beside it, the lights it would give."""
    entry, indicator, found = cell.entry, cell.entry.indicator, cell.denominator
    lines = light_lines(cell.lights, entry.period_end, indicator)
    return {
        **entry_json(entry, cell.problems, cell.figure, returners),
        "writable": cell.writable,
        "why": cell.closed_because or ("" if cell.writable else closed_state(entry)),
        "last": _beside(cell.last, indicator),
        "lastYear": _beside(cell.last_year, indicator),
        "inForce": cell.in_force.text(indicator) if cell.in_force else "",
        "lights": [
            {
                "light": line.light,
                "word": line.word,
                "decides": line.decides,
                "short": line.short,
                "sentence": line.sentence,
            }
            for line in lines
        ],
        "files": cell.files,
        "owned": {"value": plain(found.value), "period": words.period(found.period_end)} if found else None,
        "counted": _counted(cell),
    }


def _counted(cell: GridCell) -> Json | None:
    """What a register or ledger counts, as the script fills it in; none where nothing is offered."""
    if cell.proposal is None:
        return None
    entry, offered = cell.entry, offered_figure(cell.proposal)
    titles = {LEDGER: _("项目台账统计"), SUBSIDIES: _("补助台账统计")}
    return {
        "text": offered_text(entry.indicator, cell.proposal),
        "title": titles.get(cell.proposal.source) or _("名册统计"),
        "value": "" if is_rate(entry.indicator) else _typed(offered.value),
        "numerator": _typed(offered.numerator),
        "denominator": _typed(offered.denominator),
        "na": offered.not_applicable,
        "at": moment(cell.proposal.counted_at),
        "place": [entry.indicator.key, entry.region_id, entry.period_end.isoformat()],
    }


def entry_json(
    entry: Entry,
    problems: Iterable[Problem],
    figure: Figure | None = None,
    returners: Mapping[int, str] | None = None,
) -> Json:
    """A cell as it stands after a save: what it says, who wrote it, what the checks say.

    Who returned it is said only where the names (`returners`) are given.
    """
    said = figure or figure_of(entry)
    rate = is_rate(entry.indicator)
    told = {} if returners is None else {"returned": _returned(entry, returners)}
    return {
        **told,
        "entry": entry.pk,
        "revision": entry.revision,
        "state": entry.state,
        "stateName": str(Entry.State(entry.state).label),
        "value": "" if rate else _typed(said.value),
        "numerator": _typed(said.numerator),
        "denominator": _typed(said.denominator),
        "result": _typed(said.value) if rate else "",
        "na": said.not_applicable,
        "naReason": entry.na_reason,
        "note": entry.note,
        "explanations": dict(explanation_texts(entry)),
        "correction": entry.correction_reason,
        "correcting": entry.observation_id is not None and entry.state != Entry.State.PUBLISHED,
        "problems": [problem_json(problem) for problem in problems],
        "by": str(entry.edited_by) if entry.edited_by else "",
        "at": moment(entry.edited_at),
    }


def problem_json(problem: Problem) -> Json:
    """One thing a check says."""
    return {
        "rule": problem.rule,
        "hard": problem.severity == "hard",
        "text": problem.message,
        "explained": problem.explained,
    }


def moment(value: Any) -> str:
    """2026-11-21 14:05, or nothing."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _typed(value: Any) -> str:
    """A stored number as it is typed: no grouping, no needless digits."""
    return "" if value is None else plain(value)


def _beside(figure: Figure | None, indicator: Indicator) -> Json | None:
    """A figure that stands beside a cell: the number, and with its parts for the tooltip."""
    if figure is None:
        return None
    full = figure.text(indicator)
    if figure.not_applicable or figure.value is None:
        return {"text": full, "full": full}
    return {"text": words.with_unit(figure.value, indicator.unit, shown_places(indicator)), "full": full}


def _returned(entry: Entry, returners: Mapping[int, str]) -> Json | None:
    if not entry.return_reason:
        return None
    return {
        "reason": entry.return_reason,
        "by": returners.get(entry.returned_by_id or 0, ""),
        "at": moment(entry.returned_at),
    }
