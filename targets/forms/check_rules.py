"""The form of a check rule: the parameters of its kind with their units, and pickers instead of codes."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from targets.models import CheckRule, Indicator
from targets.reporting.checks import KINDS
from targets.reporting.numbers import NumberRefused, parse_number
from targets.reporting.rule_problems import HINT_MOST, TITLE_MOST
from targets.reporting.rule_words import PARAMETERS, place_words
from targets.reporting.rules import Definition
from yuxi_eldercare.core.models import Department

from .reporting import ActionForm, unit_label

_EVERYWHERE = gettext_lazy("不设归口，由市级牵头单位共同维护")
Options = list[tuple[str, list[tuple[str, str]]]]  # theme → (value, words)


class NumberField(forms.CharField):
    """A number as officials type it: 全角 digits and a percent sign are understood."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(parse_number(text))
        except NumberRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class CheckRuleForm(ActionForm):
    """A rule of one kind. With `revising` it asks for the reason of the change."""

    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=TITLE_MOST,
        required=False,
        help_text=gettext_lazy("例如：护理型床位不大于床位总数。"),
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("不通过时"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (CheckRule.Severity.HARD, gettext_lazy("拦下：改对之前不能提交")),
            (CheckRule.Severity.SOFT, gettext_lazy("提醒：写明原因后可以提交，说明随数据保存")),
        ],
    )
    hint = forms.CharField(
        label=gettext_lazy("补充提示"),
        max_length=HINT_MOST,
        required=False,
        help_text=gettext_lazy("可不填。接在系统给出的那句话之后，例如：请与民政系统导出的床位表核对。"),
    )
    owner = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("归口单位"),
        required=False,
        help_text=gettext_lazy("由它维护这条规则。归口为县级单位的，只检查该县的数据。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("修改理由"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        indicators: Sequence[Indicator],
        owners: Sequence[Department],
        everywhere: bool,
        revising: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = KINDS[kind]
        self._kind_name = kind
        self._owners(owners, everywhere)
        if not revising:
            del self.fields["reason"]
        for name in self.kind.numbers:
            asked = PARAMETERS[name]
            self.fields[name] = NumberField(label=asked.label, help_text=asked.help_text, required=False)
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "data-unit": asked.unit}
        for name in (*self.kind.lists, *self.kind.places):
            self.fields[name] = self._place_field(name, indicators)
        if not self.kind.cross:
            self.fields["indicators"] = _choices(
                gettext_lazy("只看这些指标"),
                _options(indicators, parts=False),
                gettext_lazy("一个都不选，即看全部指标。"),
            )

    def _owners(self, owners: Sequence[Department], everywhere: bool) -> None:
        field = cast("forms.ModelChoiceField[Department]", self.fields["owner"])
        keys = [unit.pk for unit in owners]
        field.queryset = Department.objects.filter(pk__in=keys).select_related("region")
        field.label_from_instance = unit_label  # type: ignore[method-assign,assignment]
        field.empty_label = _EVERYWHERE if everywhere else None

    def _place_field(self, name: str, indicators: Sequence[Indicator]) -> forms.Field:
        asked = PARAMETERS[name]
        options = _options(indicators, parts=True)
        if name in self.kind.lists:
            return _choices(asked.label, options, asked.help_text)
        return forms.ChoiceField(
            label=asked.label,
            choices=[("", gettext_lazy("请选择")), *options],
            help_text=asked.help_text,
            required=False,
        )

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The numbers the kind asks for."""
        return [self[name] for name in self.kind.numbers]

    @property
    def places(self) -> list[forms.BoundField]:
        """The single places the kind compares."""
        return [self[name] for name in self.kind.places]

    @property
    def pickers(self) -> list[forms.BoundField]:
        """Lists with many boxes: the indicators, or the parts of a whole."""
        return [self[name] for name in ("indicators", *self.kind.lists) if name in self.fields]

    def definition(self) -> Definition:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        params: dict[str, Any] = {name: given[name] for name in self.kind.numbers if given[name]}
        params |= {name: given[name] for name in (*self.kind.lists, *self.kind.places)}
        return Definition(
            title=given["title"],
            kind=self._kind_name,
            params=params,
            severity=given["severity"],
            owner=given["owner"],
            indicators=tuple(given.get("indicators", ())),
            hint=given["hint"],
        )


def initial_of(definition: Definition) -> dict[str, Any]:
    """What a form about this rule begins with."""
    known = KINDS[definition.kind]
    return {
        **known.numbers,
        **definition.params,
        "title": definition.title,
        "severity": definition.severity,
        "owner": definition.owner.pk if definition.owner else None,
        "indicators": list(definition.indicators),
        "hint": definition.hint,
    }


def _choices(label: Any, options: Options, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=options,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def _options(indicators: Iterable[Indicator], *, parts: bool) -> Options:
    """Indicators by theme; with `parts` also the numerator and denominator of each rate."""
    by_key = {row.key: row for row in indicators}
    found: dict[str, list[tuple[str, str]]] = {}
    for row in by_key.values():
        codes = [row.key]
        if parts and row.scale is not None:
            codes += [f"{row.key}.numerator", f"{row.key}.denominator"]
        found.setdefault(row.theme, []).extend((code, place_words(code, by_key)) for code in codes)
    return list(found.items())
