"""The households or people a county's claim is for, and those that could still be listed."""

from datetime import date

from django.db.models import Q, QuerySet

from subsidies.models import Application, Household, Trainee, Unit

State = Application.State
# A form of more boxes is not taken by the server; so many are listed all together.
SHOWN_MOST = 900
# A claim in one of these no longer holds those listed in it.
ENDED = (State.WITHDRAWN, State.REFUSED)
People = QuerySet[Household] | QuerySet[Trainee]


def lists_people(application: Application) -> bool:
    """Whether the claim is for households or people, one by one."""
    return application.scheme.unit in {Unit.HOUSEHOLD, Unit.PERSON}


def listed(application: Application) -> People:
    """Those listed in a claim."""
    if application.scheme.unit == Unit.HOUSEHOLD:
        return Household.objects.filter(application=application).order_by("pk")
    return Trainee.objects.filter(application=application).order_by("pk")


def listable(application: Application) -> People:
    """Those of the county that stand in no other claim and are not withdrawn; households once accepted."""
    free = Q(application=None) | Q(application=application) | Q(application__state__in=ENDED)
    free &= Q(county=application.county_id, withdrawn_at=None)
    if application.scheme.unit == Unit.HOUSEHOLD:
        return Household.objects.filter(free).exclude(accepted_on=None).order_by("pk")
    return Trainee.objects.filter(free).order_by("pk")


def day_of(row: Household | Trainee) -> date | None:
    """When the work was accepted, or the training given."""
    return row.accepted_on if isinstance(row, Household) else row.trained_on
