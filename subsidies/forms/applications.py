"""Forms around a claim. What is right or wrong is for `subsidies.applying`; `refuse` shows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import InstitutionVersion
from subsidies.applying import Claim
from subsidies.models import Application, ApplicationFile, Scheme
from targets.forms.reporting import DAY, NEEDED, ActionForm, DateInput
from yuxi_eldercare.core.files import accepted_endings
from yuxi_eldercare.core.models import Region

_WHOLE = {"invalid": gettext_lazy("请填写整数，不带单位和小数。"), **NEEDED}
_CLAIM = (
    "claimed", "year", "premises", "premises_number", "lease_from", "lease_to",
    "payee", "payee_kind", "bank", "account", "contact", "phone",
)  # fmt: skip


def _number(label: Any, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        error_messages=_WHOLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _line(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text, widget=widget)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, widget=DateInput(), error_messages=DAY, help_text=help_text, required=False
    )


class ClaimForm(ActionForm):
    """What is claimed, on which premises, and into which account."""

    claimed = _number(gettext_lazy("申请数量"), gettext_lazy("床位（张）、托位（个）、户数或人数。"))
    year = _number(
        gettext_lazy("补助年度"), gettext_lazy("每年一次的补助填写；一次性的留空。"), required=False
    )
    premises = forms.ChoiceField(
        label=gettext_lazy("用房"),
        required=False,
        choices=[("", gettext_lazy("请选择")), *Application.Premises.choices],
        help_text=gettext_lazy("建设补助填写。"),
    )
    premises_number = _line(
        gettext_lazy("产权证号或租赁合同号"), 80, gettext_lazy("用来查重，空格和短横线不保留。")
    )
    lease_from = _day(gettext_lazy("租期第一天"))
    lease_to = _day(gettext_lazy("租期最后一天"), gettext_lazy("租赁用房填写，按合同。"))
    payee = _line(gettext_lazy("收款单位（人）全称"), 120)
    payee_kind = forms.ChoiceField(label=gettext_lazy("账户类别"), choices=Application.PayeeKind.choices)
    bank = _line(gettext_lazy("开户银行"), 80, gettext_lazy("写到支行。"))
    account = _line(gettext_lazy("账号"), 60)
    contact = _line(gettext_lazy("联系人"), 40)
    phone = _line(gettext_lazy("联系电话"), 30)

    def __init__(self, *args: Any, application: Application | None = None, **kwargs: Any) -> None:
        if application is not None:
            kwargs["initial"] = initial_of(application)
        super().__init__(*args, **kwargs)
        for name in ("account", "phone"):
            masked = getattr(application, f"{name}_masked", "")
            if masked:
                text = _("已登记：%(masked)s。不改的留空。")
                self.fields[name].help_text = text % {"masked": masked}

    def claim(self) -> Claim:
        """What was typed."""
        given = self.cleaned_data
        return Claim(**{name: given[name] for name in _CLAIM})

    def group(self, *names: str) -> list[forms.BoundField]:
        """Fields that stand together."""
        return [self[name] for name in names]

    @property
    def size(self) -> list[forms.BoundField]:
        """How much is claimed."""
        return self.group("claimed", "year")

    @property
    def place(self) -> list[forms.BoundField]:
        """The premises."""
        return self.group("premises", "premises_number", "lease_from", "lease_to")

    @property
    def money(self) -> list[forms.BoundField]:
        """Where the money goes."""
        return self.group("payee", "payee_kind", "bank", "account")

    @property
    def people(self) -> list[forms.BoundField]:
        """Whom to call."""
        return self.group("contact", "phone")


def initial_of(application: Application) -> dict[str, Any]:
    """A claim's fields as the form shows them; sealed ones stay empty."""
    return {name: getattr(application, name) for name in _CLAIM if name not in {"account", "phone"}}


class NewClaimForm(ClaimForm):
    """A claim that is not registered yet: also under which scheme, and for whom."""

    scheme = forms.ChoiceField(label=gettext_lazy("补助项目"), error_messages=NEEDED)
    applicant = forms.ChoiceField(label=gettext_lazy("申请对象"), error_messages=NEEDED)

    def __init__(
        self,
        *args: Any,
        schemes: Iterable[Scheme],
        institutions: Sequence[InstitutionVersion],
        counties: Iterable[Region],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        scheme: Any = self.fields["scheme"]
        scheme.choices = [("", _("请选择")), *((one.key, one.name) for one in schemes)]
        applicant: Any = self.fields["applicant"]
        applicant.choices = [
            ("", _("请选择")),
            (_("名册中的机构"), [(f"i{row.institution_id}", _institution(row)) for row in institutions]),
            (_("按县（市、区）为户、人申请"), [(f"c{one.code}", one.short_name) for one in counties]),
        ]

    @property
    def subject(self) -> list[forms.BoundField]:
        """What for and for whom."""
        return self.group("scheme", "applicant")

    def refuse(self, refused: Any) -> None:
        """Refusals about the institution or the county stand at the one field for both."""
        for problem in refused.problems:
            name = "applicant" if problem.field in {"institution", "county"} else problem.field
            self.add_error(name if name in self.fields else None, problem.message)


def _institution(row: InstitutionVersion) -> str:
    words = {"name": row.name, "beds": row.beds, "places": row.childcare_places}
    if row.childcare_places and not row.beds:
        return _("%(name)s（托位 %(places)s 个）") % words
    return _("%(name)s（床位 %(beds)s 张）") % words


class SubmitForm(ActionForm):
    """Nothing to fill in."""


class CountyCheckForm(ActionForm):
    """What the county found."""

    verified = _number(gettext_lazy("核定数量"), gettext_lazy("现场核实的数量，不能多于申请的和登记的。"))
    answer = _text(gettext_lazy("对疑似重复的说明"), gettext_lazy("为什么不是重复，怎样核实的。"))
    note = _text(gettext_lazy("核查意见"))

    def __init__(self, *args: Any, suspected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not suspected:
            del self.fields["answer"]


class CityCheckForm(CountyCheckForm):
    """What the city found; the county's figure stands unless it is changed."""

    verified = _number(gettext_lazy("核定数量"), gettext_lazy("与县级核定不同的，写明在意见里。"))


class ApproveForm(ActionForm):
    """The budget line of each level that pays a part."""

    note = _text(gettext_lazy("批复意见"), gettext_lazy("可写批复文号。"))

    def __init__(
        self, *args: Any, levels: Mapping[str, tuple[str, Sequence[tuple[int, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.levels = list(levels)
        for level, (label, options) in levels.items():
            first = [] if len(options) == 1 else [("", _("请选择") if options else _("没有可用的预算"))]
            self.fields[f"line_{level}"] = forms.ChoiceField(
                label=label, required=False, choices=[*first, *((str(pk), words) for pk, words in options)]
            )
        self.order_fields([*(f"line_{level}" for level in self.levels), "note"])

    def lines(self) -> dict[str, int]:
        """The budget line chosen for each level; those not chosen are left out."""
        chosen = {level: self.cleaned_data.get(f"line_{level}", "") for level in self.levels}
        return {level: int(pk) for level, pk in chosen.items() if pk}


class ReasonForm(ActionForm):
    """A reason the other side reads."""

    reason = _text(gettext_lazy("理由"), gettext_lazy("申请单位会看到。"))


class WithdrawForm(ActionForm):
    """Why a claim is given up."""

    reason = _text(gettext_lazy("撤回的理由"))


class EvidenceForm(ActionForm):
    """A file and what it is."""

    kind = forms.ChoiceField(label=gettext_lazy("材料类别"), choices=ApplicationFile.Kind.choices)
    file = forms.FileField(
        label=gettext_lazy("文件"),
        error_messages={
            "required": gettext_lazy("请选择文件。"),
            "empty": gettext_lazy("文件是空的，请重新选择文件。"),
        },
        help_text=gettext_lazy("PDF、图片或 Office 文件。"),
        widget=forms.FileInput(attrs={"accept": ",".join(accepted_endings())}),
    )
