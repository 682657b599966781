"""Forms of the import: the sheet with its unit and day, and the choice of what each column holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.sheets.fields import CODED, FIELDS, FIXED, options, title
from projects.sheets.kept import NAME_MOST
from projects.sheets.mapping import WORDS_MOST, Columns
from projects.sheets.reading import Table, letter
from targets.forms.reporting import DAY, ActionForm, DateInput, unit_label
from yuxi_eldercare.core.models import Department

_SAMPLES: Final = 3


class UploadForm(ActionForm):
    """A sheet of one unit, and the day it speaks of."""

    keeper = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("登记单位"), empty_label=None
    )
    as_of = forms.DateField(
        label=gettext_lazy("数据截至"),
        widget=DateInput(),
        error_messages=DAY,
        help_text=gettext_lazy("表格反映的是哪一天的情况，例如季末。与名册不同的内容从这一天起登记。"),
    )
    file = forms.FileField(
        label=gettext_lazy("表格（.xlsx 或 .csv）"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("没有收到文件，请重新选择。"),
            "missing": gettext_lazy("没有收到文件，请重新选择。"),
            "empty": gettext_lazy("文件是空的，请重新选择文件。"),
        },
    )

    def __init__(self, *args: Any, keepers: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["keeper"]
        field.queryset = Department.objects.filter(pk__in=[u.pk for u in keepers]).select_related("region")
        field.label_from_instance = unit_label
        field.initial = keepers[0].pk
        self.fields["as_of"].initial = timezone.localdate

    def clean_as_of(self) -> Any:
        """A sheet speaks of a day that has come."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("数据截至日期不能晚于今天。"))
        return day


class MappingNameForm(ActionForm):
    """The name under which a mapping is kept."""

    name = forms.CharField(
        label=gettext_lazy("把对应关系存为"),
        max_length=NAME_MOST,
        required=False,
        help_text=gettext_lazy("下次上传标题行相同的表格，会自动用上。同名的会被替换。"),
    )


@dataclass(frozen=True)
class ColumnLine:
    """A column of the sheet in the table of choices."""

    key: str
    letter: str
    heading: str
    samples: str
    chosen: str


@dataclass(frozen=True)
class WordLine:
    """A word of a coded column, and the codes it can mean."""

    key: str
    field: str
    word: str
    chosen: str
    options: list[tuple[str, str]]


def field_options() -> list[tuple[str, str]]:
    """What a column can hold."""
    return [(name, title(name)) for name in FIELDS]


def column_lines(table: Table, mapping: Columns) -> list[ColumnLine]:
    """The columns with a few of their texts and the field each is chosen for."""
    field_of = {heading: name for name, heading in mapping.columns.items()}
    return [
        ColumnLine(
            f"column-{place}",
            letter(place),
            heading,
            _("、").join(_first(table, place)),
            field_of.get(heading, ""),
        )
        for place, heading in enumerate(table.header)
        if heading
    ]


def _first(table: Table, place: int) -> list[str]:
    texts = (texts[place] for _number, texts in table.rows[:50] if texts[place])
    return [text[:20] for text in list(dict.fromkeys(texts))[:_SAMPLES]]


def word_lines(table: Table, mapping: Columns) -> list[WordLine]:
    """The words of the coded columns, those without a code first."""
    found = [
        WordLine(f"word|{name}|{word}", title(name), word, mapping.code(name, word) or "", options(name))
        for name in CODED
        if name in mapping.columns
        for word in table.words(mapping.columns[name])[:WORDS_MOST]
    ]
    return sorted(found, key=lambda line: bool(line.chosen))


def fixed_lines(mapping: Columns) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Fields that may hold for the whole sheet: key, title, code chosen, codes."""
    return [
        (f"fixed-{name}", title(name), mapping.fixed.get(name, ""), options(name))
        for name in FIXED
        if name not in mapping.columns
    ]


def chosen(post: Mapping[str, str], table: Table) -> Columns:
    """What was chosen on the page. A field chosen for two columns keeps the first and is told by `twice`."""
    columns: dict[str, str] = {}
    for place, heading in enumerate(table.header):
        name = post.get(f"column-{place}", "")
        if heading and name:
            columns.setdefault(name, heading)
    words: dict[str, dict[str, str]] = {}
    for name in CODED:
        for word in table.words(columns[name])[:WORDS_MOST] if name in columns else []:
            if code := post.get(f"word|{name}|{word}", ""):
                words.setdefault(name, {})[word] = code
    fixed = {name: code for name in FIXED if (code := post.get(f"fixed-{name}", "")) and name not in columns}
    return Columns(columns, words, fixed)


def twice(post: Mapping[str, str], table: Table) -> list[str]:
    """Titles of fields that were chosen for more than one column."""
    picked = [post.get(f"column-{place}", "") for place, heading in enumerate(table.header) if heading]
    return [title(name) for name in FIELDS if picked.count(name) > 1]
