"""Who calls every address, and what stands in the addresses: objects of 红河区民政局.

Inside: the reporter and reviewer of that bureau, the lead department that confirms its figures, the city's leader
and supervisor. Elsewhere: the same roles at 白水县. Of the administrators there are such whose membership has
ended, and one who has not set up the second factor. Two clients call with a token: one bound to that bureau as a
reporter, one to 白水县's.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from targets.excel import uploads
from targets.excel.template import write_template
from targets.models import Assessment, EntryFile, JudgingState
from targets.reporting.evidence import attach
from targets.reporting.rules import Definition, write_rule
from targets.reporting.steps import review, submit
from tests.accounts.people import give_second_factor
from tests.api.furniture import furnish
from tests.api.machines import bind, make_client, token_of
from tests.core.test_files import PNG
from tests.reporting_world import QUARTER, Reporting, fill, make_reporting_world, number
from tests.worlds import WHITE, make_user
from yuxi_eldercare.core import audit, dispatch, jobs
from yuxi_eldercare.core.actions.clients import NewSecret
from yuxi_eldercare.core.models import ApiClient, Document, Membership, Region, User
from yuxi_eldercare.period_close import close_month
from yuxi_eldercare.reports.orders import Order
from yuxi_eldercare.reports.producing import produce

from .routes import Route

ELSEWHERE = ("reviewer", "lead", "leader", "supervisor")
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


Body = tuple[Any, str]
"""What is posted, and its content type."""


@dataclass
class Scene:
    """The world; session or token, and id of each identity (None: nobody); what stands in addresses and bodies.

    A body's key is a route's key, or that and a word ("review-act publish") for one more row of the table.
    """

    reporting: Reporting
    sessions: dict[str, str | None]
    tokens: dict[str, str]
    ids: dict[str, int | None]
    values: dict[str, dict[str, Any]]
    bodies: dict[str, Callable[[int | None], Body]]

    def parameters(self, route: Route) -> dict[str, Any]:
        """What stands in this address. Raises `KeyError` naming where to add it."""
        if not route.parameters:
            return {}
        if route.key not in self.values:
            raise KeyError(f"say in {__name__}._values what stands for {route.parameters} of {route.key}")
        return self.values[route.key]


# Rows of the table besides the routes': the same address with another body.
VARIANTS = ("review-act publish", "grid-submit submit", "api-observations push", "report-list order")


def make_scene() -> Scene:
    """Write everything; call it at the moment of the reporting world."""
    with dispatch.at_once(), TestCase.captureOnCommitCallbacks(execute=True):
        reporting = make_reporting_world()
        JudgingState.objects.create(as_of=date(2024, 2, 1))
        furnish(reporting.world)
        close_month(month_end=date(2024, 8, 31), by=None, process="test", acknowledged="测试")
        # Pages about one indicator begin with the real city; it takes no part here.
        Region.objects.create(code="530400", name="玉溪市", short_name="玉溪市", level="city", withdrawn=True)
    people = _people(reporting)
    sessions: dict[str, str | None] = {"anonymous": None}
    sessions |= {name: _session(user) for name, user in people.items()}
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    ids = {"anonymous": None, **{name: user.pk for name, user in people.items()}}
    clients = _clients(reporting, people["system_admin"])
    tokens = {name: token_of(made) for name, made in clients.items()}
    ids |= {name: made.client.user_id for name, made in clients.items()}
    return Scene(reporting, sessions, tokens, ids, _values(reporting), _bodies(reporting))


def identities() -> list[str]:
    """The names of `Scene.sessions`, known without a database."""
    return [
        "anonymous", "inactive", "nobody", "reporter", "reporter@elsewhere",
        *(name for role in ELSEWHERE for name in (role, f"{role}@elsewhere")),
        *(name for role in ADMINISTRATORS for name in (role, f"{role}@ended")),
        "system_admin@no_factor", "client", "client@elsewhere",
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


def _clients(r: Reporting, admin: User) -> dict[str, NewSecret]:
    clients = {}
    for name, unit in (("client", r.red), ("client@elsewhere", r.white)):
        clients[name] = make_client(f"system-{unit.key}", unit, by=admin)
        bind(clients[name].client, unit)
    return clients


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    assert client.session[SESSION_KEY] == str(user.pk)
    return client.cookies["sessionid"].value


def _values(r: Reporting) -> dict[str, dict[str, Any]]:
    """Route → what stands in its address."""
    target = User.objects.create(username="target", display_name="Target")
    held = Membership.objects.create(
        user=target, role="reporter", region=r.red.region, department=r.red, valid_from=date(2020, 1, 1)
    )
    event = audit.record(by=r.lin, action="test.do", object_type="thing", object_key="1")
    job = jobs.create("x", "x")
    Document.objects.filter(pk=r.world.document.pk).update(supersedes=r.world.draft)
    assessment = Assessment.objects.select_related("milestone", "regional_target__target").first()
    assert assessment is not None
    entry = _progress(r)
    client = ApiClient.objects.get(user__memberships__department=r.red)
    rule = write_rule(
        definition=Definition(title="累计", kind="falls", params={}, severity="soft", owner=r.city), by=r.lin
    )
    return {
        "county": {"code": r.red.region_id},
        "overview-chapters": {"code": r.world.document.key},
        "indicator": {"code": r.world.beds.key},
        "indicator-matrix-export": {"form": "csv"},
        "indicator-departments-export": {"form": "xlsx"},
        "breakdown": {"key": r.world.target("w.t.beds").key},
        "assessment": {"pk": assessment.pk},
        "explanation": {"milestone": assessment.milestone_id, "region": assessment.region_id},
        "close": {"month": "2024-08"},
        "report": {"pk": (report := _report(r))},
        "report-file": {"pk": report, "form": "csv"},
        "document": {"code": r.world.document.key},
        "document-clause": {"code": r.world.document.key, "number": "二（四）"},
        "document-changes": {"code": r.world.document.key},
        "document-changes-export": {"code": r.world.document.key, "form": "xlsx"},
        "document-city": {"code": "w-county"},
        "finding": {"key": "w.x.slip"},
        "user": {"pk": target.pk},
        "user-edit": {"pk": target.pk},
        "user-action": {"pk": target.pk, "verb": "deactivate"},
        "membership-grant": {"pk": target.pk},
        "membership-revoke": {"pk": held.pk},
        "membership-end": {"pk": held.pk},
        "department": {"key": r.red.key},
        "client": {"pk": client.pk},
        "client-edit": {"pk": client.pk},
        "client-action": {"pk": client.pk, "verb": "revoke"},
        "audit": {"pk": event.pk},
        "audit-export": {"form": "csv"},
        "openid_connect_login": {"provider_id": "city"},
        "openid_connect_callback": {"provider_id": "city"},
        "round": {"round": r.round.pk},
        "round-calls": {"round": r.round.pk},
        "round-template": {"round": r.round.pk},
        "round-upload": {"round": r.round.pk},
        "round-upload-apply": {"round": r.round.pk, "file": _uploaded(r)},
        "grid": {"round": r.round.pk, "department": r.red.pk},
        "sheet": {"round": r.round.pk, "department": r.red.pk, "region": r.red.region_id},
        "entry-history": {"pk": entry.pk},
        "entry-files": {"pk": entry.pk},
        "evidence-add": {"pk": entry.pk},
        "evidence": {"pk": EntryFile.objects.get().pk},
        "evidence-remove": {"pk": EntryFile.objects.get().pk},
        "scan": {"pk": 1},
        "check-rule": {"key": rule.key},
        "check-rule-edit": {"key": rule.key},
        "api-nowhere": {"rest": "nothing/"},
        "api-rounds-detail": {"id": r.round.pk},
        "api-entries-detail": {"id": entry.pk},
        "api-regions-detail": {"code": r.red.region_id},
        "api-departments-detail": {"key": r.red.key},
        "api-plans-detail": {"key": r.world.plan.key},
        "api-documents-detail": {"code": r.world.document.key},
        "api-indicators-detail": {"code": r.world.beds.key},
        "api-targets-detail": {"key": "w.t.beds"},
        "api-assignments-detail": {"key": "w.a.01"},
        "api-projects-detail": {"key": "w.p.1"},
        "api-rules-detail": {"key": "w.r.bed"},
        "api-facts-detail": {"key": "w.f.beds-2020"},
        "api-lists-detail": {"key": "w.l.platforms.1"},
        "api-findings-detail": {"key": "w.x.slip"},
        "api-assessments-detail": {"key": _key_of(assessment)},
        "api-jobs-detail": {"id": job.pk},
        "api-audit-detail": {"id": event.pk},
    }


def _report(r: Reporting) -> int:
    """The report on 红河区 of the closed month."""
    return produce(order=Order("county", date(2024, 8, 31), region=r.red.region_id), by=r.lin).pk


def _uploaded(r: Reporting) -> int:
    """The reporter's own template, sent back as it was."""
    content = write_template(round=r.round, department=r.red, by=r.ann)
    upload = SimpleUploadedFile("a.xlsx", content)
    return uploads.receive(upload=upload, round=r.round, by=r.ann).file.pk


def _key_of(assessment: Assessment) -> str:
    bound = assessment.regional_target
    return f"{bound.target.key}@{bound.region_id}@{assessment.milestone.key}"


def _progress(r: Reporting) -> Any:
    """Take three cells of 红河区 along: one drafted with evidence, one submitted, one reviewed."""
    drafted, submitted, reviewed = r.entry(r.world.beds), r.entry(r.world.homes), r.entry(r.world.households)
    fill(drafted, number(parts=(30, 100)), r.ann)
    for entry in (submitted, reviewed):
        fill(entry, number(3), r.ann)
    attach(entry=drafted, upload=SimpleUploadedFile("a.png", PNG), by=r.ann)
    submit(entries=[submitted, reviewed], by=r.ann)
    review(entries=[reviewed], by=r.bob)
    return drafted


def _bodies(r: Reporting) -> dict[str, Callable[[int | None], Body]]:
    """What is posted where an empty form would be refused before anybody is asked who sends it."""
    beds, homes, households = (r.entry(i) for i in (r.world.beds, r.world.homes, r.world.households))
    form = "application/x-www-form-urlencoded"
    return {
        "report-list order": lambda _me: (f"order=county:{r.red.region_id}&month=2024-08-31", form),
        "review-act": lambda _me: (f"page=review&verb=review&entries={homes.pk}", form),
        "review-act publish": lambda _me: (f"page=confirm&verb=publish&entries={households.pk}", form),
        "api-observations push": lambda _me: (
            json.dumps(
                {
                    "department": r.red.key,
                    "region": r.red.region_id,
                    "indicator": r.world.beds.key,
                    "period_end": str(QUARTER),
                    "note": "核对过",
                }
            ),
            "application/json",
        ),
        "grid-submit submit": lambda me: (
            json.dumps({"user": me, "verb": "submit", "entries": [beds.pk]}),
            "application/json",
        ),
    }
