"""The steps of a part as forms: which form a step has, and the action it starts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import following
from targets.actions.refusals import Refused
from targets.following.basics import Kind
from targets.following.reports import reportable
from targets.forms import following as forms
from targets.forms.reporting import ActionForm
from targets.models import AssignmentPart, Deliverable, Extension, PartReport
from yuxi_eldercare.core.models import User

from .reporting.shared import number


@dataclass(frozen=True)
class Asked:
    """A part, the person, the revision they saw, and what they sent (nothing: the page is only shown)."""

    part: AssignmentPart
    user: User
    revision: int | None
    data: Any = None
    files: Any = None

    @property
    def about(self) -> int | None:
        """The report (id) that a step is about."""
        return number(self.data.get("report")) if self.data is not None else None

    def report(self) -> PartReport:
        """The report of this part that a step is about."""
        found = PartReport.objects.filter(part=self.part, pk=self.about or 0).first()
        if found is None:
            raise Http404
        return found

    def waiting(self) -> Extension | None:
        """The request for a later day that waits for a decision."""
        return Extension.objects.filter(part=self.part, decision=Extension.Decision.OPEN).first()

    @property
    def verb(self) -> str:
        """Which of two buttons was pressed."""
        return self.data.get("verb", "") if self.data is not None else ""


Make = Callable[[Asked], ActionForm]


def _of(form: type[ActionForm], step: str, initial: Callable[[Asked], dict[str, Any]] | None = None) -> Make:
    def make(asked: Asked) -> ActionForm:
        return form(
            asked.data,
            asked.files,
            auto_id=f"{step}-%s",
            initial=initial(asked) if initial and asked.data is None else None,
        )

    return make


def _report(asked: Asked) -> ActionForm:
    today = timezone.localdate()
    periods = reportable(asked.part, today)
    owed = [one.period_end.isoformat() for one in periods if one.period_end <= today]
    return forms.ReportForm(
        asked.data,
        asked.files,
        auto_id="report-%s",
        periods=periods,
        frequency=asked.part.frequency,
        initial={"period_end": owed[0]} if owed else None,
    )


def _granted(asked: Asked) -> dict[str, Any]:
    waiting = asked.waiting()
    return {"new_due": waiting.new_due} if waiting else {}


def _present(asked: Asked) -> dict[str, Any]:
    return {"due": asked.part.due, "frequency": asked.part.frequency, "wanted": asked.part.wanted}


FORMS: Mapping[str, Make] = {
    Kind.SIGN: _of(forms.SignForm, Kind.SIGN),
    Kind.PLAN: _of(forms.PlanForm, Kind.PLAN),
    Kind.REPORT: _report,
    Kind.SUBMIT: _of(forms.SubmitForm, Kind.SUBMIT),
    Kind.ASK_EXTENSION: _of(forms.AskExtensionForm, Kind.ASK_EXTENSION),
    Kind.RETURN_REPORT: _of(forms.ReasonForm, Kind.RETURN_REPORT),
    Kind.COORDINATE: _of(forms.AnswerForm, Kind.COORDINATE),
    Kind.GRANT_EXTENSION: _of(forms.GrantForm, Kind.GRANT_EXTENSION, _granted),
    Kind.RETURN: _of(forms.ReasonForm, Kind.RETURN),
    Kind.CLOSE: _of(forms.CloseForm, Kind.CLOSE),
    Kind.CHANGE: _of(forms.ChangeForm, Kind.CHANGE, _present),
    Kind.WITHDRAW: _of(forms.ReasonForm, Kind.WITHDRAW),
    Kind.REOPEN: _of(forms.ReopenForm, Kind.REOPEN),
}


def items_of(asked: Asked, deliverables: Iterable[Deliverable] = ()) -> forms.Items:
    """The forms of the plan's deliverables."""
    return forms.item_forms(deliverables, asked.data)


def do(step: str, asked: Asked, form: ActionForm, items: forms.Items | None) -> str:
    """Take a step with what its valid form says; answers with the sentence to show. Raises `Refused`."""
    given = {"files" if name == "evidence" else name: value for name, value in form.cleaned_data.items()}
    if step == Kind.GRANT_EXTENSION:
        return _decide(asked, given)
    if step in {Kind.RETURN_REPORT, Kind.COORDINATE}:
        return _about_report(step, asked, given)
    common: dict[str, Any] = {"part": asked.part.pk, "by": asked.user, "revision": asked.revision}
    if step == Kind.PLAN:
        given = {**given, "items": items.items() if items is not None else []}
    act, said = _ACTS[step]
    act(**common, **given)
    return str(said)


_ACTS: Mapping[str, tuple[Callable[..., Any], Any]] = {
    Kind.SIGN: (following.sign, gettext_lazy("已签收。接下来请填报工作计划。")),
    Kind.PLAN: (following.plan, gettext_lazy("工作计划已保存。")),
    Kind.REPORT: (following.report, gettext_lazy("进展已报送。")),
    Kind.SUBMIT: (following.submit, gettext_lazy("已申请销号，等待督查员核实。")),
    Kind.ASK_EXTENSION: (following.ask_extension, gettext_lazy("延期申请已提交，决定后会收到消息。")),
    Kind.RETURN: (following.return_part, gettext_lazy("已退回整改，承办单位会收到消息。")),
    Kind.CLOSE: (following.close, gettext_lazy("已销号。")),
    Kind.CHANGE: (following.change, gettext_lazy("要求已调整，承办单位会收到消息。")),
    Kind.WITHDRAW: (following.withdraw, gettext_lazy("事项已撤回，承办单位会收到消息。")),
    Kind.REOPEN: (following.reopen, gettext_lazy("事项已重新办理，承办单位会收到消息。")),
}


def _decide(asked: Asked, given: dict[str, Any]) -> str:
    waiting = asked.waiting()
    if waiting is None:
        raise Refused.because(_("这份延期申请已经处理过。"))
    common: dict[str, Any] = {"extension": waiting, "by": asked.user, "revision": asked.revision}
    if asked.verb == "refuse":
        following.refuse_extension(**common, reason=given["reason"])
        return _("已答复：不同意延期。")
    following.grant_extension(**common, **given)
    return _("已同意延期，完成时限已更新。")


def _about_report(step: str, asked: Asked, given: dict[str, Any]) -> str:
    common: dict[str, Any] = {"report": asked.report(), "by": asked.user, "revision": asked.revision}
    if step == Kind.RETURN_REPORT:
        following.return_report(**common, **given)
        return _("进展已退回，承办单位会收到消息。")
    following.answer_problems(**common, **given)
    return _("已答复，承办单位会收到消息。")
