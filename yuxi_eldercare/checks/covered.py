"""Leaving out what a reader has already written down, so that an official reads each doubt once.

A check's finding is left out when one reviewed finding of the same family of kinds

1. is about the same records (it lists every subject of the check's finding), or
2. names a place of either side of what the check's finding says (several findings together, when it says
   several things): the same document and clause, and a phrase that holds the other or shares a run of
   eight characters with it. Clauses alone would not do, since one clause may state ten targets; and the
   reader may name more places than the check; or
3. for a spelling: quotes every spelling in its summary (“市卫健委”), alone or together with other reviewed
   findings of the same family.

The reviewed one stays, because it was written by someone who read the paragraphs around it. When it leaves
the plan files, the next run raises the check's own finding.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from yuxi_eldercare.core.models import Finding, FindingPlace

from .raised import Claim, Raised
from .snapshot import Place
from .wording import normal

Kind = Finding.Kind
_RUN = 8
_QUOTED = re.compile(r"“([^”]+)”")

_CONTRADICTION = "contradiction"
FAMILIES: dict[str, str] = {
    Kind.PROSE_VS_TABLE: _CONTRADICTION,
    Kind.COUNTY_VS_CITY: _CONTRADICTION,
    Kind.MEASURED_DIFFERENTLY: _CONTRADICTION,
    Kind.CANNOT_BOTH_BE_TRUE: _CONTRADICTION,
    Kind.PLAN_CONFLICT: _CONTRADICTION,
    Kind.TOTAL_MISMATCH: _CONTRADICTION,
    Kind.DRAFT_VS_ISSUED: "draft",
    Kind.SPELLING: "spelling",
    Kind.DUPLICATE_PROJECT: "project",
}
# A row copied into another's place reads as a slip to one and as a double to another.
_ALSO: dict[str, set[str]] = {
    "project": {Kind.SLIP, Kind.MISSING_INFORMATION},
    "spelling": {Kind.SLIP, Kind.PROSE_VS_TABLE, Kind.DRAFT_VS_ISSUED},
}


@dataclass(frozen=True)
class Reviewed:
    """A finding that a reader wrote into the plan files."""

    key: str
    kind: str
    summary: str
    places: tuple[Place, ...]
    subjects: frozenset[str] = frozenset()


def reviewed_findings() -> list[Reviewed]:
    """Those in force, with their places. Two statements."""
    places: dict[int, list[Place]] = {}
    rows = FindingPlace.objects.filter(
        finding__origin=Finding.Origin.REVIEWED, finding__withdrawn_at=None, clause__isnull=False
    ).values_list("finding_id", "clause__document__key", "clause__number", "phrase")
    for finding, document, clause, phrase in rows:
        places.setdefault(finding, []).append(Place(document, clause, phrase))
    return [
        Reviewed(row.key, row.kind, row.summary, tuple(places.get(row.pk, ())), frozenset(row.subjects))
        for row in Finding.objects.filter(origin=Finding.Origin.REVIEWED, withdrawn_at=None)
    ]


def without_covered(raised: Iterable[Raised], reviewed: list[Reviewed]) -> list[Raised]:
    """The findings that no reviewed one says already."""
    return [one for one in raised if not covered(one, reviewed)]


def covered(one: Raised, reviewed: list[Reviewed]) -> bool:
    """Whether a reviewed finding says what this one says (see the module's rules 1 to 3)."""
    peers = _peers(one, reviewed)
    if one.terms:
        quoted = {normal(term) for r in peers for term in _QUOTED.findall(r.summary)}
        return all(normal(term) in quoted for term in one.terms)
    if any(_about(r, one) for r in peers):
        return True
    return bool(one.claims) and all(any(_says(r, claim) for r in peers) for claim in one.claims)


def saying(one: Raised, reviewed: list[Reviewed]) -> list[Reviewed]:
    """The reviewed findings that say the same as this one, or one of the things it says (rules 1 and 2)."""
    return [
        r for r in _peers(one, reviewed) if _about(r, one) or any(_says(r, claim) for claim in one.claims)
    ]


def _peers(one: Raised, reviewed: list[Reviewed]) -> list[Reviewed]:
    family = FAMILIES[one.kind]
    return [r for r in reviewed if FAMILIES.get(r.kind) == family or r.kind in _ALSO.get(family, set())]


def _about(reviewed: Reviewed, one: Raised) -> bool:
    """Whether the reviewed finding lists every record of this one."""
    return bool(one.subjects) and set(one.subjects) <= reviewed.subjects


def _says(reviewed: Reviewed, claim: Claim) -> bool:
    """Whether the reviewed finding names a place of every side."""
    return all(
        any(same_place(wanted, given) for wanted in side for given in reviewed.places) for side in claim
    )


def same_place(left: Place, right: Place) -> bool:
    """The same clause, and phrases one of which holds the other or that share a run of `_RUN` characters."""
    if (left.document, left.clause) != (right.document, right.clause):
        return False
    a, b = normal(left.phrase), normal(right.phrase)
    if a in b or b in a:
        return True
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size >= _RUN
