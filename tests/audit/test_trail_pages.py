"""The audit administrator's page, export and API: filters, before and after, and who else is kept out."""

import ast
import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts.people import Office, make_office
from tests.api.conformance import component_of, problems
from tests.architecture.source import modules
from tests.worlds import make_world
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.audit import sealing
from yuxi_eldercare.core.models import AuditEvent
from yuxi_eldercare.core.presenters.audit import action_word
from yuxi_eldercare.core.spreadsheets import csv_bytes, neutral

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    made = make_office(make_world())
    note(made, "lin", "findings.rule", "Finding", "f-1", detail="理由", after={"decision": "accept"})
    note(
        made, "gao", "entries.save", "Entry", "77", before={"value": "1", "note": None}, after={"value": "2"}
    )
    note(made, "", "auth.failed", "user", "gao", result=audit.FAILED)
    note(made, "sec", "roles.grant", "user", "nor", detail="=cmd|' /C calc'!A0")
    sealing.seal()
    return made


def note(office: Office, name: str, action: str, kind: str, key: str, **fields: Any) -> AuditEvent:
    person = getattr(office, name, None) or getattr(office.world, name, None) if name else None
    return audit.record(by=person, process="登录", action=action, object_type=kind, object_key=key, **fields)


@pytest.fixture
def shen(office: Office) -> Client:
    client = Client()
    client.force_login(office.shen)
    return client


def words(answer: Any) -> str:
    return answer.content.decode()


def rows_of_csv(answer: Any) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by its mark"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


QUERIES = [
    ("", {"findings.rule", "entries.save", "auth.failed", "roles.grant"}),
    ("person=lin", {"findings.rule"}),
    ("person=Gao", {"entries.save"}),
    ("department=w-mz", {"findings.rule"}),
    ("action=roles", {"roles.grant"}),
    ("action=roles.grant", {"roles.grant"}),
    ("action=role", set()),
    ("object=f-1", {"findings.rule"}),
    ("object=user", {"auth.failed", "roles.grant"}),
    ("result=failed", {"auth.failed"}),
    ("since=2000-01-01&until=2000-12-31", set()),
    (f"since={timezone.localdate()}&until={timezone.localdate()}", {
        "findings.rule", "entries.save", "auth.failed", "roles.grant",
    }),
    (f"until={timezone.localdate() - timedelta(days=1)}", set()),
    ("since=9999-12-31&until=9999-12-31", set()),
    ("until=0001-01-01", set()),
]  # fmt: skip


@pytest.mark.parametrize(("query", "actions"), QUERIES)
def test_the_same_filter_everywhere(shen: Client, query: str, actions: set[str]) -> None:
    page = shen.get(f"/audit/?{query}")
    assert {event.action for event in page.context["page"].object_list} == actions
    rows = rows_of_csv(shen.get(f"/audit/export/csv/?{query}"))[1:]
    assert {row[6] for row in rows} - {"audit.export"} == actions
    if "department" not in query or actions:
        listed = json.loads(shen.get(f"/api/v1/audit/?{query}").content)
        assert {row["action"] for row in listed["results"]} - {"audit.export"} == actions


def test_the_page_survives_nonsense(shen: Client) -> None:
    assert (
        shen.get("/audit/?since=yesterday&result=maybe&department=x&page=abc&person=%00").status_code == 200
    )


def test_one_event_shows_before_and_after(shen: Client) -> None:
    event = AuditEvent.objects.get(action="entries.save")
    page = words(shen.get(f"/audit/{event.pk}/"))
    assert "<html" in page
    assert event.hash in page
    lines = shen.get(f"/audit/{event.pk}/").context["changes"]
    assert lines == [("value", "1", "2", True), ("note", "—", "—", False)]
    inside = words(shen.get(f"/audit/{event.pk}/", headers={"HX-Request": "true"}))
    assert "<html" not in inside
    assert "data-close-drawer" in inside


def test_the_export_is_itself_an_event(shen: Client, office: Office) -> None:
    shen.get("/audit/export/xlsx/?person=lin")
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.username, event.object_key) == ("audit.export", "shen", "xlsx")
    assert (event.after, event.detail) == ({"count": 1}, "person=lin")
    assert shen.get("/audit/export/pdf/").status_code == 404


def test_no_text_of_an_export_runs_as_a_formula(shen: Client) -> None:
    rows = rows_of_csv(shen.get("/audit/export/csv/?action=roles"))
    assert rows[1][10].startswith("'=cmd")
    answer = shen.get("/audit/export/xlsx/?action=roles")
    data = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{space}f"))
    texts = [cell.text or "" for cell in sheet.iter(f"{space}t")]
    assert any(text.startswith("'=cmd") for text in texts)
    assert any(text == "roles.grant" for text in texts)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", " =1"])
def test_what_a_spreadsheet_would_run_is_neutral(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert csv_bytes(["a"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["", "市民政局", "1-2", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("name", ["sys", "sec", "lin", "nor"])
@pytest.mark.parametrize("path", ["/audit/", "/audit/1/", "/audit/export/csv/", "/api/v1/audit/"])
def test_nobody_else_reads_it(office: Office, name: str, path: str) -> None:
    client = Client()
    client.force_login(getattr(office, name, None) or getattr(office.world, name))
    assert client.get(path).status_code == 403


def test_nothing_writes_it(shen: Client) -> None:
    event = AuditEvent.objects.first()
    assert event is not None
    for path in ("/audit/", f"/audit/{event.pk}/", "/api/v1/audit/", f"/api/v1/audit/{event.pk}/"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(shen, method)(path).status_code == 405, (method, path)


def test_the_api_follows_its_schema_and_notes_the_reader(shen: Client) -> None:
    answer = shen.get("/api/v1/audit/?page_size=2&action=entries")
    page = json.loads(answer.content)
    assert problems(component_of("/api/v1/audit/"), page) == []
    (row,) = page["results"]
    assert (row["before"], row["after"], row["seq"]) == ({"value": "1", "note": None}, {"value": "2"}, 2)
    one = json.loads(shen.get(f"/api/v1/audit/{row['id']}/").content)
    assert one == row
    read = AuditEvent.objects.filter(action="audit.read").order_by("pk")
    assert [(e.username, e.object_key, e.detail) for e in read] == [
        ("shen", "*", "page_size=2；action=entries"),
        ("shen", str(row["id"]), ""),
    ]
    assert shen.get("/api/v1/audit/?since=gestern").status_code == 400
    assert shen.get("/api/v1/audit/999999/").status_code == 404


def test_the_list_needs_few_statements(
    shen: Client, office: Office, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        note(office, "lin", "test.do", "thing", str(number))
    shen.get("/audit/")
    with django_assert_max_num_queries(9):
        shen.get("/audit/")


@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("roles.grant", "角色授予"),
        ("entries.submit", "填报·提交审核"),
        ("rounds.remind", "填报轮次·催办"),
        ("findings.rule", "数据疑点·裁定"),
        ("something.new", "something.new"),
    ],
)
def test_actions_are_said_in_words(action: str, word: str) -> None:
    assert action_word(action) == word


def test_every_action_of_the_code_has_a_word() -> None:
    """An action written somewhere in the product is never shown to the auditor by its code."""
    written = {
        value.value
        for module in modules()
        for node in ast.walk(module.tree())
        if isinstance(node, ast.keyword) and node.arg == "action" and isinstance(node.value, ast.Constant)
        for value in [node.value]
        if isinstance(value.value, str) and "." in value.value
    }
    assert len(written) > 15
    assert not [action for action in sorted(written) if action_word(action) == action]
