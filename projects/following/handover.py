"""Handing a finished project's capacity to the register of institutions: once, and never more than was built.

A new institution is stated with its capacity; an existing one grows by it from a day on. What the register refuses
(a wrong code, more nursing beds than beds) is refused here in its words.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import CapacityHandover, Institution, InstitutionVersion, Project, StageChange
from projects.register import Facts, Statement, record_statements
from projects.register.facts import clean_code
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import User

from .basics import day_problems, locked, note

Stage = StageChange.Stage
FINISHED = (Stage.ACCEPTED, Stage.IN_USE)
CAPACITY = ("beds", "nursing_beds", "childcare_places")


@dataclass(frozen=True)
class Finished:
    """What a project brought, and where it goes: to `institution` (as its page of `revision` showed it), or, without
    one, to a new institution that `keeper` registers.
    """

    beds: int = 0
    nursing_beds: int = 0
    childcare_places: int = 0
    institution: int | None = None
    revision: int | None = None
    keeper: int = 0
    name: str = ""
    region: str = ""
    kind: str = ""
    operation: str = ""
    address: str = ""
    credit_code: str = ""


@transaction.atomic
def hand_over(*, project: Project, facts: Finished, on: date, by: User) -> CapacityHandover:
    """Put a finished project's capacity into the register from a day on. Raises `NotAllowed` or `Refused`.

    1. The project is at 验收 or 投用 and has handed nothing over; the day is not before it was accepted.
    2. There is a capacity, and not more beds or places than the last monthly report says were built.
    3. The register takes the statement, made by somebody who may keep the institution.
    """
    row = locked(project, by)
    problems = [*_not_ready(row, on), *_not_built(row, facts)]
    if problems:
        raise Refused(problems)
    reason = _("项目“%(name)s”移交新增能力。") % {"name": row.name}
    statement = _growth(facts, on) if facts.institution is not None else _founding(row, facts, on)
    change = record_statements(statements=[replace(statement, reason=reason[:300])], by=by)[0]
    version = InstitutionVersion.objects.get(institution=change.institution, since=on, superseded_at=None)
    made = CapacityHandover.objects.create(
        project=row,
        institution_id=version.institution_id,
        version=version,
        on=on,
        founded=change.is_new,
        by=by,
        is_demo=by.is_demo,
        **{name: getattr(facts, name) for name in CAPACITY},
    )
    given = {name: getattr(made, name) for name in CAPACITY}
    note(row, "hand_over", by, after={"institution": made.institution_id, "on": str(on), **given})
    return made


def why_not_yet(project: Project) -> str:
    """Why this project hands nothing over now, in words; empty when it can. Two statements."""
    done = CapacityHandover.objects.filter(project=project).select_related("version").first()
    if done is not None:
        text = _("这个项目已于 %(on)s 移交给“%(name)s”，不能重复移交；数量有误的，请在机构名册中更正。")
        return text % {"on": done.on, "name": done.version.name}
    last = project.stages.order_by("on", "pk").last()
    if last is None or last.stage not in FINISHED:
        text = _("项目目前的阶段是“%(stage)s”，登记验收或投用之后才能移交。")
        return text % {"stage": last.get_stage_display() if last else _("尚未登记")}
    return ""


def finished_on(project: Project) -> StageChange | None:
    """The first entry of 验收 or 投用. One statement."""
    return project.stages.filter(stage__in=FINISHED).order_by("on", "pk").first()


def _not_ready(row: Project, on: date) -> list[Problem]:
    """Why this project hands nothing over, or not on this day."""
    if reason := why_not_yet(row):
        return [Problem(None, "", reason)]
    finished = finished_on(row)
    if finished is not None and on < finished.on:
        text = _("移交日期不能早于项目%(stage)s的日期（%(on)s）。")
        return [Problem(None, "on", text % {"stage": finished.get_stage_display(), "on": finished.on})]
    return day_problems(on, "on")


def _not_built(row: Project, facts: Finished) -> list[Problem]:
    """A capacity of nothing, or beyond what the last monthly report says was built."""
    if any(getattr(facts, name) < 0 for name in CAPACITY):
        return [Problem(None, name, _("不能为负数。")) for name in CAPACITY if getattr(facts, name) < 0]
    if not any(getattr(facts, name) for name in CAPACITY):
        return [Problem(None, "beds", _("请填写移交的床位或托位。"))]
    last = row.reports.filter(superseded_at=None).order_by("month_end").last()
    if last is None:
        return []
    text = _("移交 %(given)s，多于 %(month)s 月报的实物量 %(built)s，请核对，或先补报月报。")
    return [
        Problem(
            None,
            name,
            text % {"given": given, "month": last.month_end.strftime("%Y-%m"), "built": built},
        )
        for name in ("beds", "childcare_places")
        if (given := getattr(facts, name)) > (built := getattr(last, name))
    ]


def _founding(row: Project, facts: Finished, on: date) -> Statement:
    """The statement that a new institution works from the day on."""
    try:
        code = clean_code(facts.credit_code)
    except ValueError as error:
        raise Refused.because(str(error), "credit_code") from None
    if code and Institution.objects.filter(credit_code=code).exists():
        text = _("这个统一社会信用代码的机构已在名册中，请选择“扩建已有机构”。")
        raise Refused.because(text, "credit_code")
    stated = Facts(
        name=facts.name.strip(),
        region=facts.region,
        kind=facts.kind,
        operation=facts.operation,
        address=facts.address.strip(),
        **{name: getattr(facts, name) for name in CAPACITY},
    )
    return Statement(on, stated, facts.keeper, credit_code=code, project=row.pk)


def _growth(facts: Finished, on: date) -> Statement:
    """The statement that an institution is larger by the capacity from the day on; it is locked first."""
    row = Institution.objects.select_for_update().filter(pk=facts.institution or 0).first()
    version = row.versions.filter(superseded_at=None, until=None).first() if row is not None else None
    if row is None or version is None:
        raise Refused.because(_("没有这家机构，请重新选择。"), "institution")
    if version.status == InstitutionVersion.Status.CLOSED:
        raise Refused.because(_("这家机构已关停，请选择运营中的机构，或登记为新机构。"), "institution")
    if on < version.since:
        text = _("这家机构 %(since)s 起的情况已另有登记，请从该日或之后移交，以免漏计、重计。")
        raise Refused.because(text % {"since": version.since}, "on")
    was = Facts.of(version)
    grown = replace(was, **{name: getattr(was, name) + getattr(facts, name) for name in CAPACITY})
    return Statement(on, grown, row.keeper_id, row.pk, revision=facts.revision)
