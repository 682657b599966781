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

from projects.exchange import uploads as ledger_uploads
from projects.following import enter_stage, report_month
from projects.models import Project, ProjectBody
from projects.register import Facts, Statement, record_statements
from projects.sheets import uploads as sheets
from targets.excel import uploads
from targets.excel.template import write_template
from targets.models import Assessment, EntryFile, Indicator, JudgingState, ReportingLine
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

from .applications import application_values
from .books import book_values
from .notices import notice_values
from .parts import part_values
from .payments import payment_values
from .people import people_values
from .routes import Route
from .schemes import scheme_values

ELSEWHERE = ("reviewer", "lead", "leader", "supervisor", "treasurer")
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
VARIANTS = (
    "review-act publish",
    "grid-submit submit",
    "api-observations push",
    "report-list order",
    "project stage",
    "supervision-notice reply",
    "supervision-notice accept",
)


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
        "treasurer": make_user("treasurer", "treasurer", r.red.region, r.red),
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
    counted = _counted(r)
    return {
        "county": {"code": r.red.region_id},
        "overview-chapters": {"code": r.world.document.key},
        "indicator": {"code": r.world.beds.key},
        "indicator-matrix-export": {"form": "csv"},
        "indicator-departments-export": {"form": "xlsx"},
        **part_values(r),
        **notice_values(r),
        **scheme_values(),
        **book_values(r),
        **application_values(r),
        **people_values(r),
        **payment_values(r),
        "breakdown": {"key": r.world.target("w.t.beds").key},
        "assessment": {"pk": assessment.pk},
        "explanation": {"milestone": assessment.milestone_id, "region": assessment.region_id},
        "close": {"month": "2024-08"},
        "project-close": {"month": "2024-08"},
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
        "region-import-preview": {"pk": 1},
        "audit-export": {"form": "csv"},
        "openid_connect_login": {"provider_id": "city"},
        "openid_connect_callback": {"provider_id": "city"},
        "round": {"round": r.round.pk},
        "round-calls": {"round": r.round.pk},
        "round-template": {"round": r.round.pk},
        "round-upload": {"round": r.round.pk},
        "round-upload-apply": {"round": r.round.pk, "file": _uploaded(r)},
        "grid": {"round": r.round.pk, "department": r.red.pk},
        "counted": counted,
        "counted-export": {**counted, "form": "csv"},
        "sheet": {"round": r.round.pk, "department": r.red.pk, "region": r.red.region_id},
        "entry-history": {"pk": entry.pk},
        "entry-files": {"pk": entry.pk},
        "evidence-add": {"pk": entry.pk},
        "evidence": {"pk": EntryFile.objects.get().pk},
        "evidence-remove": {"pk": EntryFile.objects.get().pk},
        "scan": {"pk": 1},
        "check-rule": {"key": rule.key},
        **_register(r),
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
        **_project(r),
        "api-projects-detail": {"key": "w.p.1"},
        "api-rules-detail": {"key": "w.r.bed"},
        "api-facts-detail": {"key": "w.f.beds-2020"},
        "api-lists-detail": {"key": "w.l.platforms.1"},
        "api-findings-detail": {"key": "w.x.slip"},
        "api-assessments-detail": {"key": _key_of(assessment)},
        "api-jobs-detail": {"id": job.pk},
        "api-audit-detail": {"id": event.pk},
    }


def _counted(r: Reporting) -> dict[str, str]:
    """An indicator that has a formula, which 红河区民政局 reports and 市民政局 confirms."""
    beds = r.world.beds
    indicator = Indicator.objects.create(
        key="nursing-bed-share",
        name="名册护理型床位占比",
        theme=beds.theme,
        unit=beds.unit,
        direction=beds.direction,
        rollup=beds.rollup,
        basis=beds.basis,
        scale=beds.scale,
        definition=beds.definition,
        position=90,
    )
    ReportingLine.objects.create(
        indicator=indicator,
        region=r.red.region,
        department=r.red,
        confirmer=r.city,
        frequency="quarter",
        valid_from=date(2021, 1, 1),
    )
    return {"indicator": indicator.key, "region": r.red.region_id, "end": "2024-09-30"}


def _project(r: Reporting) -> dict[str, dict[str, Any]]:
    """A project of 红河区 that the bureau keeps, with a document and a picture."""
    project = Project.objects.create(
        key="w.p.kept",
        document=r.world.document,
        name="红河区养老中心",
        listing="tabled",
        region=r.red.region,
        position=9,
    )
    ProjectBody.objects.create(project=project, department=r.red, as_written="区民政局")
    file = SimpleUploadedFile("a.png", PNG)
    stage = enter_stage(project=project, stage="approved", on=date(2024, 3, 1), by=r.ann, document=file)
    photos = [SimpleUploadedFile("b.png", PNG)]
    report = report_month(
        project=project, month_end=date(2024, 8, 31), invested_fen=1, by=r.ann, photos=photos
    )
    return {
        "project": {"key": project.key},
        "project-photo": {"pk": report.photos.get().pk},
        "project-stage-document": {"pk": stage.pk},
        "project-export": {"form": "csv"},
        "project-handover": {"key": project.key},
        "project-import-columns": (sheet := {"file": _ledger_sheet(r)}),
        "project-import-preview": sheet,
    }


def _report(r: Reporting) -> int:
    """The report on 红河区 of the closed month."""
    return produce(order=Order("county", date(2024, 8, 31), region=r.red.region_id), by=r.lin).pk


def _ledger_sheet(r: Reporting) -> int:
    """Another system's sheet that the reporter uploaded."""
    content = "项目名称,月份,累计完成投资\n红河区养老中心,2024-08,1\n".encode()
    upload = SimpleUploadedFile("a.csv", content)
    return ledger_uploads.receive(upload=upload, keeper=r.red, by=r.ann).pk


def _register(r: Reporting) -> dict[str, dict[str, Any]]:
    """An institution of 红河区, and a sheet that its reporter uploaded."""
    facts = Facts("演示养老院", r.red.region_id, "eldercare", "public", beds=100)
    statement = Statement(date(2022, 1, 1), facts, r.red.pk)
    made = record_statements(statements=[statement], by=r.ann)[0]
    upload = SimpleUploadedFile("a.csv", "机构名称,床位数\n城东院,80\n".encode())
    sheet = sheets.receive(upload=upload, keeper=r.red, by=r.ann)
    one, file = {"pk": made.institution}, {"file": sheet.pk}
    names = ["institution", *(f"institution-{verb}" for verb in ("edit", "move", "code", "close"))]
    return {
        **dict.fromkeys(names, one),
        "institution-export": {"form": "csv"},
        "institution-import-columns": file,
        "institution-import-preview": file,
    }


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
        "supervision-notice reply": lambda _me: ("verb=reply&text=done", form),
        "supervision-notice accept": lambda _me: ("verb=accept", form),
        "project stage": lambda _me: ("form=stage&stage=started&on=2024-05-01", form),
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
