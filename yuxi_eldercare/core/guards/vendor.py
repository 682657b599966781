"""Running the statements of a trigger on the database at hand."""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper


def run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    """Execute each statement as it stands, without parameters."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """The table's columns as the database knows them now."""
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def refuse_on_postgresql(sentence: str) -> str:
    """The statement of a trigger function that refuses; the error is an `IntegrityError`, as on SQLite."""
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation';"


def refuse_on_sqlite(sentence: str) -> str:
    """The body of an SQLite trigger that refuses."""
    return f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
