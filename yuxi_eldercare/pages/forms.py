"""The form with which an official rules on a finding, and the effects it offers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Assignment, Fact, Target
from targets.presenters.words import due_words
from targets.queries.rulings import assignments_named, targets_named
from yuxi_eldercare.core.models import Document, Finding, Ruling

Choice = tuple[str, str]


class RulingForm(forms.Form):
    """Decision and reasons, and what the decision does to a target or a task."""

    decision = forms.ChoiceField(
        label=gettext_lazy("结论"), choices=Ruling.Decision.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("依据和理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": gettext_lazy("请写明裁定的依据和理由。")},
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("处理方式"),
        required=False,
        help_text=gettext_lazy("只在“按裁定处理”时填写；以后的裁定会代替这一次的处理。"),
    )
    due = forms.CharField(
        label=gettext_lazy("期限"), required=False, help_text=gettext_lazy("2023 或 2023-12-31")
    )
    baseline_date = forms.CharField(
        label=gettext_lazy("基期"), required=False, help_text=gettext_lazy("2020 或 2020-12-31")
    )
    baseline_value = forms.CharField(label=gettext_lazy("基期值"), required=False)
    basis = forms.ChoiceField(label=gettext_lazy("基期值取自"), required=False)

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = [t for t in targets_named(finding) if t.document.status == Document.Status.ISSUED]
        self.fields["effect"].choices = [("", _("不改变目标")), *self._effects(finding)]  # type: ignore[attr-defined]
        self.fields["basis"].choices = [("", "—"), *self._bases()]  # type: ignore[attr-defined]

    def effect_given(self) -> dict[str, Any]:
        """The effect in the form `targets.actions.rulings` reads."""
        verb, *keys = self.cleaned_data["effect"].split("|")
        given = self.cleaned_data
        match verb:
            case "supersede":
                return {"supersede": keys[0]}
            case "due":
                return {"due": {"target": keys[0], "milestone": keys[1], "due": given["due"]}}
            case "baseline":
                return {
                    "baseline": {
                        "target": keys[0],
                        "date": given["baseline_date"],
                        "value": given["baseline_value"],
                        "basis": given["basis"],
                    }
                }
            case "lead":
                return {"lead": {"assignment": keys[0], "department": keys[1]}}
        return {}

    def _effects(self, finding: Finding) -> list[Choice]:
        choices: list[Choice] = []
        for target in self.targets:
            name = f"{target.document.title}：{target.name_as_written}"
            choices.append((f"supersede|{target.key}", _("不再执行：%(name)s") % {"name": name}))
            choices += [
                (
                    f"due|{target.key}|{milestone.key}",
                    _("裁定期限：%(name)s（%(due)s）") % {"name": name, "due": due_words(milestone)},
                )
                for milestone in target.milestones.all()
                if milestone.key.startswith("open-") and milestone.withdrawn_at is None
            ]
            if target.baseline_value is None or target.settled_by_id:
                choices.append((f"baseline|{target.key}", _("裁定基期值：%(name)s") % {"name": name}))
        for assignment in assignments_named(finding):
            choices += self._leads(assignment)
        return choices

    def _leads(self, assignment: Assignment) -> list[Choice]:
        return [
            (
                f"lead|{assignment.key}|{body.department.key}",
                _("裁定牵头：%(number)s %(title)s — %(body)s")
                % {"number": assignment.number, "title": assignment.title, "body": body.as_written},
            )
            for body in assignment.bodies.all()
        ]

    def _bases(self) -> list[Choice]:
        """What a baseline can be taken from: figures and baselines of the same indicators, any document."""
        indicators = {target.indicator_id for target in self.targets}
        facts = Fact.objects.filter(indicator__in=indicators, withdrawn_at=None, value__isnull=False)
        stated = Target.objects.filter(
            indicator__in=indicators, withdrawn_at=None, baseline_value__isnull=False, settled_by=None
        )
        return [
            *(
                (fact.key, f"{fact.document.title}：{fact.subject} {fact.value.normalize():f}{fact.unit}")
                for fact in facts.select_related("document")
                if fact.value is not None
            ),
            *(
                (
                    target.key,
                    _("%(title)s：%(name)s 基期值 %(value)s")
                    % {
                        "title": target.document.title,
                        "name": target.name_as_written,
                        "value": f"{target.baseline_value.normalize():f}{target.indicator.unit}",
                    },
                )
                for target in stated.select_related("document", "indicator")
                if target.baseline_value is not None
            ),
            *Document.objects.filter(withdrawn_at=None).order_by("position").values_list("key", "title"),
        ]
