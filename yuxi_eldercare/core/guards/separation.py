"""No one holds two of the three administrators' roles at the same time: refused by the database itself.

The action refuses it with a sentence first; this is what remains when somebody goes around the action. On
PostgreSQL the person's row is locked, so that two grants at the same moment cannot both pass.
"""

from typing import Any

from yuxi_eldercare.core.roles import SEPARATED

from .vendor import refuse_on_postgresql, refuse_on_sqlite, run

TABLE = "core_membership"
SENTENCE = "one person holds two of the separated administrator roles"
FOREVER = "'9999-12-31'"


def install(apps: Any, schema_editor: Any) -> None:
    """Create the triggers; repeated, it replaces them. For `migrations.RunPython`."""
    connection = schema_editor.connection
    remove(apps, schema_editor)
    run(connection, _on_postgresql() if connection.vendor == "postgresql" else _on_sqlite())


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        run(
            connection,
            [
                f"DROP TRIGGER IF EXISTS separated_roles ON {TABLE}",
                "DROP FUNCTION IF EXISTS separated_roles()",
            ],
        )
    else:
        run(
            connection,
            [
                "DROP TRIGGER IF EXISTS separated_roles_insert",
                "DROP TRIGGER IF EXISTS separated_roles_update",
            ],
        )


def _clash(forever: str) -> str:
    """Whether the person holds another of the roles for a time that meets the new one."""
    roles = ", ".join(f"'{role}'" for role in sorted(SEPARATED))
    return f"""NEW.role IN ({roles}) AND NEW.revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM {TABLE} m WHERE m.user_id = NEW.user_id AND m.id <> NEW.id
        AND m.role IN ({roles}) AND m.role <> NEW.role AND m.revoked_at IS NULL
        AND COALESCE(m.valid_to, {forever}) >= NEW.valid_from
        AND COALESCE(NEW.valid_to, {forever}) >= m.valid_from)"""


def _on_postgresql() -> list[str]:
    return [
        f"""CREATE FUNCTION separated_roles() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM 1 FROM core_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
          IF {_clash(FOREVER + "::date")} THEN {refuse_on_postgresql(SENTENCE)} END IF;
          RETURN NEW;
        END $$""",
        f"""CREATE TRIGGER separated_roles BEFORE INSERT OR UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION separated_roles()""",
    ]


def _on_sqlite() -> list[str]:
    """`NEW.id` of a row being inserted is -1 or null before it is stored; neither equals another row's."""
    clash = _clash(FOREVER).replace("m.id <> NEW.id", "m.id IS NOT NEW.id")
    return [
        f"CREATE TRIGGER separated_roles_{verb} BEFORE {verb.upper()} ON {TABLE} WHEN {clash} "
        f"{refuse_on_sqlite(SENTENCE)}"
        for verb in ("insert", "update")
    ]
