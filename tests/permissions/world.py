"""Who calls every address, and what stands in the addresses: objects of 红河区民政局.

Inside: the reporter and reviewer of that bureau, the lead department that confirms its figures, the city's leader
and supervisor. Elsewhere: the same roles at 白水县. Of the administrators there are such whose membership has
ended, and one who has not set up the second factor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.test import Client

from projects.models import Project
from subsidies.models import Rule
from targets.models import Assessment, Assignment, Entry, Fact, JudgingState, SheetSubmission
from tests.accounts.people import give_second_factor
from tests.api.furniture import furnish
from tests.reporting_world import Reporting, fill, make_reporting_world, number
from tests.worlds import WHITE, make_user
from yuxi_eldercare.core import audit, jobs
from yuxi_eldercare.core.models import Department, Finding, Membership, Region, User

from .routes import Route

ELSEWHERE = ("reviewer", "lead", "leader", "supervisor")
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


@dataclass
class Scene:
    """The world, the session key of each identity (None: nobody is logged in), and the parameters."""

    reporting: Reporting
    sessions: dict[str, str | None]
    values: dict[str, dict[str, Any]]
    bodies: dict[str, Any]

    def parameters(self, route: Route) -> dict[str, Any]:
        """What stands in this address. Raises `KeyError` naming where to add it."""
        if not route.parameters:
            return {}
        if route.key not in self.values:
            raise KeyError(f"say in {__name__}._values what stands for {route.parameters} of {route.key}")
        return self.values[route.key]


def make_scene() -> Scene:
    """Write everything; call it at the moment of the reporting world."""
    reporting = make_reporting_world()
    JudgingState.objects.create(as_of=date(2024, 2, 1))
    furnish(reporting.world)
    people = _people(reporting)
    sessions: dict[str, str | None] = {"anonymous": None}
    sessions |= {name: _session(user) for name, user in people.items()}
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    return Scene(reporting, sessions, _values(reporting), _bodies(reporting))


def identities() -> list[str]:
    """The names of `Scene.sessions`, known without a database."""
    return [
        "anonymous", "inactive", "nobody", "reporter", "reporter@elsewhere",
        *(name for role in ELSEWHERE for name in (role, f"{role}@elsewhere")),
        *(name for role in ADMINISTRATORS for name in (role, f"{role}@ended")),
        "system_admin@no_factor",
    ]  # fmt: skip


def _people(r: Reporting) -> dict[str, User]:
    city, white = r.world.city, r.world.counties[WHITE]
    people = {
        "inactive": make_user("gone", "reporter", r.red.region, r.red),
        "nobody": User.objects.create(username="nobody", display_name="Nobody"),
        "reporter": r.ann,
        "reporter@elsewhere": r.wu,
        "reviewer": r.bob,
        "lead": r.lin,
        "leader": r.world.ling,
        "supervisor": r.world.du,
    }
    for role in ELSEWHERE:
        unit = r.white if role in {"reviewer", "lead"} else None
        people[f"{role}@elsewhere"] = make_user(f"{role}-white", role, white, unit)
    for role in ADMINISTRATORS:
        people[role] = r.world.shen if role == "audit_admin" else make_user(role, role, city)
        give_second_factor(people[role])
        ended = people[f"{role}@ended"] = make_user(f"{role}-ended", role, city)
        Membership.objects.filter(user=ended).update(valid_to=date(2021, 12, 31))
    people["system_admin@no_factor"] = make_user("fresh", "system_admin", city)
    return people


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    assert client.session[SESSION_KEY] == str(user.pk)
    return client.cookies["sessionid"].value


def _values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    entry = r.entry(r.world.beds)
    target = r.nobody_yet() if hasattr(r, "nobody_yet") else User.objects.create(username="target", display_name="T")
    held = Membership.objects.create(
        user=target, role="reporter", region=r.red.region, department=r.red, valid_from=date(2020, 1, 1)
    )
    event = audit.record(by=r.lin, action="test.do", object_type="thing", object_key="1")
    job = jobs.create("x", "x")
    document = r.world.document
    project = Project.objects.first()
    first: dict[str, Callable[[], Any]] = {
        "assignment": lambda: Assignment.objects.values_list("key", flat=True)[0],
        "rule": lambda: Rule.objects.values_list("key", flat=True)[0],
        "fact": lambda: Fact.objects.values_list("key", flat=True)[0],
    }
    del first, project, document
    return {
        "county": {"code": r.red.region_id},
        "indicator": {"code": r.world.beds.key},
        "assessment": {"pk": getattr(Assessment.objects.first(), "pk", 1)},
        "document": {"code": r.world.document.key},
        "finding": {"key": getattr(Finding.objects.first(), "key", "none")},
        "user": {"pk": target.pk},
        "user-edit": {"pk": target.pk},
        "user-action": {"pk": target.pk, "verb": "deactivate"},
        "membership-grant": {"pk": target.pk},
        "membership-revoke": {"pk": held.pk},
        "membership-end": {"pk": held.pk},
        "department": {"key": r.red.key},
        "audit": {"pk": event.pk},
        "audit-export": {"form": "csv"},
        "openid_connect_login": {"provider_id": "city"},
        "openid_connect_callback": {"provider_id": "city"},
        "round": {"round": r.round.pk},
        "round-calls": {"round": r.round.pk},
        "grid": {"round": r.round.pk, "department": r.red.pk},
        "sheet": {"round": r.round.pk, "department": r.red.pk, "region": r.red.region_id},
        "entry-history": {"pk": entry.pk},
        "entry-files": {"pk": entry.pk},
        "evidence-add": {"pk": entry.pk},
        "api-jobs-detail": {"id": job.pk},
        "api-audit-detail": {"id": event.pk},
    }


def _bodies(r: Reporting) -> dict[str, Any]:
    """Route → what is posted, where an empty form would be refused before anybody is asked who sends it."""
    return {}
