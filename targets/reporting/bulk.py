"""Many rows of one table in one prepared statement, for imports of a hundred thousand rows.

`bulk_create` compiles every column of every row into the statement, which takes a multiple of the writing
itself (on PostgreSQL most for texts). Plain SQL of both databases, built from the model; signals, defaults and
generated keys of instances are left alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

if TYPE_CHECKING:
    from django.db.models import Field

    Columns = Sequence[Field[Any, Any]]

# Rows handed over at once: what a driver holds in memory as text.
PART = 5000


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write these fields of the rows, found by their ids."""
    if not rows:
        return
    columns, meta = _columns(rows, fields), rows[0]._meta
    connection = connections[router.db_for_write(type(rows[0]))]
    names = ", ".join(f"{name} = %s" for name in _quoted(columns, connection))
    table = connection.ops.quote_name(meta.db_table)
    key = connection.ops.quote_name("id")
    _execute(connection, f"UPDATE {table} SET {names} WHERE {key} = %s", rows, columns, with_key=True)


def insert_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Add rows with these fields, which are all that have no default in the database."""
    if not rows:
        return
    columns, meta = _columns(rows, fields), rows[0]._meta
    connection = connections[router.db_for_write(type(rows[0]))]
    names = ", ".join(_quoted(columns, connection))
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(meta.db_table)
    _execute(connection, f"INSERT INTO {table} ({names}) VALUES ({places})", rows, columns, with_key=False)


def _columns(rows: Sequence[Model], fields: Sequence[str]) -> "Columns":
    return [column for column in rows[0]._meta.concrete_fields if column.name in fields]


def _quoted(columns: "Columns", connection: BaseDatabaseWrapper) -> list[str]:
    return [connection.ops.quote_name(str(column.column)) for column in columns]


def _execute(
    connection: BaseDatabaseWrapper, sql: str, rows: Sequence[Model], columns: "Columns", *, with_key: bool
) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), PART):
            part = rows[start : start + PART]
            cursor.executemany(sql, [_values(row, columns, connection, with_key) for row in part])


def _values(row: Model, columns: "Columns", connection: BaseDatabaseWrapper, with_key: bool) -> list[Any]:
    values = [c.get_db_prep_save(getattr(row, c.attname), connection) for c in columns]
    return [*values, row.pk] if with_key else values
