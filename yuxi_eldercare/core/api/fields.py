"""What a resource shows, declared once: `Table` gives the columns to read, the JSON and the OpenAPI schema.

A serializer's work per row costs three times what reading the row costs, so rows are `values_list` turned
into dictionaries, and the serializer class made here only describes them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Choices, QuerySet, TextField
from django.db.models.functions import Cast
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from .rendering import local_moment, plain_number

Shape = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """One field of the JSON. `column` is the ORM path it is read from; without one it is filled in later."""

    name: str
    schema: serializers.Field[Any, Any, Any, Any]
    column: str | Cast | None = None
    shape: Shape | None = None


class Table:
    """The fields of one kind of record, in the order in which they are documented."""

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = fields
        stored = [f for f in fields if f.column is not None]
        self.columns = tuple(f.column or "" for f in stored)
        self._names = tuple(f.name for f in stored)
        self._shapes = tuple((f.name, f.shape) for f in stored if f.shape is not None)
        self.serializer: type[serializers.Serializer[Any]] = type(
            f"{name}Serializer", (serializers.Serializer,), {f.name: f.schema for f in fields}
        )

    def read(self, queryset: QuerySet[Any], *more: Any) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
        """Each row as (JSON of the stored fields, values of `more`): one statement."""
        return self.shaped(queryset.values_list(*self.columns, *more))

    def shaped(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
        """Rows of `columns` (and more behind them) as dictionaries and the rest."""
        names, shapes, width = self._names, self._shapes, len(self._names)
        for row in rows:
            made = dict(zip(names, row, strict=False))
            for name, shape in shapes:
                made[name] = shape(made[name])
            yield made, row[width:]


@extend_schema_field(
    {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$", "example": "41.2"}
)
class DecimalText(serializers.CharField):
    """A decimal as a string: no exponent, no trailing zeros."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class JsonObject(serializers.DictField):
    """An object whose keys are not fixed."""


def blank_as_none(value: Any) -> Any:
    """What the text does not state is null on the wire."""
    return value or None


def _extra(note: Any, null: bool, optional: bool = False) -> dict[str, Any]:
    extra: dict[str, Any] = {"allow_null": null}
    if note:
        extra["help_text"] = note
    if optional:
        extra["required"] = False
    return extra


def text(name: str, column: str | None = "", note: Any = "", *, null: bool = False) -> Field:
    """Words; with `null`, an empty text leaves as null."""
    schema = serializers.CharField(**_extra(note, null))
    return Field(name, schema, name if column == "" else column, blank_as_none if null else None)


def choice(
    name: str, choices: type[Choices], column: str = "", note: Any = "", *, null: bool = False
) -> Field:
    """A code out of a fixed list."""
    schema = serializers.ChoiceField(choices=choices.choices, **_extra(note, null))
    return Field(name, schema, column or name, blank_as_none if null else None)


def listed(name: str, codes: Iterable[str], note: Any = "") -> Field:
    """A code out of a fixed list that is no column; the resource fills it in."""
    return Field(name, serializers.ChoiceField(choices=list(codes), **_extra(note, False)))


def label(name: str, choices: type[Choices], column: str) -> Field:
    """The word for a code in the caller's language (Chinese unless asked), null where there is no code."""
    words = dict(choices.choices)
    return Field(name, serializers.CharField(allow_null=True), column, words.get)


def day(name: str, column: str | None = "", note: Any = "", *, null: bool = False) -> Field:
    """A date."""
    return Field(name, serializers.DateField(**_extra(note, null)), name if column == "" else column)


def moment(name: str, column: str | None = "", note: Any = "", *, null: bool = False) -> Field:
    """A moment in local time with its offset."""
    schema = serializers.DateTimeField(**_extra(note, null))
    return Field(name, schema, name if column == "" else column, local_moment)


def whole(name: str, column: str | None = "", note: Any = "", *, null: bool = False) -> Field:
    """A count or a year: a JSON number."""
    return Field(name, serializers.IntegerField(**_extra(note, null)), name if column == "" else column)


def decimal(
    name: str, column: str | None = "", note: Any = "", *, null: bool = False, shape: Shape | None = None
) -> Field:
    """A measured value or an amount: a decimal string.

    The database writes the text: making a `Decimal` of every figure first costs more than all the rest.
    """
    schema = DecimalText(**_extra(note, null))
    if column is None or shape is not None:
        return Field(name, schema, column or None, shape)
    return Field(name, schema, Cast(column or name, TextField()), plain_number)


def yes_no(name: str, column: str | None = "", note: Any = "") -> Field:
    """True or false."""
    return Field(name, serializers.BooleanField(**_extra(note, False)), name if column == "" else column)


def texts(name: str, column: str | None = None, note: Any = "", *, optional: bool = False) -> Field:
    """A list of words."""
    schema = serializers.ListField(child=serializers.CharField(), **_extra(note, False, optional))
    return Field(name, schema, column)


def one(name: str, table: Table, note: Any = "", *, null: bool = False) -> Field:
    """An object described by another table; the resource fills it in."""
    return Field(name, table.serializer(**_extra(note, null)))


def many(name: str, table: Table, note: Any = "", *, optional: bool = False) -> Field:
    """A list of objects described by another table; `optional` ones come only when included."""
    return Field(name, table.serializer(many=True, **_extra(note, False, optional)))


def free(
    name: str, column: str | None = "", note: Any = "", *, null: bool = False, optional: bool = False
) -> Field:
    """An object whose keys are not fixed."""
    return Field(name, JsonObject(**_extra(note, null, optional)), name if column == "" else column)
