"""The form of the ledger of trained people. What is right or wrong is for `subsidies.people`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.people.trainees import Facts
from subsidies.queries.trainees import institutions_in
from targets.forms.reporting import DAY, DateInput
from yuxi_eldercare.core.models import Department

from .households import PersonForm


class TraineeForm(PersonForm):
    """A person trained."""

    course = forms.CharField(
        label=gettext_lazy("培训课程"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("班次的全称，例如“养老护理员（初级）第3期”。"),
    )
    trained_on = forms.DateField(
        label=gettext_lazy("培训日期"),
        required=False,
        widget=DateInput(),
        error_messages=DAY,
        help_text=gettext_lazy("培训结束的日期。"),
    )
    certificate = forms.CharField(
        label=gettext_lazy("证书编号"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("没有取得证书的留空。"),
    )
    institution = forms.TypedChoiceField(
        label=gettext_lazy("所在机构"), required=False, choices=(), coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, units: Sequence[Department], kept: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, units=units, kept=kept, **kwargs)
        counties = {kept.county_id} if kept is not None else {unit.region_id for unit in units}
        field: Any = self.fields["institution"]
        field.choices = [("", _("未选")), *institutions_in(counties)]
        if kept is not None:
            self.initial = {
                **self.initial,
                "course": kept.course,
                "trained_on": kept.trained_on,
                "certificate": kept.certificate,
                "institution": kept.institution_id or "",
            }

    def facts(self) -> Facts:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Facts(
            person=self.someone(),
            course=given["course"],
            trained_on=given["trained_on"],
            certificate=given["certificate"],
            institution=given["institution"],
        )

    @property
    def course_fields(self) -> list[forms.BoundField]:
        """What was learnt, when and where."""
        return [self[name] for name in ("course", "trained_on", "certificate", "institution")]
