"""The production engine against the slow, exact oracle; and the oracle against cases worked out by hand.

``YUXI_FUZZ=20 pytest tests/targets/test_oracle.py`` looks at twenty times as many generated cases.
"""

from __future__ import annotations

import copy
import json
import os
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targets.progress import assess_json
from tests.targets.oracle import oracle
from tests.targets.oracle_cases import any_case, around_due, cases, journeys
from tests.targets.oracle_compare import as_answer, differences, largest
from tests.targets.oracle_examples import EXAMPLES, WORKED

pytestmark = pytest.mark.pure

Case = dict[str, Any]

fuzz = settings(
    max_examples=int(300 * float(os.environ.get("YUXI_FUZZ", "1"))),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def one(case: Case) -> Case:
    answer = assess_json(case)
    assert isinstance(answer, dict)
    return answer


def assert_agree(case: Case) -> None:
    found = differences(oracle(case), one(case), largest(case))
    assert not found, "\n".join([*found, json.dumps(case, ensure_ascii=False, default=str)])


# --- By hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("case", "answers"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_oracle_gives_what_was_worked_out_by_hand(case: Case, answers: list[dict[str, Any]]) -> None:
    given_answers = oracle(case)["milestones"]
    assert len(given_answers) == len(answers)
    for found, wanted in zip(given_answers, answers, strict=True):
        assert {key: found[key] for key in wanted} == wanted


def test_worked_example_has_the_decimals_the_rules_print() -> None:
    first, second = as_answer(oracle(WORKED))["milestones"]
    assert first["expected"].startswith("1.45350")
    assert first["share_done"].startswith("0.54128")
    assert first["expected_share"].startswith("0.49863")
    assert first["schedule_ratio"].startswith("1.08554")
    assert second["share_done"].startswith("0.16434")
    assert second["expected_share"].startswith("0.15139")


@pytest.mark.parametrize("case", [e[1] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_engine_agrees_on_cases_worked_out_by_hand(case: Case) -> None:
    assert_agree(case)


# --- Generated -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target_type", ["reach", "annual", "floor", "ceiling", "range", "done"])
def test_engine_agrees_on_generated_cases(target_type: str) -> None:
    @fuzz
    @given(cases(types=(target_type,)))
    def agree(case: Case) -> None:
        assert_agree(case)

    agree()


@fuzz
@given(journeys())
def test_engine_agrees_on_the_way(case: Case) -> None:
    assert_agree(case)


@fuzz
@given(around_due())
def test_engine_agrees_around_the_due_date(case: Case) -> None:
    assert_agree(case)


@fuzz
@given(st.lists(any_case(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_a_list_in_any_order_gives_the_same_answers_as_one_by_one(batch: list[Case], random: Any) -> None:
    alone = [assess_json(case) for case in batch]
    order = list(range(len(batch)))
    random.shuffle(order)
    together = assess_json([batch[i] for i in order])
    assert together == [alone[i] for i in order]


@fuzz
@given(
    any_case(),
    st.lists(st.integers(1, 2000), min_size=1, max_size=3, unique=True),
    st.sampled_from(["0", "100", "-5", "999999999999999", None]),
)
def test_what_is_read_after_as_of_changes_nothing(case: Case, later: list[int], value: str | None) -> None:
    as_of = date.fromisoformat(case["as_of"])
    known = {**case, "readings": [r for r in case["readings"] if date.fromisoformat(r["date"]) <= as_of]}
    content: dict[str, Any] = {"na": True} if value is None else {"value": value}
    after = [{"date": (as_of + timedelta(days=n)).isoformat(), **content} for n in later]
    assert assess_json({**known, "readings": after + known["readings"]}) == assess_json(known)


@fuzz
@given(any_case(), st.randoms(use_true_random=False))
def test_order_and_the_way_a_number_is_written_do_not_matter(case: Case, random: Any) -> None:
    before = copy.deepcopy(case)
    plain = assess_json(case)
    assert case == before, "the case given was changed"
    other = copy.deepcopy(case)
    random.shuffle(other["readings"])
    for reading in other["readings"]:
        if "value" in reading:
            reading["value"] += "0" if "." in reading["value"] else ".0"
    assert assess_json(other) == plain


EDGES: dict[str, Case] = {
    "grace runs past the last day there is": {
        "milestones": [{"due": "9999-12-31", "value": "2"}], "as_of": "9999-12-31", "grace_days": 400,
    },
    "a very long grace": {
        "milestones": [{"due": 2023, "value": "2"}], "as_of": "2024-06-30", "grace_days": 10**12,
        "stale_after_days": 10**12,
    },
    "the first year there is": {
        "target_type": "annual", "milestones": [{"due": "0001-12-31", "value": "2"}], "as_of": "0001-12-31",
        "readings": [{"date": "0001-01-01", "value": "0.001"}],
    },
    "29 February": {
        "target_type": "annual", "milestones": [{"due": 2024, "value": "366"}], "as_of": "2024-12-31",
        "readings": [{"date": "2024-02-29", "value": "60"}],
    },
    "numbers as JSON numbers": {
        "baseline": {"date": "2020-12-31", "value": 0.1}, "milestones": [{"due": 2023, "value": 0.3}],
        "as_of": "2022-06-30", "readings": [{"date": "2022-06-30", "value": 0.2}], "tolerance": 0,
    },
    "numbers with an exponent": {
        "baseline": {"date": "2020-12-31", "value": "1e2"}, "milestones": [{"due": 2023, "value": "3E+2"}],
        "as_of": "2022-06-30", "readings": [{"date": "2022-06-30", "value": "2.5e2"}],
    },
    "0.1 + 0.2 against 0.3": {
        "baseline": {"date": "2020-12-31", "value": "0.1"}, "tolerance": "0.2",
        "milestones": [{"due": "2023-09-27", "value": "0.3"}], "as_of": "2021-06-30",
        "readings": [{"date": "2021-06-30", "value": "-0.1"}],
    },
    "as_of before the baseline": {
        "baseline": {"date": "2020-12-31", "value": "1"}, "milestones": [{"due": 2023, "value": "2"}],
        "as_of": "2020-06-30", "readings": [{"date": "2020-06-30", "value": "5"}],
    },
    "minus zero": {
        "baseline": {"date": "2020-12-31", "value": "-0.0"}, "milestones": [{"due": 2023, "value": "-0"}],
        "as_of": "2022-06-30", "readings": [{"date": "2022-06-30", "value": "-0.00"}],
    },
    "everything at zero": {
        "baseline": {"date": "2020-12-31", "value": "0"}, "milestones": [{"due": 2023, "value": "0"}],
        "as_of": "2022-06-30", "readings": [{"date": "2022-06-30", "value": "0"}],
    },
    "sixteen digits and more that differ only at the end": {
        "direction": "down", "target_type": "ceiling", "as_of": "2022-06-30",
        "milestones": [{"due": 2023, "value": "1000000000000000.5"}],
        "readings": [{"date": "2022-06-30", "value": "1000000000000000.123456789"}],
    },
    "a reading on the baseline date stands in for the baseline in the forecast": {
        "baseline": {"date": "2020-12-31", "value": "1"}, "milestones": [{"due": 2025, "value": "20"}],
        "as_of": "2023-12-31",
        "readings": [{"date": "2020-12-31", "value": "3"}, {"date": "2022-12-31", "value": "4"},
                     {"date": "2023-12-31", "value": "9"}],
    },
    "not applicable on the baseline date leaves the baseline in the forecast": {
        "baseline": {"date": "2020-12-31", "value": "1"}, "milestones": [{"due": 2025, "value": "20"}],
        "as_of": "2023-12-31",
        "readings": [{"date": "2020-12-31", "na": True}, {"date": "2022-12-31", "value": "4"},
                     {"date": "2023-12-31", "value": "9"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES.values(), ids=EDGES.keys())
def test_engine_agrees_at_the_edges(edge: Case) -> None:
    assert_agree({"direction": "up", "target_type": "reach", "readings": [], **edge})
