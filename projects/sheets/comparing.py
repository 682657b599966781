"""A sheet set against the register: what is new, what changes, what is wrong; then all of it is written or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import InstitutionVersion
from projects.register import Facts, RegisterChange, Statement, record_statements, statement_problems
from projects.register.facts import COUNTS, SHOWN, label
from projects.register.suspects import Listed, Suspect, register_of
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core.models import Department, Region, User

from .fields import CODED, options
from .lines import Fault, Known, Line, Reader
from .mapping import Columns
from .reading import Table

SHOWN_MOST: Final = 200
Watch = Callable[[str, int], Any]


@dataclass(frozen=True)
class Difference:
    """A fact that a row changes."""

    row: int
    name: str
    institution: int
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Doubt:
    """A new row that may speak of an institution that is already there."""

    row: int
    name: str
    other: str
    institution: int | None
    why: str


@dataclass
class Outcome:
    """What a sheet does, or did (`applied`). Lists hold the first `SHOWN_MOST`; counts count all."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    fault_count: int = 0
    doubt_count: int = 0
    missing_count: int = 0
    applied: bool = False
    faults: list[Fault] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a page, and as the result of a job."""
        return asdict(self)


def compare(
    table: Table,
    mapping: Columns,
    *,
    keeper: Department,
    as_of: date,
    by: User,
    reason: str,
    watch: Watch = lambda phase, total: None,
) -> Outcome:
    """What the sheet would do; nothing is written. Raises `NotAllowed`."""
    return _run(table, mapping, keeper, as_of, by, reason, watch, write=False)


@transaction.atomic
def write(
    table: Table,
    mapping: Columns,
    *,
    keeper: Department,
    as_of: date,
    by: User,
    reason: str,
    confirmed: bool,
    watch: Watch = lambda phase, total: None,
) -> Outcome:
    """Write all of the sheet, or nothing where a row is wrong or a doubt is not `confirmed`."""
    found = _run(table, mapping, keeper, as_of, by, reason, watch, write=False)
    if found.fault_count or (found.doubt_count and not confirmed):
        return found
    return _run(table, mapping, keeper, as_of, by, reason, watch, write=True)


def _run(
    table: Table,
    mapping: Columns,
    keeper: Department,
    as_of: date,
    by: User,
    reason: str,
    watch: Watch,
    *,
    write: bool,
) -> Outcome:
    known = known_of(keeper, as_of)
    watch("compare", len(table.rows))
    reader = Reader(table, mapping, keeper=keeper, as_of=as_of, reason=reason, known=known)
    lines = list(reader.lines())
    faults = [*(fault for line in lines for fault in line.faults), *_further(reader, lines)]
    statements = [(line, line.statement) for line in lines if line.statement is not None]
    changes: list[RegisterChange] = []
    watch("write" if write else "check", len(statements))
    try:
        changes = _recorded([s for _l, s in statements], by=by, write=write)
    except NotAllowed:
        raise
    except Refused as refused:
        faults += [_fault(reader, statements[p.index or 0][0], p) for p in refused.problems]
    faults.sort(key=lambda fault: (fault.row, fault.column))
    outcome = Outcome(rows=len(lines), fault_count=len(faults), faults=faults[:SHOWN_MOST])
    if not changes:
        return outcome
    outcome.applied = write
    _count(outcome, reader, statements, changes)
    if not write:
        _doubts(outcome, reader, statements, changes)
        _missing(outcome, known, statements)
    return outcome


def _further(reader: Reader, lines: Iterable[Line]) -> list[Fault]:
    """What else is wrong in rows that cannot be read as a whole, so that all of it is told at once."""
    rows = [(line, line.tried) for line in lines if line.faults and line.tried is not None]
    problems = statement_problems([tried for _line, tried in rows])
    found = [(rows[problem.index or 0][0], problem) for problem in problems]
    return [_fault(reader, line, problem) for line, problem in found if not line.hides(problem.field)]


@transaction.atomic
def _recorded(statements: Sequence[Statement], *, by: User, write: bool) -> list[RegisterChange]:
    """What becomes of the statements. An institution that the reader did not find and the register now has was entered
    meanwhile: what the sheet leaves blank would be stated as none, so such a row is refused.
    """
    changes = record_statements(statements=statements, by=by, dry_run=not write)
    late = [
        Problem(index, "credit_code", _("导入期间他人登记了这家机构，请刷新页面，重新核对后再写入。"))
        for index, (statement, change) in enumerate(zip(statements, changes, strict=True))
        if statement.institution is None and not change.is_new
    ]
    if late:
        raise Refused(late)
    return changes


def known_of(keeper: Department, as_of: date) -> Known:
    """The keeper's institutions as of a day, those that begin later as they begin. Two statements."""
    names = list(Facts.__dataclass_fields__)
    columns = ["region_id" if name == "region" else name for name in names]
    rows = InstitutionVersion.objects.filter(superseded_at=None, institution__keeper=keeper)
    facts: dict[int, Facts] = {}
    found = rows.order_by("institution", "since").values_list("institution", "since", *columns)
    for pk, since, *values in found.iterator(5_000):
        if pk not in facts or since <= as_of:
            facts[pk] = Facts(*values)
    codes = dict(
        InstitutionVersion.objects.filter(superseded_at=None, institution__keeper=keeper)
        .order_by()
        .values_list("institution", "institution__credit_code")
        .distinct()
    )
    by_code = {code: pk for pk, code in codes.items() if code}
    return Known(facts, by_code, {pk for pk, code in codes.items() if not code})


def _fault(reader: Reader, line: Line, problem: Problem) -> Fault:
    return reader.fault(line, problem.field, problem.message)


def _count(
    outcome: Outcome,
    reader: Reader,
    statements: Sequence[tuple[Line, Statement]],
    changes: Sequence[RegisterChange],
) -> None:
    kinds = Counter("new" if c.is_new else "changed" if c.changed else "unchanged" for c in changes)
    outcome.new, outcome.changed, outcome.unchanged = kinds["new"], kinds["changed"], kinds["unchanged"]
    for (line, statement), change in zip(statements, changes, strict=True):
        if len(outcome.differences) >= SHOWN_MOST:
            break
        if change.is_new or not change.changed:
            continue
        before = change.before or statement.facts
        for name in SHOWN:
            one, other = getattr(before, name), getattr(statement.facts, name)
            if one != other:
                words = (in_words(reader, name, one), in_words(reader, name, other))
                outcome.differences.append(
                    Difference(line.row, line.name, change.institution or 0, label(name), *words)
                )


def in_words(reader: Reader, name: str, value: Any) -> str:
    """A fact as a page shows it."""
    if name == "region":
        row: Region | None = reader.places.rows.get(value)
        return row.short_name if row else value
    if name == "demonstration":
        return _("是") if value else _("否")
    if name in CODED:
        return dict(options(name)).get(value, value)
    return f"{value:,}" if name in COUNTS else value or "—"


def _doubts(
    outcome: Outcome,
    reader: Reader,
    statements: Sequence[tuple[Line, Statement]],
    changes: Sequence[RegisterChange],
) -> None:
    """New rows that look like an institution of the register, of whichever unit, or like another row."""
    fresh = [
        Listed(
            None, s.facts.name, reader.places.county(s.facts.region), s.facts.address, s.facts.kind, line.row
        )
        for (line, s), change in zip(statements, changes, strict=True)
        if change.is_new and s.facts.status == InstitutionVersion.Status.OPEN
    ]
    if not fresh:
        return
    register = register_of({listed.county for listed in fresh})
    found: list[Suspect] = []
    for listed in fresh:
        found += register.like(listed)
        register.add(listed)
    outcome.doubt_count = len(found)
    outcome.doubts = [
        Doubt(
            s.second.row,
            s.second.name,
            s.first.name
            if s.first.pk
            else _("第 %(row)s 行 %(name)s") % {"row": s.first.row, "name": s.first.name},
            s.first.pk,
            s.why,
        )
        for s in found[:SHOWN_MOST]
    ]


def _missing(outcome: Outcome, known: Known, statements: Sequence[tuple[Line, Statement]]) -> None:
    """Open institutions of the kinds in the sheet that it does not name: they stay as they are."""
    stated = {s.institution for _l, s in statements}
    kinds = {s.facts.kind for _l, s in statements}
    names = [
        facts.name
        for pk, facts in known.facts.items()
        if pk not in stated and facts.kind in kinds and facts.status == InstitutionVersion.Status.OPEN
    ]
    outcome.missing_count, outcome.missing = len(names), names[:SHOWN_MOST]
