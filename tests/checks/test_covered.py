"""What a reader wrote down is not raised a second time by a check."""

from typing import Any

import pytest

from tests.checks.snapshots import place
from yuxi_eldercare.checks.covered import Reviewed, covered, same_place
from yuxi_eldercare.checks.raised import MAX_KEY, key_of, raised

pytestmark = pytest.mark.pure

LEFT = place("a", "一（二）", "社区日间照料机构覆盖率达到90%以上")
RIGHT = place("b", "二（四）表·3", "社区日间照料服务设施覆盖率 % 41.2 50 90 约束性")
THIRD = place("b", "二（四）", "社区日间照料服务设施覆盖率不低于90%")


def conflict(**fields: Any) -> Any:
    return raised(
        "plans", ["x"], "plan_conflict", "…", [[LEFT], [RIGHT, THIRD]], subjects=["t1", "t2"], **fields
    )


def reviewed(*places: Any, kind: str = "plan_conflict", summary: str = "…", subjects: Any = ()) -> Reviewed:
    return Reviewed("r", kind, summary, places, frozenset(subjects))


@pytest.mark.parametrize(
    ("written", "left_out"),
    [
        (reviewed(LEFT, RIGHT), True),
        (reviewed(LEFT, THIRD), True),
        (reviewed(LEFT, RIGHT, place("c", "三", "还有一处")), True),
        (reviewed(LEFT, RIGHT, kind="county_vs_city"), True),
        (reviewed(LEFT), False),
        (reviewed(LEFT, RIGHT, kind="spelling"), False),
        (reviewed(LEFT, place("b", "二（四）表·4", RIGHT.phrase)), False),
        (reviewed(place("a", "一（二）", "每个县拥有不少于2家农村区域性养老服务中心"), RIGHT), False),
        (reviewed(subjects=["t1", "t2", "t3"]), True),
        (reviewed(subjects=["t1"]), False),
    ],
    ids=[
        "both places",
        "another place of a side",
        "more places",
        "a kind of the same family",
        "one side only",
        "another family",
        "another row",
        "another phrase of the clause",
        "the same records",
        "some of the records",
    ],
)
def test_what_a_reviewed_finding_covers(written: Reviewed, left_out: bool) -> None:
    assert covered(conflict(), [written]) == left_out


def test_several_reviewed_findings_cover_several_claims() -> None:
    both = raised("county-city", ["x"], "county_vs_city", "…", [[LEFT], [RIGHT]], [[LEFT], [THIRD]])
    assert covered(both, [reviewed(LEFT, RIGHT), reviewed(LEFT, THIRD)])
    assert not covered(both, [reviewed(LEFT, RIGHT)])


@pytest.mark.parametrize(
    ("summary", "left_out"),
    [
        ("同一部门有“市卫健委”和“市卫生健康委”两种写法。", True),
        ("写作“市卫健委”。", False),
        ("市卫健委和市卫生健康委写法不一。", False),
    ],
    ids=["both quoted", "one quoted", "not quoted"],
)
def test_spellings_are_covered_by_quoting_them(summary: str, left_out: bool) -> None:
    spelled = raised("spelling", ["x"], "spelling", "…", [[LEFT]], terms=["市卫健委", "市卫生健康委"])
    assert covered(spelled, [reviewed(kind="spelling", summary=summary)]) == left_out


def test_places_compare_without_typography() -> None:
    assert same_place(place("a", "一", "达到 100 %，"), place("a", "一", "率达到100％"))
    assert not same_place(place("a", "一", "达到100%"), place("a", "一", "达到90%"))
    assert not same_place(place("a", "一", "达到100%"), place("b", "一", "达到100%"))


def test_keys_fit_and_stay_apart() -> None:
    long = ["很长的键" * 20, "a"]
    assert len(key_of("rule", long)) <= MAX_KEY
    assert key_of("rule", long) != key_of("rule", [*long[:1], "b"])
    assert key_of("rule", ["a", "b"]) == "check.rule.a.b"
