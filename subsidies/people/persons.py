"""What households and trainees share: who is entered, checked, sealed, masked and found again; who may enter whom."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application, Household, Trainee
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Region, User
from yuxi_eldercare.core.models.sealed import Sealed, fingerprint
from yuxi_eldercare.core.personal import born_on, clean_digits, is_id_number, is_phone, mask_name, mask_number
from yuxi_eldercare.core.roles import EDIT_PEOPLE, can

NAME_MOST: Final = 40
REASON_MOST: Final = 300
CHUNK: Final = 500
# Once the county has handed an application in, what it was handed in with stays as it was.
_LOOSE: Final = (
    Application.State.DRAFT,
    Application.State.RETURNED,
    Application.State.WITHDRAWN,
    Application.State.REFUSED,
)
Row = TypeVar("Row", Household, Trainee)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Someone:
    """A person as typed. Nothing of it is printed, so that no log keeps it."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(default="", repr=False)


def problems_of(someone: Someone, index: int | None = None) -> Iterator[Problem]:
    """What is wrong with a person's own data."""
    name = someone.name.strip()
    if not name:
        yield Problem(index, "name", _("请填写姓名。"))
    elif len(name) > NAME_MOST:
        yield Problem(index, "name", _("姓名最多%(most)s个字。") % {"most": NAME_MOST})
    if not someone.id_number.strip():
        yield Problem(index, "id_number", _("请填写身份证号。"))
    elif not is_id_number(someone.id_number):
        text = _("身份证号不对：应为18位，出生日期和校验位须相符。请核对；表格里这一列须是文本格式。")
        yield Problem(index, "id_number", text)
    elif born_on(someone.id_number) > timezone.localdate():
        yield Problem(index, "id_number", _("身份证号里的出生日期晚于今天，请核对。"))
    if someone.phone.strip() and not is_phone(someone.phone):
        yield Problem(index, "phone", _("联系电话不对，应为手机号或带区号的固定电话；没有的留空。"))


def columns_of(someone: Someone) -> dict[str, Any]:
    """A person as columns of a row: sealed, with masks and the fingerprint of the ID number."""
    number, phone = clean_digits(someone.id_number), clean_digits(someone.phone)
    return {
        "name": Sealed.of(someone.name.strip()),
        "name_masked": mask_name(someone.name),
        "id_number": Sealed.of(number),
        "id_masked": mask_number(number),
        "id_print": print_of(someone),
        "phone": Sealed.of(phone),
        "phone_masked": mask_number(phone),
    }


def blank_fields(someone: Someone) -> set[str]:
    """What was left blank of a person: in a change that means it stays as it is."""
    return {name for name in ("name", "id_number", "phone") if not getattr(someone, name).strip()}


def column_field(column: str) -> str:
    """The field a column is made from: `id_masked` and `id_print` belong to the ID number."""
    if column.startswith("id_"):
        return "id_number"
    return column.removesuffix("_masked")


def print_of(someone: Someone) -> str:
    """By what the same person is found again."""
    return fingerprint(clean_digits(someone.id_number))


def check_keeper(unit: Department, by: User) -> None:
    """Raises `NotAllowed` for who does not keep this unit's people, and `Refused` for a unit that is no county's."""
    decision = can(by, EDIT_PEOPLE, department=unit)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if unit.region.level != Region.Level.COUNTY:
        text = _("%(unit)s不是县（市、区）的单位，人员由所在县（市、区）的单位登记。")
        raise Refused.because(text % {"unit": unit.short_name}, "department")


def enter_rows(
    model: type[Row],
    columns: Iterable[dict[str, Any]],
    *,
    check: Callable[[], list[Problem]],
    meanwhile: str,
    plain: Callable[[Row], dict[str, Any]],
    department: Department,
    by: User,
) -> list[Row]:
    """Write rows of a unit, all or none, with one audit event. Raises `NotAllowed`, or `Refused` with what is wrong.

    `meanwhile` is said when somebody else entered one of them since the check and nothing else explains it.
    """
    check_keeper(department, by)
    if problems := check():
        raise Refused(problems)
    whose = {"county": department.region, "department": department, "entered_by": by, "is_demo": by.is_demo}
    rows = [model(**one, **whose) for one in columns]
    try:
        with transaction.atomic():
            made: list[Row] = model._default_manager.bulk_create(rows, batch_size=CHUNK)
    except IntegrityError:
        raise Refused(check() or [Problem(None, "id_number", meanwhile)]) from None
    if len(made) == 1:
        record(made[0], "people.enter", by=by, after=plain(made[0]))
    else:
        audit.record(
            by=by,
            action="people.import",
            object_type=model._meta.model_name or "",
            object_key=f"{department.key}×{len(made)}",
            department=department,
            after=audit.digest_rows([plain(row) for row in made]),
        )
    return made


def restate(
    row: Row,
    columns: Mapping[str, Any],
    *,
    left: Collection[str],
    meanwhile: str,
    plain: Callable[[Row], dict[str, Any]],
    by: User,
) -> None:
    """Write a held row anew but for the fields that are left as they were, with its audit event. Raises `Refused`."""
    before = plain(row)
    for name, value in columns.items():
        if column_field(name) not in left:
            setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused.because(meanwhile, "id_number") from None
    record(row, "people.change", by=by, before=before, after=plain(row))


def repeats(
    keys: Sequence[Key | None], standing: Mapping[Key, Row], *, stands: Callable[[Row], str], twice: str
) -> list[Problem]:
    """Those that stand in the ledger already, and those that come twice among these: `twice` names the first as n."""
    problems: list[Problem] = []
    first: dict[Key, int] = {}
    for index, key in enumerate(keys):
        if key is None:
            continue
        if key in standing:
            problems.append(Problem(index, "id_number", stands(standing[key])))
        elif key in first:
            problems.append(Problem(index, "id_number", twice % {"n": first[key] + 1}))
        first.setdefault(key, index)
    return problems


def hold(rows: QuerySet[Row], pk: int, by: User) -> Row:
    """The row, locked, for who may change it. Raises `NotAllowed`, or `Refused` for what stands fast.

    The application it stands in is locked first, as everywhere, so that it is not handed in meanwhile.
    """
    application = rows.values_list("application", flat=True).get(pk=pk)
    if application is not None:
        Application.objects.select_for_update().get(pk=application)
    row = rows.select_for_update(of=("self",)).select_related("department__region", "application").get(pk=pk)
    check_keeper(row.department, by)
    fast = why_fast(row)
    if fast:
        raise Refused.because(fast)
    return row


def why_fast(row: Household | Trainee) -> str:
    """Why the row cannot be changed any more; empty when it can."""
    if row.withdrawn_at is not None:
        return _("这条登记已经撤销，不能再改。需要的请重新登记。")
    if row.application is not None and row.application.state not in _LOOSE:
        text = _("已列入补助申请%(number)s（%(state)s），不能再改；须先由申请单位撤回，或由核查单位退回。")
        words = {"number": row.application.number, "state": row.application.get_state_display()}
        return text % words
    return ""


def withdraw_held(row: Row, *, reason: str, by: User) -> None:
    """Take a held row out of the ledger; it stays readable. Raises `Refused` without a reason."""
    why = stated_reason(reason)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), by, why
    row.application = None
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "application"])
    record(row, "people.withdraw", by=by, before={"name": row.name_masked}, detail=why)


def stated_reason(reason: str) -> str:
    """The reason, where one must be given. Raises `Refused`."""
    why = reason.strip()
    if not why:
        raise Refused.because(_("请写明理由。"), "reason")
    if len(why) > REASON_MOST:
        raise Refused.because(_("理由最多%(most)s个字，请缩短。") % {"most": REASON_MOST}, "reason")
    return why


def record(row: Household | Trainee, action: str, *, by: User, **said: Any) -> None:
    """An audit event about a row. What it says of the person is masked."""
    audit.record(
        by=by,
        action=action,
        object_type=row._meta.model_name or "",
        object_key=str(row.pk),
        department=row.department,
        **said,
    )
