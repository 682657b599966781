"""What is stated about an institution for some day, and what cannot be so."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from projects.models import InstitutionVersion

MOST: Final = 100_000
EARLIEST: Final = date(1949, 10, 1)
_PARTS: Final = (
    ("nursing_beds", "beds"),
    ("inclusive_places", "childcare_places"),
    ("certified_staff", "staff"),
)
COUNTS: Final = (
    "beds",
    "nursing_beds",
    "childcare_places",
    "inclusive_places",
    "enrolled",
    "staff",
    "certified_staff",
)
# In the order in which people read them.
SHOWN: Final = (
    "name", "region", "address", "kind", "operation", "status", *COUNTS, "demonstration", "licence", "filing",
)  # fmt: skip
_LONGEST: Final = {"name": 120, "address": 160, "licence": 60, "filing": 60}
# Where people stay or are placed; elsewhere they may be served without a bed or place.
_PLACING: Final = ("eldercare", "regional_centre", "childcare")
_TIMES: Final = 2  # half-day groups share their places; more than that is a slip of the pen
Fault = tuple[str, str]
"""A field and the sentence about it."""


@dataclass(frozen=True)
class Facts:
    """Everything a version says besides its days. `region` is a region's code, of any level below the city."""

    name: str
    region: str
    kind: str
    operation: str
    address: str = ""
    beds: int = 0
    nursing_beds: int = 0
    childcare_places: int = 0
    inclusive_places: int = 0
    enrolled: int = 0
    staff: int = 0
    certified_staff: int = 0
    demonstration: bool = False
    licence: str = ""
    filing: str = ""
    status: str = InstitutionVersion.Status.OPEN

    @classmethod
    def of(cls, version: InstitutionVersion) -> "Facts":
        """What a version says."""
        return cls(**{f.name: getattr(version, _ATTRIBUTE.get(f.name, f.name)) for f in fields(cls)})

    def columns(self) -> dict[str, Any]:
        """As columns of a version."""
        return {_ATTRIBUTE.get(f.name, f.name): getattr(self, f.name) for f in fields(self)}


_ATTRIBUTE: Final = {"region": "region_id"}


@dataclass(frozen=True)
class Statement:
    """That something is so from a day on. Without `institution` a known `credit_code` finds it, or it is new.

    `revision` is the one its author saw, none where no page was shown. `reason` is needed to amend what was
    stated for the same day. `vouched`: somebody wrote why a code that another institution bore by mistake
    is right here.
    """

    since: date
    facts: Facts
    keeper: int
    institution: int | None = None
    credit_code: str = ""
    reason: str = ""
    revision: int | None = None
    project: int | None = None
    vouched: bool = False


def clean_code(text: str) -> str:
    """A 统一社会信用代码 without blanks, in capitals; raises `ValueError` with the sentence when it is none."""
    code = "".join(text.split()).upper()
    try:
        return str(uscc.validate(code)) if code else ""
    except ValidationError:
        raise ValueError(
            _("统一社会信用代码“%(code)s”不正确（18 位，末位为校验码），请对照登记证书核对。")
            % {"code": text[:40]}
        ) from None


def faults(statement: Statement, today: date) -> Iterator[Fault]:
    """All that is wrong with a statement by itself."""
    facts = statement.facts
    if not facts.name.strip():
        yield "name", _("请填写机构名称。")
    for name, most in _LONGEST.items():
        if len(getattr(facts, name)) > most:
            yield name, _("最多 %(most)s 个字，请缩短。") % {"most": most}
    for name, choices in (("kind", InstitutionVersion.Kind), ("operation", InstitutionVersion.Operation)):
        if getattr(facts, name) not in choices.values:
            labels = _("、").join(str(label) for label in choices.labels)
            yield name, _("请在以下各项中选择：%(labels)s。") % {"labels": labels}
    if not EARLIEST <= statement.since <= today:
        text = _("日期应在 %(first)s 至今天（%(today)s）之间。")
        yield "since", text % {"first": EARLIEST, "today": today}
    yield from _wrong_counts(facts)
    yield from _too_many(facts)
    try:
        clean_code(statement.credit_code)
    except ValueError as error:
        yield "credit_code", str(error)
    if facts.status == InstitutionVersion.Status.CLOSED and facts.enrolled:
        text = _("仍有 %(n)s 人在托（在住），先办理转出并把人数改为 0，再登记关停。")
        yield "enrolled", text % {"n": facts.enrolled}


def _wrong_counts(facts: Facts) -> Iterator[Fault]:
    for name in COUNTS:
        if not 0 <= getattr(facts, name) <= MOST:
            yield name, _("请填写 0 至 %(most)s 之间的整数。") % {"most": MOST}
    for part, whole in _PARTS:
        if getattr(facts, part) > getattr(facts, whole):
            yield (
                part,
                _("%(part)s（%(a)s）多于%(whole)s（%(b)s），请核对两个数。")
                % {
                    "part": label(part),
                    "a": getattr(facts, part),
                    "whole": label(whole),
                    "b": getattr(facts, whole),
                },
            )


def _too_many(facts: Facts) -> Iterator[Fault]:
    """More people than the institution can take in."""
    room = facts.beds + facts.childcare_places
    if facts.kind not in _PLACING or facts.enrolled <= _TIMES * room:
        return
    if room:
        text = _(
            "在托（在住）人数（%(n)s）是床位和托位之和（%(room)s）的两倍以上，请核对人数、床位数和托位数。"
        )
    else:
        text = _("在托（在住）人数为 %(n)s，却没有登记床位和托位，请先填写床位数或托位数，或核对人数。")
    yield "enrolled", text % {"n": facts.enrolled, "room": room}


def label(name: str) -> str:
    """What people call a field."""
    return {
        "name": _("机构名称"),
        "credit_code": _("统一社会信用代码"),
        "region": _("所在地"),
        "kind": _("类型"),
        "operation": _("运营方式"),
        "address": _("地址"),
        "beds": _("床位数"),
        "nursing_beds": _("护理型床位数"),
        "childcare_places": _("托位数"),
        "inclusive_places": _("普惠性托位数"),
        "enrolled": _("在托（在住）人数"),
        "staff": _("护理（照护）人员数"),
        "certified_staff": _("持证人员数"),
        "demonstration": _("示范机构"),
        "licence": _("登记证号"),
        "filing": _("备案号"),
        "since": _("自何日起"),
        "status": _("状态"),
    }[name]
