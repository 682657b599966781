"""Sealing after commit, and the verdict on a chain that was tampered with.

The steps are those of `core/audit/sealing.py`: 1. an unsealed row with the change, 2. the sealer after the
commit, 3. one batch per transaction behind the head's lock.
"""

import threading
from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.worlds import World, make_world
from yuxi_eldercare.core import audit, dispatch
from yuxi_eldercare.core.audit import chain, sealing, verifying
from yuxi_eldercare.core.guards import append_only
from yuxi_eldercare.core.models import AuditEvent, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def note(key: object, **fields: object) -> AuditEvent:
    return audit.record(
        by=None, process="测试", action="test.do", object_type="thing", object_key=str(key), **fields
    )


@pytest.fixture
def six() -> list[AuditEvent]:
    """Six sealed events."""
    made = [
        note(number, before={"n": number, "文": [1.5, None]}, after={"n": number + 1}) for number in range(6)
    ]
    sealing.seal()
    return [AuditEvent.objects.get(pk=event.pk) for event in made]


@pytest.fixture
def unguarded() -> None:
    """Somebody with the database's own rights, who takes the triggers away.

    The test's transaction is rolled back, and the triggers' removal with it, on both databases.
    """
    append_only.remove(None, SimpleNamespace(connection=connection))


def test_the_row_is_unsealed_until_the_commit(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        event = note(1)
        note(2)
    assert (event.seq, event.hash) == (None, "")
    assert len(waiting) == 1, "the sealer is started once, however many events a transaction wrote"
    with dispatch.at_once():
        waiting[0]()
    assert list(AuditEvent.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2]


def test_a_rolled_back_change_leaves_no_event_and_no_gap() -> None:
    note(1)
    with transaction.atomic():
        note(2)
        transaction.set_rollback(True)
    note(3)
    assert sealing.seal() == 2
    assert [e.object_key for e in AuditEvent.objects.order_by("seq")] == ["1", "3"]
    assert verifying.verify().broken is None


def test_sealing_goes_on_in_batches_where_it_stopped() -> None:
    for number in range(7):
        note(number)
    assert sealing.seal(batch=3) == 7
    note(7)
    assert sealing.seal(batch=3) == 1
    assert sealing.seal() == 0
    head = AuditHead.objects.get()
    last = AuditEvent.objects.get(seq=8)
    assert (head.seq, head.hash) == (8, last.hash)


def test_each_row_names_its_algorithm(settings) -> None:
    note(1)
    sealing.seal()
    settings.AUDIT_HASH = "sm3"
    note(2)
    sealing.seal()
    rows = AuditEvent.objects.order_by("seq")
    assert [row.algorithm for row in rows] == ["sha256", "sm3"]
    assert (
        rows[1].hash
        == chain.link(rows[1], rows[0].hash, "sm3")
        != chain.link(rows[1], rows[0].hash, "sha256")
    )
    assert verifying.verify().links == 2


def test_digests_are_those_of_the_standards() -> None:
    # GB/T 32905-2016, example 1; FIPS 180-4, example "abc".
    assert chain.digest(b"abc", "sm3") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert chain.digest(b"abc", "sha256").startswith("ba7816bf8f01cfea414140de5dae2223")
    with pytest.raises(ValueError, match="md5"):
        chain.digest(b"abc", "md5")


def test_rows_of_a_bulk_change_are_one_digest_in_their_order() -> None:
    rows = [{"a": 1}, {"a": 2}]
    first = audit.digest_rows(iter(rows))
    assert (first["count"], first["algorithm"], len(first["digest"])) == (2, "sha256", 64)
    assert audit.digest_rows(rows) == first
    assert audit.digest_rows(reversed(rows))["digest"] != first["digest"]
    assert audit.digest_rows([])["count"] == 0


def test_an_untouched_chain_holds(six: list[AuditEvent]) -> None:
    note("waiting")
    verdict = verifying.verify()
    assert (verdict.links, verdict.last_hash, verdict.broken, verdict.unsealed) == (6, six[-1].hash, None, 1)


def change(seq: int, **fields: object) -> Callable[[], object]:
    return lambda: AuditEvent.objects.filter(seq=seq).update(**fields)


def swap() -> None:
    AuditEvent.objects.filter(seq=3).update(seq=99)
    AuditEvent.objects.filter(seq=4).update(seq=3)
    AuditEvent.objects.filter(seq=99).update(seq=4)


def cut_with_head() -> None:
    AuditEvent.objects.filter(seq__gt=4).delete()
    AuditHead.objects.update(seq=4, hash=AuditEvent.objects.get(seq=4).hash)


def delete_and_close_up() -> None:
    AuditEvent.objects.filter(seq=3).delete()
    for seq in (4, 5, 6):
        AuditEvent.objects.filter(seq=seq).update(seq=seq - 1)


BREAKS: dict[str, tuple[Callable[[], object], str, int]] = {
    **{
        f"changed {name}": (change(3, **{name: value}), verifying.TAMPERED, 3)
        for name, value in {
            "detail": "别的",
            "before": {"n": 2},
            "after": None,
            "username": "other",
            "actor_text": "别人",
            "unit": "别的单位",
            "result": "failed",
            "ip": "10.0.0.1",
            "session": "abc",
            "action": "test.undo",
            "object_key": "33",
            "object_type": "other",
            "at": "2020-01-01T00:00:00+08:00",
            "hash": "f" * 64,
            "algorithm": "sm3",
        }.items()
    },
    "unknown algorithm": (change(2, algorithm="none"), verifying.TAMPERED, 2),
    "the first of all": (change(1, detail="别的"), verifying.TAMPERED, 1),
    "deleted": (lambda: AuditEvent.objects.filter(seq=3).delete(), verifying.MISSING, 3),
    "the first deleted": (lambda: AuditEvent.objects.filter(seq=1).delete(), verifying.MISSING, 1),
    "deleted and closed up": (delete_and_close_up, verifying.MISSING, 3),
    "swapped": (swap, verifying.WRONG_ORDER, 3),
    "the last deleted": (lambda: AuditEvent.objects.filter(seq=6).delete(), verifying.CUT_OFF, 6),
    "the head deleted": (lambda: AuditHead.objects.all().delete(), verifying.CUT_OFF, 7),
}


@pytest.mark.parametrize(("attack", "kind", "seq"), BREAKS.values(), ids=BREAKS)
def test_the_first_broken_link_is_named(
    six: list[AuditEvent], unguarded: None, attack: Callable[[], object], kind: str, seq: int
) -> None:
    attack()
    broken = verifying.verify().broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (kind, seq)
    with pytest.raises(CommandError, match=f"第 {seq} 条断开"):
        call_command("verifyaudit")


def test_of_two_breaks_the_first_is_named(six: list[AuditEvent], unguarded: None) -> None:
    change(5, detail="x")()
    change(2, detail="x")()
    verdict = verifying.verify()
    assert verdict.broken is not None
    assert (verdict.broken.seq, verdict.broken.event_id, verdict.links) == (2, six[1].pk, 1)


def test_a_noted_link_finds_a_rewritten_chain(six: list[AuditEvent], unguarded: None) -> None:
    noted = verifying.Anchor(6, six[-1].hash)
    assert verifying.verify(noted).broken is None
    AuditEvent.objects.filter(seq=2).update(detail="改写")
    AuditEvent.objects.filter(seq__gt=1).update(seq=None, hash="")
    AuditHead.objects.update(seq=1, hash=six[0].hash)
    sealing.seal()
    assert verifying.verify().broken is None, "the chain alone cannot tell"
    broken = verifying.verify(noted).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (verifying.TAMPERED, 6)


def test_a_noted_link_finds_a_cut_chain(six: list[AuditEvent], unguarded: None) -> None:
    cut_with_head()
    assert verifying.verify().broken is None
    broken = verifying.verify(verifying.Anchor(6, six[-1].hash)).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (verifying.CUT_OFF, 5)


def test_the_command_tells_the_end_of_the_chain(six: list[AuditEvent]) -> None:
    note("waiting")
    out = StringIO()
    call_command("verifyaudit", stdout=out)
    assert f"6:{six[-1].hash}" in out.getvalue()
    assert "尚未封存：1 条" in out.getvalue()
    call_command("verifyaudit", "--seal", "--anchor", f"6:{six[-1].hash}", stdout=out)
    assert verifying.verify().unsealed == 0
    with pytest.raises(CommandError, match="SEQ:HASH"):
        call_command("verifyaudit", "--anchor", "nonsense")


def test_rows_left_by_a_crash_are_sealed_by_the_schedule() -> None:
    from yuxi_eldercare.celery import app

    note(1)
    entry = app.conf.beat_schedule["seal-audit"]
    dispatch.run(entry["task"])
    assert AuditEvent.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_sealers_make_one_chain() -> None:
    """Whoever commits when: every event is sealed once, none waits for another's transaction."""
    writers, each = 4, 12
    errors: list[BaseException] = []
    start = threading.Barrier(writers + 2)

    def write(number: int) -> None:
        start.wait()
        for index in range(each):
            with transaction.atomic():
                note(f"{number}-{index}")

    def seal() -> None:
        start.wait()
        for _round in range(each):
            sealing.seal(batch=5)

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    works = [lambda number=number: write(number) for number in range(writers)] + [seal, seal]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dispatch.wait_for_threads()
    assert not errors
    sealing.seal()
    verdict = verifying.verify()
    assert (verdict.links, verdict.unsealed, verdict.broken) == (writers * each, 0, None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_nobody_queues_behind_a_long_import() -> None:
    """An import that has written its event and not committed holds up neither other events nor their sealing."""
    written, finish = threading.Event(), threading.Event()

    def long_import() -> None:
        with transaction.atomic():
            note("import")
            written.set()
            finish.wait(30)
        connection.close()

    thread = threading.Thread(target=long_import)
    thread.start()
    assert written.wait(30)
    try:
        note("small")
        sealing.seal()
        assert [event.object_key for event in AuditEvent.objects.filter(seq=1)] == ["small"]
    finally:
        finish.set()
        thread.join()
    assert dispatch.wait_for_threads()
    sealing.seal()
    assert list(AuditEvent.objects.order_by("seq").values_list("object_key", flat=True)) == [
        "small",
        "import",
    ]
    assert verifying.verify().broken is None
