"""Standing on any day: judged from what is known now about that day, without storing anything."""

from datetime import date

from django.db.models import Q

from .inputs import read_sheet
from .verdicts import Judgement, judge


def assess_as_of(condition: Q, day: date) -> Judgement:
    """The verdicts of the regional targets that meet the condition, as of a day. At most eight statements.

    On the day the stored assessments stand at, they say the same.
    """
    return judge(read_sheet(condition), day)
