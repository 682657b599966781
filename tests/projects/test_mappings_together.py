"""Two people who keep a column mapping under the same new name at once: both succeed, and the last one counts."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from projects.models import ColumnMapping
from projects.sheets.mapping import Columns, save_mapping
from tests.targets.threads import threads
from yuxi_eldercare.core.models import AuditEvent

from .test_register import Keepers

__all__ = ["threads"]
FIXED = {"kind": "eldercare", "operation": "public"}


@pytest.mark.django_db(transaction=True)
def test_the_same_new_name_from_two_people(
    threads: Callable[..., threading.Thread], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.FILES_DIR = tmp_path
    keepers = Keepers()
    first_wrote, second_comes = threading.Event(), threading.Event()
    together = connection.features.has_select_for_update  # else one transaction waits for the other anyway
    save = ColumnMapping.save

    def watched(row: ColumnMapping, *args: Any, **given: Any) -> None:
        if first_wrote.is_set():
            second_comes.set()
        save(row, *args, **given)

    monkeypatch.setattr(ColumnMapping, "save", watched)

    def keep(heading: str) -> None:
        columns = Columns({"name": heading}, {}, FIXED)
        save_mapping(keeper=keepers.unit, name="季度导出", mapping=columns, by=keepers.hong)

    def first() -> None:
        with transaction.atomic():
            keep("机构名称")
            first_wrote.set()
            if together:
                assert second_comes.wait(30)

    def second() -> None:
        assert first_wrote.wait(30)
        keep("单位名称")

    for thread in [threads(first), threads(second)]:
        thread.join(60)
    assert ColumnMapping.objects.get().columns == {"name": "单位名称"}
    events = AuditEvent.objects.filter(action="column_mappings.save").order_by("pk")
    assert [event.after["columns"]["name"] for event in events] == ["机构名称", "单位名称"]
    assert events[1].before["columns"] == {"name": "机构名称"}
