"""Column mappings as rows: a unit's kept ones of a subject, the one that fits a table, and keeping one."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet

from projects.models import ColumnMapping
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User

from .reading import Table

NAME_MOST: Final = 60


def kept_mappings(subject: str, keepers: Iterable[Department]) -> QuerySet[ColumnMapping]:
    """The kept mappings of these units with unit and author, the last saved first."""
    rows = ColumnMapping.objects.filter(keeper__in=list(keepers), subject=subject)
    return rows.select_related("keeper", "saved_by").order_by("-saved_at", "-pk")


def fitting(table: Table, kept: Iterable[ColumnMapping]) -> ColumnMapping | None:
    """The kept mapping all of whose headings stand in the table; of several the one with most columns."""
    headings = set(table.header)
    fits = [row for row in kept if row.columns and set(row.columns.values()) <= headings]
    return max(fits, key=lambda row: len(row.columns), default=None)


def keep_mapping(
    *,
    subject: str,
    keeper: Department,
    name: str,
    columns: dict[str, str],
    words: dict[str, dict[str, str]],
    fixed: dict[str, str],
    by: User,
) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced, what is equal changes nothing.

    Of two people who keep the same new name at once the second replaces what the first kept. Runs in the transaction
    of the caller, who has asked whether `by` may and whether the mapping is sound.
    """
    given = {"columns": columns, "words": words, "fixed": fixed, "saved_by": by}
    row, is_new = ColumnMapping.objects.select_for_update().get_or_create(
        keeper=keeper, subject=subject, name=name, defaults={**given, "is_demo": by.is_demo}
    )
    before = None if is_new else _plain(row)
    row.columns, row.words, row.fixed, row.saved_by = columns, words, fixed, by
    if before == _plain(row):
        return row
    if not is_new:
        row.save()
    audit.record(
        by=by,
        action="column_mappings.save",
        object_type="column_mapping",
        object_key=f"{keeper.key}/{name}",
        before=before,
        after=_plain(row),
    )
    return row


def _plain(row: ColumnMapping) -> dict[str, Any]:
    return {"columns": dict(row.columns), "words": dict(row.words), "fixed": dict(row.fixed)}
