"""Bringing rows in line with plan files: create, update, withdraw, never re-create a keyed record.

`Sync` knows models and field values only; what a file record means is the importers' business.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models

from .models import Clause, Department, Document, LoadedRecord
from .plan_files import PlanFileError
from .plan_files.bundle import Bundle, Record

M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound=LoadedRecord)


@dataclass(frozen=True)
class Change:
    """One thing the load does: `verb` is add, update, withdraw or restore; `fields` name what differs."""

    verb: str
    kind: str
    key: str
    fields: tuple[str, ...] = ()


@dataclass
class Sync:
    """One load: the moment, the documents it speaks for, the changes so far, and look-ups for importers."""

    bundle: Bundle
    now: datetime
    scope: frozenset[str]  # document codes whose records this load owns
    whole: bool  # True: shared dictionaries (regions, departments, indicators) belong to it too
    changes: list[Change] = field(default_factory=list)
    errors: list[PlanFileError] = field(default_factory=list)  # what the rows here do not allow
    documents: dict[str, Document] = field(default_factory=dict)
    clauses: dict[tuple[str, str], Clause] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)  # by every spelling

    def owned(self, records: Iterable[Record]) -> list[Record]:
        """The records of documents in scope."""
        return [record for record in records if record.document in self.scope]

    def keyed(
        self, model: type[R], rows: models.QuerySet[R], wanted: Mapping[str, dict[str, Any]]
    ) -> dict[str, R]:
        """Make the keyed `rows` (what this load owns of the table) equal to `wanted`; returns rows by key.

        Keys that are not wanted are withdrawn; a key that comes back is restored with the same row.
        """
        present = {row.key: row for row in rows}
        kind = model.__name__
        new = [model(key=key, **values) for key, values in wanted.items() if key not in present]
        model._default_manager.bulk_create(new)
        self.changes += [Change("add", kind, row.key) for row in new]
        altered: list[R] = []
        for key, row in present.items():
            values = {**wanted[key], "withdrawn_at": None} if key in wanted else None
            if values is None:
                if row.withdrawn_at is None:
                    row.withdrawn_at = self.now
                    altered.append(row)
                    self.changes.append(Change("withdraw", kind, key))
                continue
            differing = _differing(row, values)
            if differing:
                for name in differing:
                    setattr(row, name, values[name])
                altered.append(row)
                verb = "restore" if "withdrawn_at" in differing else "update"
                self.changes.append(Change(verb, kind, key, tuple(differing)))
        if altered:
            names = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name != "key"]
            model._default_manager.bulk_update(altered, names, batch_size=200)
        return {**present, **{row.key: row for row in new}}

    def children(
        self,
        model: type[M],
        parent: str,
        wanted: Mapping[Any, list[dict[str, Any]]],
        *,
        ignore: tuple[str, ...] = (),
        rows: models.QuerySet[M] | None = None,
    ) -> None:
        """Make the unkeyed child rows of each parent equal to `wanted`; a changed list is written anew.

        `rows` are those the load owns, where the table holds others, too.
        """
        names = [
            f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname not in ignore
        ]
        present: dict[Any, list[tuple[Any, ...]]] = {owner.pk: [] for owner in wanted}
        owned = model._default_manager.all() if rows is None else rows
        mine = owned.filter(**{f"{parent}__in": list(wanted)}).order_by("pk")
        for values in mine.values_list(f"{parent}_id", *names):
            present[values[0]].append(tuple(values[1:]))
        fresh: list[M] = []
        stale: list[Any] = []
        for owner, lists in wanted.items():
            made = [model(**{parent: owner}, **values) for values in lists]
            if [tuple(_comparable(getattr(row, name)) for name in names) for row in made] == [
                tuple(map(_comparable, values)) for values in present[owner.pk]
            ]:
                continue
            stale.append(owner)
            fresh += made
            if present[owner.pk]:
                self.changes.append(Change("update", type(owner).__name__, owner.key, (model.__name__,)))
        if stale:
            owned.filter(**{f"{parent}__in": stale}).delete()
            model._default_manager.bulk_create(fresh, batch_size=500)

    def clause(self, document: str, number: str) -> Clause:
        """The clause row with this number; rows of tables exist because some record cites them."""
        return self.clauses[(document, number)]

    def sources(self, record: Record) -> list[dict[str, Any]]:
        """Field values of the record's `Source` rows."""
        assert record.document is not None
        return [
            {
                "clause": self.clause(record.document, source["clause"]),
                "phrase": source["phrase"],
                "position": i,
            }
            for i, source in enumerate(record["sources"])
        ]

    def bodies(self, names: Iterable[str], **extra: Any) -> list[dict[str, Any]]:
        """Field values of body rows for departments as written."""
        return [
            {"department": self.departments[name], "as_written": name, "position": i, **extra}
            for i, name in enumerate(names)
        ]


def _differing(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    names = []
    for name, value in values.items():
        field_ = row._meta.get_field(name)
        current = getattr(row, field_.attname)  # type: ignore[union-attr]
        wanted = value.pk if isinstance(value, models.Model) else value
        if _comparable(current) != _comparable(wanted):
            names.append(name)
    return names


def _comparable(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, str) and isinstance(value, models.Choices):
        return str(value)
    return value


def positions(
    records: Iterable[Record], values: Callable[[Record], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """`{key: values}` with the place in the file as `position`."""
    return {record.key: {**values(record), "position": i} for i, record in enumerate(records)}


def as_date(value: Any) -> date | None:
    """A date of a plan file: a year means 31 December (§4.1)."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, datetime):
        return value.date()
    text = str(value)
    return date(int(text), 12, 31) if len(text) == 4 else date.fromisoformat(text)


def as_decimal(value: Any) -> Decimal | None:
    """An exact number of a plan file."""
    return None if value is None else Decimal(str(value))


def as_text(value: Any) -> str:
    """Text of a plan file; null is the empty string."""
    return "" if value is None else str(value)
