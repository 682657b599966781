"""Institutions that may stand twice in the register: the same name, or a similar one at the same address.

The same credit code cannot stand twice; a form or a sheet that brings a known one speaks of that institution.
Nothing is merged here: people look at both and correct or close one.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Institution, InstitutionVersion
from projects.queries.institutions import holding_on
from targets.actions.refusals import Refused
from yuxi_eldercare.core.models import Region, User

from .facts import Statement, clean_code
from .recording import RegisterChange, record_statements

# Pairs are looked for in one county when the whole register is larger than this.
MOST: Final = 5_000
SHOWN_MOST: Final = 200
_SIMILAR: Final = 0.75
_CLOSE_MOST: Final = 20  # neighbours at one address that a name is compared with
_NOISE: Final = re.compile(r"[\W_]+")
_ABOVE: Final = re.compile(r"^云南省?|^玉溪市?")


@dataclass(frozen=True)
class Listed:
    """What is compared: an institution of the register, or (without `pk`) a line about to enter it."""

    pk: int | None
    name: str
    county: str
    address: str
    kind: str
    row: int = 0  # the line of a sheet it stands in


@dataclass(frozen=True)
class Suspect:
    """Two that may be one, and why they look so."""

    first: Listed
    second: Listed
    why: str


@dataclass
class Register:
    """Institutions by name and by address within a county, so that each is compared with few others."""

    places: dict[str, tuple[str, ...]] = field(default_factory=dict)  # county → names that may lead a name
    by_name: dict[tuple[str, str], list[Listed]] = field(default_factory=dict)
    by_place: dict[tuple[str, str, str], list[Listed]] = field(default_factory=dict)

    def add(self, listed: Listed) -> None:
        """Let later ones be compared with this one."""
        self.by_name.setdefault(self._named(listed), []).append(listed)
        if (place := self._placed(listed)) is not None:
            self.by_place.setdefault(place, []).append(listed)

    def like(self, listed: Listed) -> list[Suspect]:
        """Those added so far that may be the same."""
        name = self._named(listed)
        same = [row for row in self.by_name.get(name, []) if row.pk is None or row.pk != listed.pk]
        found = [Suspect(row, listed, _("同县同名")) for row in same]
        place = self._placed(listed)
        near = self.by_place.get(place, [])[:_CLOSE_MOST] if place is not None else []
        others = [row for row in near if row not in same and (row.pk is None or row.pk != listed.pk)]
        for row in others:
            if _alike(self._named(row)[1], name[1]):
                found.append(Suspect(row, listed, _("地址相同、名称相近")))
        return found

    def named(self, county: str, name: str) -> list[Listed]:
        """Those of this name in a county."""
        return self.by_name.get((county, self._plain(county, name)), [])

    def _named(self, listed: Listed) -> tuple[str, str]:
        return listed.county, self._plain(listed.county, listed.name)

    def _placed(self, listed: Listed) -> tuple[str, str, str] | None:
        address = self._plain(listed.county, listed.address)
        return (listed.county, listed.kind, address) if address else None

    def _plain(self, county: str, text: str) -> str:
        """Without blanks, brackets and signs, full-width forms narrowed, and without the places that lead it."""
        plain = _ABOVE.sub("", _ABOVE.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", text)))).lower()
        for place in self.places.get(county, ()):
            if plain.startswith(place) and len(plain) > len(place):
                return plain[len(place) :]
        return plain


def _alike(one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SIMILAR


def register_of(counties: Iterable[str] | None = None) -> Register:
    """The institutions open today, of some counties or all. Two statements."""
    found = Register(leading(Region.objects.filter(level=Region.Level.COUNTY)))
    for listed in _listed(counties):
        found.add(listed)
    return found


def leading(regions: Iterable[Region]) -> dict[str, tuple[str, ...]]:
    """Names of counties that may lead a name there, the longest first, by code."""
    return {
        row.code: tuple(sorted({row.name, row.short_name}, key=len, reverse=True))
        for row in regions
        if row.level == Region.Level.COUNTY
    }


def _listed(counties: Iterable[str] | None) -> Iterable[Listed]:
    rows = InstitutionVersion.objects.filter(
        holding_on(timezone.localdate()), status=InstitutionVersion.Status.OPEN
    )
    if counties is not None:
        rows = rows.filter(county__in=list(counties))
    columns = rows.order_by("institution").values_list("institution", "name", "county", "address", "kind")
    return (Listed(*row) for row in columns.iterator(5_000))


@dataclass(frozen=True)
class Pair:
    """Two institutions of the register side by side."""

    first: InstitutionVersion
    second: InstitutionVersion
    why: str

    @property
    def both(self) -> tuple[InstitutionVersion, InstitutionVersion]:
        """One after the other."""
        return self.first, self.second


@dataclass(frozen=True)
class Suspected:
    """The pairs of a county or of all. `too_many`: the register is too large to be looked through at once."""

    pairs: list[Pair]
    found: int
    too_many: bool = False


def suspected(county: str = "") -> Suspected:
    """Pairs that may be the same institution; of many the first `SHOWN_MOST`. Four statements."""
    if not county and Institution.objects.count() > MOST:
        return Suspected([], 0, too_many=True)
    register, found = Register(leading(Region.objects.filter(level=Region.Level.COUNTY))), list[Suspect]()
    for listed in _listed([county] if county else None):
        found.extend(register.like(listed))
        register.add(listed)
    shown = found[:SHOWN_MOST]
    keys = {pk for suspect in shown for pk in (suspect.first.pk, suspect.second.pk) if pk is not None}
    rows = InstitutionVersion.objects.filter(holding_on(timezone.localdate()), institution__in=keys)
    by_key = {
        row.institution_id: row
        for row in rows.select_related("institution__keeper", "region", "county", "recorded_by")
    }
    pairs = [Pair(by_key[s.first.pk or 0], by_key[s.second.pk or 0], s.why) for s in shown]
    return Suspected(pairs, len(found))


@transaction.atomic
def register_institution(*, statement: Statement, by: User) -> RegisterChange:
    """Enter an institution that is not in the register yet.

    Raises `NotAllowed`, or `Refused`: also for a known credit code, and for one that looks like another unless
    the statement's reason says why it is none.
    """
    code = _code(statement)
    known = Institution.objects.filter(credit_code=code).first() if code else None
    if known is not None:
        name = known.versions.filter(superseded_at=None).order_by("-since").values_list("name", flat=True)
        text = _("这个代码已登记为“%(name)s”，请到该机构的页面更正，不要重复登记。")
        raise Refused.because(text % {"name": name.first() or code}, "credit_code")
    change = record_statements(statements=[statement], by=by)[0]
    version = InstitutionVersion.objects.get(institution=change.institution)
    listed = Listed(version.institution_id, version.name, version.county_id, version.address, version.kind)
    like = register_of([version.county_id]).like(listed)
    if like and not statement.reason.strip():
        raise Refused.because(_sentence(like), "reason")
    return change


def _code(statement: Statement) -> str:
    try:
        return clean_code(statement.credit_code)
    except ValueError:
        return ""  # `record_statements` says what is wrong with it


def _sentence(like: Sequence[Suspect]) -> str:
    names = _("、").join(
        _("%(name)s（%(why)s）") % {"name": suspect.first.name, "why": suspect.why} for suspect in like[:5]
    )
    text = _("可能已经登记：%(names)s。确认不是同一家的，请在此写明依据；是同一家的，请到该机构的页面更正。")
    return text % {"names": names}
