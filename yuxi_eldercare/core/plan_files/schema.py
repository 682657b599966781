"""Validate the records of a bundle against the JSON Schema, in words their author understands."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError

SCHEMA_PATH = Path(__file__).resolve().parents[3] / "fixtures" / "schema" / "plan-files.schema.json"

_TYPE_NAMES = {
    "string": "文字",
    "number": "数字",
    "integer": "整数",
    "boolean": "true 或 false",
    "array": "列表",
    "object": "一组“字段: 值”",
    "null": "null",
}


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The JSON Schema of plan files."""
    loaded: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=64)
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema()["$defs"]})


def schema_errors(bundle: Bundle) -> list[PlanFileError]:
    """Every way in which a record does not have the form that its kind requires."""
    return [error for record in bundle.records() for error in record_errors(record)]


def record_errors(record: Record) -> Iterator[PlanFileError]:
    """Errors of one record, each once."""
    seen: set[tuple[tuple[str | int, ...], str]] = set()
    for found in _validator(record.kind).iter_errors(record.data):
        for where, message in _explain(found):
            if (where, message) not in seen:
                seen.add((where, message))
                yield record.error(message, *where)


def _explain(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    where = tuple(error.absolute_path)
    rule: Any = error.validator_value
    if error.validator == "required":
        present: Any = error.instance
        missing = [name for name in rule if name not in present]
        yield where, f"缺少字段：{'、'.join(missing)}。请补上；没有内容时写 null 或 []。"
    elif error.validator == "additionalProperties":
        known = list(_schema_of(error).get("properties", {}))
        instance: Any = error.instance
        for name in instance:
            if name not in known:
                yield (*where, name), _unknown_field(name, known)
    else:
        yield where, _message(error)


def _schema_of(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _unknown_field(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"是否应为“{close[0]}”？" if close else ""
    return f"不认识的字段“{name}”。{hint}可用的字段：{'、'.join(known)}。"


def _message(error: ValidationError) -> str:
    value: Any = error.instance
    rule: Any = error.validator_value
    shown = _shown(value)
    if advice := _schema_of(error).get("$comment"):
        return f"“{shown}”不合格式：{advice}。"
    match error.validator:
        case "type":
            wanted = [_TYPE_NAMES.get(t, t) for t in ([rule] if isinstance(rule, str) else rule)]
            quote = "编号、代码等要加引号。" if "文字" in wanted and isinstance(value, int) else ""
            return f"应为{'或 '.join(wanted)}，现在是“{shown}”。{quote or '请改正。'}"
        case "enum":
            return f"“{shown}”不在可选范围。可选：{'、'.join(_shown(option) for option in rule)}。"
        case "const":
            return f"在这里应为 {_shown(rule)}，现在是“{shown}”。请改正。"
        case "minItems" | "minLength":
            return "不能为空。请填写内容。"
        case "maxLength":
            return f"超过 {rule} 个字。请只写开头的一小段。"
        case "uniqueItems":
            return "列表里有重复的项。请删去重复的。"
        case "minimum" | "exclusiveMinimum":
            return f"数值 {shown} 太小，下限为 {rule}。请核对。"
        case "maximum":
            return f"数值 {shown} 太大，上限为 {rule}。请核对。"
        case _:
            return f"“{shown}”不合格式。请对照格式说明改正。"


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"
