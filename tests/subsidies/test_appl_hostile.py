"""What nobody types in good faith: every form of claims and rules answers in words, and nothing moves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from subsidies.models import Application, ApplicationStep, Journal, SchemeVersion
from tests.pages.conftest import client_of
from tests.reporting_world import at

from .applied import LEASE, TODAY, Applied, make_applied
from .test_appl_pages import typed

HUGE = "9" * 30
JUNK = ("", "\0", "-1", "0", "1.5", "1e9", "十", HUGE, "9" * 5000)
DAYS = ("2023-02-29", "2024-13-01", "0000-01-01", "99999-01-01", "昨天")
LONG = "㍿ﷺ" * 2_500


@pytest.fixture
def a(db: None, tmp_path: Path, settings: Any) -> Iterator[Applied]:
    settings.FILES_DIR = tmp_path
    with at(TODAY):
        yield make_applied()


def stands() -> tuple[Any, ...]:
    """What a refused form must not have moved."""
    rows = Application.objects.order_by("pk").values_list("state", "claimed", "verified", "revision")
    kinds = (ApplicationStep, Journal, SchemeVersion)
    return (*rows, *(kind.objects.count() for kind in kinds))


NEW = {
    "claimed": JUNK,
    "premises_number": (LONG, "㍿" * 80),
    "lease_from": (*DAYS, HUGE),
    "lease_to": (*DAYS, HUGE),
    "account": (LONG, "53００-abc", "1234567"),
    "phone": (LONG, "１２"),
    **dict.fromkeys(("payee", "bank", "contact"), (LONG,)),
    **dict.fromkeys(("payee_kind", "scheme"), ("没有", "\x00")),
    "premises": ("没有",),
    "applicant": ("i", "c", "i-1", f"i{HUGE}", "c530402", "x1", "\0"),
}


@pytest.mark.parametrize("name", NEW)
def test_a_new_claim(a: Applied, name: str) -> None:
    before, client = stands(), client_of(a.ann)
    given = typed(**{key: getattr(LEASE, key) for key in ("premises", "lease_from", "lease_to")})
    given |= {"scheme": a.leased.key, "applicant": f"i{a.home.pk}"}
    for value in NEW[name]:
        answer = client.post(reverse("subsidy-application-new"), {**given, name: value})
        assert (answer.status_code, value) == (422, value)
    assert stands() == before


def test_the_year_of_a_yearly_claim(a: Applied) -> None:
    client, given = client_of(a.ann), {**typed(), "scheme": a.operating.key, "applicant": f"i{a.home.pk}"}
    for value in JUNK:
        answer = client.post(reverse("subsidy-application-new"), {**given, "year": value})
        assert (answer.status_code, value) == (422, value)
    assert not Application.objects.exists()


def test_what_was_verified(a: Applied) -> None:
    row = a.sent()
    before, bob, hui = stands(), client_of(a.bob), client_of(a.hui)
    for value in JUNK:
        for client, step in ((bob, "county_check"), (bob, "city_check"), (hui, "city_check")):
            url = reverse("subsidy-application-step", args=[row.pk, step])
            answer = client.post(url, {"verified": value, "revision": row.revision})
            assert answer.status_code in {403, 422}
    assert stands() == before


def test_the_lines_of_an_approval(a: Applied) -> None:
    row = a.checked()
    lines = {f"line_{level}": pk for level, pk in a.lines(row).items()}
    before, client = stands(), client_of(a.lin)
    url = reverse("subsidy-application-step", args=[row.pk, "approve"])
    for value in (*JUNK, str(lines["line_county"])):
        answer = client.post(url, {**lines, "line_province": value, "revision": row.revision})
        assert (answer.status_code, value) == (422, value)
    assert stands() == before


STEPS = ("submit", "county_check", "city_check", "approve", "return", "refuse", "withdraw")


@pytest.mark.parametrize("revision", ["0", HUGE])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_sent_twice_or_from_an_old_page_moves_once_at_most(
    a: Applied, step: str, revision: str
) -> None:
    """An unreadable revision is none; what the state does not allow is refused all the same."""
    row = a.sent()
    url = reverse("subsidy-application-step", args=[row.pk, step])
    person = {"county_check": a.bob, "return": a.bob, "refuse": a.hui, "city_check": a.hui, "approve": a.lin}
    client = client_of(person.get(step, a.ann))
    given = {"revision": revision, "verified": "60", "reason": "由", "note": LONG[:500]}
    first = client.post(url, given).status_code
    after = stands()
    assert first in ({403, 422} if revision == "0" else {302, 403, 422})
    assert client.post(url, given).status_code in {403, 422}
    assert stands() == after


@pytest.mark.parametrize("pk", ["0", HUGE])
def test_numbers_of_nothing(a: Applied, pk: str) -> None:
    client, row = client_of(a.ann), a.draft()
    for tail in ("", "edit/", "people/", "payee/"):
        assert client.get(f"/subsidies/applications/{pk}/{tail}").status_code == 404
    for tail in ("files/", "submit/", "create/", "reveal/account/"):
        assert client.post(f"/subsidies/applications/{pk}/{tail}").status_code == 404
    assert client.get(f"/subsidies/application-files/{pk}/").status_code == 404
    assert client.post(f"/subsidies/application-files/{pk}/remove/").status_code == 404
    for tail in ("create/", "change/", "pay/", "reveal/name/"):
        assert client.post(f"/subsidies/applications/{row.pk}/{tail}").status_code == 404


def test_another_countys_claim_is_not_there(a: Applied) -> None:
    row, client = a.sent(), client_of(a.cai)
    before = stands()
    for tail in ("", "edit/", "payee/"):
        assert client.get(f"/subsidies/applications/{row.pk}/{tail}").status_code == 404
    for tail in ("edit/", "files/", "submit/", "withdraw/", "county_check/", "reveal/account/", "payee/"):
        assert client.post(f"/subsidies/applications/{row.pk}/{tail}", {"reason": "看"}).status_code == 404
    paper = row.files.get()
    assert client.get(reverse("subsidy-application-file", args=[paper.pk])).status_code == 404
    assert client.post(reverse("subsidy-application-file-remove", args=[paper.pk])).status_code == 404
    new = {**typed(), "scheme": a.own.key, "applicant": f"i{a.home.pk}"}
    assert client.post(reverse("subsidy-application-new"), new).status_code == 422
    assert stands() == before


@pytest.mark.parametrize("name", ["county", "scheme", "state", "year", "text", "institution", "page"])
def test_the_ledger_is_narrowed_by_anything(a: Applied, name: str) -> None:
    a.sent()
    client = client_of(a.ann)
    for value in (*JUNK[:-1], "0000", "9999", "%", "\\"):
        assert client.get(reverse("subsidy-list"), {name: value}).status_code == 200
        answer = client.get(reverse("subsidy-export", args=["csv"]), {name: value})
        assert answer.status_code == 200
        assert answer.getvalue()


CASE = ["version", "quantity", "capacity", "granted_before", "grants_this_year", "kind", "operation", "filed",
        "premises", "lease_from", "lease_to", "on"]  # fmt: skip


def test_a_what_if_case_of_anything(a: Applied) -> None:
    client = client_of(a.ann)
    usual = {"version": a.leased.versions.get().pk, "quantity": "60", "premises": "leased"}
    for value in (*JUNK[:-1], *DAYS):
        for names in (["version"], CASE[1:]):
            given = {**usual, **dict.fromkeys(names, value)}
            assert client.get(reverse("subsidy-what-if"), given).status_code == 200
    ends = {"lease_from": "0001-01-01", "lease_to": "9999-12-31", "on": "9999-12-31"}
    answer = client.get(
        reverse("subsidy-what-if"), {**usual, **ends, "capacity": "60", "operation": "private"}
    )
    assert "300,000.00" in answer.content.decode()


VERSION = ["seen", "amount", "stated_by", "basis", "valid_from", "valid_to", "kind", "premises", "lease_years",
           "operation", "split_city", "split_county", "split_document", "reason"]  # fmt: skip


@pytest.mark.parametrize("name", VERSION)
def test_a_new_version_of_anything(a: Applied, name: str) -> None:
    client = client_of(a.lin)
    url = reverse("subsidy-scheme-version", args=[a.leased.key])
    usual = {
        "seen": "1", "amount": "5000", "basis": "文件", "valid_from": "2024-11-01", "premises": "leased",
        "split_city": "1", "split_document": "文号", "reason": "测试",
    }  # fmt: skip
    for value in (*JUNK[:-1], DAYS[0], LONG):
        number = a.leased.versions.count()
        answer = client.post(url, {**usual, "seen": str(number), name: value})
        assert answer.status_code in {200, 302, 422}
        assert a.leased.versions.count() == number + (answer.status_code == 302)
    assert client.get(reverse("subsidy-scheme", args=[a.leased.key])).status_code == 200


def test_evidence_of_anything(a: Applied) -> None:
    row, client = a.draft(), client_of(a.ann)
    url = reverse("subsidy-application-attach", args=[row.pk])
    for name in ("a.exe", "../../x.pdf", ".pdf", "x" * 300 + ".pdf", "a\u202egpj.pdf"):
        for content, kind in ((b"", "lease"), (b"MZ", "lease"), (b"%PDF", ""), (b"%PDF", "\0")):
            answer = client.post(url, {"kind": kind, "file": SimpleUploadedFile(name, content)})
            assert answer.status_code == 422
    assert client.post(url, {"kind": "lease", "file": "not a file"}).status_code == 422


def test_a_reason_to_look_of_anything(a: Applied) -> None:
    row = a.sent()
    url = reverse("subsidy-application-reveal", args=[row.pk, "account"])
    for reason in ("", " ", "\0", LONG):
        for person in (a.ann, a.fen):
            answer = client_of(person).post(url, {"reason": reason})
            assert answer.status_code in {403, 422}
            assert row.account.open() not in answer.content.decode()
