"""Which findings say something about the records of a line, by the rules with which checks leave reviewed ones out."""

from collections.abc import Iterable

from yuxi_eldercare.checks.covered import Reviewed, saying
from yuxi_eldercare.checks.raised import Claim, raised
from yuxi_eldercare.checks.snapshot import Place
from yuxi_eldercare.core.models import Finding
from yuxi_eldercare.core.queries.findings import FindingFilter, findings


class Said:
    """The findings in force of one kind about a document, with places and rulings. Four statements."""

    def __init__(self, kind: str, document: str) -> None:
        self.kind = kind
        self.by_key = {row.key: row for row in findings(FindingFilter(kind=kind, document=document))}
        self._reviewed = [
            Reviewed(f.key, f.kind, f.summary, places(f), frozenset(f.subjects)) for f in self.by_key.values()
        ]

    def about(self, keys: Iterable[str], claims: Iterable[Claim]) -> tuple[Finding, ...]:
        """Those about all these records, or that name a place of every side of one of the claims."""
        one = raised("line", keys, self.kind, "", *claims, subjects=keys)
        return tuple(self.by_key[found.key] for found in saying(one, self._reviewed))


def places(finding: Finding) -> tuple[Place, ...]:
    """The places of a finding that stand in a text."""
    return tuple(
        Place(place.clause.document.key, place.clause.number, place.phrase)
        for place in finding.places.all()
        if place.clause is not None
    )
