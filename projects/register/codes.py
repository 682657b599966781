"""Credit codes of the register: who bears them, who bore one by mistake, and correcting a wrong one.

A code that was corrected stays beside its institution: whoever brings it again, by hand or in a sheet, is told
whose it was.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from projects.models import FormerCode, Institution
from targets.actions.refusals import NotAllowed, Problem, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .batches import chunks
from .facts import clean_code


class Brought:
    """The codes that statements bring new to the register, in the order of the statements (empty for none)."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self._wanted = sorted(set(codes) - {""})
        self._bearers: dict[str, object] = dict(self._borne())
        former = FormerCode.objects.select_related("institution").order_by("pk")
        self._given_up = {
            row.code: row for chunk in chunks(self._wanted) for row in former.filter(code__in=chunk)
        }

    def fault(self, index: int, row: Institution, *, vouched: bool) -> tuple[str, str] | None:
        """Why the code a statement brings cannot be this institution's. `vouched`: it is, although it was another's."""
        code = self.codes[index]
        if not code:
            return None
        bearer: object = row.pk if row.pk is not None else ("new", id(row))
        if self._bearers.setdefault(code, bearer) != bearer:
            return "credit_code", _another_bears_it()
        former = self._given_up.get(code)
        if former is not None and former.institution_id != row.pk and not vouched:
            return "credit_code", _was_anothers(former)
        return None

    def overtaken(self) -> list[Problem]:
        """The statements whose code somebody else entered between our look and our writing."""
        borne = dict(self._borne())
        text = _("他人刚刚登记了这个代码，请在名册里核对。")
        return [Problem(index, "credit_code", text) for index, code in enumerate(self.codes) if code in borne]

    def _borne(self) -> list[tuple[str, int]]:
        rows = Institution.objects.values_list("credit_code", "pk")
        return [pair for chunk in chunks(self._wanted) for pair in rows.filter(credit_code__in=chunk)]


@transaction.atomic
def correct_code(
    *, institution: Institution, credit_code: str, reason: str, by: User, revision: int | None = None
) -> None:
    """Put another code, or none, in the place of a wrong one. Raises `NotAllowed` or `Refused`."""
    row = Institution.objects.select_for_update().get(pk=institution.pk)
    decision = can(by, EDIT_INSTITUTION, department=row.keeper)
    if not decision:
        raise NotAllowed.because(decision.reason)
    if revision is not None and revision != row.revision:
        raise Refused.because(changed_meanwhile(), "revision")
    code = _checked(row, credit_code, reason)
    FormerCode.objects.create(
        institution=row, code=row.credit_code, reason=reason.strip(), corrected_by=by, is_demo=by.is_demo
    )
    try:
        with transaction.atomic():
            Institution.objects.filter(pk=row.pk).update(credit_code=code, revision=F("revision") + 1)
    except IntegrityError:
        raise Refused.because(_another_bears_it(), "credit_code") from None
    audit.record(
        by=by,
        action="institutions.correct_code",
        object_type="institution",
        object_key=str(row.pk),
        before={"credit_code": row.credit_code},
        after={"credit_code": code},
        detail=reason.strip(),
    )


def _checked(row: Institution, credit_code: str, reason: str) -> str:
    """The code as it is written. Raises `Refused` with all that stands against it."""
    code, problems = "", []
    try:
        code = clean_code(credit_code)
    except ValueError as error:
        problems.append(Problem(None, "credit_code", str(error)))
    if not row.credit_code:
        text = _("这家机构还没有登记代码，请在“登记变化”里填写。")
        problems.append(Problem(None, "credit_code", text))
    elif code == row.credit_code:
        problems.append(Problem(None, "credit_code", _("与已登记的代码相同，请填写正确的代码。")))
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明更正的理由或依据。")))
    if problems:
        raise Refused(problems)
    return code


def changed_meanwhile() -> str:
    """What somebody is told who filled in an older page."""
    return _("打开页面之后他人已更正这家机构，请刷新页面，核对后再填。")


def _another_bears_it() -> str:
    return _("这个统一社会信用代码属于名册中的另一家机构，请核对代码。")


def _was_anothers(former: FormerCode) -> str:
    text = _(
        "这是“%(name)s”更正前的代码（现在的代码：%(now)s），请改正；"
        "确属另一家机构的，请在页面上登记，并在“情况说明”中写明依据。"
    )
    names = former.institution.versions.filter(superseded_at=None).order_by("-since")
    name = names.values_list("name", flat=True).first() or former.code
    return text % {"name": name, "now": former.institution.credit_code or _("无")}
