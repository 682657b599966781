"""What every step of an application has in common: the lock, the row of the trail, the audit event, refusals."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Institution
from subsidies.models import Application, ApplicationStep
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User

from .machine import next_state
from .rights import acts_on, may_take, state_problem
from .telling import tell_next

State = Application.State
Verb = ApplicationStep.Verb
REASON_MOST = 500


def locked(application: Application | int, verb: str, by: User, revision: int | None) -> Application:
    """The application, locked until the transaction ends, for a step that this person may take now.

    `revision` is what the person had before them (none: whatever it is). Raises `NotAllowed`, or `Refused` for one
    that changed since or stands in another state.
    """
    pk = application if isinstance(application, int) else application.pk
    rows = Application.objects.select_for_update(of=("self",))
    row = rows.select_related("scheme", "county__parent", "department", "version__scheme").get(pk=pk)
    decision = may_take(verb, row, by, acts_on(row, by))
    if not decision:
        raise NotAllowed.because(decision.reason)
    if revision is not None and revision != row.revision:
        raise Refused.because(changed_since(row), "revision")
    if problem := state_problem(verb, row):
        raise Refused.because(problem, "state")
    return row


def lock_claims(application: Application, *, everywhere: bool = False) -> None:
    """Let nobody else count the units of this institution meanwhile; `everywhere`: nor premises and accounts.

    Taken after the application's own lock. Whoever sends a claim holds the city's row as well: two institutions
    that bring the same premises at the same moment come one after the other.
    """
    if application.institution_id is not None:
        list(
            Institution.objects.select_for_update(no_key=True)
            .filter(pk=application.institution_id)
            .values_list("pk")
        )
    if everywhere:
        city = application.county.parent_id or application.county_id
        list(Region.objects.select_for_update(no_key=True).filter(pk=city).values_list("pk"))


def changed_since(application: Application) -> str:
    """What happened to an application while somebody had it before them."""
    last = application.steps.select_related("by").order_by("-pk").first()
    if last is None:
        return _("这笔申请刚刚有变化，请刷新页面后再办理。")
    text = _("%(who)s已在%(when)s办理“%(step)s”，请看过之后再提交。填写的内容仍在表单里。")
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return text % {"who": last.by, "when": when, "step": last.get_verb_display()}


def take(
    verb: str,
    application: Application,
    by: User,
    *,
    reason: str = "",
    figures: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> ApplicationStep:
    """Move a locked application by a step; writes the row whole, the step, its audit event, and tells who is next."""
    was = application.state
    if verb != Verb.CREATE:
        application.state = next_state(verb, was) or was
        application.revision += 1
    application.save()
    step = ApplicationStep.objects.create(
        application=application,
        verb=verb,
        state=application.state,
        at=timezone.now(),
        by=by,
        reason=reason,
        figures=figures or {},
        is_demo=application.is_demo or by.is_demo,
    )
    audit.record(
        by=by,
        action=f"applications.{verb}",
        object_type="application",
        object_key=str(application),
        before={"state": was, **(before or {})} if verb != Verb.CREATE else None,
        after={"state": application.state, **(figures or {})},
        detail=reason,
        department=application.department,
    )
    tell_next(step, application)
    return step


def needed_reason(reason: str, sentence: str, field: str = "reason") -> str:
    """The reason without blanks around it. Raises `Refused` for none or one that is too long."""
    text = reason.strip()
    if not text:
        raise Refused.because(sentence, field)
    return short_enough(text, field)


def short_enough(text: str, field: str) -> str:
    """A remark as it is kept. Raises `Refused` for one that is too long."""
    if len(text) > REASON_MOST:
        raise Refused.because(_("最多%(most)s字，请精简。") % {"most": REASON_MOST}, field)
    return text


def refuse_all(problems: list[Problem]) -> None:
    """Raise `Refused` when something is wrong."""
    if problems:
        raise Refused(problems)
