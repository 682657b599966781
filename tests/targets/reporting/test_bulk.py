"""Many rows at once: what is written is what one row at a time writes, and rows read before are used only unchanged."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from targets.models import Entry, EntryStep
from targets.reporting import trail
from targets.reporting.bulk import insert_rows, update_rows
from targets.reporting.changes import Conflicts, EntryChange
from targets.reporting.entries import WRITTEN, save_entries
from targets.reporting.scope import entries_by_code, units_of
from tests.reporting_world import Reporting, fill, number


@pytest.fixture
def many(monkeypatch: Any) -> None:
    """Already a few entries go the way of a large import."""
    monkeypatch.setattr(trail, "FEW", 0)


def test_rows_are_updated_as_saving_each_would(w: Reporting) -> None:
    rows = list(Entry.objects.filter(round=w.round).order_by("pk")[:3])
    for place, row in enumerate(rows):
        row.state, row.revision, row.channel = Entry.State.DRAFT, place + 5, "excel"
        row.value = None if place == 1 else Decimal("12.345678")
        row.not_applicable, row.na_reason = place == 1, "“没有”\n'此项' %s"
        row.explanations = {"r": {"text": "涨了\u2028“%”", "for": "1"}}
        row.edited_by, row.edited_at = w.ann, datetime(2024, 10, 8, 1, 2, 3, tzinfo=UTC)
    update_rows(rows, WRITTEN)
    for row in rows:
        written = Entry.objects.get(pk=row.pk)
        for name in WRITTEN:
            assert getattr(written, name) == getattr(row, name), name
    untouched = Entry.objects.exclude(pk__in=[row.pk for row in rows])
    assert set(untouched.values_list("revision", flat=True)) == {0}


def test_rows_are_added_with_their_texts_and_gaps(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    at = datetime(2024, 10, 8, 1, 2, 3, 456789, tzinfo=UTC)
    steps = [
        EntryStep(
            entry_id=entry.pk,
            verb="save",
            by_id=by,
            at=at,
            reason="'\\ %s",
            before=before,
            after={"a": [1, None]},
        )
        for by, before in ((w.ann.pk, None), (None, {"note": "“引号”\n"}))
    ]
    insert_rows(steps, ["entry", "verb", "by", "at", "reason", "before", "after"])
    rows = EntryStep.objects.filter(entry=entry).order_by("pk")
    assert list(rows.values_list("by", "before", "after", "reason", "at")) == [
        (w.ann.pk, None, {"a": [1, None]}, "'\\ %s", at),
        (None, {"note": "“引号”\n"}, {"a": [1, None]}, "'\\ %s", at),
    ]
    assert rows.filter(before__isnull=True).count() == 1


def test_no_rows_are_no_work(w: Reporting) -> None:
    update_rows([], ["state"])
    insert_rows([], ["verb"])
    assert not EntryStep.objects.exists()


@pytest.mark.usefixtures("many")
def test_rows_read_before_are_used_while_nobody_changed_them(w: Reporting) -> None:
    held = {row.pk: row for row in entries_by_code(w.round, w.ann, w.red.pk).values()}
    homes, households = w.entry(w.world.homes), w.entry(w.world.households)
    fill(homes, number(7), w.ann)
    rows = trail.locked([homes.pk, households.pk], held)
    assert rows[1] is held[households.pk]
    assert rows[0] is not held[homes.pk]
    assert rows[0].value == 7
    assert rows[0].indicator.name == w.world.homes.name


@pytest.mark.usefixtures("many")
def test_a_change_after_the_reading_is_a_conflict_and_nothing_is_written(w: Reporting) -> None:
    held = {row.pk: row for row in entries_by_code(w.round, w.ann, w.red.pk).values()}
    homes, households = w.entry(w.world.homes), w.entry(w.world.households)
    fill(homes, number(7), w.ann)
    Entry.objects.filter(pk=homes.pk).update(edited_by=w.world.gao)
    changes = [EntryChange(homes.pk, number(9), 0), EntryChange(households.pk, number(3), 0)]
    with pytest.raises(Conflicts) as met:
        save_entries(changes=changes, by=w.ann, held=held)
    ((place, conflict),) = met.value.conflicts
    assert (place, conflict.theirs.value, conflict.theirs_by) == (0, 7, w.world.gao)
    assert w.entry(w.world.households).value is None


def test_units_to_fill_in_are_found_without_reading_their_cells(
    w: Reporting, django_assert_num_queries: Any
) -> None:
    assert units_of(w.round, w.bob) == []
    units_of(w.round, w.ann)
    with django_assert_num_queries(1):
        assert units_of(w.round, w.ann) == [w.red]
