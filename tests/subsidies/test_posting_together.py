"""Two at once at the door of the books, and a process that dies before it: nothing is granted twice or half."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from subsidies.books import posting
from subsidies.books.granting import commit
from subsidies.books.posting import Event, post
from subsidies.books.verifying import verify
from subsidies.models import Application, ApplicationStep, Journal, Posting
from targets.actions.refusals import Refused
from tests.targets.threads import threads

from .books_world import DAY, Books, Kind, balances
from .histories_grants import GrantStage, make_grant_stage

__all__ = ["threads"]


def _approve(application: Application, line: int, by: Any, said: list[str]) -> None:
    try:
        with transaction.atomic():
            row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
            commit(row, parts={"province": 100}, lines={"province": line}, on=DAY, by=by)
    except Refused as refused:
        said.append(str(refused))


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_with_money_for_one_one_wins(
    threads: Callable[..., threading.Thread],
) -> None:
    books = Books()
    books.fund(books.province, 150)
    waiting = [books.application(total_fen=100) for _ in range(2)]
    both, said = threading.Barrier(2), []

    def approve(application: Application) -> None:
        both.wait(30)
        _approve(application, books.province.pk, books.lead, said)

    running = [threads(approve, application) for application in waiting]
    for thread in running:
        thread.join(60)
    assert Journal.objects.filter(kind=Kind.COMMIT).count() == 1
    assert balances(books.province) == {"source": -150, "available": 50, "committed": 100}
    [sentence] = said
    assert "“可用预算”只有0.50元，不够1.00元" in sentence


@pytest.mark.django_db(transaction=True)
def test_the_second_approval_waits_for_the_first_and_sees_it(
    threads: Callable[..., threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has posted and not committed when the second comes to the line's lock."""
    books = Books()
    books.fund(books.province, 150)
    one, two = books.application(total_fen=100), books.application(total_fen=100)
    posted, said = threading.Event(), []
    together = connection.features.has_select_for_update
    at_the_lock, lock = threading.Event(), posting.lock_lines

    def watched(lines: Any) -> Any:
        if posted.is_set():
            at_the_lock.set()
        return lock(lines)

    monkeypatch.setattr("subsidies.books.granting.lock_lines", watched)

    def first() -> None:
        with transaction.atomic():
            _approve(one, books.province.pk, books.lead, said)
            posted.set()
            if together:
                assert at_the_lock.wait(30)

    def second() -> None:
        assert posted.wait(30)
        _approve(two, books.province.pk, books.lead, said)

    for thread in [threads(first), threads(second)]:
        thread.join(60)
    assert [journal.application for journal in Journal.objects.filter(kind=Kind.COMMIT)] == [one]
    assert len(said) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False], ids=["replay", "other line"])
def test_a_key_used_at_the_same_moment_is_used_once(
    same: bool, threads: Callable[..., threading.Thread]
) -> None:
    books = Books()
    both, said = threading.Barrier(2), []

    def enter(line: int) -> None:
        both.wait(30)
        try:
            post(Event(kind=Kind.BUDGET, key="same", on=DAY, by=books.cai), {line: 100})
        except Refused as refused:
            said.append(str(refused))

    lines = [books.province.pk, books.province.pk if same else books.own.pk]
    for thread in [threads(enter, line) for line in lines]:
        thread.join(60)
    assert Journal.objects.count() == 1
    assert Posting.objects.count() == 2
    assert len(said) == (0 if same else 1)


def _stage(budgets: tuple[int, int, int]) -> GrantStage:
    """Two claims of ten households, 37 分 each: 185, 111 and 74 分 of the three levels; so much is budgeted."""
    books = Books()
    stage = make_grant_stage(books, 2023, Random(1))
    Application.objects.update(claimed=10, verified=10, total_fen=370)
    for line, fen in zip(stage.lines, budgets, strict=True):
        books.fund(line, fen)
    return stage


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_approve_at_once_with_money_for_one_one_is_refused(
    threads: Callable[..., threading.Thread],
) -> None:
    """The whole step, two claims: the one without money stays unapproved, with no step and nothing in the books."""
    stage = _stage((300, 200, 100))
    both, said = threading.Barrier(2), dict[int, str]()

    def run(number: int) -> None:
        both.wait(30)
        said[number] = stage.try_(("approve", (number,)))

    for thread in [threads(run, number) for number in range(2)]:
        thread.join(60)
    assert sorted(said.values()) == ["done", "refused"]
    [journal] = Journal.objects.filter(kind=Kind.COMMIT)
    [step] = ApplicationStep.objects.filter(verb="approve")
    assert journal.application_id == step.application_id
    assert Application.objects.filter(state="approved").get().pk == step.application_id
    assert [balances(line).get("committed") for line in stage.lines] == [185, 111, 74]
    assert not verify().differences


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_between_approval_and_the_books_leaves_neither(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = _stage((300, 200, 100))

    def dies(*_args: Any, **_kwargs: Any) -> Journal:
        raise MemoryError

    monkeypatch.setattr("subsidies.applying.deciding.commit", dies)
    with pytest.raises(MemoryError):
        stage.approve(0)
    assert set(Application.objects.values_list("state", flat=True)) == {"city_checked"}
    assert not ApplicationStep.objects.filter(verb="approve").exists()
    assert not verify().differences
    monkeypatch.undo()
    stage.approve(0)
    assert Application.objects.filter(state="approved").count() == 1
    assert not verify().differences
