"""Forms around a part: one for each step. What is right or wrong is for `targets.following`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from targets.following import Item
from targets.models import AssignmentPart, Deliverable
from targets.reporting.periods import period_name
from targets.standing import Owed
from yuxi_eldercare.core.files import accepted_endings
from yuxi_eldercare.core.models import Department

from .reporting import DAY, NEEDED, ActionForm, DateInput, unit_label


def _text(label: Any, help_text: Any = "", *, rows: int = 3, most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, widget=DateInput(), error_messages=DAY, help_text=help_text, required=required
    )


def _frequency() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("报送频次"), choices=AssignmentPart.Frequency.choices)


class FilesInput(forms.ClearableFileInput):
    """A chooser for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none; what is wrong with one is for the action."""

    def __init__(self, **given: Any) -> None:
        endings = ",".join(accepted_endings())
        super().__init__(widget=FilesInput(attrs={"accept": endings}), required=False, **given)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files that were chosen."""
        return [file for file in (data or []) if file]


def _files(label: Any) -> FilesField:
    return FilesField(label=label, help_text=gettext_lazy("PDF、图片或 Office 文件，可选多个。"))


class SignForm(ActionForm):
    """Nothing to fill in."""


class PlanForm(ActionForm):
    """What is said beside the plan; its deliverables are `ItemForm`s."""

    text = _text(gettext_lazy("说明"), gettext_lazy("取消成果时必填：为什么。"), rows=2)


class ItemForm(ActionForm):
    """A deliverable of the plan; an empty one is left out."""

    key = forms.IntegerField(required=False, widget=forms.HiddenInput())
    title = forms.CharField(label=gettext_lazy("成果"), max_length=200, required=False)
    due = _day(gettext_lazy("计划完成"), required=False)
    done_on = _day(gettext_lazy("实际完成"), required=False)
    dropped = forms.BooleanField(label=gettext_lazy("取消"), required=False)

    def clean(self) -> dict[str, Any]:
        """A title needs its day, and the other way round."""
        given = super().clean() or {}
        if not self.is_empty and not given.get("dropped"):
            for name in ("title", "due"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, NEEDED["required"])
        return given

    @property
    def is_empty(self) -> bool:
        """Whether this is a row nobody wrote in."""
        given = self.cleaned_data
        return not given.get("key") and not given.get("title") and not given.get("due")

    def item(self) -> Item:
        """The deliverable as it is to be."""
        given = self.cleaned_data
        return Item(
            title=given["title"],
            due=given["due"] or date.max,
            key=given["key"],
            done_on=given["done_on"],
            dropped=given["dropped"],
        )


class Items(forms.BaseFormSet):
    """The deliverables of a plan: those that are there, and empty rows for more."""

    def items(self) -> list[Item]:
        """The deliverables as they are to be; call it when the set is valid."""
        return [form.item() for form in self.forms if not form.is_empty]


_ItemSet = forms.formset_factory(ItemForm, formset=Items, extra=3, max_num=40)


def item_forms(deliverables: Iterable[Deliverable], data: Any = None) -> Items:
    """Forms of the deliverables in force; of `data`, what was sent."""
    initial = [
        {"key": one.pk, "title": one.title, "due": one.due, "done_on": one.done_on}
        for one in deliverables
        if one.dropped_on is None
    ]
    return _ItemSet(data=data, initial=initial, prefix="item")  # type: ignore[return-value]


class ReportForm(ActionForm):
    """Progress by a period's end."""

    period_end = forms.TypedChoiceField(
        label=gettext_lazy("报告期"), choices=(), coerce=date.fromisoformat, error_messages=NEEDED
    )
    text = _text(gettext_lazy("进展"), rows=4)
    percent = forms.IntegerField(
        label=gettext_lazy("完成比例（%）"),
        required=False,
        help_text=gettext_lazy("能按工作量计算时填写，不能计算的留空。"),
    )
    explanation = _text(
        gettext_lazy("比例下降的原因"), gettext_lazy("完成比例低于上一期时填写。"), rows=2, most=300
    )
    problems = _text(
        gettext_lazy("需协调解决的问题"), gettext_lazy("没有则留空；督查员会看到并答复。"), rows=2
    )
    evidence = _files(gettext_lazy("佐证材料"))

    def __init__(self, *args: Any, periods: Iterable[Owed], frequency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_end"].choices = [  # type: ignore[attr-defined]
            (one.period_end.isoformat(), period_name(frequency, one.period_end)) for one in periods
        ]


class SubmitForm(ActionForm):
    """The application for closure."""

    text = _text(gettext_lazy("完成情况"), gettext_lazy("做了什么，达到什么效果。"), rows=4)
    unfinished = _text(
        gettext_lazy("未完成成果的说明"), gettext_lazy("成果都已完成的留空。"), rows=2, most=300
    )
    evidence = _files(gettext_lazy("佐证材料"))


class AskExtensionForm(ActionForm):
    """A later day asked for."""

    new_due = _day(gettext_lazy("申请延至"))
    reason = _text(gettext_lazy("理由"), rows=2, most=300)


class ReasonForm(ActionForm):
    """A reason the other side reads."""

    reason = _text(gettext_lazy("理由"), gettext_lazy("承办单位会看到。"), rows=2)


class AnswerForm(ActionForm):
    """What is said to problems that need coordination."""

    answer = _text(gettext_lazy("答复"), gettext_lazy("由谁协调、何时解决。"), rows=2)


class GrantForm(ActionForm):
    """The day that is granted."""

    new_due = _day(gettext_lazy("同意延至"))
    reason = _text(gettext_lazy("意见"), rows=2, most=300)


class CloseForm(ActionForm):
    """The note of verification."""

    note = _text(gettext_lazy("核实意见"), gettext_lazy("核实了什么，怎样核实的（现场、材料、数据）。"))
    evidence = _files(gettext_lazy("核实材料"))


class ChangeForm(ActionForm):
    """What is asked of the body from now on."""

    due = _day(gettext_lazy("完成时限"), required=False)
    frequency = _frequency()
    wanted = _text(gettext_lazy("具体要求"), rows=2, most=400)
    reason = _text(gettext_lazy("调整理由"), rows=2, most=300)


class ReopenForm(ActionForm):
    """Why a part is taken up again, and until when."""

    due = _day(gettext_lazy("完成时限"), gettext_lazy("原时限未过的可不改。"), required=False)
    reason = _text(gettext_lazy("理由"), gettext_lazy("承办单位会看到。"), rows=2, most=300)


class IssueForm(ActionForm):
    """What is asked of the bodies of a task; the particular wording stands in a field for each body."""

    due = _day(gettext_lazy("完成时限"), required=False)
    frequency = _frequency()
    also = forms.ModelMultipleChoiceField(
        label=gettext_lazy("增加承办单位"),
        queryset=Department.objects.none(),
        required=False,
        help_text=gettext_lazy("文中没有写明的单位；按住 Ctrl 可选多个。"),
    )

    def __init__(self, *args: Any, regions: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Department.objects.filter(withdrawn=False, region__in=list(regions))
        field: Any = self.fields["also"]
        field.queryset = (
            units.exclude(kind=Department.Kind.GROUP)
            .select_related("region")
            .order_by("region__position", "position")
        )
        field.label_from_instance = unit_label
        self.fields["frequency"].initial = AssignmentPart.Frequency.QUARTER


class IssueDocumentForm(ActionForm):
    """What is asked of the bodies of every task of a document."""

    due = _day(
        gettext_lazy("完成时限"),
        gettext_lazy("文件载明的年份未过的，仍按文件；已过的用这一天。"),
        required=False,
    )
    frequency = _frequency()
