"""Writing statements into the register: one from a form or fifty thousand from a sheet, all of them or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Institution, InstitutionVersion
from projects.offering import count_soon
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .batches import CHUNK, chunks
from .codes import Brought, changed_meanwhile
from .facts import Facts, Statement, clean_code, faults
from .history import Plan, Span, after, plan


@dataclass(frozen=True)
class RegisterChange:
    """What became of one statement: its institution (None while only tried), whether it is new, what changed."""

    institution: int | None
    is_new: bool
    changed: bool
    before: Facts | None


@dataclass
class _Case:
    """One institution in this call: stored, or about to be."""

    row: Institution
    chain: list[Span]
    superseded: list[Span]
    added: list[Span]
    is_new: bool
    code: str = ""  # the credit code of an institution that was entered without one


def close_institution(
    *, institution: Institution, on: date, reason: str, by: User, revision: int | None = None
) -> RegisterChange:
    """Note that an institution stopped working on a day. Raises `NotAllowed` or `Refused`."""
    current = institution.versions.filter(superseded_at=None, until=None).first()
    if current is None or current.status == InstitutionVersion.Status.CLOSED:
        raise Refused.because(_("这家机构已登记关停，不需要再次登记。"))
    if not reason.strip():
        raise Refused.because(_("请写明关停的原因。"), "reason")
    if on < current.since:
        text = _("关停日期不能早于最近一次登记的日期（%(since)s）。")
        raise Refused.because(text % {"since": current.since}, "since")
    facts = replace(Facts.of(current), status=InstitutionVersion.Status.CLOSED)
    statement = Statement(
        on, facts, institution.keeper_id, institution.pk, reason=reason.strip(), revision=revision
    )
    return record_statements(statements=[statement], by=by)[0]


@transaction.atomic
def record_statements(
    *, statements: Sequence[Statement], by: User, dry_run: bool = False
) -> list[RegisterChange]:
    """Put statements into the register in their order; with `dry_run` nothing is written.

    Raises `NotAllowed`, or `Refused` with the index and field of all that is wrong. Statements bounded only by
    memory; reads and writes grow by chunks of rows, not by rows.
    """
    statements = list(statements)
    keepers = Department.objects.in_bulk({statement.keeper for statement in statements})
    for keeper in keepers.values():
        decision = can(by, EDIT_INSTITUTION, department=keeper)
        if not decision:
            raise NotAllowed.because(decision.reason)
    places = _Places()
    problems = _problems(statements, places, keepers)
    if problems:
        raise Refused(problems)
    cases, found = _cases(statements, by), []
    codes = Brought([_brought(*pair) for pair in zip(statements, cases, strict=True)])
    for index, (statement, case) in enumerate(zip(statements, cases, strict=True)):
        problem = _out_of_place(statement, case, keepers)
        problem = problem or codes.fault(index, case.row, vouched=statement.vouched)
        if problem:
            problems.append(Problem(index, *problem))
            continue
        if not case.is_new:
            case.code = codes.codes[index] or case.code
        made = plan(case.chain, statement)
        if made.amends and not statement.reason.strip():
            text = _("当日已有登记，更正须写明理由。")
            problems.append(Problem(index, "reason", text))
            continue
        before = made.superseded[0].facts if made.superseded else None
        _note(case, made)
        found.append((case, made.changes or bool(case.code), before))
    if problems:
        raise Refused(problems)
    if not dry_run:
        _write_first(cases, codes, places, by)
    return [RegisterChange(case.row.pk, case.is_new, changed, before) for case, changed, before in found]


def statement_problems(statements: Sequence[Statement]) -> list[Problem]:
    """What is wrong with each statement by itself and with its place, register aside. Two statements, none for none."""
    if not statements:
        return []
    keepers = Department.objects.in_bulk({statement.keeper for statement in statements})
    return _problems(statements, _Places(), keepers)


def _problems(
    statements: Sequence[Statement], places: "_Places", keepers: dict[int, Department]
) -> list[Problem]:
    today = timezone.localdate()
    return [
        Problem(index, name, text)
        for index, statement in enumerate(statements)
        for name, text in [*faults(statement, today), *places.faults(statement, keepers)]
    ]


class _Places:
    """Regions by code with the county they lie in; one statement."""

    def __init__(self) -> None:
        self.rows = {row.code: row for row in Region.objects.filter(withdrawn=False)}

    def county(self, code: str) -> Region:
        """The county a region lies in (itself, for a county)."""
        row = self.rows[code]
        while row.level != Region.Level.COUNTY and row.parent_id:
            row = self.rows[row.parent_id]
        return row

    def faults(self, statement: Statement, keepers: dict[int, Department]) -> Iterator[tuple[str, str]]:
        """A place that does not exist, is no place below the city, or lies outside the keeper's region."""
        code = statement.facts.region
        if code not in self.rows or self.rows[code].level == Region.Level.CITY:
            yield (
                "region",
                _("没有代码为“%(code)s”的县、乡镇或村，请填写行政区划代码或名称。") % {"code": code[:20]},
            )
            return
        keeper = keepers.get(statement.keeper)
        if keeper is None:
            yield "keeper", _("没有这个登记单位，请刷新页面后再选。")
        elif keeper.region_id not in {code, *self._above(code)}:
            text = _("%(place)s不在%(unit)s的范围内。")
            yield "region", text % {"place": self.rows[code].short_name, "unit": keeper.short_name}

    def _above(self, code: str) -> Iterator[str]:
        row = self.rows[code]
        while row.parent_id:
            yield row.parent_id
            row = self.rows[row.parent_id]


def _cases(statements: Sequence[Statement], by: User) -> list[_Case]:
    """The institution each statement is about, locked; statements about one institution share its case."""
    ids = {s.institution for s in statements if s.institution is not None}
    codes = {clean_code(s.credit_code) for s in statements} - {""}
    rows = {row.pk: row for chunk in chunks(sorted(ids)) for row in _locked(pk__in=chunk)}
    rows |= {row.pk: row for chunk in chunks(sorted(codes)) for row in _locked(credit_code__in=chunk)}
    chains: dict[int, list[Span]] = {pk: [] for pk in rows}
    for chunk in chunks(sorted(rows)):
        for version in InstitutionVersion.objects.filter(institution__in=chunk, superseded_at=None):
            span = Span(version.since, version.until, Facts.of(version), version.pk, version.reason)
            chains[version.institution_id].append(span)
    known = {pk: _Case(row, chains[pk], [], [], False) for pk, row in rows.items()}
    by_code = {case.row.credit_code: case for case in known.values() if case.row.credit_code}
    found = []
    for statement in statements:
        code = clean_code(statement.credit_code)
        case = known.get(statement.institution) if statement.institution else by_code.get(code)
        if case is None:
            row = Institution(
                credit_code=code,
                keeper_id=statement.keeper,
                project_id=statement.project,
                created_by=by,
                is_demo=by.is_demo,
            )
            case = _Case(row, [], [], [], True)
            if code:
                by_code[code] = case
        found.append(case)
    return found


def _locked(**wanted: Any) -> Iterable[Institution]:
    return Institution.objects.select_for_update().filter(**wanted).order_by("pk")


def _out_of_place(
    statement: Statement, case: _Case, keepers: dict[int, Department]
) -> tuple[str, str] | None:
    """Why this statement cannot be about this institution."""
    if statement.institution is not None and case.row.pk != statement.institution:
        return "institution", _("没有这家机构，可能已被合并，请刷新页面。")
    if case.row.keeper_id != statement.keeper:
        return "keeper", _("这家机构由其他单位登记，请联系登记单位更正。")
    if statement.revision is not None and statement.revision != case.row.revision:
        return "revision", changed_meanwhile()
    code = clean_code(statement.credit_code)
    if code and case.row.credit_code and code != case.row.credit_code:
        text = _("统一社会信用代码与已登记的（%(code)s）不同；不是同一家机构的，请另行登记。")
        return "credit_code", text % {"code": case.row.credit_code}
    return None


def _brought(statement: Statement, case: _Case) -> str:
    """The code that a statement brings new to the register: of a new institution, or of one that had none."""
    return clean_code(statement.credit_code) if case.is_new or not case.row.credit_code else ""


def _note(case: _Case, made: Plan) -> None:
    """Carry a plan into the case; what an earlier statement of this call added is not stored yet."""
    case.chain = after(case.chain, made)
    for span in made.superseded:
        if span in case.added:
            case.added.remove(span)
        else:
            case.superseded.append(span)
    case.added.extend(made.added)


def _write_first(cases: Sequence[_Case], codes: Brought, places: _Places, by: User) -> None:
    """Write, unless somebody else has entered one of the new codes meanwhile. Raises `Refused` then."""
    try:
        # A transaction of its own, so that after an error the database still says whose the codes are.
        with transaction.atomic():
            _write(cases, places, by, timezone.now())
    except IntegrityError:
        problems = codes.overtaken()
        if not problems:
            raise
        raise Refused(problems) from None


def _write(cases: Sequence[_Case], places: _Places, by: User, now: datetime) -> None:
    changed = list({id(case): case for case in cases if case.added or case.code}.values())
    if not changed:
        return
    # In the order of codes: of two sheets with the same new ones the second waits for the first, and not each for
    # the other.
    fresh = sorted((case.row for case in changed if case.is_new), key=attrgetter("credit_code"))
    Institution.objects.bulk_create(fresh, batch_size=CHUNK)
    old = [case.row.pk for case in changed if not case.is_new]
    for chunk in chunks(old):
        Institution.objects.filter(pk__in=chunk).update(revision=F("revision") + 1)
    for case in sorted(changed, key=attrgetter("code")):
        if case.code:
            Institution.objects.filter(pk=case.row.pk).update(credit_code=case.code)
    gone = [span.pk for case in changed for span in case.superseded if span.pk is not None]
    for stored in chunks(gone):
        InstitutionVersion.objects.filter(pk__in=stored).update(superseded_at=now)
    InstitutionVersion.objects.bulk_create(
        [
            InstitutionVersion(
                institution=case.row,
                since=span.since,
                until=span.until,
                county=places.county(span.facts.region),
                reason=span.reason,
                recorded_at=now,
                recorded_by=by,
                is_demo=by.is_demo,
                **span.facts.columns(),
            )
            for case in changed
            for span in case.added
        ],
        batch_size=CHUNK,
    )
    _audit(changed, by)
    count_soon()


def _audit(changed: Sequence[_Case], by: User) -> None:
    """One event: with before and after for one institution, with a digest of the rows for many."""
    lines = [
        {"institution": case.row.pk, "since": str(span.since), "until": str(span.until), **_plain(span.facts)}
        for case in changed
        for span in case.added
    ]
    lines += [{"institution": case.row.pk, "credit_code": case.code} for case in changed if case.code]
    single = len(changed) == 1
    audit.record(
        by=by,
        action="institutions.record",
        object_type="institution",
        object_key=str(changed[0].row.pk) if single else _("%(n)s 家机构") % {"n": len(changed)},
        before=[_plain(span.facts) for span in changed[0].superseded] if single else None,
        after=lines if single else audit.digest_rows(lines),
        detail=changed[0].added[-1].reason if single and changed[0].added else "",
    )


def _plain(facts: Facts) -> dict[str, Any]:
    return {name: str(value) for name, value in facts.columns().items()}
