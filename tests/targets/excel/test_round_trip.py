"""The template out and back: what is typed is written once, what is not touched stays as it is."""

import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from targets.actions.refusals import NotAllowed
from targets.excel import uploads
from targets.excel.template import write_template
from targets.models import Entry, EntryStep
from tests.reporting_world import QUARTER, Reporting, at, fill, number
from tests.worlds import RED, publish, value
from yuxi_eldercare.core.models import AuditEvent

from .sheets import Sheet, as_file, template


def send(w: Reporting, content: bytes, by: Any = None) -> dict[str, Any]:
    """Upload and write."""
    person = by or w.ann
    received = uploads.receive(upload=as_file(content), round=w.round, by=person)
    return uploads.write(file=received.file, round=w.round, by=person)


def look(w: Reporting, content: bytes) -> dict[str, Any]:
    """Upload and look at the preview."""
    received = uploads.receive(upload=as_file(content), round=w.round, by=w.ann)
    return uploads.preview(file=received.file, round=w.round, by=w.ann)


def test_the_template_shows_what_the_unit_owes_and_what_it_said(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(3, note="在建一家"), w.ann)
    sheet = Sheet(template(w))
    owed = Entry.objects.filter(round=w.round, department=w.red)
    assert len(sheet.lines) == owed.count()
    assert (sheet.cell(w.world.homes, "value"), sheet.cell(w.world.homes, "note")) == ("3", "在建一家")
    assert sheet.cell(w.world.homes, "indicator_name") == w.world.homes.name
    assert sheet.cell(w.world.homes, "period_name") == "2024年三季度"
    assert AuditEvent.objects.filter(action="rounds.export").count() == 1


def test_other_units_get_no_template(w: Reporting) -> None:
    with pytest.raises(NotAllowed):
        write_template(round=w.round, department=w.red, by=w.cai)


def test_what_is_typed_is_written(w: Reporting) -> None:
    sheet = Sheet(template(w))
    sheet.type(w.world.homes, value="１,200", note="共1200家")
    sheet.type(w.world.beds, numerator=30, denominator="100")
    sheet.type(w.world.households, na="不适用", na_reason="本季度没有任务")
    preview = look(w, sheet.save())
    assert (preview["changed"], preview["fault_count"], preview["applied"]) == (3, 0, False)
    assert not EntryStep.objects.filter(verb="save").exists()
    homes = next(d for d in preview["differences"] if d["row"] == sheet.place(w.world.homes))
    assert (homes["before"], homes["after"]) == ("未填报", "1200 家")
    assert homes["texts"] == [{"name": "备注", "before": "", "after": "共1200家"}]
    assert send(w, sheet.save())["applied"]
    assert w.entry(w.world.homes).value == 1200
    assert w.entry(w.world.homes).channel == "excel"
    assert w.entry(w.world.beds).value == Decimal(30)
    absent = w.entry(w.world.households)
    assert (absent.not_applicable, absent.na_reason) == (True, "本季度没有任务")


def test_the_same_file_twice_changes_nothing(w: Reporting) -> None:
    content = (
        Sheet(template(w))
        .type(w.world.homes, value="5")
        .type(w.world.beds, numerator=1, denominator=2)
        .save()
    )
    assert send(w, content)["changed"] == 2
    revisions = list(Entry.objects.order_by("pk").values_list("revision", flat=True))
    steps = EntryStep.objects.count()
    again = send(w, content)
    assert (again["touched"], again["changed"], again["fault_count"]) == (2, 0, 0)
    assert list(Entry.objects.order_by("pk").values_list("revision", flat=True)) == revisions
    assert EntryStep.objects.count() == steps


def test_an_untouched_template_undoes_nothing(w: Reporting) -> None:
    old = template(w)
    fill(w.entry(w.world.homes), number(7), w.ann)
    assert send(w, Sheet(old).save())["touched"] == 0
    assert w.entry(w.world.homes).value == 7


def test_a_cell_others_changed_since_the_download_is_told(w: Reporting) -> None:
    sheet = Sheet(template(w)).type(w.world.homes, value="9").type(w.world.beds, numerator=1, denominator=2)
    colleague = w.world.gao
    entry = w.entry(w.world.homes)
    fill(entry, number(7), w.ann)
    Entry.objects.filter(pk=entry.pk).update(edited_by=colleague)
    result = send(w, sheet.save())
    assert not result["applied"]
    (fault,) = result["faults"]
    assert (fault["row"], fault["column"]) == (sheet.place(w.world.homes), "L")
    assert "7 家" in fault["message"]
    assert w.entry(w.world.beds).numerator is None


def test_a_cleared_cell_is_not_reported_again(w: Reporting) -> None:
    fill(w.entry(w.world.homes), number(7), w.ann)
    assert send(w, Sheet(template(w)).type(w.world.homes, value="").save())["applied"]
    assert w.entry(w.world.homes).state == Entry.State.EMPTY


def test_a_note_alone_leaves_the_figure(w: Reporting) -> None:
    fill(w.entry(w.world.beds), number(parts=(30, 100)), w.ann)
    assert send(w, Sheet(template(w)).type(w.world.beds, note="已核对").save())["changed"] == 1
    entry = w.entry(w.world.beds)
    assert (entry.value, entry.note) == (Decimal(30), "已核对")


def test_the_last_period_and_foreign_denominators_are_shown(w: Reporting) -> None:
    with at("2024-07-10"):
        publish(value(w.world.homes, RED, "2024-06-30", 4), value(w.population, RED, "2024-06-30", 50000))
    sheet = Sheet(template(w))
    assert sheet.cell(w.world.homes, "last") == "4 家"
    assert sheet.cell(w.world.households, "last") == "无"
    assert sheet.cell(w.places, "denominator") == "50000"
    assert send(w, sheet.type(w.places, numerator="150").save())["applied"]
    assert w.entry(w.places).value == 3
    assert w.entry(w.places).period_end == QUARTER


def test_a_round_trip_through_libreoffice(w: Reporting, soffice: str, tmp_path: Path) -> None:
    fill(w.entry(w.world.beds), number(parts=(30, 100)), w.ann)
    fill(w.entry(w.world.homes), number(3, note="=1+1 是说明"), w.ann)
    untouched = convert(soffice, tmp_path, template(w))
    assert Sheet(untouched).cell(w.world.beds, "value") == 30
    assert send(w, untouched)["touched"] == 0
    filled = Sheet(template(w)).type(w.world.homes, value="6").type(w.world.households, value=12.0).save()
    result = send(w, convert(soffice, tmp_path, filled))
    assert (result["changed"], result["applied"]) == (2, True)
    assert (w.entry(w.world.homes).value, w.entry(w.world.households).value) == (6, 12)
    assert w.entry(w.world.homes).note == "=1+1 是说明"


def convert(soffice: str, folder: Path, content: bytes) -> bytes:
    """Open and save the workbook in LibreOffice."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "a.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         str(folder / "out"), str(folder / "in" / "a.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "out" / "a.xlsx").read_bytes()
