"""Audit events are never changed or deleted: the database refuses it to everybody who uses this product's account.

Two changes are allowed, and nothing may come with them:
1. sealing: `seq`, `algorithm`, `prev_hash` and `hash` of a row whose `hash` is still empty;
2. forgetting a demonstration account: `actor_id` of a row becomes null while that account is marked `is_demo`
   (`username` and `actor_text` stay, and only they are part of the chain).
The chain's head only moves forward.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from .vendor import columns, refuse_on_postgresql, refuse_on_sqlite, run

EVENTS, HEAD = "core_auditevent", "core_audithead"
SEAL = ("seq", "algorithm", "prev_hash", "hash")
SENTENCE = "audit events are append-only"
HEAD_SENTENCE = "the head of the audit chain only moves forward"

# What both vendors understand.
_SEALING = "OLD.hash = '' AND NEW.hash <> ''"
_DEMO = "EXISTS (SELECT 1 FROM core_user u WHERE u.id = OLD.actor_id AND u.is_demo)"


def install(apps: Any, schema_editor: Any) -> None:
    """Create the triggers; repeated, it replaces them. For `migrations.RunPython`."""
    connection = schema_editor.connection
    remove(apps, schema_editor)
    run(connection, _on_postgresql() if connection.vendor == "postgresql" else _on_sqlite(connection))


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        run(
            connection,
            [
                f"DROP TRIGGER IF EXISTS audit_append_only ON {EVENTS}",
                f"DROP TRIGGER IF EXISTS audit_no_truncate ON {EVENTS}",
                f"DROP TRIGGER IF EXISTS audit_head_forward ON {HEAD}",
                f"DROP TRIGGER IF EXISTS audit_head_no_truncate ON {HEAD}",
                "DROP FUNCTION IF EXISTS audit_append_only()",
                "DROP FUNCTION IF EXISTS audit_head_forward()",
            ],
        )
    else:
        run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in _sqlite_triggers(connection)])


def _on_postgresql() -> list[str]:
    seal = ", ".join(f"'{name}'" for name in SEAL)
    rest = f"ARRAY[{seal}, 'actor_id']"
    unsealed = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in SEAL)
    refuse = refuse_on_postgresql(SENTENCE)
    refuse_head = refuse_on_postgresql(HEAD_SENTENCE)
    return [
        f"""CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF NEW.hash = '' AND NEW.seq IS NULL THEN RETURN NEW; END IF;
          ELSIF TG_OP = 'UPDATE' THEN
            IF (to_jsonb(NEW) - {rest}) = (to_jsonb(OLD) - {rest}) AND (
              ({_SEALING} AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id)
              OR ({unsealed} AND NEW.actor_id IS NULL AND {_DEMO})
            ) THEN RETURN NEW; END IF;
          END IF;
          {refuse}
        END $$""",
        f"""CREATE TRIGGER audit_append_only BEFORE INSERT OR UPDATE OR DELETE ON {EVENTS}
        FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
        f"""CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {EVENTS}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
        f"""CREATE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' THEN
            IF NEW.seq > OLD.seq AND NEW.id = OLD.id THEN RETURN NEW; END IF;
          END IF;
          {refuse_head}
        END $$""",
        f"""CREATE TRIGGER audit_head_forward BEFORE UPDATE OR DELETE ON {HEAD}
        FOR EACH ROW EXECUTE FUNCTION audit_head_forward()""",
        f"""CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON {HEAD}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_head_forward()""",
    ]


def _on_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    return [f"CREATE TRIGGER {name} {body}" for name, body in _sqlite_triggers(connection).items()]


def _sqlite_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    rest = [name for name in columns(connection, EVENTS) if name not in {*SEAL, "actor_id"}]
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in rest)
    unsealed = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in SEAL)
    allowed = (
        f"({same}) AND (({_SEALING} AND NEW.actor_id IS OLD.actor_id)"
        f" OR ({unsealed} AND NEW.actor_id IS NULL AND {_DEMO}))"
    )
    refuse, refuse_head = refuse_on_sqlite(SENTENCE), refuse_on_sqlite(HEAD_SENTENCE)
    return {
        "audit_insert": f"BEFORE INSERT ON {EVENTS} WHEN NEW.hash <> '' OR NEW.seq IS NOT NULL {refuse}",
        "audit_update": f"BEFORE UPDATE ON {EVENTS} WHEN NOT ({allowed}) {refuse}",
        "audit_delete": f"BEFORE DELETE ON {EVENTS} {refuse}",
        "audit_head_update": f"BEFORE UPDATE ON {HEAD} WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id {refuse_head}",
        "audit_head_delete": f"BEFORE DELETE ON {HEAD} {refuse_head}",
    }
