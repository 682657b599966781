"""References of the reporting files: who reports what, denominators, check rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.known import Known


def reporting_errors(bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    """Every reference of a reporting file that leads nowhere, and every indicator that two lines claim."""
    for record in bundle.indicators:
        yield from _series(record, known)
    first: dict[str, Record] = {}
    for line in bundle.reporting_lines:
        yield from _line(line, bundle, known)
        for index, code in enumerate(line.get("indicators", [])):
            other = first.setdefault(str(code), line)
            if other is not line:
                message = (
                    f"指标“{code}”已在第 {other.line()} 行写过。一个指标只能有一种填报责任，请删去其中一个。"
                )
                yield line.error(message, "indicators", index)
    for record in bundle.plan_confirmers:
        if record.get("plan") not in known.plans:
            yield record.error(f"没有方案“{record.get('plan')}”。请改正 key。", "plan")
        yield from _department(record, "department", known)
    for rule in bundle.check_rules:
        yield from _rule(rule, known)


def _series(record: Record, known: Known) -> Iterator[PlanFileError]:
    code = record.get("denominator_series")
    if code is None:
        return
    series = known.indicators.get(str(code))
    if series is None:
        yield record.error(
            f"指标字典里没有分母指标“{code}”。请改正代码，或先写这个指标。", "denominator_series"
        )
    elif series.get("rollup") != "sum" or record.get("rollup") != "ratio_of_sums":
        message = "分母指标应为合计类（sum）指标，并且只用于比率（ratio_of_sums）。请核对两处。"
        yield record.error(message, "denominator_series")


def _line(line: Record, bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    for index, code in enumerate(line.get("indicators", [])):
        if code not in known.indicators:
            yield line.error(f"指标字典里没有“{code}”。请改正代码。", "indicators", index)
    yield from _department(line, "city", known)
    yield from _department(line, "confirmed_by", known)
    bureau = line.get("bureau")
    if bureau is None:
        if line.get("city") is None:
            yield line.error("没有写填报单位。请写 bureau（县级）或 city（市级）。", "bureau")
        return
    counties = {code for code, level in known.regions.items() if level == "county"}
    there = {str(d.get("region")) for d in bundle.departments if d.key.endswith(f"-{bureau}")}
    for county in sorted(counties - there):
        message = f"区划“{county}”没有 key 以“-{bureau}”结尾的单位。请先在 departments.yaml 登记。"
        yield line.error(message, "bureau")


def _department(record: Record, name: str, known: Known) -> Iterator[PlanFileError]:
    key = record.get(name)
    if key is not None and key not in known.departments:
        yield record.error(f"没有单位“{key}”。请改正 key，或先在 departments.yaml 登记。", name)


def _rule(rule: Record, known: Known) -> Iterator[PlanFileError]:
    yield from _department(rule, "owner", known)
    for index, code in enumerate(rule.get("indicators", [])):
        if code not in known.indicators:
            yield rule.error(f"指标字典里没有“{code}”。请改正代码。", "indicators", index)
    params: Any = rule.get("params", {})
    for name, value in params.items() if isinstance(params, dict) else ():
        for text in value if isinstance(value, list) else [value]:
            code = str(text).partition(".")[0]
            if isinstance(text, str) and code not in known.indicators:
                yield rule.error(f"指标字典里没有“{code}”。请改正代码。", "params", name)
