"""How parts stand on a day. The rules are `targets.standing`; reading what they need is `following_facts`."""

from targets.queries.following_facts import RememberedDays, facts_of, standings, working_days
from targets.standing import Code, Facts, Light, Owed, Reason, Standing, stand

__all__ = [
    "Code",
    "Facts",
    "Light",
    "Owed",
    "Reason",
    "RememberedDays",
    "Standing",
    "facts_of",
    "stand",
    "standings",
    "working_days",
]
