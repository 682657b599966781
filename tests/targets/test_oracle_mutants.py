"""The comparison with the oracle can fail: every rule, done wrongly, is noticed.

Each variant below replaces one rule of the oracle by a plausible mistake. The same generated cases and the
same comparison that the engine has to pass must tell the variant from the oracle.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from tests.targets import oracle as judging
from tests.targets import oracle_input as given_input
from tests.targets import oracle_path as path
from tests.targets.oracle_cases import any_case
from tests.targets.oracle_compare import as_answer, differences
from tests.targets.oracle_examples import EXAMPLES

pytestmark = pytest.mark.pure

Case = dict[str, Any]

MODULES = (judging, path, given_input)
ORIGINAL = {name: getattr(module, name) for module in MODULES for name in dir(module)}


def was(name: str) -> Callable[..., Any]:
    """The rule as it is in the oracle."""
    found: Callable[..., Any] = ORIGINAL[name]
    return found


def no(*_args: Any) -> bool:
    return False


def pending_last(case: Any, m: Any) -> bool:
    x = path.judged_reading(case, m)
    return was("is_pending")(case, m) and not was("is_breached")(case, m, x)


def late_ignores_na(case: Any, m: Any, x: Any) -> str:
    """``NOT_APPLICABLE`` only when nothing above ``PENDING`` fits."""
    if x is not None and x.value is None and was("is_met_late")(case, m):
        return "MET_LATE"
    return str(was("state_of")(case, m, x))


def regressed_last(case: Any, m: Any, x: Any) -> str:
    """``REGRESSED`` checked only after ``ON_TRACK`` and ``BEHIND``."""
    state = was("state_of")(case, m, x)
    if state == "REGRESSED":
        track = (judging.keeps_to_path, judging.is_starting_up, judging.is_close_enough)
        if any(rule(case, m, x) for rule in track):
            return "ON_TRACK"
        return "BEHIND" if judging.is_behind(case, m, x) else state
    return str(state)


def light_without_red_no_data(case: Any, m: Any, state: str, marks: list[str]) -> str:
    return "grey" if state == "NO_DATA" else str(was("light_of")(case, m, state, marks))


def stale_greys_everything(case: Any, m: Any, state: str, marks: list[str]) -> str:
    return "grey" if "STALE" in marks else str(was("light_of")(case, m, state, marks))


def stale_greys_nothing(case: Any, m: Any, state: str, _marks: list[str]) -> str:
    return str(was("light_of")(case, m, state, []))


def with_bound_as_baseline(mapping: Any) -> Any:
    case = was("parse")(mapping)
    if case.bound_value is None:
        return case
    return dataclasses.replace(case, baseline_value=case.bound_value)


def annual_start_up_like_reach(raw: Any, _target_type: str) -> Any:
    return was("thresholds")(raw, "reach")


def existing_over_all_years(case: Any, m: Any) -> Any:
    return [r for r in path.known(case) if case.target_type != "annual" or r.day <= m.due]


def start_up_over_whole_path(case: Any, m: Any, x: Any) -> bool:
    pieces = path.segments(case, m)
    if not pieces or x.day <= pieces[0][0]:
        return False
    s, first = pieces[0][:2]
    early = path.at_most(Fraction(x.day - s, m.due - s), case.start_up)
    return early and path.not_worse(case, x.value, first)


def start_up_without_value(case: Any, m: Any, x: Any) -> bool:
    for s, _first, e, _last in path.segments(case, m):
        if s < x.day <= e:
            return path.at_most(Fraction(x.day - s, e - s), case.start_up)
    return False


def start_up_with_tolerance(case: Any, m: Any, x: Any) -> bool:
    for s, first, e, _last in path.segments(case, m):
        if s < x.day <= e:
            early = path.at_most(Fraction(x.day - s, e - s), case.start_up)
            return early and path.not_worse(case, x.value, first, case.tolerance)
    return False


def closing_over_whole_path(case: Any, m: Any, x: Any) -> bool:
    s = path.segments(case, m)[0][0]
    return path.at_most(Fraction(m.due - x.day, m.due - s), case.closing)


def gap_in_raw_sign(case: Any, m: Any, x: Any) -> Any:
    return None if x is None or x.value is None else path.tested_bound(case, m) - x.value


def expected_share_unrounded(case: Any, m: Any, x: Any) -> Any:
    out = was("shares")(case, m, x)
    unrounded = was("shares")(dataclasses.replace(case, integer=False), m, x)
    return {
        **out,
        "expected_share": unrounded["expected_share"],
        "schedule_ratio": unrounded["schedule_ratio"],
    }


def first_reading_as_x(case: Any, m: Any, day: int) -> Any:
    return next((r for r in path.existing(case, m) if r.day <= day), None)


def na_skipped(case: Any, m: Any, day: int) -> Any:
    numbers = [r for r in path.existing(case, m) if r.day <= day and r.value is not None]
    return numbers[-1] if numbers else was("latest_by")(case, m, day)


VARIANTS: dict[str, dict[str, Any]] = {
    "grace ignored": {"overdue": lambda case, m: case.as_of > m.due},
    "grace one day short": {
        "overdue": lambda case, m: was("overdue")(case, m)
        or (case.grace_days > 0 and case.as_of >= m.due + case.grace_days)
    },
    "a reading on the due date does not end grace": {
        "overdue": lambda case, m: case.as_of > m.due + case.grace_days,
    },
    "waiting comes below not kept": {"is_pending": pending_last},
    "done late comes above not applicable": {"state_of": late_ignores_na},
    "below the baseline comes last": {"state_of": regressed_last},
    "near the end like anywhere": {"is_closing": no},
    "near the end measured over the whole path": {"is_closing": closing_over_whole_path},
    "near the end strictly": {
        "is_closing": lambda case, m, x: Fraction(m.due - x.day, m.due - path.segments(case, m)[-1][0])
        < case.closing,
    },
    "no start-up": {"is_starting_up": no},
    "start-up measured over the whole path": {"is_starting_up": start_up_over_whole_path},
    "start-up whatever the value": {"is_starting_up": start_up_without_value},
    "start-up with the tolerance": {"is_starting_up": start_up_with_tolerance},
    "start-up of a year like that of a plan": {"thresholds": annual_start_up_like_reach},
    "tolerance against the target": {
        "is_met": lambda case, m, x: was("is_met")(case, m, x)
        or (
            x is not None
            and x.value is not None
            and m.comparator in (">=", "<=")
            and path.not_worse(case, x.value, m.value, case.tolerance)
        ),
    },
    "no tolerance against the path": {
        "keeps_to_path": lambda case, m, x: was("keeps_to_path")(
            dataclasses.replace(case, tolerance=Fraction(0)), m, x
        ),
    },
    "no tolerance against the baseline": {
        "is_regressed": lambda case, x: was("is_regressed")(
            dataclasses.replace(case, tolerance=Fraction(0)), x
        ),
    },
    "never below the baseline": {"is_regressed": no},
    "the path at as_of instead of the reading's own date": {
        "path_value": lambda case, m, _day: was("path_value")(case, m, min(case.as_of, m.due)),
    },
    "rounded to the nearest": {
        "rounded": lambda _case, value: Fraction(round(value)),
    },
    "rounded away from the baseline": {
        "rounded": lambda case, value: Fraction(
            math.ceil(value) if case.direction == "up" else math.floor(value)
        ),
    },
    "the expected share from the path before rounding": {"shares": expected_share_unrounded},
    "nothing is equal but the same": {"same": lambda a, b: a == b},
    "equal within 2e-9": {"same": lambda a, b: abs(a - b) <= 2 * path.EQUAL_WITHIN * max(abs(a), abs(b))},
    "equal within an absolute 1e-9": {"same": lambda a, b: abs(a - b) <= path.EQUAL_WITHIN},
    "a share at green is not enough": {"at_least": lambda a, b: a > b},
    "a bound as if exact": {"parse": with_bound_as_baseline},
    "readings before the baseline count": {
        "known": lambda case: [r for r in case.readings if r.day <= case.as_of],
    },
    "a reading on the baseline date does not count": {
        "known": lambda case: [r for r in was("known")(case) if r.day != case.baseline_day],
    },
    "what is read after as_of counts": {
        "known": lambda case: [
            r for r in case.readings if case.baseline_day is None or r.day >= case.baseline_day
        ],
    },
    "carried over from last year": {"existing": existing_over_all_years},
    "not applicable passed over": {"latest_by": na_skipped},
    "the oldest reading": {"latest_by": first_reading_as_x},
    "what has to be kept is judged as it was when due": {
        "judged_reading": lambda case, m: path.latest_by(case, m, min(case.as_of, m.due)),
    },
    "never done late": {"is_met_late": no},
    "done late dated by the last such reading": {
        "first_late": lambda case, m: next(
            (
                r
                for r in reversed(path.existing(case, m))
                if r.day > m.due and r.value is not None and path.satisfies(case, m, r.value)
            ),
            None,
        ),
    },
    "not kept after the due date is missed": {
        "is_breached": lambda case, m, x: case.as_of <= m.due and was("is_breached")(case, m, x),
    },
    "a baseline that met it makes no breach": {"baseline_met_it": no},
    "an earlier milestone makes no breach": {"demanded_before": no},
    "an earlier milestone makes a breach whatever it demanded": {
        "demanded_before": lambda case, m, x: any(o.due < m.due and o.due <= x.day for o in case.milestones),
    },
    "an earlier milestone makes a breach before it was due": {
        "demanded_before": lambda case, m, _x: any(
            o.due < m.due and path.not_worse(case, path.tested_bound(case, o), path.tested_bound(case, m))
            for o in case.milestones
        ),
    },
    "judged on the baseline date": {
        "is_not_due": lambda case, m, x: case.target_type in path.PATHLESS
        or path.path_value(case, m, x.day) is None,
    },
    "without a baseline from zero": {
        "starting_value": lambda case, m, day: was("starting_value")(case, m, day)
        if case.baseline_value is not None
        else Fraction(0),
    },
    "behind strictly": {
        "is_behind": lambda case, m, x: (r := path.shares(case, m, x)["schedule_ratio"]) is not None
        and r > case.yellow,
    },
    "stale on the last day": {
        "is_stale": lambda case, m, x: was("is_stale")(case, m, x)
        or (
            case.as_of <= m.due
            and x is not None
            and case.stale_after_days is not None
            and case.as_of - x.day >= case.stale_after_days
        ),
    },
    "never stale once due": {
        "is_stale": lambda case, m, x: case.as_of <= m.due and was("is_stale")(case, m, x),
    },
    "stale greys every light": {"light_of": stale_greys_everything},
    "stale greys no light": {"light_of": stale_greys_nothing},
    "no data is never red": {"light_of": light_without_red_no_data},
    "never fallen back": {"is_fallen_back": no},
    "a year falls back": {
        "is_fallen_back": lambda case, m, state: state in ("MET", "MET_LATE")
        and (latest := path.known(case)[-1]).value is not None
        and not path.satisfies(case, m, latest.value),
    },
    "never above the band": {"is_above_range": no},
    "below the band going down": {
        "is_above_range": lambda case, m, x, state: was("is_above_range")(case, m, x, state)
        or (state == "MET" and m.comparator == "range" and x.value < m.value),
    },
    "an incomplete figure like a complete one": {
        "light_of": lambda case, m, state, marks: was("light_of")(
            case, m, state, [mark for mark in marks if mark != "PROVISIONAL"]
        ),
    },
    "an incomplete figure always grey": {"more_reports_cannot_undo_it": no},
    "an incomplete figure that meets always keeps its light": {
        "more_reports_cannot_undo_it": lambda _case: True
    },
    "incomplete by the last reading before the due date": {
        "is_provisional": lambda _case, _m, x, _state: x is not None and x.provisional,
    },
    "the gap in its raw sign": {"gap": gap_in_raw_sign},
    "a band going down tested at its lower end": {"tested_bound": lambda _case, m: m.value},
    "years of 365 days": {"DAYS_PER_YEAR": Fraction(365)},
    "an interval of 90 %": {"Z_90": 1.6448536269514722},
    "a forecast over what is not allowed": {"capped": lambda _case, _m, value: value},
    "a forecast without the baseline": {
        "points": lambda case, m: [(r.day, r.value) for r in path.existing(case, m) if r.value is not None],
    },
    "a reason for nothing": {"reason": lambda _case, _m, _x: None},
}  # fmt: skip


@pytest.fixture(scope="module")
def judged() -> list[tuple[Case, Case]]:
    """A fixed lot of generated cases, fewer than the engine has to pass, each with the oracle's answer."""
    out: list[tuple[Case, Case]] = []

    @settings(max_examples=2500, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(any_case())
    def collect(case: Case) -> None:
        out.append((case, judging.oracle(case)))

    collect()
    return out + [(case, judging.oracle(case)) for _name, case, _answers in EXAMPLES]


@pytest.mark.parametrize("rules", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_rule_done_wrongly_is_noticed(
    rules: dict[str, Any], judged: list[tuple[Case, Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, wrong in rules.items():
        for module in MODULES:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, wrong)
    assert any(differences(right, as_answer(judging.oracle(case))) for case, right in judged)


def test_every_variant_names_a_rule_of_the_oracle() -> None:
    assert {name for rules in VARIANTS.values() for name in rules} <= set(ORIGINAL)


def test_the_oracle_written_out_agrees_with_itself(judged: list[tuple[Case, Case]]) -> None:
    for case, right in judged:
        assert not differences(right, as_answer(judging.oracle(case)))
