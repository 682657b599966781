"""The pages: template, upload, preview, writing; and the way of a large file through a job."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.excel import uploads
from targets.models import Entry
from tests.reporting_world import Reporting
from yuxi_eldercare.core import dispatch
from yuxi_eldercare.core.models import Job, StoredFile, User

from .sheets import Sheet, as_file, template


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def upload_url(w: Reporting) -> str:
    return reverse("round-upload", args=[w.round.pk])


def filled(w: Reporting, value: str = "6") -> bytes:
    return Sheet(template(w)).type(w.world.homes, value=value).save()


def test_from_download_to_written(w: Reporting, upload_url: str) -> None:
    client = browser(w.ann)
    got = client.get(reverse("round-template", args=[w.round.pk]), {"unit": w.red.pk})
    assert got.status_code == 200
    assert "attachment" in got["Content-Disposition"]
    page = client.get(upload_url)
    assert w.red.short_name in page.content.decode()
    sent = client.post(
        upload_url, {"file": as_file(Sheet(got.content).type(w.world.homes, value="6").save())}
    )
    assert sent.status_code == 302
    preview = client.get(sent["Location"]).content.decode()
    assert "写入这 1 项" in preview
    assert w.entry(w.world.homes).value is None
    done = client.post(sent["Location"], follow=True)
    assert "已写入1项" in done.content.decode()
    assert w.entry(w.world.homes).value == 6
    assert "完全一致" in client.get(sent["Location"]).content.decode()


def test_faults_are_listed_and_a_post_writes_nothing(w: Reporting, upload_url: str) -> None:
    client = browser(w.ann)
    place = client.post(upload_url, {"file": as_file(filled(w, "约50"))})["Location"]
    assert "不是确数" in client.get(place).content.decode()
    assert client.post(place).status_code == 422
    assert w.entry(w.world.homes).state == Entry.State.EMPTY


def test_a_wrong_file_is_told_on_the_page(w: Reporting, upload_url: str) -> None:
    client = browser(w.ann)
    answer = client.post(upload_url, {"file": as_file(b"hello", "a.xlsx")})
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert "没有写入任何数据" in answer.content.decode()
    assert "没有收到文件" in client.post(upload_url).content.decode()


def test_who_may(w: Reporting, upload_url: str) -> None:
    place = browser(w.ann).post(upload_url, {"file": as_file(filled(w))})["Location"]
    for user, status in ((w.bob, 403), (w.lin, 403), (w.wu, 200)):
        assert browser(user).get(upload_url).status_code == status, user
    assert browser(w.cai).get(place).status_code == 404, "an upload is seen by its author only"
    assert browser(w.cai).post(place).status_code == 404
    elsewhere = browser(w.cai).get(reverse("round-template", args=[w.round.pk]), {"unit": w.red.pk})
    assert elsewhere.status_code == 403
    assert Client().get(upload_url).status_code == 302


def test_a_large_file_goes_through_a_job(
    w: Reporting, upload_url: str, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_MOST", 1)
    client = browser(w.ann)
    with django_capture_on_commit_callbacks() as waiting:
        place = client.post(upload_url, {"file": as_file(filled(w))})["Location"]
    assert "hx-get" in client.get(place).content.decode()
    assert client.get(place, headers={"HX-Request": "true"}).content.decode().startswith("<div")
    finish(waiting)
    assert client.get(place, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "写入这 1 项" in client.get(place).content.decode()
    assert w.entry(w.world.homes).value is None
    with django_capture_on_commit_callbacks() as waiting:
        client.post(place)
        client.post(place)
    assert Job.objects.filter(kind=uploads.KIND).count() == 2, "a second click starts no second job"
    finish(waiting)
    assert w.entry(w.world.homes).value == 6
    job = Job.objects.latest("pk")
    assert (job.state, job.done, job.total, job.result["applied"]) == ("done", 100, 100, True)
    assert "已写入 1 项" in client.get(place).content.decode()


def test_a_large_file_that_is_refused_says_so(
    w: Reporting, upload_url: str, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_MOST", 1)
    sheet = Sheet(template(w))
    del sheet.sheets["data"][4]
    client = browser(w.ann)
    with django_capture_on_commit_callbacks() as waiting:
        place = client.post(upload_url, {"file": as_file(sheet.save())})["Location"]
    finish(waiting)
    assert "结构被改动" in client.get(place).content.decode()


def finish(waiting: list[Any]) -> None:
    """Run what was to start after the commit."""
    with dispatch.at_once():
        for callback in waiting:
            callback()
