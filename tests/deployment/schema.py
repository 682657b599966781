"""What a database holds besides rows: tables, constraints, indexes and triggers; the order of columns is left out."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = {"master": "SELECT type, name, tbl_name, sql FROM sqlite_master"}
POSTGRESQL = {
    "columns": """SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
                  numeric_scale, is_nullable, column_default, identity_generation
                  FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
                      FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def schema(connection: BaseDatabaseWrapper) -> list[str]:
    """One sorted line per thing."""
    queries = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    lines = []
    with connection.cursor() as cursor:
        for kind, query in queries.items():
            cursor.execute(query)
            lines += [_line(kind, row) for row in cursor.fetchall()]
    return sorted(lines)


def _line(kind: str, row: tuple[Any, ...]) -> str:
    if row[0] == "table":
        return repr((kind, *row[:3], sorted(_parts(row[3]))))
    return repr((kind, *row))


def _parts(statement: str) -> list[str]:
    """What stands between the outer brackets of a CREATE TABLE, cut at its commas."""
    parts, depth = [""], 0
    for sign in statement[statement.index("(") + 1 : statement.rindex(")")]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
