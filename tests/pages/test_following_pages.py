"""The pages of tasks and parts as Alice (same unit), Bob (another unit), another county's supervisor and a leader."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from targets import following as f
from targets.models import Assignment, AssignmentBody, AssignmentPart, PartFile
from tests.pages.conftest import client_of, own_statements
from tests.reporting_world import at
from tests.targets.following.world import DUE, ISSUED_ON, Following, make_following_world, pdf
from tests.worlds import GREEN, RED, WHITE, day
from yuxi_eldercare.core.models import User


@pytest.fixture
def w(db: None, tmp_path: Path, settings: Any) -> Iterator[Following]:
    """The first task broken down, on 5 August 2024."""
    settings.FILES_DIR = tmp_path
    with at(ISSUED_ON):
        made = make_following_world()
        made.issue()
        yield made


def page_of(user: User, w: Following, region: str = RED) -> Any:
    return client_of(user).get(reverse("part", args=[w.part(region).pk]))


def post(user: User, w: Following, step: str, **given: Any) -> Any:
    """A step as the form on the page sends it."""
    part = w.part()
    body = {"revision": part.revision, **given}
    return client_of(user).post(reverse("part-step", args=[part.pk, step]), body, follow=True)


def offered(page: Any) -> set[str]:
    return {offer.step for offer, _form in page.context["offers"]}


def test_each_person_is_offered_their_own_steps(w: Following) -> None:
    assert offered(page_of(w.ann, w)) == {"sign"}
    assert offered(page_of(w.rui, w)) == {"sign"}
    assert offered(page_of(w.du, w)) == {"change", "withdraw"}
    for outsider in (w.bob, w.wu, w.dong, w.world.ling):
        page = page_of(outsider, w)
        assert page.context["offers"] == page.context["refused"] == []
        assert "由承办单位和督查员办理" in page.text
    assert offered(page_of(w.dong, w, GREEN)) == {"change", "withdraw"}


def test_what_cannot_be_done_says_why(w: Following) -> None:
    page = page_of(w.ann, w)
    why = {offer.step: offer.refusal for offer in page.context["refused"]}
    assert why["submit"] == "事项现在是“待签收”，“申请销号”只在推进中、退回整改时办理。"
    assert why["submit"] in page.text
    assert "disabled" in page.text


def test_the_whole_way_through_the_forms(w: Following) -> None:
    assert "已签收" in post(w.ann, w, "sign").text
    rows = {
        "item-TOTAL_FORMS": 3,
        "item-INITIAL_FORMS": 0,
        "item-0-title": "方案",
        "item-0-due": "2024-10-31",
    }
    assert "工作计划已保存" in post(w.ann, w, "plan", text="", **rows).text
    with at("2024-10-08"):
        told = {"period_end": "2024-09-30", "text": "完成一半", "percent": "50", "problems": "缺资金"}
        page = post(w.ann, w, "report", **told, evidence=[pdf()])
        assert "进展已报送" in page.text
        assert "迟报" in page.text
        report = w.part().reports.get()
        assert "已答复" in post(w.du, w, "coordinate", report=report.pk, answer="市财政局本月拨付").text
        assert "进展已退回" in post(w.du, w, "return_report", report=report.pk, reason="数字不实").text
        assert "2024年三季度进展应于2024-10-07前报送，尚未报送。" in page_of(w.ann, w).text
        page = post(w.ann, w, "ask_extension", new_due="2025-09-30", reason="停工")
        assert "延期申请已提交" in page.text
        page = post(w.du, w, "grant_extension", new_due="2025-08-31", reason="", verb="grant")
        assert "完成时限：2025-06-30 → 2025-08-31" in page.text
        done = {"item-0-key": w.part().deliverables.get().pk, "item-0-done_on": "2024-10-08"}
        post(w.ann, w, "plan", text="", **{**rows, "item-TOTAL_FORMS": 1, "item-INITIAL_FORMS": 1}, **done)
        page = post(w.ann, w, "submit", text="完成", unfinished="", evidence=[pdf("照片.pdf", b"x")])
        assert "已申请销号" in page.text
        assert "已退回整改" in post(w.du, w, "return", reason="缺验收报告").text
        post(w.ann, w, "submit", text="补齐", unfinished="", evidence=[pdf("验收.pdf", b"y")])
        page = post(w.du, w, "close", note="现场看过")
        assert "已销号" in page.text
        assert offered(page) == {"reopen"}
        assert [told.step.kind for told in page.context["trail"]][:3] == ["close", "submit", "return"]


def test_a_refused_step_keeps_what_was_typed_and_tells_who_was_first(w: Following) -> None:
    part = w.part()
    f.sign(part=part, by=w.rui)
    page = client_of(w.du).post(
        reverse("part-step", args=[part.pk, "withdraw"]), {"revision": 0, "reason": "下给了别的单位"}
    )
    assert page.status_code == 422
    assert "Rui已在2024-08-05 10:00办理“签收”" in page.text
    assert "下给了别的单位" in page.text
    assert f'name="revision" value="{w.part().revision}"' in page.text
    assert w.part().state == "signed"


def test_nobody_of_another_unit_gets_through_by_hand(w: Following) -> None:
    for outsider in (w.wu, w.bob, w.dong, w.world.ling):
        assert post(outsider, w, "sign").status_code == 403
        assert post(outsider, w, "withdraw", reason="x").status_code == 403
    assert w.part().state == "issued"
    assert client_of(w.ann).post(reverse("part-step", args=[w.part().pk, "issue"])).status_code == 404


def test_a_wrong_plan_shows_its_errors_in_their_rows(w: Following) -> None:
    post(w.ann, w, "sign")
    rows = {
        "item-TOTAL_FORMS": 2,
        "item-INITIAL_FORMS": 0,
        "item-0-title": "方案",
        "item-1-due": "2024-10-31",
    }
    page = post(w.ann, w, "plan", text="", **rows)
    assert page.status_code == 422
    assert [form.errors for form in page.context["items"]] == [{"due": ["请填写。"]}, {"title": ["请填写。"]}]


def test_evidence_opens_for_the_unit_and_those_above_only(w: Following) -> None:
    post(w.ann, w, "sign")
    post(w.ann, w, "report", period_end="2024-09-30", text="开工", evidence=[pdf()])
    url = reverse("part-file", args=[PartFile.objects.get().pk])
    status = {user.username: client_of(user).get(url).status_code for user in (
        w.ann, w.rui, w.bob, w.wu, w.han, w.du, w.dong, w.world.ling)}  # fmt: skip
    assert status == {
        "ann": 200, "rui": 200, "bob": 200, "du": 200, "ling": 200, "wu": 404, "han": 404, "dong": 404,
    }  # fmt: skip
    assert url in page_of(w.bob, w).text
    assert url not in page_of(w.wu, w).text


def test_the_supervisor_breaks_a_task_down_on_its_page(w: Following) -> None:
    url = reverse("assignment", args=["w.a.02"])
    page = client_of(w.du).get(url)
    assert "分解下达" in page.text
    assert "文件载明的期限：2025-12-31" in page.text
    bureau = w.world.bureau.pk
    body = {"due": "2025-03-31", "frequency": "month", "body": [bureau], f"wanted-{bureau}": "先出办法"}
    page = client_of(w.du).post(url, body, follow=True)
    assert "已下达1个承办事项" in page.text
    part = AssignmentPart.objects.get(assignment=w.other)
    assert (part.due, part.frequency, part.wanted) == (day("2025-03-31"), "month", "先出办法")
    for outsider in (w.ann, w.dong, w.world.ling):
        page = client_of(outsider).get(url)
        assert page.status_code == 200
        assert '<form method="post">' not in page.text
        assert client_of(outsider).post(url, body).status_code == 403
    wrong = client_of(w.du).post(url, {**body, "due": "2024-01-01", "also": [w.governments[RED].pk]})
    assert wrong.status_code == 422
    assert "完成时限2024-01-01已过" in wrong.text


def test_a_body_that_the_text_does_not_name_is_not_left_out_in_silence(w: Following) -> None:
    url, body = reverse("assignment", args=["w.a.02"]), {"due": "2025-03-31", "frequency": "month"}
    for stranger in (w.governments[RED].pk, "x"):
        page = client_of(w.du).post(url, {**body, "body": [w.world.bureau.pk, stranger]})
        assert page.status_code == 422
        assert "不是这项任务的承办单位" in page.text
    assert not AssignmentPart.objects.filter(assignment=w.other).exists()


def test_the_ledger_is_filtered_counted_and_exported_alike(w: Following) -> None:
    with at("2024-08-12"):
        f.sign(part=w.part(), by=w.ann)
        client = client_of(w.du)
        page = client.get(reverse("part-list"))
        assert [(one.value, one.count) for one in page.context["tally"].lights] == [
            ("yellow", 3),
            ("green", 1),
        ]
        assert len(page.context["rows"]) == 4
        asked = {"light": "yellow", "region": WHITE}
        page = client.get(reverse("part-list"), asked)
        assert [row.part.department.short_name for row in page.context["rows"]] == ["白水县政府"]
        assert page.context["rows"][0].lamp.word == "逾期未签收"
        sent = client.get(reverse("part-export", args=["xlsx"]), asked)
        book = CalamineWorkbook.from_filelike(BytesIO(b"".join(sent.streaming_content)))
        header, line = book.get_sheet_by_index(0).to_python()
        told = dict(zip(header, line, strict=True))
        assert (told["承办单位"], told["状态"], told["灯"]) == ("白水县人民政府", "待签收", "▲ 黄灯")
        assert told["原因"] == "应于2024-08-08前签收，尚未签收。"
        mine = client_of(w.ann).get(reverse("part-list"), {"mine": "1"})
        assert [row.part.pk for row in mine.context["rows"]] == [w.part().pk]
        text = client.get(reverse("part-list"), {"text": "没有这个"})
        assert "没有符合条件的事项" in text.text


def test_many_are_signed_for_at_once(w: Following) -> None:
    f.issue(assignment=w.other, order=f.Order(due=DUE), by=w.du)
    own = list(AssignmentPart.objects.filter(department=w.world.bureau).values_list("pk", flat=True))
    client = client_of(w.han)
    page = client.get(reverse("part-list"))
    assert page.context["signable"] == set(own)
    page = client.post(reverse("part-sign"), {"part": [*own, w.part().pk], "query": "mine=1"}, follow=True)
    assert "已签收2项" in page.text
    assert "你的角色不包括红河区政府" in page.text
    assert page.redirect_chain[-1][0].endswith("?mine=1")


def test_the_list_of_tasks_counts_parts_and_filters_by_them(w: Following) -> None:
    with at("2024-08-12"):
        f.sign(part=w.part(), by=w.ann)
        client = client_of(w.world.ling)
        page = client.get(reverse("assignment-list"))
        tally = page.context["tallies"][w.task.pk]
        assert [(one.value, one.count) for one in tally.states] == [("issued", 3), ("signed", 1)]
        assert "未分解" in page.text

        def found(**asked: str) -> list[str]:
            rows = client.get(reverse("assignment-list"), asked).context["rows"]
            return [row.assignment.key for row in rows]

        assert found(state="signed") == ["w.a.01"]
        assert found(state="closed") == []
        assert found(light="yellow") == ["w.a.01"]
        assert found(light="red") == []
        mine = client_of(w.wu).get(reverse("assignment-list"), {"mine": "1"})
        assert [row.assignment.key for row in mine.context["rows"]] == ["w.a.01"]


def test_the_desk_shows_what_waits(w: Following) -> None:
    desk = reverse("desk")
    page = client_of(w.ann).get(desk)
    assert [part.pk for part in page.context["parts"].to_sign] == [w.part().pk]
    assert "待办 <b>1</b>" in page.text
    f.sign(part=w.part(), by=w.ann)
    with at("2024-10-08"):
        page = client_of(w.ann).get(desk)
        assert [(str(one.owed.period_end), one.late) for one in page.context["parts"].reports] == [
            ("2024-09-30", True)
        ]
        f.report(part=w.part(), period_end=day("2024-09-30"), text="开工", problems="缺资金", by=w.ann)
        f.ask_extension(part=w.part(), new_due=day("2025-12-31"), reason="停工", by=w.ann)
        f.submit(part=w.part(), text="完成", files=[pdf()], by=w.ann)
        parts = client_of(w.du).get(desk).context["parts"]
        assert (len(parts.to_verify), len(parts.extensions), len(parts.problems)) == (1, 1, 1)
        other = client_of(w.dong).get(desk).context["parts"]
        assert other.count == 0
        f.return_part(part=w.part(), reason="缺验收", by=w.du)
        assert [part.pk for part in client_of(w.ann).get(desk).context["parts"].returned] == [w.part().pk]


def test_the_dashboards_line_counts_parts_of_a_county(w: Following) -> None:
    with at("2024-08-12"):
        f.sign(part=w.part(), by=w.ann)
        client = client_of(w.world.ling)
        line = client.get(reverse("assignment-summary"), {"county": RED})
        assert "承办事项 1 个，已销号 0 个" in line.text
        assert [(one.value, one.count) for one in line.context["tally"].lights] == [("green", 1)]
        assert client.get(reverse("assignment-summary")).context["tally"].total == 4


def many(w: Following, count: int) -> None:
    """More tasks with parts for everybody, all of them signed for and told."""
    for number in range(count):
        task = Assignment.objects.create(
            key=f"w.b.{number}", document=w.world.document, number=str(number), kind="task", section="x",
            title=f"任务{number}", position=100 + number,
        )  # fmt: skip
        AssignmentBody.objects.create(
            assignment=task, role="responsible", department=w.group, as_written="各县"
        )
        f.issue(assignment=task, order=f.Order(due=DUE), by=w.du)
        part = AssignmentPart.objects.get(assignment=task, region=RED)
        f.sign(part=part, by=w.ann)
        f.plan(part=part, items=[f.Item("方案", day("2024-12-31"))], by=w.ann)
        f.report(part=part, period_end=day("2024-09-30"), text="开工", by=w.ann)


@pytest.mark.parametrize(
    ("user", "name", "given", "statements"),
    [
        ("ling", "assignment-list", {}, 15),
        ("ling", "part-list", {}, 10),
        ("ling", "part-list", {"light": "green"}, 10),
        ("ann", "desk", {}, 24),
        ("du", "desk", {}, 20),
    ],
)
def test_statements_do_not_grow_with_parts(
    w: Following, user: str, name: str, given: dict[str, str], statements: int
) -> None:
    person = getattr(w, user, None) or getattr(w.world, user)
    many(w, 2)
    few = own_statements(client_of(person), reverse(name), **given)
    many_more = 8
    for number in range(many_more):
        Assignment.objects.filter(key=f"w.b.{number}").update(key=f"w.c.{number}")
    many(w, many_more)
    assert own_statements(client_of(person), reverse(name), **given) == few <= statements
