"""佐证材料 and the stamped scan: attached by the unit, opened by those who may see the entry."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.actions.refusals import NotAllowed, Refused
from targets.models import EntryFile, SheetSubmission
from targets.reporting.evidence import attach, files_of, open_evidence, open_scan, remove
from targets.reporting.grid import read_grid
from targets.reporting.sheets import attach_scan, latest_sheet
from targets.reporting.steps import review, submit
from tests.core.test_files import PDF, PNG
from tests.reporting_world import RED, Reporting, at, fill, number, walk
from yuxi_eldercare.core.models import AuditEvent, StoredFile


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path


def pdf(name: str = "证明.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + more + PDF)


def test_who_may_see_the_entry_may_open_its_evidence(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    attached = attach(entry=entry, upload=pdf(), by=w.ann)
    assert {user.username for user in w.people if may_open(attached, user)} == {"ann", "bob"}
    submit(entries=[entry], by=w.ann)
    people = [*w.people, w.world.ling, w.world.shen]
    assert {u.username for u in people if may_open(attached, u)} == {"ann", "bob", "lin", "mei", "ling"}
    opened = open_evidence(entry_file=attached.pk, by=w.lin)
    with opened.stream as stream:
        assert stream.read().startswith(b"%PDF")
    assert (opened.name, opened.media_type) == ("证明.pdf", "application/pdf")
    grid = read_grid(round=w.round.pk, department=w.red.pk, user=w.ann)
    assert next(cell for cell in grid.cells if cell.entry.pk == entry.pk).files == 1


def may_open(attached: EntryFile, user: Any) -> bool:
    try:
        open_evidence(entry_file=attached.pk, by=user).stream.close()
    except NotAllowed:
        return False
    return True


def test_who_opened_which_file_is_noted(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    attached = attach(entry=entry, upload=pdf(), by=w.ann)
    submit(entries=[entry], by=w.ann)
    sheet = latest_sheet(w.round.pk, w.red.pk, RED)
    assert sheet is not None
    attach_scan(sheet=sheet, upload=pdf("盖章.pdf", b"stamped"), by=w.ann)
    open_evidence(entry_file=attached.pk, by=w.lin).stream.close()
    open_scan(sheet=sheet.pk, by=w.bob).stream.close()
    assert not may_open(attached, w.wu)
    seen = AuditEvent.objects.filter(action__endswith=".download").order_by("pk")
    assert [(e.actor, e.action, e.after["name"], e.after["sha256"]) for e in seen] == [
        (w.lin, "evidence.download", "证明.pdf", attached.file.sha256),
        (w.bob, "sheets.download", "盖章.pdf", StoredFile.objects.get(name="盖章.pdf").sha256),
    ]
    assert seen[0].object_key.startswith("w-homes 999902 2024-09-30")


def test_only_the_unit_attaches_and_while_it_may_write(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    for nobody in (w.cai, w.bob, w.lin):
        with pytest.raises(NotAllowed):
            attach(entry=entry, upload=pdf(), by=nobody)
    with at("2024-10-24"), pytest.raises(Refused, match="已锁定"):
        attach(entry=entry, upload=pdf(), by=w.ann)
    walk(entry, number(3), reporter=w.ann, reviewer=w.bob, lead=w.lin)
    with pytest.raises(Refused, match="先发起更正"):
        attach(entry=entry, upload=pdf(), by=w.ann)


def test_a_refused_file_leaves_nothing(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    with pytest.raises(Refused, match="内容却是 PNG"):
        attach(entry=entry, upload=SimpleUploadedFile("a.pdf", PNG), by=w.ann)
    assert not EntryFile.objects.exists()


def test_the_same_file_twice_and_too_many_are_refused(w: Reporting, settings: Any) -> None:
    settings.FILES_PER_ENTRY = 2
    entry = w.entry(w.world.homes)
    attach(entry=entry, upload=pdf(), by=w.ann)
    with pytest.raises(Refused, match="已经上传过"):
        attach(entry=entry, upload=pdf("另名.pdf"), by=w.ann)
    attach(entry=entry, upload=pdf(more=b"2"), by=w.ann)
    with pytest.raises(Refused, match="最多2个文件"):
        attach(entry=entry, upload=pdf(more=b"3"), by=w.ann)


def test_removing_keeps_the_record(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    attached = attach(entry=entry, upload=pdf(), by=w.ann)
    submit(entries=[entry], by=w.ann)
    with pytest.raises(Refused, match="不能移除"):
        remove(entry_file=attached, by=w.ann)
    other = w.entry(w.world.households)
    second = attach(entry=other, upload=pdf(more=b"2"), by=w.ann)
    remove(entry_file=second, by=w.ann)
    assert not files_of(other).exists()
    assert EntryFile.objects.get(pk=second.pk).removed_at is not None
    with pytest.raises(NotAllowed):
        open_evidence(entry_file=second.pk, by=w.ann)
    actions = AuditEvent.objects.filter(action__startswith="evidence.").values_list("action", flat=True)
    assert sorted(actions) == ["evidence.attach", "evidence.attach", "evidence.detach"]


def test_the_stamped_scan_joins_the_sheet(w: Reporting) -> None:
    entry = w.entry(w.world.homes)
    fill(entry, number(3), w.ann)
    submit(entries=[entry], by=w.ann)
    review(entries=[entry], by=w.bob)
    sheet = latest_sheet(w.round.pk, w.red.pk, RED)
    assert sheet is not None
    with pytest.raises(NotAllowed):
        attach_scan(sheet=sheet, upload=pdf(), by=w.cai)
    with pytest.raises(Refused, match="PNG"):
        attach_scan(sheet=sheet, upload=SimpleUploadedFile("a.pdf", PNG), by=w.ann)
    attach_scan(sheet=sheet, upload=pdf("盖章.pdf"), by=w.ann)
    opened = open_scan(sheet=SheetSubmission.objects.get().pk, by=w.lin)
    opened.stream.close()
    assert opened.name == "盖章.pdf"
    with pytest.raises(NotAllowed):
        open_scan(sheet=sheet.pk, by=w.cai)
