"""What a target said when a month was closed: model rows → JSON, and JSON → rows that are in no database.

The rows made from JSON carry the permanent ids, so that links work, and nothing that a later load has changed.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model

from targets.models import Indicator, Milestone, RegionalTarget, Target, TargetBody
from targets.progress import plain
from yuxi_eldercare.core.models import Document, Plan, Region

# Columns that pages show, by row. Numbers are kept as decimal strings, dates as ISO dates.
_COLUMNS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "regional": (
        RegionalTarget,
        ("id", "target_id", "indicator_id", "region_id", "origin", "has_baseline", "effective_from"),
    ),
    "target": (
        Target,
        (
            "id", "key", "position", "name_as_written", "scope", "scope_text", "target_type", "nature", "firmness",
            "criteria", "region_id", "document_id", "plan_id", "indicator_id", "baseline_date", "baseline_value",
            "baseline_below",
        ),
    ),
    "milestone": (
        Milestone,
        ("id", "target_id", "regional_id", "key", "due", "due_text", "comparator", "value", "value_max"),
    ),
    "indicator": (
        Indicator,
        (
            "id", "key", "position", "name", "theme", "unit", "direction", "integer", "rollup", "basis", "scale",
            "numerator_name", "denominator_name", "decimals",
        ),
    ),
    "document": (Document, ("id", "key", "plan_id", "title", "number", "status", "position")),
    "plan": (Plan, ("id", "key", "name", "region_id", "start", "end")),
    "region": (Region, ("code", "name", "short_name", "level", "parent_id", "position")),
}  # fmt: skip
_DECIMALS = {"baseline_value", "baseline_below", "value", "value_max"}
_DATES = {"effective_from", "baseline_date", "due", "start", "end"}
Row = TypeVar("Row", bound=Model)


def as_stated(row: RegionalTarget, milestone: Milestone, bodies: Iterable[TargetBody]) -> dict[str, Any]:
    """Everything a page shows about a judged milestone apart from the judgement, as JSON."""
    target = row.target
    rows = {
        "regional": row,
        "target": target,
        "milestone": milestone,
        "indicator": row.indicator,
        "document": target.document,
        "plan": target.plan,
        "region": row.region,
    }
    stated: dict[str, Any] = {name: _columns(name, each) for name, each in rows.items()}
    stated["bodies"] = [[body.department_id, body.as_written] for body in bodies]
    return stated


def _columns(name: str, row: Model) -> dict[str, Any]:
    return {column: _as_json(getattr(row, column)) for column in _COLUMNS[name][1]}


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


class Statements:
    """Rows made from the `stated` of many frozen judgements of one close; equal ones are made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Any], Any] = {}

    def regional(self, stated: dict[str, Any]) -> RegionalTarget:
        """The regional target with target (and its bodies), document, plan, indicator and region."""
        row = self._row("regional", RegionalTarget, stated)
        if "target" not in row._state.fields_cache:
            row.target, row.region = self.target(stated), self._row("region", Region, stated)
            row.indicator = row.target.indicator
        return row

    def target(self, stated: dict[str, Any]) -> Target:
        """The target with document, plan, indicator and bodies."""
        row = self._row("target", Target, stated)
        if "document" not in row._state.fields_cache:
            row.document, row.plan = self._row("document", Document, stated), self._row("plan", Plan, stated)
            row.document.plan = row.plan
            row.indicator = self._row("indicator", Indicator, stated)
            _give_bodies(row, stated["bodies"])
        return row

    def milestone(self, stated: dict[str, Any]) -> Milestone:
        """The milestone."""
        row = self._row("milestone", Milestone, stated)
        row.target = self.target(stated)
        return row

    def _row(self, name: str, model: type[Row], stated: dict[str, Any]) -> Row:
        given = stated[name]
        identity = (name, given[_COLUMNS[name][1][0]])
        if identity not in self._made:
            row = model(**{column: _from_json(column, value) for column, value in given.items()})
            row._state.adding = False
            self._made[identity] = row
        made: Row = self._made[identity]
        return made


def _from_json(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in _DECIMALS:
        return Decimal(value)
    return date.fromisoformat(value) if column in _DATES else value


def _give_bodies(target: Target, bodies: Iterable[tuple[int, str]]) -> None:
    """`target.bodies.all()` gives these and asks no database."""
    rows = TargetBody.objects.all()
    rows._result_cache = [
        TargetBody(target=target, department_id=department, as_written=words, position=place)
        for place, (department, words) in enumerate(bodies)
    ]
    target._prefetched_objects_cache = {"bodies": rows}  # type: ignore[attr-defined]
