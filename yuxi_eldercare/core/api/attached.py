"""Short lists that hang on the records of a page (sources, bodies, linked keys), read in one statement.

Each kind of child row is one branch of a UNION ALL of text columns, so a page costs the same number of
statements however many kinds of children its records have.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import F, IntegerField, QuerySet, TextField, Value


@dataclass(frozen=True)
class Branch:
    """Child rows for their owner's list `field`: text `columns`, integer `order`, `shape` makes the item."""

    field: str
    rows: QuerySet[Any]
    owner: str
    columns: tuple[str, ...]
    shape: Callable[..., Any]
    order: str = "position"


def attach(owners: Mapping[int, dict[str, Any]], branches: Collection[Branch]) -> None:
    """Fill every branch's list in every owner (by primary key). One statement, none without owners."""
    if not owners or not branches:
        return
    plan = tuple(branches)
    lists: list[dict[int, list[Any]]] = []
    for branch in plan:
        mine: dict[int, list[Any]] = {key: [] for key in owners}
        lists.append(mine)
        for key, items in mine.items():
            owners[key][branch.field] = items
    ids = list(owners)
    width = max(len(branch.columns) for branch in plan)
    first, *rest = (_select(number, branch, ids, width) for number, branch in enumerate(plan))
    rows = first.union(*rest, all=True) if rest else first
    for number, owner, _order, _key, *words in sorted(rows, key=itemgetter(0, 2, 3)):
        branch = plan[number]
        lists[number][owner].append(branch.shape(*words[: len(branch.columns)]))


def _select(number: int, branch: Branch, ids: list[int], width: int) -> QuerySet[Any, tuple[Any, ...]]:
    padding = [Value("", output_field=TextField())] * (width - len(branch.columns))
    return (
        branch.rows.order_by()
        .filter(**{f"{branch.owner}__in": ids})
        .values_list(
            Value(number, output_field=IntegerField()),
            F(branch.owner),
            F(branch.order),
            F("pk"),
            *(F(column) for column in branch.columns),
            *padding,
        )
    )
