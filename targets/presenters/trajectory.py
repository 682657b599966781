"""The chart of one indicator in one region: baseline, path, milestones, readings, forecast band."""

from typing import Any

from django.utils.translation import gettext as _

from targets.models import Indicator, RegionalTarget
from targets.queries.indicators import Value
from targets.queries.judged import Judged


def trajectory(indicator: Indicator, rows: list[Judged], values: list[Value]) -> dict[str, Any] | None:
    """Data for the chart script (plain JSON), or None when there is nothing to draw."""
    readings = [
        {"x": v.period_end.isoformat(), "y": float(v.value), "provisional": v.provisional}
        for v in values
        if v.value is not None
    ]
    series = [_target_series(target_rows) for target_rows in _by_target(rows)]
    if not readings and not series:
        return None
    return {
        "unit": indicator.unit,
        "percent": indicator.unit == "%",
        "readings": readings,
        "targets": series,
        "labels": {
            "readings": _("填报值"),
            "provisional": _("暂定值（部分县未报）"),
            "today": _("数据截至"),
            "baseline": _("基期"),
            "forecast": _("按目前速度"),
            "year_end": _("年末"),
        },
    }


def _by_target(rows: list[Judged]) -> list[list[Judged]]:
    """Rows of the region's own series, grouped by target (an "all counties" target has no series)."""
    groups: dict[int, list[Judged]] = {}
    for row in rows:
        if row.regional.origin != RegionalTarget.Origin.ALL_MEMBERS and row.milestone.value is not None:
            groups.setdefault(row.target.pk, []).append(row)
    return list(groups.values())


def _target_series(rows: list[Judged]) -> dict[str, Any]:
    target, regional = rows[0].target, rows[0].regional
    baseline = None
    if regional.has_baseline and target.baseline_value is not None and target.baseline_date:
        baseline = {"x": target.baseline_date.isoformat(), "y": float(target.baseline_value)}
    points = [
        {
            "x": row.milestone.due.isoformat(),
            "y": float(row.milestone.value),
            "light": row.light,
            "forecast": _number(row.answer.get("forecast")),
            "low": _number(row.answer.get("forecast_low")),
            "high": _number(row.answer.get("forecast_high")),
        }
        for row in rows
        if row.milestone.due and row.milestone.value is not None
    ]
    return {
        "name": target.document.title,
        "short": target.document.plan.name if target.document.plan_id else target.document.title,
        "path": target.target_type == "reach",
        "baseline": baseline,
        "points": points,
    }


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
