"""Forms of the ledger's import: the sheet, and the choice of what its rows enter and its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.exchange import fields
from projects.exchange.mapping import Reading, guess
from projects.sheets.mapping import WORDS_MOST, Columns
from projects.sheets.reading import Table
from targets.forms.reporting import ActionForm, unit_label
from yuxi_eldercare.core.models import Department

from .institutions_import import ColumnLine, UploadForm, WordLine, column_lines

_NO_COLUMN: Final = frozenset({"entry"})  # numbers are this system's own


class LedgerUploadForm(ActionForm):
    """A sheet of one unit; without a day, because each row names its own."""

    keeper = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("填报单位"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("表格（.xlsx 或 .csv）"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages=UploadForm.base_fields["file"].error_messages,
    )

    def __init__(self, *args: Any, keepers: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["keeper"]
        field.queryset = Department.objects.filter(pk__in=[u.pk for u in keepers]).select_related("region")
        field.label_from_instance = unit_label


def kind_options() -> list[tuple[str, str]]:
    """What the rows of a sheet can enter."""
    return [(kind, fields.sheet(kind).name) for kind in fields.KINDS]


def unit_options() -> list[tuple[str, str]]:
    """In which unit the amounts of a sheet stand."""
    return [(fields.WAN, _("万元")), (fields.YUAN, _("元"))]


def field_options(kind: str) -> list[tuple[str, str]]:
    """What a column can hold."""
    return [(name, fields.title(kind, name)) for name in fields.FIELDS[kind] if name not in _NO_COLUMN]


def lines_of(table: Table, reading: Reading) -> list[ColumnLine]:
    """The columns with a few of their texts and the field each is chosen for."""
    return column_lines(table, reading.columns)


def word_lines(table: Table, reading: Reading) -> list[WordLine]:
    """The words of the coded columns, those without a code first."""
    found = [
        WordLine(
            f"word|{name}|{word}",
            fields.title(reading.kind, name),
            word,
            reading.code(name, word) or "",
            fields.options(name),
        )
        for name in fields.CODED[reading.kind]
        if name in reading.columns.columns
        for word in table.words(reading.columns.columns[name])[:WORDS_MOST]
    ]
    return sorted(found, key=lambda line: bool(line.chosen))


def fixed_lines(reading: Reading) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Coded fields that may hold for the whole sheet: key, title, code chosen, codes."""
    return [
        (f"fixed-{name}", fields.title(reading.kind, name), fixed.get(name, ""), fields.options(name))
        for fixed in [reading.columns.fixed]
        for name in fields.CODED[reading.kind]
        if name not in reading.columns.columns
    ]


def chosen(post: Mapping[str, str], table: Table) -> Reading:
    """What was chosen on the page; when the kind was changed, what its headings usually mean."""
    kind = post.get("rows", "")
    if kind not in fields.KINDS:
        return guess(table)
    if kind != post.get("rows-shown", ""):
        return guess(table, kind)
    columns: dict[str, str] = {}
    for place, heading in enumerate(table.header):
        name = post.get(f"column-{place}", "")
        if heading and name in fields.FIELDS[kind] and name not in _NO_COLUMN:
            columns.setdefault(name, heading)
    words: dict[str, dict[str, str]] = {}
    fixed = {"unit": post.get("unit", "")} if post.get("unit", "") in {fields.WAN, fields.YUAN} else {}
    for name in fields.CODED[kind]:
        codes = {code for code, _label in fields.options(name)}
        for word in table.words(columns[name])[:WORDS_MOST] if name in columns else []:
            if (code := post.get(f"word|{name}|{word}", "")) in codes:
                words.setdefault(name, {})[word] = code
        if name not in columns and (code := post.get(f"fixed-{name}", "")) in codes:
            fixed[name] = code
    return Reading(kind, Columns(columns, words, fixed))


def twice(post: Mapping[str, str], table: Table, kind: str) -> list[str]:
    """Titles of fields that were chosen for more than one column."""
    picked = [post.get(f"column-{place}", "") for place, heading in enumerate(table.header) if heading]
    return [fields.title(kind, name) for name in fields.FIELDS[kind] if picked.count(name) > 1]
