"""Forms about schemes: a new version, and a what-if case. What is right or wrong is for `subsidies.schemes`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import InstitutionVersion
from subsidies.amounts import read_yuan, yuan
from subsidies.calculator import LEVELS, Case
from subsidies.models import Application, Level, Rule, SchemeVersion
from subsidies.queries.schemes import rules_to_name
from subsidies.schemes import NewTerms
from targets.forms.reporting import DAY, NEEDED, ActionForm, DateInput

_WHOLE = {
    "invalid": gettext_lazy("请填写整数。"),
    "min_value": gettext_lazy("不能小于%(limit_value)s。"),
    "max_value": gettext_lazy("不能大于%(limit_value)s，请核对。"),
    **NEEDED,
}
_ANY = [("", gettext_lazy("不限"))]
_UNKNOWN = [("", gettext_lazy("不明"))]
_FILED = {"": None, "yes": True, "no": False}
_COUNT_MOST = 1_000_000


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=DateInput(), error_messages=DAY
    )


def _whole(label: Any, help_text: Any = "", **given: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        error_messages=_WHOLE,
        **{"min_value": 0, "required": False, **given},
    )


def _some(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple
    )


class VersionForm(ActionForm):
    """The next version of a scheme."""

    seen = forms.IntegerField(label=gettext_lazy("上一版"), widget=forms.HiddenInput)
    amount = forms.CharField(
        label=gettext_lazy("补助标准（元）"),
        required=False,
        max_length=30,
        help_text=gettext_lazy(
            "每一计量单位多少元，至多两位小数，例如 10000。文件未载明的留空，不能凭估计填写。"
        ),
    )
    stated_by = forms.ModelChoiceField(
        Rule.objects.none(),
        label=gettext_lazy("载明标准的条款"),
        required=False,
        empty_label=gettext_lazy("已载入的文件都没有载明"),
    )
    basis = forms.CharField(
        label=gettext_lazy("其他依据文件"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("已载入的文件没有载明，或另定标准的，写明文件名称、文号和条款。"),
    )
    valid_from = _day(
        gettext_lazy("起用日期"), gettext_lazy("从这一天起提交的申请按这一版计算，以前的不变。")
    )
    valid_to = _day(gettext_lazy("截止日期"), gettext_lazy("没有期限的留空。"), required=False)
    kind = _some(gettext_lazy("限哪些机构"), InstitutionVersion.Kind.choices)
    premises = forms.ChoiceField(
        label=gettext_lazy("用房"), choices=[*_ANY, *Application.Premises.choices], required=False
    )
    lease_years = _whole(gettext_lazy("租用期不少于（年）"), gettext_lazy("不要求的留空。"), max_value=100)
    operation = _some(gettext_lazy("限哪些运营方式"), InstitutionVersion.Operation.choices)
    operation_not = _some(gettext_lazy("不含哪些运营方式"), InstitutionVersion.Operation.choices)
    filed = forms.BooleanField(label=gettext_lazy("须按照《养老机构管理办法》备案"), required=False)
    once_per_unit = forms.BooleanField(label=gettext_lazy("每张床位（每个托位）只补助一次"), required=False)
    once_per_year = forms.BooleanField(label=gettext_lazy("每年一次"), required=False)
    split_central = _whole(Level.CENTRAL.label)
    split_province = _whole(Level.PROVINCE.label)
    split_city = _whole(Level.CITY.label)
    split_county = _whole(Level.COUNTY.label)
    split_document = forms.CharField(
        label=gettext_lazy("载明分担比例的文件"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("名称、文号和条款。征求意见稿里的比例不能作为依据。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("订立这一版的理由"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stated_by"].queryset = rules_to_name()  # type: ignore[attr-defined]
        self.fields["stated_by"].label_from_instance = rule_label  # type: ignore[attr-defined]

    def clean_amount(self) -> int | None:
        """The typed amount in 分; none where the field is empty."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        fen = read_yuan(text)
        if fen is None:
            raise forms.ValidationError(_("不是金额：以元为单位，至多两位小数，例如 10000 或 1234.50。"))
        return fen

    def terms(self) -> NewTerms:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        parts = {level: given[f"split_{level}"] for level in LEVELS}
        return NewTerms(
            amount_fen=given["amount"],
            conditions=list(self._conditions()),
            split={level: part or 0 for level, part in parts.items()} if self._says_split(parts) else None,
            split_document=given["split_document"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            stated_by=given["stated_by"],
            basis=given["basis"],
        )

    @staticmethod
    def _says_split(parts: dict[str, int | None]) -> bool:
        return any(part is not None for part in parts.values())

    def _conditions(self) -> Iterable[dict[str, Any]]:
        given = self.cleaned_data
        if given["kind"]:
            yield {"code": "kind", "in": given["kind"]}
        if given["premises"]:
            yield {"code": "premises", "is": given["premises"]}
        if given["lease_years"]:
            yield {"code": "lease_years", "at_least": given["lease_years"]}
        for code in ("operation", "operation_not"):
            if given[code]:
                yield {"code": code, "in": given[code]}
        for code in ("filed", "once_per_unit", "once_per_year"):
            if given[code]:
                yield {"code": code}


def rule_label(rule: Rule) -> str:
    """《…》 · what it is about."""
    return f"{rule.document.number or rule.document.title} · {rule.subject}"


def initial_of_version(version: SchemeVersion | None) -> dict[str, Any]:
    """What the form about the next version begins with: the terms of the newest one."""
    if version is None:
        return {"seen": 0}
    found = {row["code"]: row for row in version.conditions}
    return {
        "seen": version.number,
        "amount": "" if version.amount_fen is None else yuan(version.amount_fen),
        "stated_by": version.stated_by_id,
        "basis": version.basis,
        "kind": found.get("kind", {}).get("in", []),
        "premises": found.get("premises", {}).get("is", ""),
        "lease_years": found.get("lease_years", {}).get("at_least"),
        "operation": found.get("operation", {}).get("in", []),
        "operation_not": found.get("operation_not", {}).get("in", []),
        **{code: code in found for code in ("filed", "once_per_unit", "once_per_year")},
        **{f"split_{level}": (version.split or {}).get(level) for level in LEVELS},
        "split_document": version.split_document,
    }


class CaseForm(forms.Form):
    """A what-if case, in the address, so that a link shows it to somebody else."""

    version = forms.ModelChoiceField(
        SchemeVersion.objects.none(),
        label=gettext_lazy("按哪一项补助的哪一版"),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("没有这一版，请重新选择。"), **NEEDED},
    )
    quantity = _whole(gettext_lazy("申报数量"), required=True, max_value=_COUNT_MOST)
    capacity = _whole(
        gettext_lazy("登记的床位（托位）数"),
        gettext_lazy("登记证书或机构名册载明的；不明的留空。"),
        max_value=_COUNT_MOST,
    )
    granted_before = _whole(
        gettext_lazy("其中已补助或已申报"), gettext_lazy("同一机构以往各次合计。"), max_value=_COUNT_MOST
    )
    grants_this_year = _whole(gettext_lazy("当年已有的申请数"), max_value=_COUNT_MOST)
    kind = forms.ChoiceField(
        label=gettext_lazy("机构类型"), choices=[*_UNKNOWN, *InstitutionVersion.Kind.choices], required=False
    )
    operation = forms.ChoiceField(
        label=gettext_lazy("运营方式"),
        choices=[*_UNKNOWN, *InstitutionVersion.Operation.choices],
        required=False,
    )
    filed = forms.ChoiceField(
        label=gettext_lazy("是否已备案"),
        choices=[*_UNKNOWN, ("yes", gettext_lazy("已备案")), ("no", gettext_lazy("未备案"))],
        required=False,
    )
    premises = forms.ChoiceField(
        label=gettext_lazy("用房"), choices=[*_UNKNOWN, *Application.Premises.choices], required=False
    )
    lease_from = _day(gettext_lazy("租期起"), required=False)
    lease_to = _day(gettext_lazy("租期止"), gettext_lazy("合同的最后一天。"), required=False)
    on = _day(gettext_lazy("申报日期"), gettext_lazy("这一天租赁合同须有效；留空不核对。"), required=False)

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = version_label  # type: ignore[attr-defined]

    def case(self) -> Case:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Case(
            quantity=given["quantity"],
            capacity=given["capacity"],
            granted_before=given["granted_before"] or 0,
            grants_this_year=given["grants_this_year"] or 0,
            premises=given["premises"],
            lease_from=given["lease_from"],
            lease_to=given["lease_to"],
            operation=given["operation"],
            kind=given["kind"],
            filed=_FILED[given["filed"]],
            on=given["on"],
        )


def version_label(version: SchemeVersion) -> str:
    """自建产权用房床位建设补助 · 第1版（2021-09-14起）."""
    return _("%(scheme)s · 第%(number)s版（%(day)s起）") % {
        "scheme": version.scheme.name,
        "number": version.number,
        "day": version.valid_from.isoformat(),
    }
