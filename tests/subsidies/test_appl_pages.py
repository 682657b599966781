"""The pages of claims: who sees what, forms that keep what was typed, sealed data, what waits, how many statements."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subsidies import applying
from subsidies.models import Application
from tests.core.test_files import PNG
from tests.pages.conftest import client_of, own_statements
from tests.reporting_world import at
from yuxi_eldercare.core.models import AuditEvent

from .applied import ACCOUNT, CARD, CLAIM, LEASE, OTHER_ACCOUNT, TODAY, Applied, make_applied


@pytest.fixture
def a(db: None, tmp_path: Path, settings: Any) -> Iterator[Applied]:
    settings.FILES_DIR = tmp_path
    with at(TODAY):
        yield make_applied()


def typed(**changes: Any) -> dict[str, Any]:
    """A claim as a form sends it."""
    values = {name: value for name, value in asdict(replace(CLAIM, **changes)).items() if value is not None}
    return {name: str(value) for name, value in values.items()}


def step(client: Client, row: Application, verb: str, **given: Any) -> Any:
    row.refresh_from_db()
    url = reverse("subsidy-application-step", args=[row.pk, verb])
    return client.post(url, {"revision": row.revision, **given})


def shown(client: Client, row: Application) -> str:
    return client.get(reverse("subsidy-application", args=[row.pk])).content.decode()


def test_a_claim_is_walked_on_its_pages(a: Applied) -> None:
    ann, bob, hui, lin = (client_of(getattr(a, name)) for name in ("ann", "bob", "hui", "lin"))
    new = reverse("subsidy-application-new")
    sent = ann.post(new, {**typed(), "scheme": a.own.key, "applicant": f"i{a.home.pk}"})
    row = Application.objects.get()
    assert sent["Location"] == reverse("subsidy-application", args=[row.pk])
    missing = shown(ann, row)
    assert "请上传产权证明" in missing
    assert "补齐“提交前还要补齐”所列各项后，才能提交" in missing
    assert '<button class="button" type="submit" disabled>提交</button>' in missing
    upload = {"kind": "property", "file": SimpleUploadedFile("证.png", PNG)}
    assert ann.post(reverse("subsidy-application-attach", args=[row.pk]), upload).status_code == 302
    assert "提交前还要补齐" not in shown(ann, row)
    assert '<button class="button" type="submit">提交</button>' in shown(ann, row)
    assert step(ann, row, "submit").status_code == 302
    assert step(bob, row, "county_check", verified="60").status_code == 302
    assert step(hui, row, "city_check", verified="58", note="两张未达标").status_code == 302
    page = shown(lin, row)
    for text in (
        "580,000.00",
        "290,000.00",
        "174,000.00",
        "116,000.00",
        "可用 10,000,000.00 元",
        "两张未达标",
    ):
        assert text in page
    lines = {f"line_{level}": pk for level, pk in a.lines(row).items()}
    assert step(lin, row, "approve", **lines).status_code == 302
    assert Application.objects.get().total_fen == 58_000_000
    page = shown(ann, row)
    assert "已批未付" in page
    assert "云溪财社〔2021〕1号" in page


def test_a_refused_form_keeps_what_was_typed_and_says_it_at_the_field(a: Applied) -> None:
    ann = client_of(a.ann)
    given = typed(payee_kind="card", account=CARD[:-1] + "1", bank="某某银行", phone="12")
    answer = ann.post(
        reverse("subsidy-application-new"), {**given, "scheme": a.own.key, "applicant": f"i{a.home.pk}"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    for text in ("最后一位校验不符", "电话号码不正确", "某某银行", CARD[:-1] + "1"):
        assert text in page
    assert '<a href="#id_account">' in page
    assert not Application.objects.exists()


def test_an_unknown_applicant_is_refused_at_its_field(a: Applied) -> None:
    answer = client_of(a.ann).post(
        reverse("subsidy-application-new"), {**typed(), "scheme": a.own.key, "applicant": "i999999"}
    )
    assert answer.status_code == 422
    county = {**typed(premises=""), "scheme": a.own.key, "applicant": f"c{a.red.region_id}"}
    answer = client_of(a.ann).post(reverse("subsidy-application-new"), county)
    assert "请选择机构名册中的机构" in answer.content.decode()


def test_a_step_that_is_refused_comes_again_with_its_words(a: Applied) -> None:
    row = a.sent()
    answer = step(client_of(a.bob), row, "county_check", verified="99", note="清点过")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "核定 99 多于申请的 60" in page
    assert "清点过" in page


def test_greyed_steps_say_why(a: Applied) -> None:
    row = a.sent()
    applying.county_check(application=row, verified=60, by=a.bob)
    page = shown(client_of(a.bob), row)
    assert "“县级核查通过”只在待县级核查时办理" in page
    assert "disabled" in page
    assert "你可以查看" in shown(client_of(a.world.ling), row)


def test_other_counties_see_nothing(a: Applied) -> None:
    row = a.sent()
    deng = client_of(a.deng)
    for url in (
        reverse("subsidy-application", args=[row.pk]),
        reverse("subsidy-application-file", args=[row.files.get().pk]),
    ):
        assert deng.get(url).status_code == 404
    assert step(deng, row, "county_check", verified="1").status_code == 404
    listed = deng.get(reverse("subsidy-list")).content.decode()
    assert row.number is not None
    assert row.number not in listed
    assert row.number in client_of(a.lin).get(reverse("subsidy-list")).content.decode()


def test_the_account_is_masked_and_shown_for_a_reason_only(a: Applied) -> None:
    row = a.sent()
    bob, lin = client_of(a.bob), client_of(a.lin)
    assert ACCOUNT not in shown(bob, row)
    url = reverse("subsidy-application-reveal", args=[row.pk, "account"])
    assert bob.post(url, {"reason": " "}).status_code == 422
    answer = bob.post(url, {"reason": "核对开户许可证"}, headers={"hx-request": "true"})
    assert ACCOUNT in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(action="personal.reveal")
    assert (event.actor, event.detail) == (a.bob, "核对开户许可证")
    assert ACCOUNT not in str((event.before, event.after, event.detail))
    refused = lin.post(url, {"reason": "看看"})
    assert refused.status_code == 403
    assert ACCOUNT not in refused.content.decode()
    assert "显示完整号码" not in shown(lin, row)


def test_a_file_comes_as_an_attachment_and_is_noted(a: Applied) -> None:
    row = a.draft()
    file = applying.attach_evidence(
        application=row, kind="other", upload=SimpleUploadedFile("附.png", PNG), by=a.ann
    )
    answer = client_of(a.hui).get(reverse("subsidy-application-file", args=[file.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.get(action="applications.download").actor == a.hui
    ann = client_of(a.ann)
    assert ann.post(reverse("subsidy-application-file-remove", args=[file.pk])).status_code == 302
    assert "已移除 1 个" in shown(ann, row)


def test_a_sent_claim_takes_no_more_files(a: Applied) -> None:
    row = a.sent()
    url = reverse("subsidy-application-attach", args=[row.pk])
    answer = client_of(a.ann).post(url, {"kind": "other", "file": SimpleUploadedFile("a.png", PNG)})
    assert answer.status_code == 422
    assert "只在草稿、已退回时办理" in answer.content.decode()
    assert client_of(a.bob).post(url, {}).status_code == 403


def test_repeats_are_shown_to_the_checker(a: Applied) -> None:
    a.sent()
    row = a.sent(replace(CLAIM, claimed=10, premises_number="另一证"), institution=a.institution())
    page = shown(client_of(a.bob), row)
    assert "疑似重复" in page
    assert "收款账号与“演示养老院”" in page
    applying.county_check(application=row, verified=10, by=a.bob)
    assert "请写明为什么不是重复" in step(client_of(a.hui), row, "city_check", verified="10").content.decode()


def test_what_waits_stands_by_step(a: Applied) -> None:
    first = a.sent()
    second = a.checked(replace(LEASE, claimed=10, account=OTHER_ACCOUNT), a.leased)
    bob = client_of(a.bob).get(reverse("subsidy-mine")).content.decode()
    lin = client_of(a.lin).get(reverse("subsidy-mine")).content.decode()
    assert first.number is not None
    assert second.number is not None
    assert (first.number in bob, second.number in bob) == (True, False)
    assert (first.number in lin, second.number in lin) == (False, True)
    assert "去办理" in client_of(a.bob).get(reverse("subsidy-desk")).content.decode()
    assert not client_of(a.world.ling).get(reverse("subsidy-desk")).content.strip()
    assert "待办 <b>1</b>" in shown(client_of(a.bob), first)


def test_the_ledger_is_narrowed_and_exported_alike(a: Applied) -> None:
    own, leased = a.sent(), a.draft(replace(LEASE, claimed=10), a.leased)
    lin = client_of(a.lin)
    for query, listed in (
        ({"scheme": a.own.key}, own),
        ({"state": "draft"}, leased),
        ({"year": "2024"}, own),
        ({"text": own.number}, own),
    ):
        page = lin.get(reverse("subsidy-list"), query).content.decode()
        sheet = lin.get(reverse("subsidy-export", args=["csv"]), query).content.decode("utf-8-sig")
        for row in (own, leased):
            assert row.number is not None
            assert (row.number in page.partition("<tbody>")[2]) == (row == listed)
            assert (row.number in sheet) == (row == listed)
    whole = lin.get(reverse("subsidy-export", args=["csv"])).content.decode("utf-8-sig")
    assert ACCOUNT not in whole
    assert "600000" in whole
    assert lin.get(reverse("subsidy-list"), {"year": "x", "institution": "x", "page": "x"}).status_code == 200
    assert "没有符合条件的申请" in lin.get(reverse("subsidy-list"), {"county": "1"}).content.decode()


def test_an_older_page_does_not_overwrite(a: Applied) -> None:
    row = a.draft()
    ann = client_of(a.ann)
    url = reverse("subsidy-application-edit", args=[row.pk])
    old = {**typed(claimed=50), "account": "", "phone": "", "revision": str(row.revision)}
    applying.change_application(application=row, claim=replace(CLAIM, claimed=55), by=a.ann)
    answer = ann.post(url, old)
    assert answer.status_code == 422
    assert "请看过之后再提交" in answer.content.decode()
    assert Application.objects.get().claimed == 55
    row.refresh_from_db()
    assert ann.post(url, {**old, "revision": str(row.revision)}).status_code == 302
    assert "申请数量：55 → 50" in shown(ann, row)
    assert Application.objects.get().account.open() == ACCOUNT


def test_lists_take_few_statements_whatever_their_length(a: Applied) -> None:
    one = a.sent()
    many = [Application.objects.get(pk=one.pk) for _ in range(120)]
    for number, row in enumerate(many):
        row.pk, row.number = None, f"BZ-{number}"
    Application.objects.bulk_create(many)
    hui, bob = client_of(a.hui), client_of(a.bob)
    assert own_statements(hui, reverse("subsidy-list")) <= 7
    assert own_statements(bob, reverse("subsidy-mine")) <= 3
    hui.get(reverse("subsidy-list"))
    with CaptureQueriesContext(connection) as whole:
        hui.get(reverse("subsidy-list"), {"page": 2})
    assert len(whole) <= 15


def test_a_page_takes_as_many_statements_with_many_other_claims(a: Applied) -> None:
    row = a.sent()
    bob = client_of(a.bob)
    before = own_statements(bob, reverse("subsidy-application", args=[row.pk]))
    for number in range(3):
        claim = replace(CLAIM, claimed=5, premises_number=f"证{number}")
        a.sent(claim, institution=a.institution(f"{'甲乙丙'[number]}养老院"))
    assert own_statements(bob, reverse("subsidy-application", args=[row.pk])) <= before + 4
    assert before <= 16
