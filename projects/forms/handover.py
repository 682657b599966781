"""The form with which a finished project's capacity goes to the register."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.following.handover import CAPACITY, Finished
from projects.models import InstitutionVersion
from projects.register.facts import label
from targets.forms.reporting import DAY, ActionForm, DateInput, unit_label
from yuxi_eldercare.core.models import Department

from .institutions import Options, region_options

_WHOLE: Final = {"invalid": gettext_lazy("请填写整数，不带单位和小数。")}
_NEW: Final = ("name", "kind", "operation", "keeper", "region", "address", "credit_code")


class HandoverForm(ActionForm):
    """What was built, from which day on, and the institution it goes to: one of the register's, or a new one."""

    on = forms.DateField(label=gettext_lazy("自何日起"), widget=DateInput(), error_messages=DAY)
    institution = forms.ChoiceField(label=gettext_lazy("移交到"), required=False, choices=())
    name = forms.CharField(max_length=120, required=False)
    kind = forms.ChoiceField(required=False, choices=())
    operation = forms.ChoiceField(required=False, choices=())
    keeper = forms.ChoiceField(label=gettext_lazy("登记单位"), required=False, choices=())
    region = forms.ChoiceField(required=False, choices=())
    address = forms.CharField(max_length=160, required=False)
    credit_code = forms.CharField(
        max_length=40, required=False, help_text=gettext_lazy("18 位；没有的留空。")
    )

    def __init__(
        self,
        *args: Any,
        keepers: Sequence[Department],
        institutions: Sequence[InstitutionVersion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in CAPACITY:
            self.fields[name] = forms.IntegerField(
                required=False, error_messages=_WHOLE, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
        for name in (*CAPACITY, "name", "kind", "operation", "region", "address", "credit_code"):
            self.fields[name].label = label(name)
        near = self.data.get("region") or self.initial.get("region")
        nothing: Options = [("", _("请选择"))]
        known = [(f"{v.institution_id}:{v.institution.revision}", _in_words(v)) for v in institutions]
        self._options("institution", [("", _("登记为新机构")), *known])
        self._options("kind", [*nothing, *_plain(InstitutionVersion.Kind.choices)])
        self._options("operation", [*nothing, *_plain(InstitutionVersion.Operation.choices)])
        self._options("region", [*nothing, *region_options(keepers, near)])
        units: Options = [(str(unit.pk), unit_label(unit)) for unit in keepers]
        self._options("keeper", units if len(units) == 1 else [*nothing, *units])

    def _options(self, name: str, options: Options) -> None:
        field: Any = self.fields[name]
        field.choices = options

    @property
    def sizes(self) -> list[forms.BoundField]:
        """What was built and since when it counts."""
        return [self[name] for name in (*CAPACITY, "on")]

    @property
    def new(self) -> list[forms.BoundField]:
        """What is asked of a new institution only."""
        return [self[name] for name in _NEW]

    def finished(self) -> Finished:
        """What was typed."""
        given = self.cleaned_data
        beds, nursing_beds, places = (given[name] or 0 for name in CAPACITY)
        built = Finished(beds=beds, nursing_beds=nursing_beds, childcare_places=places)
        if given["institution"]:
            pk, revision = given["institution"].split(":")
            return replace(built, institution=int(pk), revision=int(revision))
        texts = {name: given[name] for name in _NEW if name != "keeper"}
        return replace(built, keeper=int(given["keeper"] or 0), **texts)


def _plain(options: Iterable[tuple[str, Any]]) -> Options:
    return [(code, str(words)) for code, words in options]


def _in_words(version: InstitutionVersion) -> str:
    text = _("扩建：%(name)s（床位 %(beds)s，托位 %(places)s）")
    return text % {"name": version.name, "beds": version.beds, "places": version.childcare_places}
