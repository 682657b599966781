"""The states of an application and the steps between them: one table, which actions, pages and tests all read.

Pure. The words are those of `Application.State` and `ApplicationStep.Verb`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

APPLICANT: Final = "applicant"  # the unit that applies
COUNTY: Final = "county"  # who checks for the county
CITY: Final = "city"  # who checks for the city
APPROVER: Final = "approver"  # who decides at the city

# Acts that four different persons do; a person with one of a group does nothing of another group.
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    APPLICANT: frozenset({"create", "change", "submit"}),
    COUNTY: frozenset({"county_check"}),
    CITY: frozenset({"city_check"}),
    APPROVER: frozenset({"approve"}),
}
# Whose turn it is.
JUDGE: Final[Mapping[str, str]] = {"submitted": COUNTY, "county_checked": CITY, "city_checked": APPROVER}
# Claims that count against beds, places and premises: sent, and not given up or turned down.
COUNTING: Final = frozenset({"submitted", "county_checked", "city_checked", "approved", "paid"})


@dataclass(frozen=True)
class Rule:
    """Who takes a step from each state it can be taken in, and where it leads ("" : the state stays)."""

    sides: Mapping[str, frozenset[str]]
    leads: str


def _rule(leads: str, **sides: str) -> Rule:
    return Rule({state: frozenset(names.split()) for state, names in sides.items()}, leads)


STEPS: Final[Mapping[str, Rule]] = {
    "change": _rule("", draft=APPLICANT, returned=APPLICANT),
    "submit": _rule("submitted", draft=APPLICANT, returned=APPLICANT),
    "county_check": _rule("county_checked", submitted=COUNTY),
    "city_check": _rule("city_checked", county_checked=CITY),
    "approve": _rule("approved", city_checked=APPROVER),
    "return": _rule("returned", **JUDGE),
    "refuse": _rule("refused", county_checked=CITY, city_checked=APPROVER),
    "withdraw": _rule(
        "withdrawn",
        draft=APPLICANT,
        submitted=APPLICANT,
        county_checked=APPLICANT,
        city_checked=APPLICANT,
        returned=APPLICANT,
        approved=f"{APPLICANT} {APPROVER}",
    ),
}


def next_state(verb: str, state: str) -> str | None:
    """The state after a step, or none where the step cannot be taken in this state."""
    rule = STEPS[verb]
    return (rule.leads or state) if state in rule.sides else None


def sides_of(verb: str, state: str) -> frozenset[str]:
    """Who takes a step in a state; in another state, who would anywhere."""
    rule = STEPS[verb]
    if state in rule.sides:
        return rule.sides[state]
    return frozenset().union(*rule.sides.values())


def group_of(verb: str, state: str) -> str | None:
    """The group in which a step counts for the separation of duties; none where it is open to either."""
    for group, verbs in GROUPS.items():
        if verb in verbs:
            return group
    return JUDGE.get(state) if verb in {"return", "refuse"} else None


def conflicting(verb: str, state: str, acts: Collection[str]) -> str | None:
    """The last of the person's acts (verbs in their order) that keeps them from this step; none where nothing does."""
    own = group_of(verb, state)
    if own is None:
        return None
    others = frozenset().union(*(verbs for group, verbs in GROUPS.items() if group != own))
    return next((act for act in reversed(list(acts)) if act in others), None)
