"""The ledgers of people: entered, changed, accepted, withdrawn; each once; nothing of a person lies open."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from subsidies.models import Application, Household, Trainee
from subsidies.people import households, trainees
from targets.actions.refusals import NotAllowed, Refused
from tests.subsidies.world import Subsidies, make_subsidies
from tests.targets.threads import threads
from tests.worlds import GREEN, make_user
from yuxi_eldercare.core.models import AuditEvent, Department

from .people_world import DONE, accepted, done, home, id_number, someone, trained, with_check_digit

__all__ = ["threads"]


@pytest.fixture
def s(db: None) -> Subsidies:
    return make_subsidies()


def enter(s: Subsidies, *facts: households.Facts) -> list[Household]:
    return households.enter(facts, department=s.unit, by=s.ann)


def test_a_household_is_entered_masked_and_sealed(s: Subsidies) -> None:
    (row,) = enter(s, home(1, person=someone(1, name="王小明")))
    row.refresh_from_db()
    number = id_number(1)
    assert (row.name_masked, row.id_masked, row.phone_masked) == (
        "王**",
        f"{number[:3]}***********{number[-4:]}",
        "139****0000",
    )
    assert [str(row.name), str(row.id_number), str(row.address)] == ["••••"] * 3
    assert (row.name.open(), row.id_number.open(), row.phone.open()) == ("王小明", number, "13900000000")
    assert (row.county, row.department, row.accepted_on) == (s.red, s.unit, None)


def test_no_column_of_a_row_holds_what_was_typed(s: Subsidies) -> None:
    enter(s, home(1, person=someone(1, name="王小明")))
    trainees.enter([trained(1)], department=s.unit, by=s.ann)
    with connection.cursor() as cursor:
        for table in ("subsidies_household", "subsidies_trainee", "core_auditevent"):
            cursor.execute(f"SELECT * FROM {table}")
            text = str(cursor.fetchall())
            for plain in ("王小明", id_number(1), "13900000000", "幸福路1号", "演示1"):
                assert plain not in text, (table, plain)


WRONG = {
    "name": (home(1, person=someone(1, name=" ")), "请填写姓名"),
    "check digit": (
        home(1, person=someone(1, id_number=id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1"))),
        "校验位",
    ),
    "birth date": (home(1, person=someone(1, id_number=with_check_digit("53040219300230001"))), "出生日期"),
    "not born": (home(1, person=someone(1, id_number=with_check_digit("53040220990101001"))), "晚于今天"),
    "phone": (home(1, person=someone(1, phone="12")), "联系电话不对"),
    "address": (home(1, address=""), "请填写住址"),
    "township": (home(1, township="530402999"), "不在本县"),
    "group": (home(1, group="rich"), "请选择家庭类别"),
    "need": (home(1, need=""), "请选择老人情况"),
    "no works": (home(1, accepted_on=DONE, cost_fen=0), "须写明改造内容"),
    "no cost": (home(1, accepted_on=DONE, works="扶手"), "改造金额"),
    "negative": (home(1, cost_fen=-1), "不能小于0"),
    "old": (done(1, date(2001, 1, 1)), "请核对"),
}


@pytest.mark.parametrize(("facts", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_in_words(s: Subsidies, facts: households.Facts, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        enter(s, facts)
    assert not Household.objects.exists()


def test_tomorrow_is_no_day_of_acceptance(s: Subsidies) -> None:
    with pytest.raises(Refused, match="不能晚于今天"):
        enter(s, done(1, timezone.localdate() + timedelta(days=1)))


def test_all_problems_of_many_are_named_and_none_is_entered(s: Subsidies) -> None:
    with pytest.raises(Refused) as refused:
        enter(s, home(1), home(2, address=""), home(1))
    assert [(one.index, one.field) for one in refused.value.problems] == [(1, "address"), (2, "id_number")]
    assert "与第1条是同一个身份证号" in refused.value.problems[1].message
    assert not Household.objects.exists()


def test_a_household_stands_once_in_whatever_county(s: Subsidies) -> None:
    """The refusal says where the first stands, masked, however the number was typed."""
    enter(s, home(1, person=someone(1, name="王小明")))
    green = s.world.counties[GREEN]
    unit = Department.objects.create(
        key="w-green-mz", name="青山县民政局", short_name="青山县民政局", kind="department", region=green
    )
    gu = make_user("gu", "reporter", green, unit)
    spaced = f" {id_number(1)[:6]} {id_number(1)[6:].lower()}"
    with pytest.raises(Refused) as refused:
        households.enter([home(1, person=someone(1, id_number=spaced))], department=unit, by=gu)
    text = str(refused.value)
    assert "已在红河区登记（王**" in text
    assert id_number(1) not in text
    assert "王小明" not in text


def test_a_withdrawn_household_may_be_entered_again(s: Subsidies) -> None:
    (row,) = enter(s, done(1))
    with pytest.raises(Refused, match="请写明理由"):
        households.withdraw(row, reason=" ", by=s.ann)
    households.withdraw(row, reason="登记错了人", by=s.ann)
    enter(s, done(1))
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_reason) == (s.ann, "登记错了人")
    with pytest.raises(Refused, match="已经撤销"):
        households.change(row, done(1), by=s.ann)


def test_a_change_keeps_what_was_left_blank(s: Subsidies) -> None:
    (row,) = enter(s, home(1))
    blank = someone(1, name="", id_number="", phone="")
    households.change(row, home(1, person=blank, address="", group="edge"), by=s.ann)
    row.refresh_from_db()
    assert (row.group, row.name.open(), row.id_number.open()) == ("edge", "演示1", id_number(1))
    assert row.address.open() == "幸福路1号"
    households.change(row, home(1, person=someone(2, name=""), address=""), by=s.ann)
    row.refresh_from_db()
    assert (row.name.open(), row.id_number.open()) == ("演示1", id_number(2))
    event = AuditEvent.objects.filter(action="people.change").latest("pk")
    assert event.before["id_number"] != event.after["id_number"]
    assert id_number(2) not in str(event.after)


def test_a_change_into_another_household_is_refused(s: Subsidies) -> None:
    first, _second = enter(s, home(1), home(2))
    with pytest.raises(Refused, match="已在红河区登记"):
        households.change(first, home(2), by=s.ann)


def test_acceptance_once_with_works_and_cost(s: Subsidies) -> None:
    (row,) = enter(s, home(1))
    with pytest.raises(Refused) as refused:
        households.accept(row, on=timezone.localdate() + timedelta(days=1), works="", cost_fen=None, by=s.ann)
    assert [one.field for one in refused.value.problems] == ["accepted_on", "works", "cost"]
    households.accept(row, on=DONE, works="扶手", cost_fen=0, by=s.ann)
    row.refresh_from_db()
    assert (row.accepted_on, row.works, row.cost_fen) == (DONE, "扶手", 0)
    with pytest.raises(Refused, match="已于2024-05-20验收"):
        households.accept(row, on=DONE, works="扶手", cost_fen=0, by=s.ann)


@pytest.mark.parametrize(
    ("state", "fast"), [("draft", False), ("returned", False), ("submitted", True), ("paid", True)]
)
def test_what_was_handed_in_stands_fast(s: Subsidies, state: str, fast: bool) -> None:
    (row,) = enter(s, done(1))
    fields: dict[str, object] = {}
    if state == "paid":
        fields = {"version": s.version, "verified": 1, "total_fen": 1, "approved_by": s.lin}
    application = Application.objects.create(
        number="BT-1", scheme=s.scheme, county=s.red, department=s.unit, name="红河区", state=state,
        claimed=1, made_by=s.ann, **fields,
    )  # fmt: skip
    Household.objects.update(application=application)
    if not fast:
        with pytest.raises(Refused, match="验收日期不能去掉"):
            households.change(row, home(1), by=s.ann)
    for act in (
        lambda: households.change(row, done(1), by=s.ann),
        lambda: households.withdraw(row, reason="错", by=s.ann),
    ):
        if fast:
            with pytest.raises(Refused, match="已列入补助申请BT-1"):
                act()
        else:
            act()


def test_only_the_unit_of_a_county_keeps_its_people(s: Subsidies) -> None:
    other = Department.objects.create(
        key="w-red-other", name="红河区乙局", short_name="红河区乙局", kind="department", region=s.red
    )
    (row,) = enter(s, home(1))
    for person in (s.bob, s.lin, s.cai, make_user("ou", "reporter", s.red, other)):
        with pytest.raises(NotAllowed):
            households.enter([home(2)], department=s.unit, by=person)
        with pytest.raises(NotAllowed):
            households.accept(row, on=DONE, works="扶手", cost_fen=0, by=person)
        with pytest.raises(NotAllowed):
            trainees.enter([trained(1)], department=s.unit, by=person)
    of_city = make_user("ci", "reporter", s.city, s.world.bureau)
    with pytest.raises(Refused, match="不是县"):
        households.enter([home(2)], department=s.world.bureau, by=of_city)


def test_each_change_is_audited_and_a_bulk_of_them_as_one(s: Subsidies) -> None:
    (row,) = enter(s, home(1))
    households.accept(row, on=DONE, works="扶手", cost_fen=0, by=s.ann)
    households.withdraw(row, reason="错", by=s.ann)
    accepted(range(10, 15), s.unit, s.ann)
    said = list(AuditEvent.objects.filter(action__startswith="people.").order_by("pk"))
    assert [event.action.split(".")[1] for event in said] == ["enter", "accept", "withdraw", "import"]
    assert said[-1].after["count"] == 5
    assert said[0].department == s.unit


def test_one_training_of_one_person_once(s: Subsidies) -> None:
    trainees.enter([trained(1), trained(2)], department=s.unit, by=s.ann)
    with pytest.raises(Refused, match="这次培训已在红河区登记"):
        trainees.enter([trained(1)], department=s.unit, by=s.ann)
    trainees.enter([trained(1, course="养老护理员（中级）")], department=s.unit, by=s.ann)
    row = Trainee.objects.get(id_print=Trainee.objects.latest("pk").id_print, course="养老护理员（中级）")
    with pytest.raises(Refused, match="这次培训已在红河区登记"):
        trainees.change(row, trained(1), by=s.ann)
    trainees.change(row, trained(1, course="消防安全", institution=s.home.pk), by=s.ann)
    row.refresh_from_db()
    assert (row.course, row.institution, row.name.open()) == ("消防安全", s.home, "演示1")
    trainees.withdraw(row, reason="重复", by=s.ann)
    trainees.enter([trained(1, course="消防安全")], department=s.unit, by=s.ann)


def test_what_is_wrong_with_a_training_is_refused(s: Subsidies) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    facts = [
        trained(1, course=""),
        trained(2, trained_on=None),
        trained(3, trained_on=tomorrow),
        trained(4, institution=10**6),
    ]
    with pytest.raises(Refused) as refused:
        trainees.enter(facts, department=s.unit, by=s.ann)
    assert [(one.index, one.field) for one in refused.value.problems] == [
        (0, "course"), (1, "trained_on"), (2, "trained_on"), (3, "institution")
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_at_once_enter_one_household(threads: Callable[..., threading.Thread]) -> None:
    """Both pass the check; the database lets one in, the other is told where it stands."""
    s = make_subsidies()
    said: list[str] = []
    start = threading.Barrier(2)

    def enter_it() -> None:
        start.wait(10)
        try:
            households.enter([home(1)], department=s.unit, by=s.ann)
            said.append("")
        except Refused as refused:
            said.append(str(refused))

    for run in [threads(enter_it), threads(enter_it)]:
        run.join(30)
    assert sorted(map(bool, said)) == [False, True]
    assert "已在红河区登记" in max(said)
    assert Household.objects.count() == 1
