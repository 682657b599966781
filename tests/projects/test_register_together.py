"""Two people who bring the same new credit code in the same moment: one is told, and nothing of theirs is written."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from projects.models import Institution, InstitutionVersion
from projects.register import Statement, recording
from projects.register.suspects import register_institution
from projects.sheets import comparing
from projects.sheets.mapping import guess
from projects.sheets.reading import XLSX, read_table
from targets.actions.refusals import Refused
from tests.targets.threads import threads
from yuxi_eldercare.core.models import AuditEvent, User

from .institution_sheets import HEADER, HOME, OTHER, sheet
from .test_register import CODE, DAY, FACTS, Keepers

__all__ = ["threads"]
Threads = Callable[..., threading.Thread]


class Late:
    """Lets the second writer come to writing while the first is still in its transaction.

    A database without row locks runs one writing transaction after the other: there nobody waits here.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.first_wrote, self.second_comes = threading.Event(), threading.Event()
        self.together = connection.features.has_select_for_update
        write = recording._write

        def watched(*given: Any) -> None:
            if self.first_wrote.is_set():
                self.second_comes.set()
            write(*given)

        monkeypatch.setattr(recording, "_write", watched)

    def first(self, act: Callable[[], Any]) -> None:
        with transaction.atomic():
            act()
            self.first_wrote.set()
            if self.together:
                assert self.second_comes.wait(30)

    def second(self, act: Callable[[], Any]) -> None:
        assert self.first_wrote.wait(30)
        act()


def load(keepers: Keepers, rows: list[list[Any]], by: User) -> comparing.Outcome:
    table = read_table(sheet([HEADER, *rows]), XLSX.media_type)
    keeper = keepers.unit if by == keepers.hong else keepers.other
    return comparing.write(
        table, guess(table), keeper=keeper, as_of=date(2023, 9, 30), by=by, reason="导入", confirmed=True
    )


def run(threads: Threads, late: Late, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    started = [threads(late.first, first), threads(late.second, second)]
    for thread in started:
        thread.join(60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("coded_late", [False, True], ids=["both new", "known without a code"])
def test_of_two_imports_the_second_is_told_at_the_row(
    coded_late: bool, threads: Threads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.FILES_DIR = tmp_path
    keepers, told = Keepers(), []
    white = [OTHER[0], OTHER[1], "白水县", *OTHER[3:]]
    taken = ["白水老年公寓", CODE, "白水县", *HOME[3:]]
    if coded_late:
        load(keepers, [["白水老年公寓", "", "白水县", *HOME[3:]]], keepers.bai)
    before = (Institution.objects.count(), InstitutionVersion.objects.count(), AuditEvent.objects.count())
    late = Late(monkeypatch)
    run(
        threads,
        late,
        lambda: load(keepers, [HOME], keepers.hong),
        lambda: told.append(load(keepers, [white, taken], keepers.bai)),
    )
    [outcome] = told
    assert not outcome.applied
    [fault] = outcome.faults
    assert fault.row == 3
    if late.together:
        assert (fault.column, fault.message) == ("B", "他人刚刚登记了这个代码，请在名册里核对。")
    after = (Institution.objects.count(), InstitutionVersion.objects.count(), AuditEvent.objects.count())
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1], "the first one's, nothing else"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_type_the_same_code_the_second_is_told(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    keepers, told = Keepers(), []
    statement = Statement(DAY, FACTS, keepers.unit.pk, credit_code=CODE)

    def again() -> None:
        try:
            register_institution(statement=replace(statement, reason="另一家"), by=keepers.hong)
        except Refused as refused:
            told.extend(refused.problems)

    late = Late(monkeypatch)
    run(threads, late, lambda: register_institution(statement=statement, by=keepers.hong), again)
    [problem] = told
    assert problem.field == "credit_code"
    assert ("他人刚刚登记" if late.together else "已登记为") in problem.message
    assert InstitutionVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_row_read_as_new_does_not_overwrite_what_came_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keepers, known_of = Keepers(), comparing.known_of

    def overtaken(*given: Any) -> Any:
        known = known_of(*given)
        if not Institution.objects.exists():
            keepers.state(credit_code=CODE, address="人民路8号")
        return known

    monkeypatch.setattr(comparing, "known_of", overtaken)
    outcome = load(keepers, [HOME, OTHER], keepers.hong)
    assert not outcome.applied
    assert [(f.row, f.column) for f in outcome.faults] == [(2, "B")]
    assert "重新核对" in outcome.faults[0].message
    assert InstitutionVersion.objects.get().address == "人民路8号"
