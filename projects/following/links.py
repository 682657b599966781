"""A county's project linked to the city's: the same work, a part of it, or an overlap. Amounts are never added."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.amounts import in_words
from projects.models import Project, ProjectLink
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import RULE_ON_FINDING, Decision, can

from .basics import note

PART = ProjectLink.Kind.PART


def may_link(project: Project, by: User) -> Decision:
    """Whether this person says what a county's project has to do with the city's: who rules on the county's doubts."""
    return can(by, RULE_ON_FINDING, region=project.document.plan.region)


@transaction.atomic
def link_projects(
    *,
    project: Project,
    to: Project | None,
    kind: str,
    by: User,
    amount_fen: int | None = None,
    text: str = "",
) -> ProjectLink:
    """Link a county's project to one of its city. Raises `NotAllowed` or `Refused`."""
    row = _locked(project, by)
    if to is None:
        raise Refused.because(_("请选择市级项目。"), "to")
    problems = _problems(row, to, kind, amount_fen)
    if problems:
        raise Refused(problems)
    link = ProjectLink.objects.create(
        project=row,
        to=to,
        kind=kind,
        amount_fen=amount_fen if kind == PART else None,
        note=text.strip(),
        made_at=timezone.now(),
        made_by=by,
        is_demo=by.is_demo,
    )
    note(row, "link", by, after=_facts(link))
    return link


@transaction.atomic
def unlink_projects(*, link: ProjectLink, reason: str, by: User) -> None:
    """Take a link made on a page away again; one that the plan file states stays. Raises `NotAllowed` or `Refused`."""
    row = _locked(link.project, by)
    if link.made_at is None:
        raise Refused.because(_("这个对应关系由规划文件载明，请改正规划文件后重新载入。"))
    if not reason.strip():
        raise Refused.because(_("请写明取消对应的理由。"), "reason")
    note(row, "unlink", by, before=_facts(link), after=None, detail=reason.strip())
    link.delete()


def _locked(project: Project, by: User) -> Project:
    row = Project.objects.select_for_update().get(pk=project.pk)
    decision = may_link(row, by)
    if not decision:
        raise NotAllowed.because(decision.reason)
    return row


def _problems(row: Project, to: Project, kind: str, amount_fen: int | None) -> list[Problem]:
    if kind not in ProjectLink.Kind.values:
        return [Problem(None, "kind", _("请选择对应关系。"))]
    if not linkable(row) or to.document.plan.region_id != row.document.plan.region.parent_id:
        return [Problem(None, "to", _("只能把县（市、区）规划的项目对应到本市规划的项目。"))]
    if row.links.filter(to=to).exists():
        return [Problem(None, "to", _("这两个项目已经对应。"))]
    if kind != PART:
        return []
    if amount_fen is None or amount_fen <= 0:
        return [Problem(None, "amount_fen", _("请填写其中属于市级项目的金额。"))]
    for side in (row, to):
        total = side.total_investment_fen
        if total is not None and amount_fen > total:
            text = _("%(amount)s多于“%(name)s”的总投资 %(total)s，请核对。")
            words = {"amount": in_words(amount_fen), "name": side.name, "total": in_words(total)}
            return [Problem(None, "amount_fen", text % words)]
    return []


def linkable(project: Project) -> bool:
    """Whether the project is of a county's plan: those are linked to the city's, not the other way round."""
    return project.document.plan.region.level == Region.Level.COUNTY


def _facts(link: ProjectLink) -> dict[str, str]:
    return {
        "to": link.to.key,
        "kind": link.kind,
        "amount_fen": "" if link.amount_fen is None else str(link.amount_fen),
        "note": link.note,
    }
