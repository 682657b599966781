"""Moments of demonstration steps: written at once, they are spread over the days a unit would have taken.

Only rows of demonstration rounds are dated anew. The audit trail is not: it says when the demonstration was set up.
"""

from datetime import date, datetime, time

from django.utils import timezone

from targets.models import Entry, EntryStep, RedResponse, ReportingRound, RoundException, SheetSubmission

_COLUMNS = {
    "save": "edited_at",
    "submit": "submitted_at",
    "review": "reviewed_at",
    "return": "returned_at",
    "publish": "published_at",
}


def moment(day: date, hour: int) -> datetime:
    """Twenty past an hour of a day, not in the future."""
    return min(timezone.make_aware(datetime.combine(day, time(hour, 20))), timezone.now())


def redate(round: ReportingRound, moments: dict[str, datetime]) -> None:
    """Set when the steps of a round were taken, by verb; what a step leaves behind gets its moment."""
    entries = Entry.objects.filter(round=round)
    for verb, at in moments.items():
        EntryStep.objects.filter(entry__round=round, verb=verb).update(at=at)
        column = _COLUMNS[verb]
        entries.exclude(**{column: None}).update(**{column: at})
    submitted = moments["submit"]
    SheetSubmission.objects.filter(round=round).update(submitted_at=submitted)
    answers = RedResponse.objects.filter(round=round)
    answers.update(asked_at=submitted)
    answers.exclude(answered_at=None).update(answered_at=submitted)
    RoundException.objects.filter(round=round).update(requested_at=timezone.now())
