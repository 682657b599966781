"""The ledger of trained people: who took which course when, with the certificate; the same course counts once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Institution
from subsidies.models import Trainee
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.models import Department, Region, User

from .persons import (
    CHUNK,
    Someone,
    blank_fields,
    columns_of,
    enter_rows,
    hold,
    print_of,
    problems_of,
    repeats,
    restate,
    withdraw_held,
)

COURSE_MOST: Final = 80
CERTIFICATE_MOST: Final = 60
FIRST_DAY: Final = date(2015, 1, 1)


@dataclass(frozen=True)
class Facts:
    """What is stated about a person trained. `institution` is the id of a row of the register, or none."""

    person: Someone
    course: str
    trained_on: date | None
    certificate: str = ""
    institution: int | None = None


@transaction.atomic
def enter(facts: Sequence[Facts], *, department: Department, by: User) -> list[Trainee]:
    """Enter people of a county's unit, all or none. Raises `NotAllowed`, or `Refused` with every problem by index."""
    return enter_rows(
        Trainee,
        map(_columns, facts),
        check=lambda: check(facts, county=department.region),
        meanwhile=_meanwhile(),
        plain=plain,
        department=department,
        by=by,
    )


def check(facts: Sequence[Facts], *, county: Region) -> list[Problem]:
    """All that is wrong with some new trainees of a county, by their index. Two statements."""
    here = _institutions(facts, county)
    problems = [problem for index, one in enumerate(facts) for problem in _problems_of(one, index, here)]
    return problems + _repeats(facts)


@transaction.atomic
def change(trainee: Trainee, facts: Facts, *, by: User) -> Trainee:
    """State a trainee anew. What of the person is blank stays as it was. Raises `NotAllowed`, `Refused`."""
    row = hold(Trainee.objects.all(), trainee.pk, by)
    left = blank_fields(facts.person)
    here = _institutions([facts], row.county)
    problems = [one for one in _problems_of(facts, None, here) if one.field not in left]
    number = row.id_print if "id_number" in left else print_of(facts.person)
    if (number, facts.course.strip(), facts.trained_on) != (row.id_print, row.course, row.trained_on):
        taken = _standing([(number, facts.course.strip(), facts.trained_on)])
        problems += [Problem(None, "id_number", _stands(one)) for one in taken.values()]
    if problems:
        raise Refused(problems)
    restate(row, _columns(facts), left=left, meanwhile=_meanwhile(), plain=plain, by=by)
    return row


@transaction.atomic
def withdraw(trainee: Trainee, *, reason: str, by: User) -> None:
    """Take a trainee out of the ledger, with the reason. Raises as `change` does."""
    withdraw_held(hold(Trainee.objects.all(), trainee.pk, by), reason=reason, by=by)


def plain(row: Trainee) -> dict[str, Any]:
    """What an audit event says of a trainee: masked."""
    return {
        "name": row.name_masked,
        "id_number": row.id_masked,
        "phone": row.phone_masked,
        "course": row.course,
        "trained_on": row.trained_on.isoformat(),
        "certificate": row.certificate,
        "institution": row.institution_id,
    }


def _columns(facts: Facts) -> dict[str, Any]:
    return {
        **columns_of(facts.person),
        "course": facts.course.strip(),
        "trained_on": facts.trained_on,
        "certificate": facts.certificate.strip(),
        "institution_id": facts.institution,
    }


def _institutions(facts: Sequence[Facts], county: Region) -> set[int]:
    """Those of the institutions named that stand in the county now."""
    wanted = {one.institution for one in facts if one.institution is not None}
    if not wanted:
        return set()
    rows = Institution.objects.filter(
        pk__in=wanted, versions__superseded_at=None, versions__until=None, versions__county=county
    )
    return set(rows.values_list("pk", flat=True))


def _problems_of(facts: Facts, index: int | None, here: set[int]) -> Iterable[Problem]:
    yield from problems_of(facts.person, index)
    course = facts.course.strip()
    if not course:
        yield Problem(index, "course", _("请填写培训课程（班次）的名称。"))
    elif len(course) > COURSE_MOST:
        yield Problem(index, "course", _("课程名称最多%(most)s个字。") % {"most": COURSE_MOST})
    if len(facts.certificate.strip()) > CERTIFICATE_MOST:
        yield Problem(index, "certificate", _("证书编号最多%(most)s个字。") % {"most": CERTIFICATE_MOST})
    if facts.trained_on is None:
        yield Problem(index, "trained_on", _("请填写培训结束的日期。"))
    elif facts.trained_on > timezone.localdate():
        yield Problem(index, "trained_on", _("培训日期不能晚于今天。"))
    elif facts.trained_on < FIRST_DAY:
        text = _("培训日期早于%(day)s，请核对。")
        yield Problem(index, "trained_on", text % {"day": FIRST_DAY.isoformat()})
    if facts.institution is not None and facts.institution not in here:
        yield Problem(index, "institution", _("这家机构不在本县（市、区）的名册里，请重新选择，或留空。"))


_Key = tuple[str, str, date | None]


def _repeats(facts: Sequence[Facts]) -> list[Problem]:
    """People who stand in the ledger with the same course and day already, or twice among these."""
    keys = [(print_of(one.person), one.course.strip(), one.trained_on) for one in facts]
    twice = _("与第%(n)s条是同一人的同一次培训，只登记一次。")
    known = [key if key[0] else None for key in keys]
    return repeats(known, _standing(keys), stands=_stands, twice=twice)


def _standing(keys: Sequence[_Key]) -> dict[_Key, Trainee]:
    """The rows that stand for these. One statement per few hundred."""
    prints = sorted({key[0] for key in keys if key[0]})
    found: dict[_Key, Trainee] = {}
    for start in range(0, len(prints), CHUNK):
        holds = Q(id_print__in=prints[start : start + CHUNK], withdrawn_at=None)
        for row in Trainee.objects.filter(holds).select_related("county"):
            found[row.id_print, row.course, row.trained_on] = row
    return {key: found[key] for key in keys if key in found}


def _stands(row: Trainee) -> str:
    text = _("这次培训已在%(county)s登记（%(name)s，%(number)s，%(day)s），同一人的同一次培训只登记一次。")
    return text % {
        "county": row.county.short_name,
        "name": row.name_masked,
        "number": row.id_masked,
        "day": row.trained_on.isoformat(),
    }


def _meanwhile() -> str:
    return _("有人同时登记了其中的人员，请刷新后重试。")
