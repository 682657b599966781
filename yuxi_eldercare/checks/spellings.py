"""One thing spelled several ways: departments, and indicators as the documents name them."""

import re
from collections.abc import Iterator

from yuxi_eldercare.core.models import Finding

from .raised import Raised, called, raised
from .snapshot import Place, Snapshot, TargetInfo
from .wording import normal, same_brackets

Kind = Finding.Kind
# spelling -> document -> where it stands there first
Spellings = dict[str, dict[str, Place]]
# What names a measure, not the thing counted.
_MEASURE = re.compile(r"(率|占比|比例|比重|程度|水平|数|数量|张数|人数|收入|产值)$")


def check(snapshot: Snapshot) -> Iterator[Raised]:
    """One finding per department and one per indicator that goes by more than one name."""
    yield from _departments(snapshot)
    yield from _indicators(snapshot)


def _departments(snapshot: Snapshot) -> Iterator[Raised]:
    found: dict[str, Spellings] = {}
    names: dict[str, str] = {}
    for body in snapshot.bodies:
        if body.document in snapshot.documents and body.place is not None:
            names[body.department] = body.name
            spellings = found.setdefault(body.department, {})
            spellings.setdefault(same_brackets(body.as_written), {}).setdefault(body.document, body.place)
    for department, spellings in found.items():
        if len(spellings) > 1:
            yield _spelled(snapshot, "department", department, f"“{names[department]}”", spellings)


def _indicators(snapshot: Snapshot) -> Iterator[Raised]:
    """Names of measures that stand in a phrase word for word; a draft that was issued later is not read."""
    found: dict[str, Spellings] = {}
    folded: dict[tuple[str, str], str] = {}
    for target in snapshot.targets:
        place = _where_named(target)
        if target.qualitative or place is None or not snapshot.standing(target.document):
            continue
        name = folded.setdefault((target.indicator, normal(target.name)), target.name)
        found.setdefault(target.indicator, {}).setdefault(name, {}).setdefault(target.document, place)
    for key, spellings in found.items():
        if len(spellings) > 1:
            yield _spelled(snapshot, "indicator", key, f"指标“{snapshot.indicators[key].name}”", spellings)


def _where_named(target: TargetInfo) -> Place | None:
    if not _MEASURE.search(target.name):
        return None
    return next((p for p in target.sources if normal(target.name) in normal(p.phrase)), None)


def _spelled(snapshot: Snapshot, what: str, key: str, name: str, spellings: Spellings) -> Raised:
    ways = "；".join(
        f"“{spelling}”见于{'、'.join(called(snapshot, document) for document in places)}"
        for spelling, places in spellings.items()
    )
    return raised(
        f"spelling-{what}",
        [key],
        Kind.SPELLING,
        f"{name}有{len(spellings)}种写法：{ways}。",
        [[place] for places in spellings.values() for place in places.values()],
        subjects=[key],
        terms=list(spellings),
    )
