"""How progress is judged: a pure calculation that gives the same answer for the same inputs on any day.

The rule is domain guide §4; what it is given decides what it returns. Nothing here reads the clock or the
database or knows Django. One what-if case and eighteen million readings go through the same kernel:

    parsing -> cases -> batch -> selection --\\
                                              frame -> kernel -> answers
    a matrix of periods -------------> grid --/

The neighbour `targets.rollup` makes the parent's figure out of its members'.
"""

from targets.progress.answers import (
    ANSWER_KEYS,
    Assessment,
    assess,
    assess_json,
    assess_many,
    judge_many,
    plain,
)
from targets.progress.cases import (
    Baseline,
    Case,
    CaseError,
    Milestone,
    Reading,
    Thresholds,
    default_thresholds,
)
from targets.progress.grid import assess_grid
from targets.progress.grid_sheet import GridTarget
from targets.progress.kernel import Verdict
from targets.progress.parsing import parse_case
from targets.progress.vocabulary import (
    LIGHT_BY_CODE,
    LIGHT_CODE,
    LIGHT_LABELS,
    MARK_LABELS,
    REASON_LABELS,
    RULE_VERSION,
    STATE_BY_CODE,
    STATE_CODE,
    STATE_LABELS,
    STATE_LIGHT,
    Comparator,
    Direction,
    Light,
    Mark,
    Reason,
    RollUp,
    State,
    TargetType,
    marks_of,
    state_label,
)

__all__ = [
    "ANSWER_KEYS",
    "LIGHT_BY_CODE",
    "LIGHT_CODE",
    "LIGHT_LABELS",
    "MARK_LABELS",
    "REASON_LABELS",
    "RULE_VERSION",
    "STATE_BY_CODE",
    "STATE_CODE",
    "STATE_LABELS",
    "STATE_LIGHT",
    "Assessment",
    "Baseline",
    "Case",
    "CaseError",
    "Comparator",
    "Direction",
    "GridTarget",
    "Light",
    "Mark",
    "Milestone",
    "Reading",
    "Reason",
    "RollUp",
    "State",
    "TargetType",
    "Thresholds",
    "Verdict",
    "assess",
    "assess_grid",
    "assess_json",
    "assess_many",
    "default_thresholds",
    "judge_many",
    "marks_of",
    "parse_case",
    "plain",
    "state_label",
]
