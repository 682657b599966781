"""Holding answers against the OpenAPI schema: every field declared, every declared field there."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from yuxi_eldercare.api_docs import schema_in


@cache
def strict_schema() -> dict[str, Any]:
    """The components as JSON Schema: `nullable` spelled out, and no field beyond the declared ones."""
    return {"components": _strict(schema_in("zh-hans")["components"])}


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _strict(value) for key, value in node.items()}
    nullable = made.pop("nullable", False)
    if "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if nullable else made


def problems(component: str, value: Any) -> list[str]:
    """What in `value` differs from the component of the OpenAPI schema."""
    schema = {"$ref": f"#/components/schemas/{component}", **strict_schema()}
    found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def component_of(path: str, method: str = "get", status: str = "200") -> str:
    """The component an operation answers with."""
    answer = schema_in("zh-hans")["paths"][path][method]["responses"][status]
    return str(answer["content"]["application/json"]["schema"]["$ref"]).rpartition("/")[2]
