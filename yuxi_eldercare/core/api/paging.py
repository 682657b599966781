"""Pages of a list: `page` from 1, `page_size` 100 unless asked for, at most 1,000."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param


@dataclass(frozen=True)
class Span:
    """Which rows were asked for."""

    number: int
    size: int

    @property
    def rows(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)


class Pages(PageNumberPagination):
    """`page` and `page_size` (default 100; more than 1,000 is taken as 1,000)."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    page_query_description = gettext_lazy("第几页，从 1 起。")  # type: ignore[assignment]
    page_size_query_description = gettext_lazy(  # type: ignore[assignment]
        "每页多少条，默认 100；超过 1,000 按 1,000 计。"
    )

    def span(self, request: Request) -> Span:
        """The page asked for; refuses what is not a positive whole number."""
        number = self._whole(request, self.page_query_param, 1)
        return Span(
            number, min(self._whole(request, self.page_size_query_param, self.page_size), self.max_page_size)
        )

    def _whole(self, request: Request, name: str, default: int) -> int:
        # Imported late: DRF reads this class from the settings while it imports its own views.
        from .errors import bad_parameter

        text = request.query_params.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
            raise bad_parameter(name, _("%(name)s 应为正整数，例如 1。") % {"name": name})
        return int(text)

    def envelope(self, request: Request, span: Span, total: int, results: list[Any]) -> dict[str, Any]:
        """The answer around the rows of one page."""
        here = request.build_absolute_uri()
        last = max(1, -(-total // span.size))
        return {
            "count": total,
            "page_size": span.size,
            "next": self._link(here, span.number + 1) if span.number < last else None,
            "previous": self._link(here, span.number - 1) if span.number > 1 else None,
            "results": results,
        }

    def _link(self, here: str, number: int) -> str:
        if number == 1:
            return remove_query_param(here, self.page_query_param)
        return replace_query_param(here, self.page_query_param, number)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """OpenAPI of `envelope`."""
        described = super().get_paginated_response_schema(schema)
        described["properties"]["page_size"] = {"type": "integer", "example": self.page_size}
        described["required"] = ["count", "page_size", "next", "previous", "results"]
        return described
