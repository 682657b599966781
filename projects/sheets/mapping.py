"""Which column holds what and which words mean which code: guessed, chosen, and kept under a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import ColumnMapping
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .fields import CODED, FIELDS, FIXED, guess_code, guess_field, options, title
from .kept import NAME_MOST, keep_mapping
from .reading import Table

SUBJECT: Final = ColumnMapping.Subject.INSTITUTIONS
_TOLD_BY_WORDS: Final = ("kind", "operation")
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
    """What the headings usually mean; a field is found once, at its first heading.

    “机构性质” is a kind in one sheet and an operation in the next: there the words in the column decide.
    """
    columns: dict[str, str] = {}
    for heading in table.header:
        name = guess_field(heading) if heading else None
        if name is not None and name in _TOLD_BY_WORDS:
            name = _meant(name, table.words(heading))
        if name is not None:
            columns.setdefault(name, heading)
    return Columns(columns)


def _meant(name: str, words: Sequence[str]) -> str:
    """Of kind and operation the one whose words stand in the column more; as the heading says where none does."""
    others = [other for other in _TOLD_BY_WORDS if other != name]
    known = {one: sum(guess_code(one, word) is not None for word in words) for one in (name, *others)}
    return max(known, key=known.__getitem__)


def unknown_words(table: Table, mapping: Columns) -> list[tuple[str, str]]:
    """(field, word) of each word in a coded column whose code nobody has said."""
    return [
        (name, word)
        for name in CODED
        if name in mapping.columns
        for word in table.words(mapping.columns[name])[:WORDS_MOST]
        if mapping.code(name, word) is None
    ]


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
    return keep_mapping(
        subject=SUBJECT,
        keeper=keeper,
        name=name,
        columns=mapping.columns,
        words=mapping.words,
        fixed=mapping.fixed,
        by=by,
    )


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
