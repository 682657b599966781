"""What people who know the five documents expect to be told, by a check or by a reader, without noise."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from targets.actions.rulings import rule
from targets.models import Target
from tests.worlds import make_user
from yuxi_eldercare.checks.reading import read_snapshot
from yuxi_eldercare.checks.running import raise_all, run_checks
from yuxi_eldercare.core.models import Finding, FindingPlace, Region
from yuxi_eldercare.loading import load_plans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plans")]

AP, DRAFT, OY, CE, YM = (
    "action-plan-2021-2023",
    "action-plan-2021-2023-draft",
    "old-and-young-plan-2023",
    "community-eldercare-plan-draft",
    "yimen-14th-five-year-plan",
)

# What the checks find by themselves: the rule's finding on these records says these words.
BY_CHECK = {
    "day care: 90 % in 2022 against 50 % in 2023": (
        {"ap23.t.daycare-coverage", "oy23.t.daycare-coverage"},
        ["2022年不低于90%", "2023年不低于50%、2025年不低于90%"],
    ),
    "day care: draft community plan against the old-and-young plan": (
        {"ce.t.daycare-coverage", "oy23.t.daycare-coverage"},
        ["2022年不低于100%", "2023年不低于50%"],
    ),
    "care for the disabled: 2021 against 2025": (
        {"ap23.t.disabled-care-institutions", "oy23.t.disabled-care-institutions-each-county"},
        ["同一要求的期限不同"],
    ),
    "wellness projects: 1亿 in the draft, 5000万 when issued": (
        {"ap23d.t.large-wellness-projects", "ap23.t.large-wellness-projects"},
        ["1亿元以上", "5000万元以上"],
    ),
    "existing estates: 20 against 15 m²": (
        {"ap23d.r.existing-estate-area", "ap23.r.existing-estate-area"},
        ["征求意见稿为20平方米/百户，印发稿为15平方米/百户"],
    ),
    "a facility: 200 m² only in the draft": (
        {"ap23d.r.existing-estate-minimum"},
        ["200平方米", "只见于征求意见稿"],
    ),
    "a facility: 300 m² only when issued": ({"ap23.r.single-site-area"}, ["300平方米/处", "印发稿新增"]),
    "bed subsidies: 5:3:2 only in the draft": (
        {"ap23d.r.bed-own", "ap23d.r.bed-leased"},
        ["征求意见稿为省5、市3、县2，印发稿为未载明"],
    ),
    "task 9 of the draft was dropped, 15 became 14": (
        {"ap23d.a.09"},
        ["打造康养特色小镇", "征求意见稿15项，印发稿14项"],
    ),
    "assistive devices: another lead": (
        {"ap23d.a.10", "ap23.a.09"},
        ["牵头单位增加市投资促进局，不再有市工业和信息化局"],
    ),
    "projects 13 and 14: the same content": ({"oy23.p.13", "oy23.p.14"}, ["建设内容一字不差"]),
    "projects 4 and 5: nearly the same content": ({"oy23.p.04", "oy23.p.05"}, ["几乎相同"]),
    "Yimen service centre: 1500 against 3000": ({"ym.p.2", "oy23.p.14"}, ["县为1500万元、市为3000万元"]),
    "Yimen certified staff: two years later": (
        {"ym.t.caregiver-certified-rate", "oy23.t.caregiver-certified-rate"},
        ["县晚2年达到同一要求"],
    ),
    "the emergency bureau in two spellings": ({"yuxi-emergency"}, ["“市应急管理局”", "“市应急局”"]),
    "Jinwan stands in two plans": ({"ap23.p.jinwan", "oy23.p.03"}, ["疑为同一项目"]),
}

# What stands in the list, whoever raised it: one finding names all of these places.
IN_THE_LIST = {
    "day care 90/50": [(AP, "社区日间照料机构覆盖率达到90%"), (OY, "41.2 50 90")],
    "1亿 against 5000万": [(DRAFT, "1亿元"), (AP, "5000万元")],
    "20 against 15 m²": [(DRAFT, "每百户20平方米"), (AP, "每百户建筑面积15平方米")],
    "200 against 300 m²": [(DRAFT, "200平方米"), (AP, "300平方米")],
    "5:3:2": [(DRAFT, "5:3:2")],
    "projects 13 and 14": [(OY, "专业照护中心")],
    "Yimen centre": [(YM, "1500 万元"), (OY, "3000 2400")],
    "lottery base, two documents": [(CE, "福彩公益金"), (OY, "福彩公益金")],
    "lottery base, inside one document": [(OY, "市级留存"), (OY, "返还市级")],
    "health management 97 against 75": [(YM, "97%"), (YM, "75%")],
    "new estates 2022 against 2025": [(YM, "到 2022 年"), (YM, "达标率 100%")],
    "social-force institutions 7 or 6": [(OY, "7家")],
    "population 2025": [(OY, "230万"), (OY, "16.68%")],
}


@pytest.mark.parametrize("case", BY_CHECK, ids=str)
def test_the_checks_find_it_by_themselves(case: str) -> None:
    subjects, words = BY_CHECK[case]
    about = [one for one in raise_all(read_snapshot()) if subjects <= set(one.subjects)]
    assert [one.key for one in about if all(word in one.summary for word in words)], about


@pytest.mark.parametrize("case", IN_THE_LIST, ids=str)
def test_the_list_names_every_place(case: str) -> None:
    rows = Finding.objects.filter(withdrawn_at=None)
    for document, phrase in IN_THE_LIST[case]:
        named = FindingPlace.objects.filter(clause__document__key=document, phrase__contains=phrase)
        rows = rows.filter(pk__in=named.values("finding"))
    assert rows.exists()


def test_every_finding_names_its_places_and_says_something() -> None:
    for one in raise_all(read_snapshot()):
        assert one.places, one.key
        assert one.summary.endswith("。"), one.summary
        assert "None" not in one.summary, one.summary
    silent = Finding.objects.filter(withdrawn_at=None, places=None)
    assert not silent.exists()


def test_stated_totals_agree_with_their_rows() -> None:
    """The 50 projects add up as stated; a digit copied wrongly would show here."""
    assert not [one for one in raise_all(read_snapshot()) if one.kind == Finding.Kind.TOTAL_MISMATCH]


def test_keys_are_permanent_and_unique() -> None:
    first, second = ([one.key for one in raise_all(read_snapshot())] for _ in range(2))
    assert first == second
    assert max(Counter(first).values()) == 1
    assert all(key.startswith("check.") and len(key) <= 100 for key in first)


def test_the_list_stays_readable() -> None:
    """What readers wrote is not said again: few findings of checks are left beside theirs."""
    checks = Finding.objects.filter(origin=Finding.Origin.CHECK, withdrawn_at=None)
    assert 1 <= checks.count() <= 20
    departments = [f.subjects[0] for f in checks if f.key.startswith("check.spelling-department")]
    assert max(Counter(departments).values()) == 1


def test_without_the_readers_the_checks_say_it_themselves() -> None:
    Finding.objects.filter(origin=Finding.Origin.REVIEWED).update(withdrawn_at="2024-01-01T00:00:00+08:00")
    run_checks()
    kinds = Counter(
        Finding.objects.filter(origin=Finding.Origin.CHECK, withdrawn_at=None).values_list("kind", flat=True)
    )
    expected: dict[Any, int] = {
        Finding.Kind.DRAFT_VS_ISSUED: 40,
        Finding.Kind.COUNTY_VS_CITY: 10,
        Finding.Kind.SPELLING: 10,
        Finding.Kind.DUPLICATE_PROJECT: 8,
        Finding.Kind.PLAN_CONFLICT: 5,
    }
    assert {kind: kinds[kind] >= least for kind, least in expected.items()} == dict.fromkeys(expected, True)


def test_a_second_load_changes_nothing() -> None:
    assert load_plans().changes == []


def test_a_reload_neither_undoes_a_ruling_nor_takes_it_for_a_change() -> None:
    lead = make_user("lin", "lead", Region.objects.get(code="530400"))
    effects = {
        "ap23.x.daycare-2022": {"supersede": "ap23.t.daycare-coverage"},
        "ym.x.c-medical-demo": {
            "due": {"target": "ym.t.demo-medical-eldercare", "milestone": "open-1", "due": "2025"}
        },
        "ap23.x.no-baseline": {
            "baseline": {
                "target": "ap23.t.private-bed-share",
                "date": "2020",
                "value": "30",
                "basis": "old-and-young-plan-2023",
            }
        },
    }
    for key, effect in effects.items():
        finding = Finding.objects.get(key=key)
        rule(finding=finding, decision="correct", text="经研究决定。", effect=effect, by=lead)
    before = standing()
    assert before["ap23.t.daycare-coverage"][:2] == (True, 0)
    assert before["ym.t.demo-medical-eldercare"][2] == [date(2025, 12, 31)]
    assert before["ap23.t.private-bed-share"][3] == 30
    assert load_plans().changes == []
    assert standing() == before
    assert run_checks() == []
    assert standing() == before


def standing() -> dict[str, tuple[Any, ...]]:
    """What rulings settled, by target: superseded, regions bound, due dates, baseline."""
    return {
        target.key: (
            target.superseded_by_ruling,
            target.regional.filter(active=True).count(),
            list(target.milestones.filter(withdrawn_at=None).values_list("due", flat=True)),
            target.baseline_value,
        )
        for target in Target.objects.filter(settled_by__isnull=False)
    }
