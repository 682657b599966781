"""What a closed month is made of: rows that apps hand in, and the digests that prove it unchanged.

1. The close's own words give the digest at which every table's chain starts.
2. Each row's digest covers the one before it and everything the row says, so that the first changed, missing or
   added row can be named.
3. The close's digest covers the words and the end of every chain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from .audit.chain import canonical, digest
from .models import FrozenRow, PeriodClose

_CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """Where a record of an app stands: what becomes a `FrozenRecord`. `data` is JSON without floating numbers."""

    kind: str
    key: str
    region: str = ""
    department: str = ""
    state: str = ""
    light: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def seal(close: PeriodClose, tables: Sequence[Sequence[FrozenRow]]) -> None:
    """Give the rows of each table numbers and digests, and the close its digest. Nothing is saved."""
    start = _start(close)
    ends = []
    for rows in tables:
        end = start
        for number, row in enumerate(rows, 1):
            row.number = number
            row.digest = end = _link(row, end, close.algorithm)
        if rows:
            ends.append((_label(type(rows[0])), len(rows), end))
    close.digest = _whole(start, ends, close.algorithm)


@dataclass(frozen=True)
class Fault:
    """The first thing that is not as it was closed: a row of a table (`number`), or the close itself (None)."""

    table: str
    number: int | None
    sentence: str


def verify(close: PeriodClose) -> Fault | None:
    """Read a close back and compare it with its digests and with its audit event; None when all of it holds."""
    start = _start(close)
    ends = []
    for model in frozen_tables():
        rows = _rows(model, close)
        end, count = start, 0
        for count, row in enumerate(rows, 1):
            if row.number != count:
                return _fault(close, model, count, _("第%(number)s行缺失"))
            expected = _link(row, end, close.algorithm)
            if row.digest != expected:
                return _fault(close, model, count, _("第%(number)s行与封存时不同"))
            end = expected
        if count != getattr(close, model.COUNTED_BY):
            return _fault(close, model, count + 1, _("第%(number)s行缺失"))
        if count:
            ends.append((_label(model), count, end))
    noted = (close.audit.after or {}).get("digest")
    if _whole(start, ends, close.algorithm) != close.digest or close.digest != noted:
        sentence = _("%(month)s的封存：说明、清单或总摘要与封存时不同。") % {"month": month_name(close)}
        return Fault("", None, sentence)
    return None


def frozen_tables() -> list[type[FrozenRow]]:
    """Every table whose rows hang on a close, by label."""
    models = [relation.related_model for relation in PeriodClose._meta.related_objects]
    found = [model for model in models if isinstance(model, type) and issubclass(model, FrozenRow)]
    return sorted(found, key=_label)


def _rows(model: type[FrozenRow], close: PeriodClose) -> Iterator[FrozenRow]:
    found = model._default_manager.filter(close=close).order_by("number")
    return found.iterator(chunk_size=_CHUNK)


def _label(model: type[FrozenRow]) -> str:
    return model._meta.label_lower


def _start(close: PeriodClose) -> str:
    said = {name: getattr(close, name) for name in PeriodClose.SAID}
    for name, value in said.items():
        if isinstance(value, datetime):
            said[name] = value.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest(canonical(said), close.algorithm)


def _link(row: FrozenRow, before: str, algorithm: str) -> str:
    return _digest(f"{before}\n{canonical(row.said())}", algorithm)


def _whole(start: str, ends: Iterable[tuple[str, int, str]], algorithm: str) -> str:
    lines = [start, *(f"{label} {count} {end}" for label, count, end in sorted(ends))]
    return _digest("\n".join(lines), algorithm)


def _digest(text: str, algorithm: str) -> str:
    return digest(text.encode("ascii"), algorithm)


def _fault(close: PeriodClose, model: type[FrozenRow], number: int, words: str) -> Fault:
    sentence = _("%(month)s的封存：%(table)s%(words)s。") % {
        "month": month_name(close),
        "table": _label(model),
        "words": words % {"number": number},
    }
    return Fault(_label(model), number, sentence)


def month_name(close: PeriodClose) -> str:
    """2026年10月."""
    return _("%(year)s年%(month)s月") % {"year": close.month_end.year, "month": close.month_end.month}
