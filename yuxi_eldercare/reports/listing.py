"""What the pages ask about reports: those a reader may see, what can be ordered, and jobs that are under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from yuxi_eldercare.core.models import Document, Job, Plan, Region, Report, ReportFile, User
from yuxi_eldercare.core.roles import PRODUCE_REPORT, ROLES, VIEW_REPORT, memberships

from .producing import KIND
from .rendering import Form

_SHOWN_JOBS = 3


@dataclass(frozen=True)
class ReportFilter:
    """What a list of reports is narrowed to; empty fields ask for everything."""

    month: str = ""
    kind: str = ""
    region: str = ""
    plan: str = ""

    def condition(self) -> Q:
        """The condition on reports; what is no month, kind, region or plan asks for everything."""
        wanted = Q()
        if (month := _date(self.month)) is not None:
            wanted &= Q(close__month_end=month)
        if self.kind in Report.Kind.values:
            wanted &= Q(kind=self.kind)
        if self.region:
            wanted &= Q(region=self.region)
        if self.plan:
            wanted &= Q(plan__key=self.plan)
        return wanted

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return not any((self.month, self.kind, self.region, self.plan))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def reaches(user: User, permission: str) -> Q:
    """The regions in which a person may do it, as a condition on regions: the memberships' own and those below."""
    own = {m.region_id for m in memberships(user) if permission in ROLES[m.role].permissions}
    return Q(code__in=own) | Q(parent__in=own)


def readable(user: User, wanted: ReportFilter) -> QuerySet[Report]:
    """The reports a person may read, newest first, with the files people download."""
    regions = Region.objects.filter(reaches(user, VIEW_REPORT)).values("pk")
    files = ReportFile.objects.exclude(form=Form.JSON).select_related("file")
    return (
        Report.objects.filter(wanted.condition(), region__in=regions)
        .select_related("close", "region", "plan", "produced_by")
        .prefetch_related(Prefetch("files", files))
        .order_by("-close__month_end", "-id")
    )


@dataclass(frozen=True)
class Offer:
    """One report that can be ordered: `value` is what the form sends, `kind:region-or-plan`."""

    value: str
    label: str


@dataclass(frozen=True)
class OfferGroup:
    """The offers of one kind."""

    label: str
    offers: list[Offer]


def offers(user: User) -> list[OfferGroup]:
    """What the person may order, kind by kind. Two statements."""
    regions = list(
        Region.objects.filter(
            reaches(user, PRODUCE_REPORT),
            withdrawn=False,
            level__in=[Region.Level.CITY, Region.Level.COUNTY],
        )
    )
    if not regions:
        return []
    cities = [region for region in regions if region.level == Region.Level.CITY]
    counties = [region for region in regions if region.level == Region.Level.COUNTY]
    plans = list(
        Plan.objects.filter(
            region__in=regions,
            withdrawn_at=None,
            documents__status=Document.Status.ISSUED,
            documents__withdrawn_at=None,
        ).distinct()
    )
    kinds = Report.Kind
    groups = [
        _group(kinds.BRIEFING, [("", region.short_name) for region in cities]),
        _group(kinds.COUNTY, [(region.code, region.short_name) for region in counties]),
        _group(kinds.MIDTERM, [(plan.key, plan.name) for plan in plans]),
        _group(kinds.FINAL, [(plan.key, plan.name) for plan in plans]),
    ]
    return [group for group in groups if group.offers]


def _group(kind: Report.Kind, items: Iterable[tuple[str, str]]) -> OfferGroup:
    label = str(kind.label)
    return OfferGroup(
        label,
        [
            Offer(f"{kind.value}:{key}", _("%(kind)s · %(name)s") % {"kind": label, "name": name})
            for key, name in items
        ],
    )


def own_jobs(user: User) -> list[Job]:
    """The person's reports that are being produced, or could not be, since the last one that was. One statement."""
    found = []
    for job in Job.objects.filter(kind=KIND, created_by=user)[:_SHOWN_JOBS]:
        if job.state == Job.State.DONE and not job.error:
            break
        found.append(job)
    return found
