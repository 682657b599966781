"""How values leave: JSON through orjson, decimals as plain strings, moments in local time."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.utils import timezone
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_OMIT_MICROSECONDS


def decimal_text(value: Any) -> str | None:
    """`Decimal('41.2000')` as '41.2'; None stays None."""
    if value is None:
        return None
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def plain_number(text: str | None) -> str | None:
    """A decimal as the database writes it ('41.200000', '1000.0', '1.0e-06') in our form."""
    if text is None:
        return None
    if "e" in text:
        return decimal_text(Decimal(text))
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def local_moment(value: datetime | None) -> datetime | None:
    """The moment with the offset of Asia/Shanghai."""
    return None if value is None else value.astimezone(timezone.get_default_timezone())


def _plain(value: Any) -> Any:
    """Decimals leave as strings without exponent or trailing zeros; lazy translations as text."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def to_json(data: Any) -> bytes:
    """The bytes of an answer."""
    return orjson.dumps(data, default=_plain, option=OPTIONS)


class OrjsonRenderer(BaseRenderer):
    """JSON through orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else to_json(data)
