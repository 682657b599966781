"""What a check returns: a doubt with its permanent key, a Chinese sentence and the places it names.

Summaries are stored sentences like those a reader writes into the plan files, so they are Chinese in
every interface language.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .snapshot import Place, Snapshot

MAX_PLACES = 12
MAX_KEY = 100
PLACES_OF_A_SIDE = 2

# One side of a contradiction: the places that state it, any of which may stand for it.
Side = tuple[Place, ...]
# What must be said together to say this doubt: one side against the other (or a side alone).
Claim = tuple[Side, ...]


@dataclass(frozen=True)
class Raised:
    """One finding of a check. `terms` are the spellings it is about (only findings on spelling have them)."""

    key: str
    kind: str
    summary: str
    claims: tuple[Claim, ...]
    subjects: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """The places a page shows: the first of every side."""
        shown = (p for claim in self.claims for side in claim for p in side[:PLACES_OF_A_SIDE])
        return tuple(dict.fromkeys(shown))[:MAX_PLACES]


def raised(
    rule: str,
    identity: Iterable[str],
    kind: str,
    summary: str,
    *claims: Iterable[Iterable[Place]],
    subjects: Iterable[str] = (),
    terms: Iterable[str] = (),
) -> Raised:
    """A finding whose key depends on what it is about (`identity`), never on the figures it reports.

    A run after a figure was changed therefore updates the finding, and its ruling stays with it.
    """
    return Raised(
        key=key_of(rule, identity),
        kind=kind,
        summary=summary,
        claims=tuple(tuple(tuple(side) for side in claim) for claim in claims),
        subjects=tuple(dict.fromkeys(subjects)),
        terms=tuple(terms),
    )


def key_of(rule: str, identity: Iterable[str]) -> str:
    """`check.<rule>.<keys>`, with a digest instead of the keys where they would not fit."""
    parts = list(identity)
    key = ".".join(["check", rule, *parts])
    if len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    return f"check.{rule}.{digest}"


def called(snapshot: Snapshot, document: str) -> str:
    """How summaries call a document."""
    return snapshot.documents[document].called
