"""Pages of the ledgers of people: lists, exports, one row, steps, a look at what is sealed."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from subsidies.models import Household, Trainee
from subsidies.people import households, trainees
from subsidies.people.persons import Someone
from targets.actions.breakdown import draft_breakdown, issue_breakdown
from targets.actions.breakdown_checks import Part
from targets.judging.rejudging import rejudge_indicator
from targets.models import Indicator, Target
from tests.pages.conftest import client_of, own_statements
from tests.subsidies.world import Subsidies, make_subsidies
from tests.worlds import GREEN, RED, WHITE, make_user
from yuxi_eldercare.core.models import AuditEvent, Department

from .people_world import DONE, accepted, done, home, id_number, someone, trained


@pytest.fixture
def s(db: None) -> Subsidies:
    return make_subsidies()


def page(user: Any, name: str, *args: Any, **given: Any) -> str:
    response = client_of(user).get(reverse(name, args=args), given)
    assert response.status_code == 200
    return response.content.decode()


def green_unit(s: Subsidies) -> Department:
    green = s.world.counties[GREEN]
    return Department.objects.create(
        key="w-green-mz", name="青山县民政局", short_name="青山县民政局", kind="department", region=green
    )


def test_the_list_shows_masks_and_answers_in_its_first_line(s: Subsidies) -> None:
    (row,) = households.enter([done(1, person=someone(1, name="王小明"))], department=s.unit, by=s.ann)
    households.enter([home(2)], department=s.unit, by=s.ann)
    text = page(s.lin, "subsidy-households", year=2024)
    assert "云溪市2024年已验收1户，正在改造1户" in text
    assert "王**" in text
    assert row.id_masked in text
    for plain in ("王小明", id_number(1), "13900000000", "幸福路"):
        assert plain not in text


def test_the_target_stands_beside_the_count(s: Subsidies) -> None:
    """The demand and the light come from what was judged, the count from the ledger."""
    Indicator.objects.filter(pk=s.world.households.pk).update(key="home-adaptation-households")
    rejudge_indicator(s.world.households.pk, cause="value")
    accepted(range(3), s.unit, s.ann)
    text = page(s.lin, "subsidy-households", year=2024)
    assert "云溪市2024年已验收3户，目标200户，还差197户" in text
    assert "逾期未报" in text or "尚未填报" in text


def test_a_county_stands_against_its_part_of_the_target(s: Subsidies) -> None:
    """Once the target is broken down (目标分解), each county has its own demand, gap and light."""
    homes = s.world.households
    Indicator.objects.filter(pk=homes.pk).update(key="home-adaptation-households")
    target = Target.objects.get(indicator=homes)
    dues = target.milestones.filter(regional=None).values_list("due", flat=True)
    shares = zip((RED, GREEN, WHITE), (100, 60, 40), strict=True)
    parts = [Part(code, due, Decimal(many)) for code, many in shares for due in dues if due]
    draft = draft_breakdown(target=target, parts=parts, reason="", by=s.lin)
    issue_breakdown(breakdown=draft, by=make_user("mei", "lead", s.city, s.world.bureau))
    rejudge_indicator(homes.pk, cause="value")
    accepted(range(30), s.unit, s.ann)
    lines = client_of(s.lin).get(reverse("subsidy-households"), {"year": 2024}).context["lines"]
    said = {line.region.short_name: (line.accepted, line.demanded, line.missing) for line in lines}
    assert said == {
        "云溪市": (30, 200, 170), "红河区": (30, 100, 70), "青山县": (0, 60, 60), "白水县": (0, 40, 40)
    }  # fmt: skip
    assert "红河区2024年已验收30户，目标100户，还差70户" in page(s.ann, "subsidy-households", year=2024)


def test_the_list_is_narrowed(s: Subsidies) -> None:
    households.enter([home(1), done(2, group="edge")], department=s.unit, by=s.ann)
    (gone,) = households.enter([home(3)], department=s.unit, by=s.ann)
    households.withdraw(gone, reason="错", by=s.ann)

    def shown(**given: Any) -> int:
        return client_of(s.lin).get(reverse("subsidy-households"), given).context["page"].paginator.count

    assert [shown(), shown(state="open"), shown(state="accepted"), shown(state="withdrawn")] == [2, 1, 1, 1]
    assert [shown(group="edge"), shown(group="other"), shown(year="2024"), shown(year="2023")] == [1, 0, 1, 0]
    assert [shown(county=GREEN), shown(year="x"), shown(state="x")] == [0, 2, 2]


def test_everybody_sees_their_own_counties(s: Subsidies) -> None:
    unit = green_unit(s)
    gu = make_user("gu", "reporter", unit.region, unit)
    (row,) = households.enter([done(1)], department=s.unit, by=s.ann)
    assert row.name_masked not in page(gu, "subsidy-households")
    for name in ("", "-change", "-accept", "-withdraw"):
        assert client_of(gu).get(reverse(f"subsidy-household{name}", args=[row.pk])).status_code == 404
    answer = client_of(gu).post(
        reverse("subsidy-household-reveal", args=[row.pk]), {"field": "name", "reason": "x"}
    )
    assert answer.status_code == 404
    assert "青山县" in page(gu, "subsidy-households")
    assert "云溪市" not in page(gu, "subsidy-households").split("<main")[1]


def test_statements_do_not_grow_with_rows(s: Subsidies) -> None:
    """Lists, many and few rows alike."""
    counts = []
    for some in (range(5), range(5, 65)):
        accepted(some, s.unit, s.ann)
        trainees.enter([trained(n, institution=s.home.pk) for n in some], department=s.unit, by=s.ann)
        client = client_of(s.ann)
        counts.append(
            (
                own_statements(client, reverse("subsidy-households")),
                own_statements(client, reverse("subsidy-trainees")),
            )
        )
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 15, counts


def test_the_export_is_masked(s: Subsidies) -> None:
    households.enter([done(1, person=someone(1, name="王小明"))], department=s.unit, by=s.ann)
    trainees.enter([trained(1, person=someone(1, name="李四海"))], department=s.unit, by=s.ann)
    for name, masked in (("household", "王**"), ("trainee", "李**")):
        answer = client_of(s.cheng).get(reverse(f"subsidy-{name}-export", args=["csv"]))
        text = answer.content.decode()
        assert masked in text
        assert id_number(1) not in text
        assert "13900000000" not in text
        assert client_of(s.cheng).get(reverse(f"subsidy-{name}-export", args=["xlsx"])).status_code == 200


def test_a_household_from_entry_to_acceptance_on_pages(s: Subsidies) -> None:
    client = client_of(s.ann)
    typed = {
        "department": s.unit.pk, "name": "王小明", "id_number": id_number(1), "phone": "",
        "address": "幸福路1号", "group": "destitute", "need": "aged", "township": "",
    }  # fmt: skip
    wrong = client.post(reverse("subsidy-household-new"), {**typed, "id_number": "1"})
    assert wrong.status_code == 422
    assert "身份证号不对" in wrong.content.decode()
    made = client.post(reverse("subsidy-household-new"), typed)
    row = Household.objects.get()
    assert made.headers["Location"] == reverse("subsidy-household", args=[row.pk])
    assert "登记验收" in page(s.ann, "subsidy-household", row.pk)
    change = page(s.ann, "subsidy-household-change", row.pk)
    assert "现登记：王**" in change
    assert "王小明" not in change
    assert "幸福路" not in change
    client.post(
        reverse("subsidy-household-change", args=[row.pk]),
        {"group": "edge", "need": "aged", "name": "", "id_number": "", "phone": "", "address": ""},
    )
    answer = client.post(
        reverse("subsidy-household-accept", args=[row.pk]),
        {"accepted_on": DONE.isoformat(), "works": "扶手", "cost": "1,234.50"},
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.group, row.accepted_on, row.cost_fen) == ("edge", DONE, 123450)
    answer = client.post(reverse("subsidy-household-withdraw", args=[row.pk]), {"reason": "错"})
    assert answer.status_code == 302
    assert "已经撤销" in page(s.ann, "subsidy-household", row.pk)


def test_only_its_unit_is_offered_the_steps(s: Subsidies) -> None:
    (row,) = households.enter([home(1)], department=s.unit, by=s.ann)
    for user in (s.bob, s.lin, s.cai):
        assert "登记验收" not in page(user, "subsidy-household", row.pk)
        answer = client_of(user).post(reverse("subsidy-household-accept", args=[row.pk]), {})
        assert answer.status_code == 403
        assert client_of(user).get(reverse("subsidy-household-new")).status_code == 403


def test_a_sealed_datum_is_shown_once_for_a_reason(s: Subsidies) -> None:
    (row,) = households.enter([home(1, person=someone(1, name="王小明"))], department=s.unit, by=s.ann)
    url = reverse("subsidy-household-reveal", args=[row.pk])
    client = client_of(s.bob)
    none = client.post(url, {"field": "id_number", "reason": ""})
    assert none.status_code == 422
    assert "请写明查看的理由" in none.content.decode()
    assert client.post(url, {"field": "works", "reason": "核对"}).status_code == 422
    shown = client.post(url, {"field": "id_number", "reason": "核对支付账户"})
    assert id_number(1) in shown.content.decode()
    assert "王小明" not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    part = client.post(url, {"field": "address", "reason": "上门"}, headers={"HX-Request": "true"})
    assert "幸福路1号" in part.content.decode()
    assert "<html" not in part.content.decode()
    said = AuditEvent.objects.filter(action="personal.reveal").order_by("pk")
    assert [(e.actor, e.detail, e.after["field"]) for e in said] == [
        (s.bob, "核对支付账户", "id_number"), (s.bob, "上门", "address")
    ]  # fmt: skip
    assert id_number(1) not in str([(e.before, e.after, e.detail) for e in said])
    assert client.get(url).status_code == 405


def test_who_may_not_look_gets_the_reason(s: Subsidies) -> None:
    (row,) = households.enter([home(1)], department=s.unit, by=s.ann)
    assert "此操作需要" in page(s.lin, "subsidy-household", row.pk)
    url = reverse("subsidy-household-reveal", args=[row.pk])
    for headers in ({}, {"HX-Request": "true"}):
        answer = client_of(s.lin).post(url, {"field": "name", "reason": "看看"}, headers=headers)
        assert answer.status_code == 403
        assert "演示1" not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="personal.reveal").exists()


def test_a_training_on_pages(s: Subsidies) -> None:
    client = client_of(s.ann)
    typed = {
        "department": s.unit.pk, "name": "李四海", "id_number": id_number(1), "phone": "0877-2022222",
        "course": "养老护理员（初级）", "trained_on": DONE.isoformat(), "certificate": "证1",
        "institution": s.home.pk,
    }  # fmt: skip
    assert client.post(reverse("subsidy-trainee-new"), {**typed, "course": ""}).status_code == 422
    client.post(reverse("subsidy-trainee-new"), typed)
    row = Trainee.objects.get()
    text = page(s.ann, "subsidy-trainee", row.pk)
    assert "李**" in text
    assert "红河养老院" in text
    assert "李四海" not in text
    listed = page(s.ann, "subsidy-trainees", course="养老", year=2024)
    assert "所列培训 1 人次，1 人" in listed
    assert "李**" in listed
    again = {**typed, "name": "", "id_number": "", "phone": "", "course": "消防安全"}
    assert client.post(reverse("subsidy-trainee-change", args=[row.pk]), again).status_code == 302
    answer = client.post(
        reverse("subsidy-trainee-reveal", args=[row.pk]), {"field": "name", "reason": "发证"}
    )
    assert "李四海" in answer.content.decode()
    client.post(reverse("subsidy-trainee-withdraw", args=[row.pk]), {"reason": "错"})
    row.refresh_from_db()
    assert (row.course, row.withdrawn_by) == ("消防安全", s.ann)


def test_targets_about_training_stand_under_the_ledger(s: Subsidies) -> None:
    """With their light, for those whose regions they bind; the ledger counts none of them, and says so."""
    Indicator.objects.filter(pk=s.world.smart.pk).update(key="caregiver-skills-training-rate")
    rejudge_indicator(s.world.smart.pk, cause="value")
    text = page(s.lin, "subsidy-trainees")
    assert "有关培训的目标" in text
    assert "不从这里统计比例" in text
    assert "逾期未报" in text or "尚未填报" in text
    assert own_statements(client_of(s.lin), reverse("subsidy-trainees")) <= 15
    assert "有关培训的目标" not in page(s.ann, "subsidy-trainees"), "it binds another county"


def test_the_sealed_prints_nowhere(s: Subsidies) -> None:
    assert repr(Someone("王小明", id_number(1))) == "Someone()"
    (row,) = households.enter([home(1, person=someone(1, name="王小明"))], department=s.unit, by=s.ann)
    assert f"{row.name}{row.id_number!r}" == "••••" * 2
    assert timezone.localdate(row.entered_at) == timezone.localdate()
