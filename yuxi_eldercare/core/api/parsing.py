"""How bodies are read: JSON of limited size that keeps every digit, and small forms."""

import json
from decimal import Decimal
from typing import IO, Any
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from .errors import TooLarge

MOST_FORM_BYTES = 8_192


class ExactJSONParser(BaseParser):
    """JSON of limited size whose numbers keep every digit."""

    media_type = "application/json"
    most_bytes = 4_000_000

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        """The body; refuses NaN, infinity, a name that stands twice, what is not JSON and what is too large."""
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            most = self.most_bytes // 1_000_000
            raise TooLarge(_("请求体超过 %(most)s MB，请分批提交。") % {"most": most})
        try:
            return json.loads(
                body.decode("utf-8"),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_object,
            )
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise ParseError(_("请求体不是有效的 JSON：%(error)s") % {"error": error}) from None


def _refuse_constant(word: str) -> None:
    raise ValueError(_("%(word)s 不是数值") % {"word": word})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("“%(name)s”出现了不止一次") % {"name": twice[:40]})
    return made


class FormParser(BaseParser):
    """A small form."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> QueryDict:
        """The fields; refuses what is too large or not UTF-8."""
        body = stream.read(MOST_FORM_BYTES + 1)
        if len(body) > MOST_FORM_BYTES:
            raise TooLarge(_("请求体超过 8 KB，请只提交表单中的字段。"))
        made = QueryDict(mutable=True)
        try:
            for name, value in parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict"):
                made.appendlist(name, value)
        except ValueError:
            raise ParseError(_("请求体不是有效的表单。")) from None
        return made
