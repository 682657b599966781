"""How many statements reading and saving take, whatever the size (transaction statements not counted)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import CheckRule, Entry, Indicator, ReportingLine
from targets.reporting.changes import EntryChange
from targets.reporting.desk import read_desk, todo_count
from targets.reporting.diffs import differences
from targets.reporting.entries import save_entries, save_entry
from targets.reporting.grid import read_grid
from targets.reporting.lights import light_if
from targets.reporting.owing import unit_rates, visible_rounds, who_owes
from targets.reporting.periods import month_end
from targets.reporting.rounds import Dates, open_round
from targets.reporting.sharing import attach_shared
from targets.reporting.steps import submit
from targets.reporting.trail import entry_rows
from tests.reporting_world import NOW, RED, Reporting, fill, number
from tests.worlds import bind_targets, day, make_target
from yuxi_eldercare.core.models import User

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def statements(call: Callable[[], Any]) -> list[str]:
    """What a call asks of the database."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(BOOKKEEPING)]


def fresh(user: User) -> User:
    """The account as a new request reads it: memberships not yet known."""
    return User.objects.get(pk=user.pk)


def many(w: Reporting, count: int) -> int:
    """A round of `count` targeted indicators × the months of a year for 红河区; returns its id."""
    indicators = Indicator.objects.bulk_create(
        Indicator(
            key=f"many-{n}",
            name=f"指标{n}",
            theme="养老",
            unit="家",
            direction="up",
            rollup="sum",
            basis="point",
            integer=True,
            definition="测试用",
            position=100 + n,
        )
        for n in range(count)
    )
    for indicator in indicators:
        dues = {"2023": 5, "2025": 9}
        make_target(f"w.t.{indicator.key}", indicator, w.world.document, dues, scope="each_county")
    bind_targets()
    ReportingLine.objects.bulk_create(
        ReportingLine(
            indicator=indicator,
            region_id=RED,
            department=w.red,
            confirmer=w.city,
            frequency="month",
            valid_from=day("2021-01-01"),
        )
        for indicator in indicators
    )
    months = [month_end(2023, month) for month in range(1, 13)]
    return open_round(
        kind="month",
        period_end=months[-1],
        periods=months,
        dates=Dates(date(2024, 1, 1), date(2024, 10, 20), date(2024, 10, 25)),
    ).pk


@pytest.fixture
def rules(w: Reporting) -> None:
    """Rules of several kinds, switched on."""
    for kind, params in (
        ("change_on_last", {}),
        ("outside_history", {}),
        ("within", {"part": "w-homes", "whole": "w-households"}),
        ("sum_within", {"parts": ["w-homes"], "whole": "w-population"}),
    ):
        CheckRule.objects.create(
            key=kind, title=kind, kind=kind, params=params, severity="soft", enabled=True
        )


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("rows", [3, 100])
def test_a_grid_of_many_rows_and_12_periods(w: Reporting, rows: int) -> None:
    round_id = many(w, rows)
    ids = Entry.objects.filter(round=round_id).values_list("pk", flat=True)
    save_entries(changes=[EntryChange(pk, number(3)) for pk in ids], by=w.ann)
    read_grid(round=round_id, department=w.red.pk, user=w.ann)
    user = fresh(w.ann)
    found = statements(lambda: read_grid(round=round_id, department=w.red.pk, user=user))
    grid = read_grid(round=round_id, department=w.red.pk, user=user)
    assert len(grid.cells) == rows * 12
    assert all(cell.lights for row in grid.rows for cell in row.cells.values())
    assert len(found) == 7, "\n".join(found)


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("name", ["homes", "beds", "places"])
def test_saving_one_cell(w: Reporting, name: str) -> None:
    entry = w.entry(w.places if name == "places" else getattr(w.world, name))
    change = {
        "homes": number(3),
        "beds": number(parts=(3, 10)),
        "places": number(numerator=30),
    }[name]
    user = fresh(w.ann)
    found = statements(lambda: save_entry(entry=entry, change=change, expected_revision=0, by=user))
    assert len(found) <= 9, "\n".join(found)


def test_many_cells_at_once_take_no_more_statements(w: Reporting) -> None:
    round_id = many(w, 30)
    ids = list(Entry.objects.filter(round=round_id).values_list("pk", flat=True))
    save_entries(changes=[EntryChange(ids[0], number(5))], by=w.ann)
    few = statements(lambda: save_entries(changes=[EntryChange(pk, number(1)) for pk in ids[:210]], by=w.ann))
    much = statements(lambda: save_entries(changes=[EntryChange(pk, number(2)) for pk in ids], by=w.ann))
    assert len(much) == len(few)
    assert [s.split(" times: ")[0] for s in much if " times: UPDATE" in s] == ["360"]


def test_many_rows_are_read_like_few(w: Reporting) -> None:
    plain = list(Entry.objects.order_by("pk"))
    attach_shared(plain, NOW.date())
    for row, other in zip(plain, entry_rows(NOW.date()).order_by("pk"), strict=True):
        assert (row.is_deliverable, row.successor) == (other.is_deliverable, other.successor)  # type: ignore[attr-defined]
        for name in ("round", "indicator", "region", "department", "confirmer", "edited_by"):
            assert getattr(row, name) == getattr(other, name)


def test_submitting_is_set_based(w: Reporting) -> None:
    one, two = w.entry(w.world.homes), [w.entry(w.world.households), w.entry(w.world.beds)]
    fill(one, number(3), w.ann)
    fill(two[0], number(3), w.ann)
    fill(two[1], number(parts=(50, 100)), w.ann)
    single = len(statements(lambda: submit(entries=[one], by=w.ann)))
    double = len(statements(lambda: submit(entries=two, by=w.ann)))
    assert double <= single + 1


def test_the_light_of_a_typed_value(w: Reporting) -> None:
    entry = entry_rows(NOW.date()).get(pk=w.entry(w.world.beds).pk)
    light_if(entry, number(parts=(5, 10)))
    assert len(statements(lambda: light_if(entry, number(parts=(5, 10))))) <= 6


def test_lists_take_a_fixed_number(w: Reporting) -> None:
    entries = list(entry_rows(NOW.date()).filter(department=w.red))
    todo_count(w.ann)
    assert len(statements(lambda: differences(entries))) == 2
    assert len(statements(lambda: read_desk(fresh(w.ann)))) <= 15
    assert len(statements(lambda: todo_count(w.ann))) == 1
    assert len(statements(lambda: who_owes(w.round, w.lin))) <= 5
    assert len(statements(lambda: unit_rates(w.lin, [w.round.pk]))) <= 3
    assert len(statements(lambda: list(visible_rounds(w.lin)))) == 1
