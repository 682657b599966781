"""Import of townships and villages from an official list. A list adds and renames; what it leaves out stays."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, StoredFile, User
from yuxi_eldercare.core.queries.maps import city
from yuxi_eldercare.core.roles import LOAD_PLANS

from .refused import ActionRefused, require
from .region_lines import Compared, Line, Place, compare

# Behind everything that the files bring; among themselves imported divisions stand by code.
POSITION: Final = 20_000
_BATCH: Final = 500


@transaction.atomic
def import_regions(*, lines: Sequence[Line], file: StoredFile, by: User) -> Compared:
    """Write the new and renamed divisions of a list, all or nothing; the same list again writes nothing.

    Raises `ActionRefused` where a line is wrong (`compare` says which).
    """
    require(by, LOAD_PLANS)
    place = city()
    if place is None:
        raise ActionRefused.because(_("还没有载入地区，请先载入规划文件。"))
    Region.objects.select_for_update().get(pk=place.pk)  # one import at a time
    found = compare(lines)
    if found.faults:
        raise ActionRefused.because(_("表格里还有需要改正的行，没有写入任何数据。"))
    if not found.changed:
        return found
    for level in (Region.Level.TOWNSHIP, Region.Level.VILLAGE):
        _add([new for new in found.new if new.level == level])
    _rename(found.renamed)
    _record(found, place, file, by)
    return found


def _add(places: Sequence[Place]) -> None:
    """New rows, and withdrawn ones back in force under their code."""
    rows = [
        Region(
            code=place.code,
            name=place.name,
            short_name=place.short_name,
            level=place.level,
            parent_id=place.parent,
            position=POSITION,
            from_file=False,
        )
        for place in places
    ]
    Region.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "short_name", "level", "parent", "position", "from_file", "withdrawn"],
    )


def _rename(places: Sequence[Place]) -> None:
    rows = Region.objects.in_bulk([place.code for place in places])
    for place in places:
        rows[place.code].name, rows[place.code].short_name = place.name, place.short_name
    Region.objects.bulk_update(rows.values(), ["name", "short_name"], batch_size=_BATCH)


def _record(found: Compared, place: Region, file: StoredFile, by: User) -> None:
    lines: list[dict[str, Any]] = [
        {"code": one.code, "name": one.name, "short_name": one.short_name, "before": one.before}
        for one in (*found.new, *found.renamed)
    ]
    after = {
        "new": len(found.new),
        "renamed": len(found.renamed),
        "unchanged": found.unchanged,
        "file": file.name,
        "sha256": file.sha256,
        "rows": audit.digest_rows(lines),
    }
    audit.record(by=by, action="regions.import", object_type="region", object_key=place.code, after=after)
