"""Closed months cannot be changed, and where somebody with the database's own rights does so, it shows."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from targets.guards import frozen_assessments
from targets.models import FrozenAssessment
from tests.targets.closing import JANUARY, close, content, make_closing_world
from tests.worlds import World
from yuxi_eldercare.core.closing import seal, verify
from yuxi_eldercare.core.guards import frozen
from yuxi_eldercare.core.models import FrozenRecord, PeriodClose

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    built = make_closing_world()
    built.document.assignments.create(key="w.a.1", number="1", kind="task", title="任务")
    return built


ATTACKS: dict[str, Callable[[], object]] = {
    "close": lambda: PeriodClose.objects.update(acknowledged="改过"),
    "light": lambda: FrozenAssessment.objects.update(light="green"),
    "record": lambda: FrozenRecord.objects.update(light="green"),
    "delete row": lambda: FrozenAssessment.objects.all().delete(),
    "delete record": lambda: FrozenRecord.objects.all()._raw_delete("default"),
    "delete close": lambda: PeriodClose.objects.all()._raw_delete("default"),
    "raw": lambda: connection.cursor().execute("DELETE FROM targets_frozenassessment"),
    "one more row": lambda: one_more(),
}


def one_more() -> None:
    row = FrozenAssessment.objects.order_by("-number")[0]
    row.pk, row.number = None, row.number + 1
    row.regional_target_id, row.milestone_id = row.milestone_id, row.regional_target_id
    row.save(force_insert=True)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_database_refuses_to_change_a_closed_month(world: World, attack: Callable[[], object]) -> None:
    made = close(world)
    before = content(made)
    with pytest.raises(IntegrityError, match=frozen.SENTENCE), transaction.atomic():
        attack()
    assert content(made) == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_tables_cannot_be_emptied(world: World) -> None:
    close(world)
    connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE targets_frozenassessment")


def test_the_triggers_are_there_after_all_migrations() -> None:
    tables = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    wanted = set().union(
        *(guard.names[connection.vendor] for guard in (frozen.closes, frozen.records, frozen_assessments))
    )
    with connection.cursor() as cursor:
        cursor.execute(tables[connection.vendor])
        assert {name for (name,) in cursor.fetchall()} >= wanted


# Reading back


@pytest.fixture
def tampered(world: World) -> PeriodClose:
    """A close in a database whose owner has taken the triggers away (undone with the test)."""
    made = close(world)
    editor = SimpleNamespace(connection=connection)
    for guard in (frozen.closes, frozen.records, frozen_assessments):
        guard.remove(None, editor)
    return made


TAMPERINGS: dict[str, tuple[Callable[[], object], str]] = {
    "a light": (lambda: FrozenAssessment.objects.filter(number=3).update(light="blue"), "第3行与封存时不同"),
    "an input": (lambda: FrozenAssessment.objects.filter(number=2).update(inputs={}), "第2行与封存时不同"),
    "with its digest": (
        lambda: FrozenAssessment.objects.filter(number=4).update(state="MET", digest="0" * 64),
        "第4行与封存时不同",
    ),
    "a row taken out": (
        lambda: FrozenAssessment.objects.filter(number=5)._raw_delete("default"),
        "第5行缺失",
    ),
    "the last row": (
        lambda: FrozenAssessment.objects.filter(number=FrozenAssessment.objects.count())._raw_delete(
            "default"
        ),
        "行缺失",
    ),
    "a record": (lambda: FrozenRecord.objects.update(department="x"), "core.frozenrecord第1行与封存时不同"),
    "the counts": (lambda: PeriodClose.objects.update(counts={}), "与封存时不同"),
    "the acknowledgement": (lambda: PeriodClose.objects.update(acknowledged=""), "与封存时不同"),
    "the digest": (lambda: PeriodClose.objects.update(digest="0" * 64), "总摘要与封存时不同"),
}


@pytest.mark.parametrize(("tamper", "words"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_verifyclose_names_the_first_row_that_is_not_as_it_was(
    tampered: PeriodClose, tamper: Callable[[], object], words: str
) -> None:
    call_command("verifyclose")
    tamper()
    with pytest.raises(CommandError, match=words):
        call_command("verifyclose", JANUARY.isoformat())


def test_a_close_written_anew_differs_from_what_the_audit_trail_noted(tampered: PeriodClose) -> None:
    rows = list(FrozenAssessment.objects.order_by("number"))
    records = list(FrozenRecord.objects.all())
    rows[0].light = "blue"
    seal(tampered, [rows, records])
    FrozenAssessment.objects.bulk_update(rows, ["light", "digest"])
    FrozenRecord.objects.bulk_update(records, ["digest"])
    PeriodClose.objects.update(digest=tampered.digest)
    fault = verify(PeriodClose.objects.get())
    assert fault is not None
    assert fault.number is None
