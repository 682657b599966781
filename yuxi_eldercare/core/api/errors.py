"""Errors of the API, all in one shape: `{"detail": sentence, "errors": [{"field", "message"}, …]}`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MOST_SHOWN = 50


class BadRequest(APIException):
    """What was asked cannot be answered; each problem is a mapping with `field` and `message`."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_request"

    def __init__(self, problems: Iterable[dict[str, Any]]) -> None:
        self.problems = list(problems)
        super().__init__(_summary(self.problems))


class TooLarge(APIException):
    """The body is larger than this address accepts."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def bad_parameter(field: str, message: str) -> BadRequest:
    """The refusal of one parameter."""
    return BadRequest([{"field": field, "message": message}])


def no_such(name: object, key: str) -> NotFound:
    """The refusal of a key that names nothing."""
    return NotFound(_("没有这个%(name)s：“%(key)s”。") % {"name": name, "key": key})


def _summary(problems: list[dict[str, Any]]) -> str:
    first = str(problems[0]["message"])
    if len(problems) == 1:
        return first
    return _("共有%(count)s处错误，第一处：%(first)s") % {"count": len(problems), "first": first}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler with our shape; what is not an answer to the client is left to Django."""
    if isinstance(error, Http404):
        error = NotFound(_("没有这个地址或记录。"))
    if isinstance(error, ValidationError):
        error = BadRequest(_flattened(error.detail))
    response = exception_handler(error, context)
    if response is None:
        return None
    problems = error.problems[:MOST_SHOWN] if isinstance(error, BadRequest) else []
    detail = error.detail if isinstance(error, APIException) else response.data["detail"]
    response.data = {"detail": str(detail), "errors": problems}
    return response


def _flattened(detail: Any, field: str = "") -> list[dict[str, Any]]:
    return list(_problems(detail, field)) or [{"field": field, "message": _("请求有误。")}]


def _problems(detail: Any, field: str) -> Iterator[dict[str, Any]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _problems(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _problems(inner, field)
    else:
        yield {"field": field, "message": str(detail)}
