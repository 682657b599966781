"""Which recorded figure stands for which written one.

Every written figure needs a recorded one of its own: in one sentence a record that holds the value 2
once can account for one 2 only. Two commitments of the same size in one sentence therefore need two
records, and forgetting either of them is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_text.normal import normalise
from yuxi_eldercare.core.plan_text.tokens import find_tokens

#: The ways in which one recorded figure can be read (one value, or several where the unit is open).
Readings = frozenset[Decimal]
#: The figures that a record holds, each as often as it holds it.
Account = tuple[Readings, ...]

#: Fields that hold keys, codes or the quotations themselves: a figure in them accounts for nothing.
_NOT_CONTENT = frozenset({"key", "indicator", "region", "sources", "places", "links", "targets", "kind"})
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


def account_of(record: Record, bundle: Bundle) -> Account:
    """Collect every figure of a record; for a target also those in the name of its indicator."""
    contents: list[Any] = [{k: v for k, v in record.data.items() if k not in _NOT_CONTENT}]
    if record.kind in ("target", "fact") and record.get("indicator"):
        contents += [i.get("name") for i in bundle.indicators if i.key == record["indicator"]]
    figures: list[Readings] = []
    for leaf in _leaves(contents):
        if isinstance(leaf, Decimal | int) and not isinstance(leaf, bool):
            figures.append(frozenset({Decimal(leaf)}))
        elif isinstance(leaf, str):
            figures += _text_figures(leaf)
    return tuple(figures)


def _text_figures(text: str) -> list[Readings]:
    """Figures of a text field. 31 December is how a year is written, so it states only the year."""
    if date := _DATE.match(text):
        parts = date.groups() if date.groups()[1:] != ("12", "31") else date.groups()[:1]
        return [frozenset({Decimal(part)}) for part in parts]
    return [token.values for token in find_tokens(normalise(text)) if token.values]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for child in value.values():
            yield from _leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child)
    else:
        yield value


def unmatched(
    written: Sequence[Readings], quoting: Sequence[Sequence[Hashable]], accounts: Mapping[Hashable, Account]
) -> list[int]:
    """Indexes of the written figures for which no recorded figure is left.

    ``quoting[i]`` are the records whose phrases hold the written figure ``i``. As many figures as possible
    are matched, each with a recorded figure of its own (augmenting paths).
    """
    holder: dict[tuple[Hashable, int], int] = {}

    def place(index: int, seen: set[tuple[Hashable, int]]) -> bool:
        for record in quoting[index]:
            for position, readings in enumerate(accounts[record]):
                slot = (record, position)
                if slot in seen or not readings & written[index]:
                    continue
                seen.add(slot)
                if slot not in holder or place(holder[slot], seen):
                    holder[slot] = index
                    return True
        return False

    return [index for index in range(len(written)) if not place(index, set())]
