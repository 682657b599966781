"""From members to their parent: counties to the city, cities to the province, provinces to the nation.

Pure functions on arrays (domain §4.5), with an exact convenience for the nine counties of one period. Only
values of the same period end meet here and nothing is carried forward: *not reported* is missing, never zero;
*not applicable* has been reported and adds nothing. The neighbour `targets.progress` judges the results.
"""

from targets.progress.vocabulary import RollUp, keeps_met_while_provisional
from targets.rollup.every_member import EveryMember, EveryMemberValue, every_member, judge_every_member
from targets.rollup.exact import MemberValue, RolledUpValue, roll_up_values
from targets.rollup.groups import Groups, RollUpError
from targets.rollup.levels import RolledUp, member_ratio, roll_up, roll_up_levels

__all__ = [
    "EveryMember",
    "EveryMemberValue",
    "Groups",
    "MemberValue",
    "RollUp",
    "RollUpError",
    "RolledUp",
    "RolledUpValue",
    "every_member",
    "judge_every_member",
    "keeps_met_while_provisional",
    "member_ratio",
    "roll_up",
    "roll_up_levels",
    "roll_up_values",
]
