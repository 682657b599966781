"""How far a large upload is: counted in rows, seen while the writing transaction is open, found again later."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from targets.excel import phases, uploads
from targets.excel.phases import CHECKING, WRITING, Phases, Standing, is_dead, standing
from targets.models import Entry
from tests.reporting_world import Reporting
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import Job

from .sheets import Sheet, as_file, template


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(phases, "_PAUSE", 0.0)
    monkeypatch.setattr(uploads, "AT_ONCE_MOST", 1)
    return tmp_path / "progress"


def running(w: Reporting) -> Job:
    job = jobs.create(uploads.KIND, "检查上传的表格：a.xlsx", by=w.ann, file=0, round=w.round.pk, write=False)
    job.state = Job.State.RUNNING
    return job


def test_each_phase_counts_its_rows_and_the_whole_grows(w: Reporting) -> None:
    job = running(w)
    work = Phases(jobs.Progress(job), WRITING)
    seen = []
    for phase in WRITING:
        count = work.watch(phase, 400)
        seen.append(standing(job))
        count(200)
        seen.append(standing(job))
    percents = [one.percent for one in seen if one]
    assert percents == sorted(percents)
    assert len(set(percents)) == 2 * len(WRITING)
    assert seen[3] == Standing("compare", 200, 400, percents[3])
    assert seen[3].sentence == "正在与现有数据比对：200 / 400 行"
    work.end()
    assert standing(job) is None


@pytest.mark.usefixtures("w")
def test_what_no_disk_keeps_is_no_reason_to_stop(w: Reporting, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.VAR_DIR = tmp_path / "file"
    job = running(w)
    Phases(jobs.Progress(job), CHECKING).watch("compare", 10)(5)
    assert standing(job) is None


def test_a_large_upload_says_where_it_is_from_reading_to_history(
    w: Reporting, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    said: list[tuple[str, int, int]] = []
    show = Phases._show
    monkeypatch.setattr(Phases, "_show", lambda self, *at: (said.append(at), show(self, *at))[1])
    content = Sheet(template(w)).type(w.world.homes, value="6").type(w.world.households, value="7").save()
    with django_capture_on_commit_callbacks() as waiting, dispatch.at_once():
        received = uploads.receive(upload=as_file(content), round=w.round, by=w.ann)
    with dispatch.at_once():
        for start in waiting:
            start()
        lines = Entry.objects.filter(round=w.round, department=w.red).count()
        assert said == [("read", 0, lines), ("compare", 0, lines), ("check", 0, 2), ("check", 2, 2)]
        said.clear()
        with django_capture_on_commit_callbacks(execute=True):
            uploads.start(file=received.file, round=w.round, by=w.ann, write=True)
    assert [at for at in said if at[0] in {"write", "note"}] == [
        ("write", 0, 2),
        ("write", 2, 2),
        ("note", 0, 2),
        ("note", 2, 2),
    ]
    assert not list((phases._path(Job.objects.latest("pk"))).parent.glob("*.json"))


def test_the_page_shows_the_rows_and_the_upload_is_found_again(
    w: Reporting, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    client.force_login(w.ann)
    with django_capture_on_commit_callbacks():
        content = Sheet(template(w)).type(w.world.homes, value="6").save()
        received = uploads.receive(upload=as_file(content), round=w.round, by=w.ann)
    job = received.job
    assert job is not None
    place = reverse("round-upload-apply", args=[w.round.pk, received.file.pk])
    assert "排队等待处理" in client.get(place).content.decode()
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    Phases(jobs.Progress(job), CHECKING).watch("check", 4000)(2000)
    page = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "正在核对：2,000 / 4,000 行" in page
    assert place in client.get(reverse("round-upload", args=[w.round.pk])).content.decode()
    other = Client()
    other.force_login(w.wu)
    assert place not in other.get(reverse("round-upload", args=[w.round.pk])).content.decode()


def test_a_job_that_stopped_moving_is_told(w: Reporting, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks():
        content = Sheet(template(w)).type(w.world.homes, value="6").save()
        received = uploads.receive(upload=as_file(content), round=w.round, by=w.ann)
    job = received.job
    assert job is not None
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=w.round.created_at)
    job.refresh_from_db()
    Phases(jobs.Progress(job), CHECKING).watch("check", 10)
    assert not is_dead(job)
    long_ago = time.time() - 3600
    os.utime(phases._path(job), (long_ago, long_ago))
    assert is_dead(job)
    client = Client()
    client.force_login(w.ann)
    page = client.get(reverse("round-upload-apply", args=[w.round.pk, received.file.pk])).content.decode()
    assert "后台处理中断" in page
    again = uploads.start(file=received.file, round=w.round, by=w.ann, write=False)
    assert again.pk != job.pk


def test_polling_reads_no_rows(w: Reporting, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks():
        content = Sheet(template(w)).type(w.world.homes, value="6").save()
        received = uploads.receive(upload=as_file(content), round=w.round, by=w.ann)
    client = Client()
    client.force_login(w.ann)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        place = reverse("round-upload-apply", args=[w.round.pk, received.file.pk])
        client.get(place, headers={"HX-Request": "true"})
    rows = [q["sql"] for q in captured.captured_queries if 'FROM "targets_entry"' in q["sql"]]
    assert all('"revision"' not in sql for sql in rows), rows
