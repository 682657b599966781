"""Making values count: hard checks, versions, permissions, audit; all of a call or nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from targets.actions import publish_values
from targets.actions.refusals import NotAllowed, Refused
from targets.actions.values import REPLACES_DEMO
from targets.models import Observation, ObservationBatch
from tests.worlds import CITY, GREEN, RED, World, make_user, make_world, publish, value
from yuxi_eldercare.core.models import AuditEvent, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_value_counts_with_both_times_and_exact_parts(world: World) -> None:
    known = datetime(2024, 1, 20, 2, 0, tzinfo=UTC)
    reported = datetime(2024, 1, 9, 2, 0, tzinfo=UTC)
    publish(
        value(world.beds, RED, "2023", (1, 3), reported_at=reported, reported_by=world.gao), known_from=known
    )
    row = Observation.objects.get()
    assert (row.version, row.reason, row.superseded_at) == (1, "", None)
    assert (row.numerator, row.denominator, row.value) == (1, 3, Decimal("33.333333"))
    assert (row.reported_at, row.known_from, row.reported_by) == (reported, known, world.gao)


def test_not_applicable_is_not_zero(world: World) -> None:
    publish(value(world.homes, RED, "2023", 0), value(world.homes, GREEN, "2023", "na"))
    zero, absent = Observation.objects.order_by("region")
    assert (zero.value, zero.not_applicable) == (0, False)
    assert (absent.value, absent.not_applicable) == (None, True)


HARD_CHECKS = {
    "part larger than whole": ({"figure": (12, 10)}, "numerator", "分子 12 大于分母 10"),
    "nothing divided by nothing": ({"figure": (0, 0)}, "denominator", "请选“不适用”"),
    "something divided by nothing": ({"figure": (3, 0)}, "denominator", "请核对分母"),
    "numerator alone": ({"figure": None, "numerator": Decimal(3)}, "denominator", "缺少分母"),
    "a county's rate without parts": ({"figure": 30}, "numerator", "须填写分子和分母"),
    "rate that its parts do not give": (
        {"figure": (1, 3), "value": Decimal(40)},
        "value",
        "与分子、分母算得的 33.3333 不符",
    ),
    "nothing at all": ({"figure": None}, "value", "请填写分子和分母"),
    "not applicable and a figure": (
        {"figure": (1, 3), "not_applicable": True},
        "not_applicable",
        "只能填一个",
    ),
    "negative count": ({"indicator": "w-homes", "figure": -1}, "value", "不能为负"),
    "half a home": ({"indicator": "w-homes", "figure": "1.5"}, "value", "不是整数"),
    "a count with a denominator": (
        {"indicator": "w-homes", "figure": 1, "numerator": Decimal(1)},
        "numerator",
        "不是比率",
    ),
    "not a number": ({"indicator": "w-homes", "figure": "NaN"}, "value", "不是有效的数"),
    "too large": ({"indicator": "w-homes", "figure": 10**9}, "value", "过大"),
    "too many decimals": ({"figure": ("0.00001", 3)}, "numerator", "小数最多4位"),
    "period that ends in mid-month": (
        {"figure": (1, 3), "period": "2023-12-30"},
        "period_end",
        "与期别“季”不符",
    ),
    "year that ends in June": (
        {"figure": (1, 3), "period": "2023-06-30", "period_kind": "year"},
        "period_end",
        "与期别“年”不符",
    ),
    "unknown kind of period": ({"figure": (1, 3), "period_kind": "week"}, "period_kind", "期别应为"),
    "period not over yet": ({"figure": (1, 3), "period": "2199"}, "period_end", "尚未结束"),
    "unknown indicator": (
        {"indicator": "w-nothing", "figure": 1},
        "indicator",
        "没有代码为“w-nothing”的指标",
    ),
    "unknown region": ({"region": "999999", "figure": (1, 3)}, "region", "没有代码为“999999”的地区"),
}


@pytest.mark.parametrize(("given", "field", "sentence"), HARD_CHECKS.values(), ids=HARD_CHECKS.keys())
def test_hard_checks(world: World, given: dict, field: str, sentence: str) -> None:
    fields = {"indicator": "w-beds", "region": RED, "period": "2023", **given}
    new = value(
        fields.pop("indicator"), fields.pop("region"), fields.pop("period"), fields.pop("figure"), **fields
    )
    with pytest.raises(Refused) as refused:
        publish(new)
    problem = refused.value.problems[0]
    assert problem.field == field
    assert sentence in problem.message
    assert problem.message.startswith("第1条")
    assert not Observation.objects.exists()


def test_a_share_above_one_hundred(world: World) -> None:
    with pytest.raises(Refused, match="大于100%"):
        publish(value(world.lottery, CITY, "2023", 101))


def test_a_deliverable_is_there_or_not(world: World) -> None:
    world.target("w.t.smart").milestones.update(value=1)
    world.smart.targets.update(target_type="done")
    with pytest.raises(Refused, match="只填0（未完成）或1"):
        publish(value(world.smart, GREEN, "2023", 2))


def test_a_township_does_not_report(world: World) -> None:
    Region.objects.create(
        code="999902001000", name="一街道", short_name="一街道", level="township", parent=world.counties[RED]
    )
    with pytest.raises(Refused, match="只接收市级和县"):
        publish(value(world.homes, "999902001000", "2023", 1))


@pytest.mark.parametrize("what", ["indicator", "region", "qualitative"])
def test_what_is_withdrawn_takes_no_values(world: World, what: str) -> None:
    if what == "indicator":
        world.homes.withdrawn_at = datetime(2024, 1, 1, tzinfo=UTC)
        world.homes.save()
    elif what == "qualitative":
        world.homes.qualitative = True
        world.homes.save()
    else:
        Region.objects.filter(code=RED).update(withdrawn=True)
    with pytest.raises(Refused, match=r"停用|撤销|定性"):
        publish(value(world.homes, RED, "2023", 1))


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(world: World) -> None:
    with pytest.raises(Refused) as refused:
        publish(
            value(world.beds, RED, "2023", (1, 3)),
            value(world.homes, RED, "2023", -1),
            value(world.beds, RED, "2023", (2, 3)),
            value(world.beds, GREEN, "2023", (4, 3)),
        )
    assert [(problem.index, problem.field) for problem in refused.value.problems] == [
        (1, "value"),
        (2, "period_end"),
        (3, "numerator"),
    ]
    assert "第4条（青山县 2023-12-31 “护理型床位占比”）" in str(refused.value)
    assert not Observation.objects.exists()
    assert not ObservationBatch.objects.exists()
    assert not AuditEvent.objects.exists()


def test_nothing_to_publish(world: World) -> None:
    with pytest.raises(Refused, match="没有要生效的数据"):
        publish()


def test_a_correction_is_a_new_version_with_a_reason(world: World) -> None:
    first = datetime(2024, 1, 20, tzinfo=UTC)
    second = datetime(2024, 3, 1, tzinfo=UTC)
    publish(value(world.homes, RED, "2023", 1), known_from=first)
    with pytest.raises(Refused, match="更正须写明理由"):
        publish(value(world.homes, RED, "2023", 2), known_from=second)
    with pytest.raises(Refused, match="不能只有空格"):
        publish(value(world.homes, RED, "2023", 2, reason="  "), known_from=second)
    publish(value(world.homes, RED, "2023", 2, reason="漏报一家"), known_from=second)
    old, new = Observation.objects.order_by("version")
    assert (old.value, old.known_from, old.superseded_at) == (1, first, second)
    assert (new.value, new.version, new.reason, new.superseded_at) == (2, 2, "漏报一家", None)


def test_a_real_value_replaces_demonstration_data_but_not_the_reverse(world: World) -> None:
    publish(value(world.homes, RED, "2023", 1), is_demo=True)
    publish(value(world.homes, RED, "2023", 2))
    assert Observation.objects.get(superseded_at=None).reason == REPLACES_DEMO
    with pytest.raises(Refused, match="演示数据不能替换"):
        publish(value(world.homes, RED, "2023", 3, reason="演示"), is_demo=True)


def test_publishing_needs_the_role_for_the_region(world: World) -> None:
    county_lead = make_user("wang", "lead", world.counties[RED])
    both = [value(world.homes, RED, "2023", 1), value(world.homes, GREEN, "2023", 1)]
    for person, sentence in ((world.gao, "需要“牵头单位”角色"), (county_lead, "不包括青山县")):
        with pytest.raises(NotAllowed, match=sentence):
            publish_values(values=both, by=person, label="测试")
    publish_values(values=both[:1], by=county_lead, label="红河区")
    publish_values(values=both[1:], by=world.lin, label="青山县")
    assert Observation.objects.count() == 2


def test_nobody_confirms_what_they_entered(world: World) -> None:
    with pytest.raises(NotAllowed, match="不能确认自己填报的数据"):
        publish_values(
            values=[value(world.lottery, CITY, "2023", 60, reported_by=world.lin)], by=world.lin, label="测试"
        )


def test_a_person_cannot_date_values_back(world: World) -> None:
    with pytest.raises(ValueError, match="only a process"):
        publish_values(
            values=[value(world.homes, RED, "2023", 1)],
            by=world.lin,
            label="测试",
            known_from=datetime(2024, 1, 1, tzinfo=UTC),
        )


def test_what_a_demonstration_account_publishes_is_demonstration_data(world: World) -> None:
    visitor = make_user("demo", "lead", world.city, is_demo=True)
    batch = publish_values(values=[value(world.homes, RED, "2023", 1)], by=visitor, label="演示")
    assert batch.is_demo
    assert Observation.objects.get().is_demo


def test_the_audit_event_stands_beside_the_change(world: World) -> None:
    publish(value(world.homes, RED, "2023", 1))
    batch = publish_values(
        values=[value(world.homes, RED, "2023", 2, reason="漏报"), value(world.beds, GREEN, "2023", (1, 3))],
        by=world.lin,
        label="年报",
    )
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor, event.object_key) == ("observations.publish", world.lin, str(batch.pk))
    assert event.before["count"] == 1
    assert event.before["rows"][0]["value"] == "1"
    assert event.after["count"] == 2
    assert event.after["rows"][0]["reason"] == "漏报"
    assert len(event.after["sha256"]) == 64


def test_the_audit_event_goes_with_the_transaction(world: World) -> None:
    with transaction.atomic():
        publish(value(world.homes, RED, "2023", 1))
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert not Observation.objects.exists()


def test_a_large_batch_needs_few_statements(world: World, django_assert_max_num_queries) -> None:
    years = [
        f"{year}-{month}" for year in range(2000, 2020) for month in ("03-31", "06-30", "09-30", "12-31")
    ]
    values = [value(world.homes, region, period, 1) for region in (RED, GREEN) for period in years]
    publish(value(world.homes, RED, "2023", 1))  # the locks exist
    with django_assert_max_num_queries(20):
        batch = publish(*values, judge_later=True)
    assert batch.observations.count() == 160
    event = AuditEvent.objects.first()
    assert event is not None
    assert event.after["count"] == 160
    assert len(event.after["rows"]) == 20
