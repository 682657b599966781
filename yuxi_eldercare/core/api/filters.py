"""What a list can be asked for. A value that cannot mean anything is refused with a sentence, never ignored.

Every filter is a `where`: a function from the value to a condition. Conditions on lists that hang on a record
use subqueries, so that no filter multiplies rows.
"""

import difflib
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Choices, Model, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from .errors import BadRequest, bad_parameter

Where = Callable[[Any], Q]
LONGEST_TEXT = 60


class Filter(django_filters.Filter):
    """A query parameter and the condition it means."""

    def __init__(self, where: Where, *, note: Any = "", schema: dict[str, Any], **field: Any) -> None:
        self.where = where
        super().__init__(help_text=note, **field)
        extend_schema_field({**schema, "description": note} if note else schema)(self)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs if value in (None, "", []) else qs.filter(self.where(value))


class Word(Filter):
    """Search text: at most 60 characters, white space at the ends ignored."""

    field_class = forms.CharField

    def __init__(self, where: Where, note: Any = "") -> None:
        schema = {"type": "string", "maxLength": LONGEST_TEXT}
        super().__init__(where, note=note, schema=schema, max_length=LONGEST_TEXT)


class Reference(Filter):
    """The key of another record. A key that names nothing is refused (see `Filters.refuse_unknown`)."""

    field_class = forms.CharField

    def __init__(
        self, model: type[Model], name: Any, where: Where, note: Any = "", known: Where | None = None
    ) -> None:
        self.referred, self.name = model, name
        self.known = known or (lambda value: Q(pk=value) if model._meta.pk.name != "id" else Q(key=value))
        super().__init__(where, note=note, schema={"type": "string", "maxLength": 100}, max_length=100)


class _NumberField(forms.CharField):
    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= 18:
            return int(text)
        raise forms.ValidationError(_("“%(text)s”不是编号，请填整数。") % {"text": text[:20]})


class Number(Reference):
    """The number of another record, where it has no key."""

    field_class = _NumberField

    def __init__(self, model: type[Model], name: Any, where: Where, note: Any = "") -> None:
        super().__init__(model, name, where, note, known=lambda number: Q(pk=number))
        extend_schema_field({"type": "integer", "minimum": 0, "description": note})(self)


class _ChoicesField(forms.CharField):
    """One or more codes, separated by commas."""

    def __init__(self, codes: Collection[str], **options: Any) -> None:
        self.codes = codes
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        chosen = [word.strip() for word in text.split(",") if word.strip()]
        for word in chosen:
            if word not in self.codes:
                raise forms.ValidationError(
                    _("“%(word)s”不是可用的取值，请从 %(codes)s 中选择。")
                    % {"word": word, "codes": "、".join(self.codes)}
                )
        return chosen


class OneOf(Filter):
    """One or more codes of a fixed list, separated by commas: any of them matches."""

    field_class = _ChoicesField

    def __init__(self, codes: type[Choices] | Collection[str], where: str | Where, note: Any = "") -> None:
        plain = list(codes.values) if isinstance(codes, type) else list(codes)
        either = "|".join(plain)
        condition = where if callable(where) else lambda chosen: Q(**{f"{where}__in": chosen})
        schema = {"type": "string", "pattern": f"^({either})(,({either}))*$", "example": plain[0]}
        listed = (
            format_lazy("{note} {codes}", note=note, codes=" | ".join(plain)) if note else " | ".join(plain)
        )
        super().__init__(condition, note=listed, schema=schema, codes=plain)


class _YesNoField(forms.CharField):
    def clean(self, value: Any) -> bool | None:
        text = super().clean(value).lower()
        if text in {"", "true", "false", "1", "0"}:
            return None if text == "" else text in {"true", "1"}
        raise forms.ValidationError(_("“%(text)s”不是可用的取值，请填 true 或 false。") % {"text": text})


class YesNo(Filter):
    """`true` or `false`; the condition (one that depends on the day is made anew) is that of true."""

    field_class = _YesNoField

    def __init__(self, where: Q | Callable[[], Q], note: Any = "") -> None:
        def condition(yes: bool) -> Q:
            true = where() if callable(where) else where
            return true if yes else ~true

        super().__init__(condition, note=note, schema={"type": "boolean"})


class _YearField(forms.CharField):
    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        if text.isascii() and text.isdigit() and 1900 <= int(text[:9]) <= 2100:
            return int(text)
        raise forms.ValidationError(_("“%(text)s”不是年份，请填四位数字，例如 2025。") % {"text": text[:20]})


class Year(Filter):
    """A calendar year."""

    field_class = _YearField

    def __init__(self, where: Where, note: Any = "") -> None:
        super().__init__(where, note=note, schema={"type": "integer", "minimum": 1900, "maximum": 2100})


class _DayField(forms.CharField):
    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = parse_date(text)
        except ValueError:
            found = None
        if found is None:
            sentence = _("“%(text)s”不是日期，请按 2025-12-31 的写法填写。") % {"text": text[:20]}
            raise forms.ValidationError(sentence)
        return found


class Day(Filter):
    """A date."""

    field_class = _DayField

    def __init__(self, where: Where, note: Any = "") -> None:
        super().__init__(where, note=note, schema={"type": "string", "format": "date"})


class Withdrawn(Filter):
    """Whether records that left their plan file are listed: no (default), with the others, or alone."""

    field_class = _ChoicesField

    def __init__(self, gone: Q | None = None) -> None:
        gone = gone or Q(withdrawn_at__isnull=False)
        self.default = ~gone
        super().__init__(
            lambda chosen: {"exclude": ~gone, "include": Q(), "only": gone}[chosen[0]],
            note=gettext_lazy("已撤下的记录：exclude 不列出（默认），include 一并列出，only 只列出。"),
            schema={"type": "string", "enum": ["exclude", "include", "only"]},
            codes=["exclude", "include", "only"],
        )

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(self.where(value)) if value else qs.filter(self.default)


class Filters(FilterSet):
    """The parameters of one list."""

    def found(self) -> QuerySet[Any]:
        """The rows that meet all parameters; refuses values that cannot mean anything."""
        if not self.is_valid():
            raise BadRequest(
                {"field": name, "message": str(message)}
                for name, messages in self.errors.items()
                for message in messages
            )
        return self.qs

    def refuse_unknown(self) -> None:
        """Refuse keys that name nothing. Asked only when nothing was found: a found row proves its keys."""
        problems = [
            {"field": name, "message": _unknown(declared.name, value)}
            for name, declared in self.filters.items()
            if isinstance(declared, Reference)
            and (value := self.form.cleaned_data.get(name))
            and not declared.referred._default_manager.filter(declared.known(value)).exists()
        ]
        if problems:
            raise BadRequest(problems)


def _unknown(name: object, value: str) -> str:
    return _("没有这个%(name)s：“%(key)s”。") % {"name": name, "key": value}


def refuse_mistyped(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that do not exist or stand twice: a mistyped filter must not mean "everything"."""
    for name, values in request.query_params.lists():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = _("是不是“%(name)s”？") % {"name": close[0]} if close else ""
            listed = _("可用的参数：%(known)s。") % {"known": "、".join(sorted(known))}
            raise bad_parameter(name, _("没有“%(name)s”这个参数。") % {"name": name} + hint + listed)
        if len(values) > 1:
            raise bad_parameter(name, _("参数“%(name)s”出现了不止一次。") % {"name": name})


def chosen_includes(request: Request, offered: Collection[str]) -> frozenset[str]:
    """The parts asked for with `include=a,b`; refuses unknown ones."""
    words = [word.strip() for word in request.query_params.get("include", "").split(",") if word.strip()]
    for word in words:
        if word not in offered:
            raise bad_parameter(
                "include",
                _("“%(word)s”不能包含在内，可用的有：%(offered)s。")
                % {"word": word, "offered": "、".join(offered) or "—"},
            )
    return frozenset(words)
