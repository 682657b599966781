"""One finding: its places side by side, who may rule and why not, and ruling through the form."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from targets.models import RegionalTarget, Target
from tests.pages.conftest import own_statements
from yuxi_eldercare.core.models import AuditEvent, Finding, Ruling, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

DAYCARE = "ap23.x.daycare-2022"
TARGET = "ap23.t.daycare-coverage"


def url(key: str = DAYCARE) -> str:
    return reverse("finding", args=[key])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form(**given: str) -> dict[str, str]:
    return {"decision": "correct", "text": "以新文件为准。", "effect": f"supersede|{TARGET}", **given}


def test_both_places_stand_side_by_side(page: Client) -> None:
    response = page.get(url())
    body = response.content.decode()
    assert len(response.context["places"]) == body.count("<mark>") == 3
    said = text(response)
    for words in ("三年行动计划", "一（二） 发展目标", "“一老一小”整体解决方案", "二（四）表·3"):
        assert words in said


def test_every_finding_opens(page: Client) -> None:
    """A sample of each kind; a key may hold Chinese."""
    for kind in Finding.Kind.values:
        row = Finding.objects.filter(kind=kind, withdrawn_at=None).first()
        if row is not None:
            assert page.get(url(row.key)).status_code == 200
    assert page.get(url("no.such.finding")).status_code == 404


def test_those_who_may_not_see_why(page: Client) -> None:
    response = page.get(url())
    assert "此操作需要“牵头单位”角色" in text(response)
    assert "<fieldset" in response.content.decode()
    assert "disabled" in response.content.decode()
    assert page.post(url(), form()).status_code == 403
    assert not Ruling.objects.exists()


def test_those_who_may_are_offered_what_the_finding_is_about(ruler: Client) -> None:
    response = ruler.get(url())
    offered = dict(response.context["form"].fields["effect"].choices)
    assert f"supersede|{TARGET}" in offered
    assert "supersede|oy23.t.daycare-coverage" in offered
    assert f"baseline|{TARGET}" in offered
    # Its own baseline is stated, so there is nothing to settle.
    assert "baseline|oy23.t.daycare-coverage" not in offered
    bases = dict(response.context["form"].fields["basis"].choices)
    assert "oy23.t.daycare-coverage" in bases


def test_ruling_through_the_form(ruler: Client, lead: User) -> None:
    response = ruler.post(url(), form(), follow=True)
    assert response.redirect_chain == [(url(), 302)]
    assert "裁定已记录" in text(response)
    ruling = Ruling.objects.get()
    assert (ruling.decision, ruling.effect, ruling.ruled_by) == ("correct", {"supersede": TARGET}, lead)
    assert Target.objects.get(key=TARGET).superseded_by_ruling
    assert not RegionalTarget.objects.filter(target__key=TARGET, active=True).exists()
    assert AuditEvent.objects.filter(action="findings.rule", object_key=DAYCARE).count() == 1
    said = text(ruler.get(reverse("document", args=["action-plan-2021-2023"])))
    assert "已裁定不再执行" in said


def test_the_history_stays_on_the_page(ruler: Client) -> None:
    ruler.post(url(), form())
    ruler.post(url(), form(decision="explain", text="两个口径不同。", effect=""))
    said = text(ruler.get(url()))
    assert "以新文件为准。" in said
    assert "两个口径不同。" in said
    assert "已被后来的裁定代替" in said
    assert not Target.objects.get(key=TARGET).superseded_by_ruling


def test_a_settled_baseline_through_the_form(ruler: Client) -> None:
    given = form(
        effect=f"baseline|{TARGET}",
        baseline_date="2020",
        baseline_value="41.2",
        basis="oy23.t.daycare-coverage",
    )
    assert ruler.post(url(), given).status_code == 302
    assert str(Target.objects.get(key=TARGET).baseline_value) == "41.2000"
    # The effect is told in words, not in keys.
    said = text(ruler.get(url()))
    assert "：社区日间照料机构覆盖率，2020 为 41.2，取自玉溪市“一老一小”整体解决方案：" in said
    # The ruled baseline can be ruled on again.
    offered = dict(ruler.get(url()).context["form"].fields["effect"].choices)
    assert f"baseline|{TARGET}" in offered


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"text": " "}, "text", "请写明裁定的依据和理由"),
        ({"decision": "accept"}, "decision", "只有“按裁定处理”才能改变目标"),
        ({"effect": f"baseline|{TARGET}"}, "baseline_date", "日期应写成"),
        ({"effect": "supersede|oy23.t.pension-insurance-rate"}, "effect", ""),
    ],
    ids=["no reasons", "accepting and changing", "no baseline given", "a target it is not about"],
)
def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(
    ruler: Client, given: dict[str, str], field: str, words: str
) -> None:
    response = ruler.post(url(), form(**given))
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert not Ruling.objects.exists()
    if "text" not in given:
        assert "以新文件为准。" in response.content.decode()


def test_a_lead_is_settled_and_shown_in_the_ledger(ruler: Client) -> None:
    key = "ap23.x.several-leads"
    offered = [value for value, _ in ruler.get(url(key)).context["form"].fields["effect"].choices]
    choice = next(value for value in offered if value.startswith("lead|ap23.a.01|"))
    assert ruler.post(url(key), form(effect=choice)).status_code == 302
    response = ruler.get(reverse("assignment-list"), {"document": "action-plan-2021-2023"})
    assert "裁定牵头：" in text(response)


def test_the_ruled_are_counted_in_the_list(ruler: Client) -> None:
    ruler.post(url(), form(decision="accept", effect=""))
    response = ruler.get(reverse("finding-list"))
    assert response.context["ruled"] == 1
    listed = ruler.get(reverse("finding-list"), {"status": "ruled"}).context["page"].object_list
    assert [finding.key for finding in listed] == [DAYCARE]


def test_statements_are_pinned(page: Client) -> None:
    assert own_statements(page, url()) == 11
