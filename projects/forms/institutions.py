"""Forms of the register of institutions. What is right or wrong is for `projects.register`; `refuse` shows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Institution, InstitutionVersion
from projects.register.facts import COUNTS, Facts, Statement, label
from targets.forms.reporting import DAY, ActionForm, DateInput, unit_label
from yuxi_eldercare.core.models import Department, Region

_WHOLE: Final = {"invalid": gettext_lazy("请填写整数，不带单位和小数。")}
_TEXTS: Final = ("name", "credit_code", "region", "address", "kind", "operation", "licence", "filing")
Option = tuple[str, str | list[tuple[str, str]]]
Options = list[Option]


def region_options(keepers: Sequence[Department], near: Any = "") -> Options:
    """Regions of these units and those inside them, below the city; a township with its villages is a group.

    Villages are offered for one county: the units' own, or else the one in which the region `near` lies, so that a
    unit of the city does not choose among thousands. Two statements.
    """
    rows = {r.code: r for r in Region.objects.filter(withdrawn=False).exclude(level=Region.Level.VILLAGE)}
    tops, found, counties = {keeper.region_id for keeper in keepers}, [], set()
    for row in rows.values():
        line = [row]
        while line[-1].parent_id in rows:
            line.append(rows[line[-1].parent_id])
        if row.level != Region.Level.CITY and tops & {place.code for place in line}:
            named = [place for place in reversed(line) if place.level != Region.Level.CITY]
            words = " · ".join(place.short_name for place in named)
            found.append(([(place.position, place.code) for place in named], row, words))
            counties.add(named[0].code)
    shown = counties if len(counties) == 1 else {code for code in counties if str(near).startswith(code)}
    villages = _villages(shown)
    return [
        _option(row, words, villages.get(row.code)) for _place, row, words in sorted(found, key=_by_place)
    ]


def _by_place(one: tuple[list[tuple[int, str]], Region, str]) -> list[tuple[int, str]]:
    return one[0]


def _villages(counties: Collection[str]) -> dict[str, list[Region]]:
    """The villages of these counties by township. One statement."""
    found: dict[str, list[Region]] = {}
    there = Region.objects.filter(level=Region.Level.VILLAGE, withdrawn=False, parent__parent__in=counties)
    for village in there.order_by("position", "code"):
        found.setdefault(village.parent_id or "", []).append(village)
    return found


def _option(row: Region, words: str, villages: Sequence[Region] | None) -> Option:
    """A region to choose, or a township with its villages as a group."""
    if not villages:
        return row.code, words
    inside = _("%(village)s（%(township)s）")
    names = {"township": row.short_name}
    return words, [
        (row.code, row.short_name),
        *((village.code, inside % {**names, "village": village.short_name}) for village in villages),
    ]


def _day(text: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=text, widget=DateInput(), error_messages=DAY, help_text=help_text)


def _reason(text: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=text,
        required=False,
        max_length=300,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _counts(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is left blank is none."""
    return {name: given[name] or 0 for name in COUNTS}


class FactsForm(ActionForm):
    """Everything that is stated about an institution from a day on."""

    name = forms.CharField(max_length=120, required=False)
    credit_code = forms.CharField(
        max_length=40,
        required=False,
        help_text=gettext_lazy("18 位；没有的留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(required=False, choices=())
    operation = forms.ChoiceField(required=False, choices=())
    region = forms.ChoiceField(
        required=False,
        choices=(),
        help_text=gettext_lazy("选到最下一级；没有所在的乡镇（街道）、村的选县，乡镇和村写在地址里。"),
    )
    address = forms.CharField(max_length=160, required=False)
    demonstration = forms.BooleanField(required=False)
    licence = forms.CharField(max_length=60, required=False)
    filing = forms.CharField(max_length=60, required=False)
    since = _day(gettext_lazy("自何日起"))
    reason = _reason(gettext_lazy("情况说明"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(
                required=False, error_messages=_WHOLE, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
        for name, field in self.fields.items():
            if name in {*_TEXTS, *COUNTS, "demonstration"}:
                field.label = label(name)
        self._options("kind", InstitutionVersion.Kind.choices)
        self._options("operation", InstitutionVersion.Operation.choices)

    def _options(self, name: str, options: Sequence[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [*([("", _("请选择"))] if len(options) > 1 else []), *options]

    def group(self, *names: str) -> list[forms.BoundField]:
        """Fields that stand together."""
        return [self[name] for name in names]

    @property
    def identity(self) -> list[forms.BoundField]:
        """Who it is."""
        names = ("name", "credit_code", "kind", "operation", "status")
        return self.group(*(name for name in names if name in self.fields))

    @property
    def place(self) -> list[forms.BoundField]:
        """Where it is."""
        return self.group("region", "address")

    @property
    def sizes(self) -> list[forms.BoundField]:
        """How large it is."""
        return self.group(*COUNTS)

    @property
    def papers(self) -> list[forms.BoundField]:
        """Under what it works."""
        return self.group("licence", "filing")

    def facts(self, base: Facts | None = None) -> Facts:
        """What was typed; the status is that of `base` where none is asked for."""
        given = self.cleaned_data
        facts = Facts(
            name=given["name"].strip(),
            region=given["region"],
            kind=given["kind"],
            operation=given["operation"],
            address=given["address"].strip(),
            demonstration=given["demonstration"],
            licence=given["licence"].strip(),
            filing=given["filing"].strip(),
            **_counts(given),
        )
        return replace(facts, status=given.get("status") or base.status) if base else facts


class NewForm(FactsForm):
    """An institution that is not in the register yet."""

    keeper = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("登记单位"), empty_label=None, required=True
    )

    def __init__(self, *args: Any, keepers: Sequence[Department], near: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._options("region", region_options(keepers, self.data.get("region") or near))
        field: Any = self.fields["keeper"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in keepers]).select_related(
            "region"
        )
        field.label_from_instance = unit_label
        field.initial = keepers[0].pk
        self.fields["since"].label = _("开业（备案）日期")
        self.fields["since"].help_text = _("从这一天起计入统计。")
        self.fields["reason"].help_text = _("与已登记的机构同名或同址时须写明依据，平时可不填。")

    def statement(self) -> Statement:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Statement(
            since=given["since"],
            facts=self.facts(),
            keeper=given["keeper"].pk,
            credit_code=given["credit_code"],
            reason=given["reason"].strip(),
            vouched=bool(given["reason"].strip()),
        )


class ChangeForm(FactsForm):
    """An institution that has become different, or was stated wrongly (`correcting` a version)."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        institution: Institution,
        version: InstitutionVersion,
        correcting: bool,
        **kwargs: Any,
    ) -> None:
        facts = Facts.of(version)
        initial = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
        initial |= {
            "credit_code": institution.credit_code,
            "revision": institution.revision,
            "since": version.since if correcting else None,
        }
        super().__init__(*args, initial=initial, **kwargs)
        near = self.data.get("region") or version.region_id
        self._options("region", region_options([institution.keeper], near))
        self._institution, self._base = institution, facts
        if version.status == InstitutionVersion.Status.CLOSED:
            self.fields["status"] = forms.ChoiceField(
                label=label("status"), choices=InstitutionVersion.Status.choices
            )
        if institution.credit_code:
            self.fields["credit_code"].disabled = True
            self.fields["credit_code"].help_text = _("代码登错的，请在机构页点“更正代码”。")
        if correcting:
            self.fields["since"].disabled = True
            self.fields["reason"].label = _("更正理由")
            self.fields["reason"].help_text = _("必填。原来的登记留着可查。")
        else:
            self.fields["since"].help_text = _("从这一天起按本表登记，到下一次登记为止。")
            self.fields["reason"].help_text = _(
                "例如：三期投用，新增床位 60 张。当日已有登记的，须写明理由。"
            )

    def statement(self) -> Statement:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Statement(
            since=given["since"],
            facts=self.facts(self._base),
            keeper=self._institution.keeper_id,
            institution=self._institution.pk,
            credit_code=given["credit_code"],
            reason=given["reason"].strip(),
            revision=given["revision"],
            vouched=bool(given["reason"].strip()),
        )


class MoveForm(ActionForm):
    """A new place."""

    since = _day(gettext_lazy("搬迁日期"), gettext_lazy("从这一天起按新地址登记。"))
    region = forms.ChoiceField(label=gettext_lazy("新的所在地"), choices=())
    address = forms.CharField(label=gettext_lazy("新地址"), max_length=160, required=False)
    reason = _reason(gettext_lazy("搬迁的情况或依据"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, institution: Institution, version: InstitutionVersion, **kwargs: Any
    ) -> None:
        initial = {
            "region": version.region_id,
            "address": version.address,
            "revision": institution.revision,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        field: Any = self.fields["region"]
        field.choices = region_options([institution.keeper], self.data.get("region") or version.region_id)
        field.help_text = format_lazy(
            "{}{}", _("原地址："), " ".join(filter(None, [version.region.short_name, version.address]))
        )


class CodeForm(ActionForm):
    """The right code in the place of a wrong one."""

    credit_code = forms.CharField(
        label=gettext_lazy("正确的统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("18 位，照登记证书填写；这家机构没有代码的留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = _reason(gettext_lazy("更正的理由或依据"), gettext_lazy("例如：录入时抄错，已与登记证书核对。"))
    revision = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(ActionForm):
    """The end of an institution."""

    since = _day(gettext_lazy("关停日期"), gettext_lazy("从这一天起不再计入统计。"))
    reason = _reason(gettext_lazy("关停的原因"), gettext_lazy("例如：经营期满，入住老人已转至其他机构。"))
    revision = forms.IntegerField(widget=forms.HiddenInput)
