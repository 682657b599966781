"""Applications that a person may see: the ledger with its sums, one application with all that belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from projects.models import Institution, InstitutionVersion
from projects.queries.institutions import holding_on
from subsidies.models import Application, ApplicationFile, ApplicationStep, Journal, Scheme
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import VIEW_SUBSIDIES, Decision, can

from .applications_places import places_of

State = Application.State
Verb = ApplicationStep.Verb
INSTITUTIONS_MOST = 300
_ACTS = (Verb.CREATE, Verb.CHANGE, Verb.SUBMIT, Verb.COUNTY_CHECK, Verb.CITY_CHECK, Verb.APPROVE)


def may_see(user: User) -> Decision:
    """Whether the person sees applications of some region."""
    return can(user, VIEW_SUBSIDIES)


def visible(user: User) -> QuerySet[Application]:
    """The applications of the regions the person's memberships reach."""
    return Application.objects.filter(places_of(user).visible())


@dataclass(frozen=True)
class ApplicationFilter:
    """What the ledger is narrowed to; empty means all. `year`: of an annual subsidy, or in which it was sent."""

    county: str = ""
    scheme: str = ""
    state: str = ""
    year: int | None = None
    text: str = ""
    institution: int | None = None

    def condition(self, *, with_state: bool = True) -> Q:
        """The condition on applications."""
        wanted = Q()
        if self.county:
            wanted &= Q(county=self.county)
        if self.scheme:
            wanted &= Q(scheme__key=self.scheme)
        if self.state and with_state:
            wanted &= Q(state=self.state)
        if self.year is not None:
            wanted &= Q(year=self.year) | Q(year=None, applied_on__year=self.year)
        if self.institution is not None:
            wanted &= Q(institution=self.institution)
        if self.text:
            wanted &= (
                Q(name__icontains=self.text)
                | Q(number__icontains=self.text)
                | Q(institution__credit_code__istartswith=self.text)
            )
        return wanted


def ledger(user: User, wanted: ApplicationFilter) -> QuerySet[Application]:
    """The rows of the ledger, the last registered first, with all that a line shows."""
    rows = visible(user).filter(wanted.condition())
    return rows.select_related("scheme", "county", "department").order_by("-pk")


@dataclass(frozen=True)
class StateSum:
    """How many applications are in a state, for how many units and how much money."""

    state: str
    count: int
    total_fen: int


def sums(user: User, wanted: ApplicationFilter) -> list[StateSum]:
    """The sums by state, before a state is chosen, in the order of the states. One statement."""
    rows = visible(user).filter(wanted.condition(with_state=False)).order_by().values_list("state")
    found = {
        state: StateSum(state, n, total or 0)
        for state, n, total in rows.annotate(n=Count("pk"), total=Sum("total_fen"))
    }
    return [found[state] for state in State.values if state in found]


@dataclass(frozen=True)
class Choices:
    """What the ledger can be narrowed to."""

    counties: list[Region]
    schemes: list[Scheme]
    years: list[int]


def choices(user: User) -> Choices:
    """Counties and years of the applications the person sees, and all schemes. Four statements."""
    rows = visible(user).order_by()
    years = set(rows.exclude(year=None).values_list("year", flat=True).distinct())
    years |= {day.year for day in rows.exclude(applied_on=None).dates("applied_on", "year")}
    return Choices(
        counties=list(Region.objects.filter(pk__in=rows.values("county"))),
        schemes=list(Scheme.objects.all()),
        years=sorted((year for year in years if year is not None), reverse=True),
    )


def in_full(user: User) -> QuerySet[Application]:
    """Applications that the person may see, with all that their page names."""
    return visible(user).select_related(
        "scheme",
        "version__scheme",
        "version__stated_by__document",
        "institution__keeper",
        "county__parent",
        "department",
        "made_by",
        "approved_by",
    )


@dataclass(frozen=True)
class ApplicationRead:
    """What happened to one application, oldest first."""

    steps: list[ApplicationStep]
    files: list[ApplicationFile]
    journals: list[Journal]


def read_application(application: Application) -> ApplicationRead:
    """Steps, evidence (also what was taken off) and journals with their postings. Four statements."""
    return ApplicationRead(
        steps=list(application.steps.select_related("by").order_by("pk")),
        files=list(application.files.select_related("file", "added_by").order_by("kind", "pk")),
        journals=list(application.journals.select_related("by").prefetch_related("postings").order_by("pk")),
    )


def waiting(user: User) -> QuerySet[Application]:
    """Claims that wait for this person: to check or approve (none they had a hand in), or to put right."""
    places = places_of(user)
    judged = places.county_turn() | places.city_turn() | places.approval_turn()
    hand = ApplicationStep.objects.filter(application=OuterRef("pk"), by=user, verb__in=_ACTS)
    returned = Q(state=State.RETURNED, department__in=places.applying)
    return Application.objects.filter((judged & ~Exists(hand)) | returned)


def applications_waiting(user: User) -> QuerySet[Application]:
    """The same for the number in the top bar; nothing for whom nothing ever waits."""
    places = places_of(user)
    if not places.judges and not places.applying:
        return Application.objects.none()
    return waiting(user)


def drafts(user: User) -> QuerySet[Application]:
    """Claims the person's units have not sent yet."""
    return Application.objects.filter(state=State.DRAFT, department__in=places_of(user).applying)


def units_applying(user: User) -> list[Department]:
    """The units for which the person files claims. One statement."""
    return list(Department.objects.filter(pk__in=places_of(user).applying, withdrawn=False))


def own_institutions(units: Iterable[Department], day: Any, text: str = "") -> list[InstitutionVersion]:
    """Open institutions that these units keep, by name, at most `INSTITUTIONS_MOST`. One statement."""
    kept = Institution.objects.filter(keeper__in=[unit.pk for unit in units])
    rows = InstitutionVersion.objects.filter(
        holding_on(day), institution__in=kept.values("pk"), status=InstitutionVersion.Status.OPEN
    )
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(institution__credit_code__istartswith=text))
    shown = rows.select_related("institution", "county").order_by("county__position", "name", "pk")
    return list(shown[:INSTITUTIONS_MOST])
