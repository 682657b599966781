"""Which column holds what and which words mean which code: guessed, chosen, and kept under a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import ColumnMapping
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .fields import CODED, FIELDS, FIXED, guess_code, guess_field, options, title
from .reading import Table

SUBJECT: Final = ColumnMapping.Subject.INSTITUTIONS
NAME_MOST: Final = 60
WORDS_MOST: Final = 40  # a column with more different words is no column of codes


@dataclass(frozen=True)
class Columns:
    """`columns`: field → heading. `words`: field → {word in the file: code}. `fixed`: field → code."""

    columns: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: ColumnMapping) -> "Columns":
        """A kept mapping."""
        return cls(stored.columns, stored.words, stored.fixed)

    def code(self, name: str, word: str) -> str | None:
        """The code a word stands for: as chosen, else as usual; none when it is not known."""
        return self.words.get(name, {}).get(word) or guess_code(name, word)


def guess(table: Table) -> Columns:
    """What the headings usually mean; a field is found once, at its first heading."""
    columns: dict[str, str] = {}
    for heading in table.header:
        name = guess_field(heading) if heading else None
        if name is not None:
            columns.setdefault(name, heading)
    return Columns(columns)


def unknown_words(table: Table, mapping: Columns) -> list[tuple[str, str]]:
    """(field, word) of each word in a coded column whose code nobody has said."""
    return [
        (name, word)
        for name in CODED
        if name in mapping.columns
        for word in table.words(mapping.columns[name])[:WORDS_MOST]
        if mapping.code(name, word) is None
    ]


def mappings_of(keeper: Department) -> list[ColumnMapping]:
    """A unit's kept mappings, the last saved first. One statement."""
    return list(ColumnMapping.objects.filter(keeper=keeper, subject=SUBJECT).order_by("-saved_at", "-pk"))


def fitting(table: Table, kept: Sequence[ColumnMapping]) -> ColumnMapping | None:
    """The kept mapping all of whose headings stand in the table; of several the one with most columns."""
    headings = set(table.header)
    fits = [row for row in kept if row.columns and set(row.columns.values()) <= headings]
    return max(fits, key=lambda row: len(row.columns), default=None)


@transaction.atomic
def save_mapping(*, keeper: Department, name: str, mapping: Columns, by: User) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced. Raises `NotAllowed` or `Refused`."""
    decision = can(by, EDIT_INSTITUTION, department=keeper)
    if not decision:
        raise NotAllowed.because(decision.reason)
    name = name.strip()
    problems = list(_faults(name, mapping))
    if problems:
        raise Refused(problems)
    row = ColumnMapping.objects.select_for_update().filter(keeper=keeper, subject=SUBJECT, name=name).first()
    before = _plain(row) if row else None
    row = row or ColumnMapping(keeper=keeper, subject=SUBJECT, name=name, is_demo=by.is_demo)
    row.columns, row.words, row.fixed, row.saved_by = mapping.columns, mapping.words, mapping.fixed, by
    if before == _plain(row):
        return row
    row.save()
    audit.record(
        by=by,
        action="column_mappings.save",
        object_type="column_mapping",
        object_key=f"{keeper.key}/{name}",
        before=before,
        after=_plain(row),
    )
    return row


def _faults(name: str, mapping: Columns) -> Sequence[Problem]:
    found = []
    if not name or len(name) > NAME_MOST:
        text = _("请给这份对应关系起个名字（最多 %(most)s 个字），例如“民政系统季度导出”。")
        found.append(Problem(None, "name", text % {"most": NAME_MOST}))
    if "name" not in mapping.columns:
        found.append(Problem(None, "column-name", _("请选择哪一列是机构名称。")))
    twice = [heading for heading in mapping.columns.values() if _count(mapping.columns, heading) > 1]
    if twice:
        text = _("“%(heading)s”列对应了不止一项，每列只能对应一项。")
        found.append(Problem(None, "columns", text % {"heading": twice[0]}))
    for field_name in FIXED:
        if field_name not in mapping.columns and not mapping.fixed.get(field_name):
            text = _("表里没有“%(field)s”一列的，请选择一个对全表适用的值。")
            found.append(Problem(None, f"fixed-{field_name}", text % {"field": title(field_name)}))
    known = {name: {code for code, _words in options(name)} for name in CODED}
    chosen = [(name, code) for name, words in mapping.words.items() for code in words.values()]
    for field_name, code in [*chosen, *mapping.fixed.items()]:
        if field_name not in known or code not in known[field_name]:
            found.append(Problem(None, "words", _("有一个词没有对应到选项，请重新选择。")))
            break
    if set(mapping.columns) - set(FIELDS):
        found.append(Problem(None, "columns", _("有一列对应的项目不存在，请刷新页面后重选。")))
    return found


def _count(columns: Mapping[str, str], heading: str) -> int:
    return sum(1 for text in columns.values() if text == heading)


def _plain(row: ColumnMapping) -> dict[str, Any]:
    return {"columns": dict(row.columns), "words": dict(row.words), "fixed": dict(row.fixed)}
