"""Closed months and their rows are never changed: the database refuses it to everybody who uses this product's account.

1. No row is updated or emptied away.
2. A row is deleted only with a close that is part of a demonstration (`is_demo`).
3. A row of a close is inserted only under a number the close announced. All those numbers are taken when the close
   has committed, and a table holds each once, so that nothing can be added afterwards.
"""

from dataclasses import dataclass
from typing import Any

from .vendor import refuse_on_postgresql, refuse_on_sqlite, run

CLOSES = "core_periodclose"
RECORDS = "core_frozenrecord"
SENTENCE = "closed months never change"


@dataclass(frozen=True)
class Guard:
    """The triggers of one table. `may_delete` and `may_insert` are conditions both vendors understand."""

    table: str
    may_delete: str
    may_insert: str = ""
    sentence: str = SENTENCE

    def install(self, apps: Any, schema_editor: Any) -> None:
        """Create the triggers; repeated, it replaces them. For `migrations.RunPython`."""
        connection = schema_editor.connection
        self.remove(apps, schema_editor)
        run(connection, self._on_postgresql() if connection.vendor == "postgresql" else self._on_sqlite())

    def remove(self, apps: Any, schema_editor: Any) -> None:
        """Drop the triggers."""
        connection = schema_editor.connection
        if connection.vendor == "postgresql":
            statements = [
                f"DROP TRIGGER IF EXISTS {name} ON {self.table}" for name in self._postgresql_names()
            ]
            run(connection, [*statements, f"DROP FUNCTION IF EXISTS {self.table}_frozen()"])
        else:
            run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in self._sqlite_triggers()])

    @property
    def names(self) -> dict[str, set[str]]:
        """By vendor, what the triggers are called."""
        return {"postgresql": set(self._postgresql_names()), "sqlite": set(self._sqlite_triggers())}

    def _postgresql_names(self) -> list[str]:
        return [f"{self.table}_frozen", f"{self.table}_no_truncate"]

    def _on_postgresql(self) -> list[str]:
        rows, whole = self._postgresql_names()
        return [
            f"""CREATE FUNCTION {rows}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'DELETE' THEN
                IF {self.may_delete} THEN RETURN OLD; END IF;
              ELSIF TG_OP = 'INSERT' THEN
                IF {self.may_insert or "TRUE"} THEN RETURN NEW; END IF;
              END IF;
              {refuse_on_postgresql(self.sentence)}
            END $$""",
            f"""CREATE TRIGGER {rows} BEFORE INSERT OR UPDATE OR DELETE ON {self.table}
            FOR EACH ROW EXECUTE FUNCTION {rows}()""",
            f"""CREATE TRIGGER {whole} BEFORE TRUNCATE ON {self.table}
            FOR EACH STATEMENT EXECUTE FUNCTION {rows}()""",
        ]

    def _on_sqlite(self) -> list[str]:
        return [f"CREATE TRIGGER {name} {body}" for name, body in self._sqlite_triggers().items()]

    def _sqlite_triggers(self) -> dict[str, str]:
        refuse = refuse_on_sqlite(self.sentence)
        triggers = {
            f"{self.table}_update": f"BEFORE UPDATE ON {self.table} {refuse}",
            f"{self.table}_delete": f"BEFORE DELETE ON {self.table} WHEN NOT ({self.may_delete}) {refuse}",
        }
        if self.may_insert:
            body = f"BEFORE INSERT ON {self.table} WHEN NOT ({self.may_insert}) {refuse}"
            triggers[f"{self.table}_insert"] = body
        return triggers


def rows_of_closes(table: str, counted_by: str) -> Guard:
    """The guard of a `FrozenRow` table whose rows a column of the close counts."""
    return Guard(
        table,
        f"EXISTS (SELECT 1 FROM {CLOSES} c WHERE c.id = OLD.close_id AND c.is_demo)",
        f"EXISTS (SELECT 1 FROM {CLOSES} c WHERE c.id = NEW.close_id AND NEW.number <= c.{counted_by})",
    )


closes = Guard(CLOSES, "OLD.is_demo")
records = rows_of_closes(RECORDS, "records")
