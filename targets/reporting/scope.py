"""Who may see, enter, review and confirm which entries: by unit and region, answered with a reason."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Entry, ProxyAuthorization, ReportingLine, ReportingRound
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import CONFIRM, ENTER, REVIEW, ROLES, VIEW_ROUNDS, Decision, can, memberships

from .periods import period_name
from .sharing import attach_shared

State = Entry.State
# What only the unit itself looks at.
UNSENT = (State.EMPTY, State.DRAFT)


@dataclass(frozen=True)
class Reach:
    """Where a person holds a permission: at these departments, and everywhere in these regions."""

    departments: frozenset[int]
    regions: frozenset[str]

    def over(self, department: str) -> Q:
        """Rows whose `department` is reached, or whose `region` is by a role that names no department."""
        return Q(**{f"{department}__in": self.departments}) | self.in_regions()

    def in_regions(self) -> Q:
        """Rows whose `region`, or the one above it, is reached by a role that names no department."""
        return Q(region__in=self.regions) | Q(region__parent__in=self.regions)


def reach(user: User, permission: str, on: date | None = None) -> Reach:
    """Where the user holds a permission."""
    if not user.is_active:
        return Reach(frozenset(), frozenset())
    held = [m for m in memberships(user, on) if permission in ROLES[m.role].permissions]
    return Reach(
        frozenset(m.department_id for m in held if m.department_id is not None),
        frozenset(m.region_id for m in held if m.department_id is None and not ROLES[m.role].one_department),
    )


def departments_of(user: User, permission: str) -> frozenset[int]:
    """Ids of the departments for which the user holds a permission by name."""
    return reach(user, permission).departments


def own_units(user: User) -> frozenset[int]:
    """Ids of the units in which the user enters or reviews."""
    return departments_of(user, ENTER) | departments_of(user, REVIEW)


def visible_entries(user: User) -> QuerySet[Entry]:
    """Entries the user may look at: all of the own unit's; others' once they were submitted.

    A person with an authorisation (代报) sees what it covers.
    """
    sent = ~Q(state__in=UNSENT)
    today = timezone.localdate()
    return Entry.objects.filter(
        Q(department__in=own_units(user)) | _by_proxy(user, today) | (overseen(user) & sent)
    )


def overseen(user: User) -> Q:
    """Entries whose reporting the user follows: as lead department, as leader or supervisor, as the unit."""
    return followed(user) | Q(department__in=own_units(user))


def involved(user: User) -> Q:
    """Entries and lines of units whose reporting the user does or follows, whether sent or not."""
    return overseen(user) | _by_proxy(user, timezone.localdate())


def may_see_place(user: User, indicator: str, region: str) -> Decision:
    """Whether the user does or follows the reporting of an indicator (by code) for a region. At most three statements.

    A region that nobody reports for, whose figure is rolled up from those below it, is seen by its leaders and
    supervisors, and by the lead department that confirms the indicator there.
    """
    place = {"indicator__key": indicator, "region": region}
    mine = involved(user)
    lines = ReportingLine.objects.filter(mine, **place)
    if lines.exists() or Entry.objects.filter(mine, **place).exists() or _leads(user, indicator, region):
        return Decision(True)
    return Decision(False, _("这一项由其他单位填报，你无权查看它的统计依据。"))


def _leads(user: User, indicator: str, region: str) -> bool:
    """Whether the user follows all of a region's reporting, or confirms this indicator below it for the region."""
    held = reach(user, CONFIRM)
    if region in _watched(user) | held.regions:
        return True
    below = ReportingLine.objects.filter(indicator__key=indicator, region__parent=region)
    own = Q(confirmer__in=held.departments, confirmer__region=region)
    return bool(held.departments) and below.filter(own).exists()


def followed(user: User) -> Q:
    """Those of `overseen` that the user follows for others: as lead department, leader or supervisor."""
    regions = _watched(user)
    return reach(user, CONFIRM).over("confirmer") | Q(region__in=regions) | Q(region__parent__in=regions)


def _watched(user: User) -> frozenset[str]:
    """Regions whose reporting the user follows as leader or supervisor."""
    looking = [m for m in memberships(user) if m.role != "lead" and VIEW_ROUNDS in ROLES[m.role].permissions]
    return frozenset(m.region_id for m in looking) if user.is_active else frozenset()


def _by_proxy(user: User, today: date) -> Q:
    """Entries an authorisation covers; a sub-select, no statement of its own."""
    held = proxies_in_force(today).filter(agent=user)
    return Q(department__in=held.values("principal")) & Q(region__in=held.values("region"))


def proxies_in_force(today: date) -> QuerySet[ProxyAuthorization]:
    """Authorisations (代报) that hold on a day."""
    return ProxyAuthorization.objects.filter(
        valid_from__lte=today, valid_to__gte=today, revoked_at__isnull=True
    )


@dataclass(frozen=True)
class Entitlement:
    """Whether a person may enter, and the authorisation that lets them, if it is not their own unit."""

    decision: Decision
    proxy: ProxyAuthorization | None = None

    def __bool__(self) -> bool:
        return bool(self.decision)


class Entitlements:
    """What one person may enter today, for many entries: authorisations are read at most once."""

    def __init__(self, user: User, today: date) -> None:
        self.user, self.today = user, today
        self._proxies: dict[tuple[int, str], ProxyAuthorization] | None = None

    def of(self, department: Department, region: Region) -> Entitlement:
        """Whether the person may enter what this unit owes for this region."""
        decision = can(self.user, ENTER, department=department, region=region, on=self.today)
        if decision:
            return Entitlement(decision)
        if not self.user.is_active:
            return Entitlement(decision)
        if self._proxies is None:
            held = proxies_in_force(self.today).filter(agent=self.user).order_by("pk")
            self._proxies = {(row.principal_id, row.region_id): row for row in held}
        proxy = self._proxies.get((department.pk, region.code))
        if proxy is not None:
            return Entitlement(Decision(True), proxy)
        text = _("只有%(department)s可以填报这一项；代报须先取得双方具名的授权。")
        return Entitlement(Decision(False, text % {"department": department.short_name}))


def may_enter(user: User, entry: Entry) -> Decision:
    """Whether the user may change the entry's figure, the round's window aside."""
    return Entitlements(user, timezone.localdate()).of(entry.department, entry.region).decision


def may_review(user: User, entry: Entry) -> Decision:
    """Whether the user is a reviewer of the entry's unit (who entered it is another question)."""
    return can(user, REVIEW, department=entry.department)


def may_confirm(user: User, entry: Entry) -> Decision:
    """Whether the user confirms the entry for its lead department (who entered it is another question)."""
    return can(user, CONFIRM, region=entry.region, department=entry.confirmer)


def fillable(round: ReportingRound, user: User) -> QuerySet[Entry]:
    """The entries the user may fill in a round, the round's window aside."""
    mine = Q(department__in=departments_of(user, ENTER)) | _by_proxy(user, timezone.localdate())
    return Entry.objects.filter(mine, round=round)


def units_of(round: ReportingRound, user: User) -> list[Department]:
    """The units for which the user may fill in something in a round. One statement, two with memberships."""
    wanted = fillable(round, user).order_by().values("department")
    return list(Department.objects.filter(pk__in=wanted).order_by("region", "position", "pk"))


def entries_by_code(
    round: ReportingRound, user: User, department: int | None = None
) -> dict[tuple[str, str, date], Entry]:
    """The entries the user may fill in a round (for one unit), by (indicator code, region code, period end)."""
    wanted = fillable(round, user).order_by()
    rows = list(wanted if department is None else wanted.filter(department=department))
    attach_shared(rows, timezone.localdate())
    return {(row.indicator.key, row.region_id, row.period_end): row for row in rows}


def place(entry: Entry) -> str:
    """Where an entry stands, as a sentence begins: “红塔区2026年10月“护理型床位占比””."""
    return _("%(region)s%(period)s“%(name)s”") % {
        "region": entry.region.short_name,
        "period": period_name(entry.round.kind, entry.period_end),
        "name": entry.indicator.name,
    }
