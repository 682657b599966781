"""The pages of supervision: ledger, notice, ladder, ranking; what each person sees and does there, statements."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from targets.models import (
    AssignmentPart,
    LadderStep,
    PartMonth,
    ScoreLine,
    ScoreRule,
    SupervisionNotice,
)
from targets.supervision.deciding import sign
from targets.supervision.escalating import escalate
from targets.supervision.scores import give_scores
from tests.core.test_files import PNG
from tests.pages.conftest import client_of, own_statements
from tests.reporting_world import at
from tests.targets.supervision.conftest import Ladder, make_part, make_task, s
from yuxi_eldercare.core.models import User

__all__ = ["s"]
State = SupervisionNotice.State


@pytest.fixture
def order(s: Ladder) -> Iterator[SupervisionNotice]:
    """A proposed 督办单 to 红河区's bureau; the clock stands at 21 October from here on."""
    with at("2024-10-14"):
        escalate()
    with at("2024-10-21"):
        escalate()
        yield s.notices(part=s.part, kind="order")[0]


@pytest.fixture
def supervisor(s: Ladder, order: SupervisionNotice) -> Client:
    return client_of(s.du)


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def sheet_rows(answer: Any) -> list[list[Any]]:
    """The rows of an .xlsx that was answered."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_the_list_is_narrowed_and_a_stranger_is_told_why_not(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    every = shown(supervisor, "/supervision/")
    assert "云养催〔2024〕1号" in every
    assert "云养催函〔2024〕1号" in every
    letters = shown(supervisor, f"/supervision/?unit={s.tax.key}")
    assert "云养催〔2024〕1号" not in letters
    assert "云养催函〔2024〕1号" in letters
    assert "云养催函" not in shown(supervisor, f"/supervision/?region={s.r.red.region_id}")
    assert "没有符合条件的文书" in shown(supervisor, "/supervision/?kind=circular")
    nobody = client_of(User.objects.create(username="nobody"))
    answer = nobody.get("/supervision/")
    assert answer.status_code == 403
    assert "你还没有角色" in answer.content.decode()


def test_proposals_are_signed_one_by_one_or_many_at_once(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    url = "/supervision/?state=proposed"
    assert "签发所选" in shown(supervisor, url)
    assert supervisor.post(url).status_code == 422
    keys = [row.pk for row in s.notices(state=State.PROPOSED)]
    answer = supervisor.post(url, {"notice": keys})
    assert f"已签发{len(keys)}份" in answer.content.decode()
    assert not s.notices(state=State.PROPOSED)
    assert client_of(s.r.ann).post(url, {"notice": keys}).status_code == 403


def test_a_notice_is_answered_returned_and_settled_on_its_page(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    url, ann = f"/supervision/{order.pk}/", client_of(s.r.ann)
    assert ann.get(url).status_code == 404
    assert "尚未签发" in shown(supervisor, url)
    supervisor.post(url, {"verb": "sign"})
    page = shown(ann, url)
    assert "云养督〔2024〕1号" in page
    assert "提交回复" in page
    refused = ann.post(url, {"verb": "reply", "text": " "})
    assert refused.status_code == 422
    assert "请写明办理情况" in refused.content.decode()
    ann.post(url, {"verb": "reply", "text": "已签收", "file": SimpleUploadedFile("函.png", PNG)})
    assert supervisor.post(url, {"verb": "return", "reason": ""}).status_code == 422
    supervisor.post(url, {"verb": "return", "reason": "没有写时限"})
    assert "没有写时限" in shown(ann, url)
    ann.post(url, {"verb": "reply", "text": "十月底前办结"})
    supervisor.post(url, {"verb": "accept"})
    order.refresh_from_db()
    assert order.state == State.SETTLED
    reply = order.replies.order_by("pk")[0]
    file = f"/supervision/replies/{reply.pk}/file/"
    assert ann.get(file).status_code == 200
    assert client_of(s.r.wu).get(file).status_code == 403


def test_a_notice_is_dropped_with_a_reason(s: Ladder, order: SupervisionNotice, supervisor: Client) -> None:
    url = f"/supervision/{order.pk}/"
    supervisor.post(url, {"verb": "drop", "reason": "单位已说明情况"})
    page = shown(supervisor, url)
    assert "没有发出。" in page
    assert "单位已说明情况" in page


def test_the_export_holds_what_the_list_shows(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    answer = supervisor.get(f"/supervision/export/xlsx/?unit={s.tax.key}&kind=urge")
    rows = sheet_rows(answer)
    assert len(rows) == 2
    assert rows[1][:3] == ["云养催函〔2024〕1号", "催办", "函"]


def test_a_rung_is_changed_with_a_reason_and_shown_as_changed(s: Ladder, supervisor: Client) -> None:
    step = LadderStep.objects.get(cause="report", kind="order")
    url = f"/supervision/ladder/steps/{step.pk}/"
    given = {"after_days": "12", "reply_workdays": "", "approved_by_hand": "on", "enabled": "on"}
    assert supervisor.post(url, given).status_code == 422
    assert supervisor.post(url, {**given, "reason": "年终加快"}).status_code == 302
    page = shown(supervisor, "/supervision/ladder/")
    assert "到期后第12天" in page
    assert "已在页面修改" in page
    assert "年终加快" in page
    assert client_of(s.r.ann).get("/supervision/ladder/").status_code == 403


def test_points_and_authorities_are_changed_on_pages(s: Ladder, supervisor: Client) -> None:
    given = {"points": "-3", "valid_from": "2024-11-01", "reason": "加重"}
    assert supervisor.post("/supervision/ladder/points/late/", given).status_code == 302
    assert ScoreRule.objects.filter(cause="late", points=-3).exists()
    page = shown(supervisor, "/supervision/ladder/")
    assert "2024-11-01起" in page
    assert supervisor.get("/supervision/ladder/points/nothing/").status_code == 404
    authority = f"/supervision/ladder/authorities/{_authority()}/"
    given = {"department": str(s.r.statistics.pk), "word": "云统督", "reason": "移交"}
    assert supervisor.post(authority, given).status_code == 302
    assert "云统督" in shown(supervisor, "/supervision/ladder/")


def _authority() -> int:
    from targets.models import IssuingAuthority

    return IssuingAuthority.objects.get(kind="order").pk


def test_the_ranking_leads_to_units_and_these_to_what_each_point_is_for(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    sign(notice=order, by=s.du)
    give_scores()
    PartMonth.objects.create(
        part=s.part, month_end=date(2024, 10, 31), light="red", state="issued", reasons=["unsigned_late"]
    )
    page = shown(supervisor, "/supervision/scores/?by=month")
    assert "从高到低排名" in page
    assert "红河区" in page
    unit = f"/supervision/scores/{s.r.red.key}/?by=month"
    page = shown(supervisor, unit)
    assert "本期得分 -2。" in page
    assert f"/supervision/{order.pk}/" in page
    assert "云养督〔2024〕1号" in page
    assert "2024-10</a>" in page  # the red month
    assert "登记表扬、批评" in page
    given = {"cause": "praised", "on": "2024-10-21", "document": "简报1期", "reason": "推广"}
    assert supervisor.post(unit, given).status_code == 302
    assert supervisor.post(unit, given).status_code == 422
    assert "登记表扬" not in shown(client_of(s.r.ann), unit)
    assert ScoreLine.objects.filter(rule__cause="praised").count() == 1


def test_the_ranking_leaves_as_a_sheet(s: Ladder, order: SupervisionNotice, supervisor: Client) -> None:
    sign(notice=order, by=s.du)
    give_scores()
    answer = supervisor.get("/supervision/scores/export/xlsx/?by=month&of=counties")
    assert sheet_rows(answer)[1][:4] == [1, "红河区", 1, -2]


def test_statements_do_not_grow_with_the_rows(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    for number in range(30):
        make_part(make_task(s.r, f"w.s.more-{number}"), s.r.red, s.du)
    escalate()
    give_scores()
    counts = {
        url: own_statements(supervisor, url)
        for url in (
            "/supervision/",
            "/supervision/?state=proposed",
            f"/supervision/{order.pk}/",
            "/supervision/ladder/",
            "/supervision/scores/",
            f"/supervision/scores/{s.r.red.key}/",
        )
    }
    assert AssignmentPart.objects.count() > 30
    assert max(counts.values()) <= 15, counts


def test_the_desk_shows_what_waits_on_both_sides(
    s: Ladder, order: SupervisionNotice, supervisor: Client
) -> None:
    assert "等我签发的督办文书" in shown(supervisor, "/desk/")
    sign(notice=order, by=s.du)
    assert "要回复的督办文书" in shown(client_of(s.r.ann), "/desk/")
    assert "督办文书" not in shown(client_of(s.r.wu), "/desk/")
