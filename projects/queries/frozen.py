"""What a closed month holds of the projects."""

from typing import Final

from yuxi_eldercare.core.models import FrozenRecord, PeriodClose, Region

KIND: Final = "project"


def frozen_projects(close: PeriodClose) -> list[FrozenRecord]:
    """The projects of a closed month as they were frozen, by key. One statement."""
    return list(FrozenRecord.objects.filter(close=close, kind=KIND).order_by("number"))


def region_names() -> dict[str, str]:
    """Short names of regions down to counties by code, as they are now. One statement."""
    rows = Region.objects.exclude(level=Region.Level.TOWNSHIP).order_by()
    return dict(rows.values_list("code", "short_name"))
