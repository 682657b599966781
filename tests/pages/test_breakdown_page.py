"""The page of a breakdown over the loaded plans: who sees what, drafting, issuing, proposals, history, reload."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import Breakdown, Milestone, RegionalTarget, Target
from targets.presenters.breakdown import field_name
from targets.queries.breakdown import counties_of, own_milestones, wholes
from tests.pages.conftest import CITY, YIMEN, client_of, own_statements
from tests.worlds import day, make_user, publish, value
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.loading import load_plans

KEY = "oy23.t.demo-childcare-institutions"  # 2 in 2020, 8 by 2023, 20 by 2025

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]


@pytest.fixture
def target() -> Target:
    """A count of the city's: so many by so many dates."""
    return Target.objects.get(key=KEY)


@pytest.fixture
def other(lead: User) -> Client:
    """The browser of a second person of the lead department."""
    return client_of(make_user("mei", "lead", Region.objects.get(code=CITY)))


def url(target: Target) -> str:
    return reverse("breakdown", args=[target.key])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def fields(page: Client, target: Target, propose: str = "equal") -> dict[str, str]:
    """The form as a proposal fills it."""
    sheet = page.get(url(target), {"propose": propose}).context["sheet"]
    return {cell.name: cell.text for row in sheet.rows for cell in row.cells}


def save(page: Client, target: Target, **changed: str) -> Any:
    return page.post(url(target), {"verb": "draft", **fields(page, target), **changed})


def issue(page: Client, target: Target) -> Any:
    draft = Breakdown.objects.get(target=target, state="draft")
    return page.post(url(target), {"verb": "issue", "breakdown": draft.pk}, follow=True)


def test_the_indicator_page_leads_there(page: Client, target: Target) -> None:
    body = page.get(reverse("indicator", args=[target.indicator.key])).content.decode()
    assert url(target) in body


def test_a_reader_sees_no_form_to_send_and_no_draft(page: Client, ruler: Client, target: Target) -> None:
    save(ruler, target)
    response = page.get(url(target))
    assert response.context["sheet"].versions == []
    body = response.content.decode()
    assert "此操作需要“牵头单位”角色" in body
    assert 'value="draft"' not in body
    assert 'value="issue"' not in body
    assert page.post(url(target), {"verb": "draft"}).status_code == 403
    draft = Breakdown.objects.get(target=target)
    for verb in ("issue", "withdraw"):
        assert page.post(url(target), {"verb": verb, "breakdown": draft.pk}).status_code == 403
    assert Breakdown.objects.get(target=target).state == "draft"


def test_drafted_by_one_and_issued_by_another(ruler: Client, other: Client, target: Target) -> None:
    grey = ruler.get(url(target))
    assert "先保存分解草案" in text(grey)
    assert re.search(r'value="issue" disabled', grey.content.decode())
    assert save(ruler, target).status_code == 302
    mine = ruler.get(url(target))
    assert "不能下达自己拟定的分解" in text(mine)
    assert re.search(r'value="issue" disabled', mine.content.decode())
    assert issue(ruler, target).status_code == 403
    theirs = other.get(url(target))
    assert theirs.context["issuable"]
    assert "已下达，各县按分解数评判" in text(issue(other, target))
    assert RegionalTarget.objects.get(target=target, region=YIMEN).origin == "part"


def test_less_than_the_whole_stays_typed_and_is_explained(ruler: Client, target: Target) -> None:
    due = min(wholes(target))
    name = field_name(YIMEN, due)
    response = save(ruler, target, **{name: "０"})
    assert response.status_code == 422
    assert "不足全市目标" in text(response)
    assert f'name="{name}" value="０"' in response.content.decode()
    assert not Breakdown.objects.filter(target=target).exists()


def test_what_is_no_number_is_named_with_its_county(ruler: Client, target: Target) -> None:
    name = field_name(YIMEN, min(wholes(target)))
    response = save(ruler, target, **{name: "约5"})
    assert response.status_code == 422
    assert "易门县：" in text(response)
    assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', response.content.decode())


def test_a_proposal_by_a_series_every_county_has(ruler: Client, target: Target) -> None:
    rate = Target.objects.filter(indicator__denominator_series__isnull=False).first()
    assert rate is not None
    series = rate.indicator.denominator_series
    assert series is not None
    counties = counties_of(target)
    publish(
        *(value(series, county.code, "2022", 1000 * place) for place, county in enumerate(counties, 1)),
    )
    body = ruler.get(url(target)).content.decode()
    assert f"?propose={series.key}" in body
    due = max(wholes(target))
    shares = fields(ruler, target, series.key)
    values = [float(shares[field_name(county.code, due)]) for county in counties]
    assert values == sorted(values)
    assert values[0] < values[-1]
    assert sum(values) == wholes(target)[due].value
    assert not Breakdown.objects.exists()


def test_versions_stand_with_their_reasons(ruler: Client, other: Client, target: Target) -> None:
    save(ruler, target)
    issue(other, target)
    refused = save(ruler, target)
    assert refused.status_code == 422
    assert "调整须写明理由" in text(refused)
    save(ruler, target, reason="易门县任务调整。")
    issue(other, target)
    second = Breakdown.objects.get(target=target, state="issued")
    gone = {"verb": "withdraw", "breakdown": second.pk, "withdraw_reason": "重新测算任务。"}
    assert ruler.post(url(target), gone).status_code == 302
    said = text(ruler.get(url(target)))
    for words in ("第 1 版", "第 2 版", "理由 ：易门县任务调整。", "已被替代", "已撤回", "重新测算任务。"):
        assert words.replace(" ", "") in said.replace(" ", "")
    assert "尚未下达分解" in said


def test_what_cannot_be_split_says_why(page: Client) -> None:
    each = Target.objects.filter(scope="each_county", document__status="issued", withdrawn_at=None).first()
    assert each is not None
    response = page.get(url(each))
    assert response.status_code == 404
    assert "只有全市目标才能分解" in text(response)


def test_a_reload_keeps_what_was_issued(ruler: Client, other: Client, target: Target) -> None:
    save(ruler, target)
    issue(other, target)
    rows = RegionalTarget.objects.filter(target=target).order_by("pk")
    own = Milestone.objects.filter(target=target, regional__isnull=False).order_by("pk")
    columns = ("pk", "origin", "active", "region_id")
    before = list(rows.values_list(*columns)), list(own.values_list("pk", "value", "withdrawn_at"))
    assert {origin for _, origin, active, _ in before[0] if active} == {"own", "part"}
    report = load_plans(judge=False)
    assert report.changes == []
    assert (list(rows.values_list(*columns)), list(own.values_list("pk", "value", "withdrawn_at"))) == before


def test_parts_are_not_shown_as_the_text_s_own(ruler: Client, other: Client, target: Target) -> None:
    before = [row.pk for row in own_milestones(target)]
    save(ruler, target)
    issue(other, target)
    assert [row.pk for row in own_milestones(Target.objects.get(pk=target.pk))] == before
    body = ruler.get(reverse("indicator", args=[target.indicator.key])).content.decode()
    head = body[body.index(f"<b>{target.name_as_written}</b>") :]
    assert head[: head.index("</p>")].count("≥") == len(before)


def test_statements_do_not_grow_with_versions(ruler: Client, other: Client, target: Target) -> None:
    save(ruler, target)
    one = own_statements(ruler, url(target))
    issue(other, target)
    save(ruler, target, reason="调整一。")
    issue(other, target)
    save(ruler, target, reason="调整二。")
    assert own_statements(ruler, url(target)) <= one + 1


def test_dates_between_may_be_left_out(ruler: Client, target: Target) -> None:
    save(ruler, target)
    dues = set(Breakdown.objects.get(target=target).parts.values_list("due", flat=True))
    assert dues == set(wholes(target))
    assert day("2025") in dues
