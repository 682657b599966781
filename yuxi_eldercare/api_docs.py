"""The API's own description: the OpenAPI schema, and a page made from it that needs no other host."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from yuxi_eldercare.core.api.access import Guarded


@lru_cache(maxsize=4)
def schema_in(language: str) -> dict[str, Any]:
    """The OpenAPI schema with its sentences in a language; made once per process."""
    with override(language):
        made: dict[str, Any] = SchemaGenerator(urlconf="yuxi_eldercare.urls").get_schema(public=True)
    return made


class Schema(Guarded):
    """OpenAPI 3 as JSON, or as YAML when the caller accepts only that."""

    renderer_classes = (OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(schema_in(get_language() or "zh-hans"))


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str) -> JsonResponse:
    """An address that does not exist, refused in the shape of all refusals."""
    detail = _("没有这个接口：%(path)s。接口目录见 /api/v1/docs。") % {"path": request.path}
    return JsonResponse(
        {"detail": detail, "errors": []}, status=404, json_dumps_params={"ensure_ascii": False}
    )


@dataclass(frozen=True)
class Line:
    """A parameter or a field, as one row of a table."""

    name: str
    type: str
    required: bool
    note: str


@dataclass(frozen=True)
class Answer:
    """A status that an operation can answer with, and the record the answer is made of."""

    status: str
    description: str
    component: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be called."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Line]
    scopes: list[str]
    body: list[Line]
    answers: list[Answer]
    examples: list[str]


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters and the fields of its answer."""
    schema = schema_in(get_language() or "zh-hans")
    operations = [
        _operation(schema, path, method, described)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
    return render(request, "api_docs.html", {"operations": operations, "parts": _parts(schema)})


def _operation(schema: dict[str, Any], path: str, method: str, described: dict[str, Any]) -> Operation:
    sent: dict[str, Any] = next(iter(described.get("requestBody", {}).get("content", {}).values()), {})
    required = described.get("security", [])
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        parameters=[
            Line(p["name"], _type(p["schema"]), p.get("required", False), p.get("description", ""))
            for p in described.get("parameters", [])
        ],
        scopes=[scope for way in required for scope in way.get("oauth2", [])],
        body=_lines(_row(sent.get("schema", {}))),
        answers=[_answer(schema, status, answer) for status, answer in described["responses"].items()],
        examples=[
            json.dumps(example["value"], ensure_ascii=False, indent=2)
            for example in sent.get("examples", {}).values()
        ],
    )


def _answer(schema: dict[str, Any], status: str, answer: dict[str, Any]) -> Answer:
    shape = answer["content"]["application/json"]["schema"]
    return Answer(status, answer.get("description", ""), _component(schema, shape))


def _row(schema: dict[str, Any]) -> dict[str, Any]:
    """What a body is made of: itself, or the first of the forms it can have."""
    return schema if "oneOf" not in schema else _row(schema["oneOf"][0])


def _component(schema: dict[str, Any], answer: dict[str, Any]) -> str:
    """The name of the record an answer is made of: itself, what its page lists, or the first of several."""
    name = str(answer["$ref"]).rpartition("/")[2]
    described = schema["components"]["schemas"][name]
    if "oneOf" in described:
        return _component(schema, described["oneOf"][0])
    results = described["properties"].get("results")
    return _component(schema, results["items"]) if results else name


def _parts(schema: dict[str, Any]) -> list[tuple[str, list[Line]]]:
    """The objects that answers are built of, except the pages around lists."""
    return [
        (name, _lines(described))
        for name, described in schema["components"]["schemas"].items()
        if "properties" in described and not name.startswith("Paginated")
    ]


def _lines(described: dict[str, Any]) -> list[Line]:
    required = described.get("required", [])
    return [
        Line(name, _type(inner), name in required, inner.get("description", ""))
        for name, inner in described.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A type in a few words: string, decimal, [Milestone], up | down."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for joined in ("allOf", "oneOf"):
        if joined in schema:
            return " | ".join(_type(part) for part in schema[joined])
    if schema.get("type") == "array":
        return f"[{_type(schema['items'])}]"
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"] if word)
    return str(schema.get("format") or schema.get("type") or "any")
