"""How an assignment's part stands, from plain values and a day: no database, no clock (domain guide §6).

machine   which step may follow in which state, and which state it leads to
periods   the progress reports a part owes, and when each is to be in
lights    the light of a part on a day, with the codes of its reasons
"""

from .lights import SOON, Code, Due, Facts, Light, Reason, Standing, stand
from .machine import BODY, OPEN, STEPS, SUPERVISOR, Rule, next_state
from .periods import Days, Owed, owed_reports, report_due

__all__ = [
    "BODY",
    "OPEN",
    "SOON",
    "STEPS",
    "SUPERVISOR",
    "Code",
    "Days",
    "Due",
    "Facts",
    "Light",
    "Owed",
    "Reason",
    "Rule",
    "Standing",
    "next_state",
    "owed_reports",
    "report_due",
    "stand",
]
