"""How another system's sheet is read: what its rows enter, which column holds what, which words mean which code.

`ColumnMapping.fixed` says what holds for the whole sheet: `rows` (月报, 资金 or 阶段), `unit` (万元 or 元), and a code
for a coded field without a column.
"""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import ColumnMapping
from projects.sheets.kept import NAME_MOST, keep_mapping
from projects.sheets.mapping import WORDS_MOST, Columns
from projects.sheets.reading import Table
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import EDIT_PROJECT, can

from . import fields

SUBJECT: Final = ColumnMapping.Subject.PROJECTS


@dataclass(frozen=True)
class Reading:
    """A kind of rows with the columns they stand in."""

    kind: str
    columns: Columns

    @property
    def unit(self) -> str:
        """万元 unless the sheet is said to be in 元."""
        return self.columns.fixed.get("unit", fields.WAN)

    def code(self, field: str, word: str) -> str | None:
        """The code a word stands for; of an empty cell what holds for the whole sheet."""
        if not word:
            return self.columns.fixed.get(field)
        return self.columns.words.get(field, {}).get(word) or fields.guess_code(field, word)


def guess(table: Table, kind: str = "") -> Reading:
    """What the headings usually mean; without a kind the one that most of them speak of."""
    found = [(_columns(table, one), one) for one in ([kind] if kind else fields.KINDS)]
    columns, best = max(found, key=lambda pair: len(pair[0]))
    return Reading(best, Columns(columns))


def _columns(table: Table, kind: str) -> dict[str, str]:
    columns: dict[str, str] = {}
    for heading in table.header:
        name = fields.guess_field(kind, heading) if heading else None
        if name is not None:
            columns.setdefault(name, heading)
    return columns


def reading_of(stored: ColumnMapping) -> Reading:
    """A kept mapping."""
    return Reading(
        stored.fixed.get("rows", fields.REPORTS), Columns(stored.columns, stored.words, stored.fixed)
    )


def unknown_words(table: Table, reading: Reading) -> list[tuple[str, str]]:
    """(field, word) of each word in a coded column whose code nobody has said."""
    return [
        (field, word)
        for field in fields.CODED[reading.kind]
        if field in reading.columns.columns
        for word in table.words(reading.columns.columns[field])[:WORDS_MOST]
        if reading.code(field, word) is None
    ]


@transaction.atomic
def save_mapping(*, keeper: Department, name: str, table: Table, reading: Reading, by: User) -> ColumnMapping:
    """Keep how a sheet is read under a name; one of the same name is replaced. Raises `NotAllowed` or `Refused`."""
    decision = can(by, EDIT_PROJECT, department=keeper)
    if not decision:
        raise NotAllowed.because(decision.reason)
    name = name.strip()
    problems = _faults(name, table, reading)
    if problems:
        raise Refused(problems)
    return keep_mapping(
        subject=SUBJECT,
        keeper=keeper,
        name=name,
        columns=reading.columns.columns,
        words=reading.columns.words,
        fixed={**reading.columns.fixed, "rows": reading.kind},
        by=by,
    )


def _faults(name: str, table: Table, reading: Reading) -> list[Problem]:
    found = []
    columns, fixed = reading.columns.columns, reading.columns.fixed
    if not name or len(name) > NAME_MOST:
        text = _("请给这份对应关系起个名字（最多 %(most)s 个字），例如“投资平台月报导出”。")
        found.append(Problem(None, "name", text % {"most": NAME_MOST}))
    if "project" not in columns and "name" not in columns:
        found.append(Problem(None, "", _("请选择哪一列是项目代码或项目名称。")))
    for field in fields.NEEDED[reading.kind]:
        if field not in columns and not fixed.get(field):
            text = _("请选择哪一列是“%(field)s”。")
            found.append(Problem(None, "", text % {"field": fields.title(reading.kind, field)}))
    if reading.kind == fields.FUNDING and "on" not in columns and fixed.get("kind") != fields.PLANNED:
        text = _("请选择哪一列是“%(field)s”。")
        found.append(Problem(None, "", text % {"field": fields.title(reading.kind, "on")}))
    unknown = unknown_words(table, reading)
    if unknown:
        text = _("还有 %(n)s 个词没有选对应的选项（例如“%(word)s”），请在下面选择。")
        found.append(Problem(None, "", text % {"n": len(unknown), "word": unknown[0][1]}))
    return found
