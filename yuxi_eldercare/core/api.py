"""What every API endpoint shares: paging, JSON rendering, and errors in the same shape."""

from typing import Any

import orjson
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import BaseRenderer


class Pages(PageNumberPagination):
    """`page` and `page_size` (default 100, at most 1,000)."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


def _plain(value: Any) -> Any:
    """Decimals leave as strings without exponent or trailing zeros; lazy translations as text."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return decimal_text(value)
    return str(value)


def decimal_text(value: Any) -> str | None:
    """`Decimal('41.2000')` as '41.2'; None stays None."""
    if value is None:
        return None
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


class OrjsonRenderer(BaseRenderer):
    """JSON through orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)
