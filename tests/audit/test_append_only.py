"""The database refuses to change or delete audit events, whoever asks and however."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.worlds import World, make_user, make_world
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.audit import sealing
from yuxi_eldercare.core.guards import append_only
from yuxi_eldercare.core.models import AuditEvent, AuditHead, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def event(world: World) -> AuditEvent:
    return audit.record(
        by=world.lin, action="test.do", object_type="thing", object_key="1", before={"a": 1}, after={"a": 2}
    )


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


ATTACKS: dict[str, Callable[[AuditEvent], object]] = {
    "save": lambda event: AuditEvent(**{**columns(event), "detail": "改过"}).save(force_update=True),
    "update": lambda event: AuditEvent.objects.update(detail="改过"),
    "before": lambda event: AuditEvent.objects.update(before=None),
    "actor to null": lambda event: AuditEvent.objects.update(actor=None),
    "time": lambda event: sql("UPDATE core_auditevent SET at = '2020-01-01 00:00:00+00'"),
    "delete": lambda event: AuditEvent.objects.all().delete(),
    "raw delete": lambda event: sql("DELETE FROM core_auditevent"),
    "seal and change": lambda event: sql("UPDATE core_auditevent SET hash = 'x', seq = 1, detail = 'y'"),
    "born sealed": lambda event: AuditEvent(
        **{**columns(event), "id": None, "seq": 9, "hash": "f" * 64}
    ).save(force_insert=True),
}


def columns(event: AuditEvent) -> dict[str, object]:
    return {field.attname: getattr(event, field.attname) for field in AuditEvent._meta.fields}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("sealed", [False, True], ids=["unsealed", "sealed"])
def test_events_stay_as_they_are(event: AuditEvent, attack: Callable[..., object], sealed: bool) -> None:
    if sealed:
        sealing.seal()
    event.refresh_from_db()
    said = columns(event)
    with pytest.raises(IntegrityError, match=append_only.SENTENCE), transaction.atomic():
        attack(event)
    event.refresh_from_db()
    assert columns(event) == said
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE core_auditevent SET hash = 'x', prev_hash = 'y'",
        "UPDATE core_auditevent SET seq = seq + 1",
        "UPDATE core_auditevent SET algorithm = 'sm3'",
    ],
)
def test_a_seal_is_set_once(event: AuditEvent, attack: str) -> None:
    sealing.seal()
    with pytest.raises(IntegrityError, match=append_only.SENTENCE), transaction.atomic():
        sql(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE core_audithead SET seq = seq - 1",
        "UPDATE core_audithead SET hash = 'x'",
        "DELETE FROM core_audithead",
    ],
)
def test_the_head_only_moves_forward(event: AuditEvent, attack: str) -> None:
    sealing.seal()
    with pytest.raises(IntegrityError, match=append_only.HEAD_SENTENCE), transaction.atomic():
        sql(attack)
    assert AuditHead.objects.get().seq == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", [append_only.EVENTS, append_only.HEAD])
def test_tables_cannot_be_truncated(event: AuditEvent, table: str) -> None:
    connection.check_constraints()  # PostgreSQL refuses to truncate behind a deferred check for another reason
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")  # closed months point at their event: refused for that without it


def test_only_a_demonstration_account_can_be_forgotten(world: World) -> None:
    guest = make_user("guest", "reporter", world.city, is_demo=True)
    for by in (guest, world.lin):
        audit.record(by=by, action="test.do", object_type="thing", object_key=by.username)
    sealing.seal()
    AuditEvent.objects.filter(actor=guest).update(actor=None)
    guest.delete()
    event = AuditEvent.objects.get(object_key="guest")
    assert (event.actor, event.username, event.actor_text) == (None, "guest", "Guest")
    with pytest.raises(IntegrityError, match=append_only.SENTENCE), transaction.atomic():
        AuditEvent.objects.filter(actor=world.lin).update(actor=None)


def test_an_account_with_a_trail_cannot_be_deleted(event: AuditEvent, world: World) -> None:
    world.lin.memberships.all().delete()
    with pytest.raises(ProtectedError):
        User.objects.get(pk=world.lin.pk).delete()


def test_the_triggers_are_there_after_all_migrations() -> None:
    names = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    wanted = {
        "postgresql": {
            "audit_append_only", "audit_no_truncate", "audit_head_forward", "audit_head_no_truncate",
            "separated_roles",
        },
        "sqlite": {
            "audit_insert", "audit_update", "audit_delete", "audit_head_update", "audit_head_delete",
            "separated_roles_insert", "separated_roles_update",
        },
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        assert {name for (name,) in cursor.fetchall()} >= wanted[connection.vendor]
