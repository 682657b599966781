"""The states of a part and the steps between them: one table, which actions, pages and tests all read.

The words are those of `AssignmentPart.State` and `PartStep.Kind`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BODY: Final = "body"  # whoever works on the part for its department
SUPERVISOR: Final = "supervisor"  # whoever supervises the part's region

OPEN: Final = frozenset({"issued", "signed", "working", "submitted", "returned"})
_BEGUN: Final = frozenset({"signed", "working", "returned"})


@dataclass(frozen=True)
class Rule:
    """Who takes a step, from which states, and where it leads; a state that is not named stays as it is."""

    side: str
    states: frozenset[str]
    leads: Mapping[str, str]


def _to(state: str, *states: str) -> dict[str, str]:
    return dict.fromkeys(states, state)


STEPS: Final[Mapping[str, Rule]] = {
    "sign": Rule(BODY, frozenset({"issued"}), _to("signed", "issued")),
    "plan": Rule(BODY, _BEGUN, _to("working", "signed")),
    "report": Rule(BODY, _BEGUN, _to("working", "signed")),
    "submit": Rule(BODY, frozenset({"working", "returned"}), _to("submitted", "working", "returned")),
    "ask_extension": Rule(BODY, _BEGUN, {}),
    "return_report": Rule(SUPERVISOR, frozenset({"working", "returned"}), {}),
    "coordinate": Rule(SUPERVISOR, frozenset({"working", "returned", "submitted"}), {}),
    "grant_extension": Rule(SUPERVISOR, _BEGUN | {"submitted"}, {}),
    "refuse_extension": Rule(SUPERVISOR, _BEGUN | {"submitted"}, {}),
    "return": Rule(SUPERVISOR, frozenset({"submitted"}), _to("returned", "submitted")),
    "close": Rule(SUPERVISOR, frozenset({"submitted"}), _to("closed", "submitted")),
    "change": Rule(SUPERVISOR, _BEGUN | {"issued"}, {}),
    "withdraw": Rule(SUPERVISOR, OPEN, _to("withdrawn", *OPEN)),
    "reopen": Rule(
        SUPERVISOR,
        frozenset({"closed", "withdrawn"}),
        {"closed": "working", "withdrawn": "issued"},  # what was withdrawn is signed for anew
    ),
}


def next_state(step: str, state: str) -> str | None:
    """The state after a step, or none when the step cannot be taken in this state."""
    rule = STEPS[step]
    return rule.leads.get(state, state) if state in rule.states else None
