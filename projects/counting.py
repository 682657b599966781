"""Indicators counted from the stored register: the formulas of `fixtures/derivations.yaml` over its versions.

What is counted is what is known now about each period's end. Only institutions that are open count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from django.conf import settings
from django.db.models import Q, QuerySet

from yuxi_eldercare.core.models import Region

from .derivation import Derived, Formula, RegisterRows, Term, derive, parse_formulas
from .derivation.formulas import CHOICES, FLAGS, MEASURES
from .models import InstitutionVersion

_MEASURED: Final = tuple(name for name in MEASURES if name != "institutions")
_COLUMNS: Final = ("county_id", "since", "until", *CHOICES, *FLAGS, *_MEASURED)


@dataclass(frozen=True)
class Counted:
    """Parts by indicator, each of shape (len(counties), len(period_ends))."""

    counties: list[str]
    period_ends: list[date]
    parts: dict[str, Derived]


@cache
def formulas() -> list[Formula]:
    """The declared formulas; raises `FormulaError` for what cannot be computed."""
    text = (Path(settings.FIXTURES_DIR) / "derivations.yaml").read_text(encoding="utf-8")
    return parse_formulas(yaml.safe_load(text))


def count_register(period_ends: Sequence[date]) -> Counted:
    """Every formula for every county at every period end. Two statements."""
    counties = list(
        Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False).values_list("code", flat=True)
    )
    rows = register_rows(counties)
    ends = list(period_ends)
    parts = derive(rows, formulas(), regions=len(counties), period_ends=ends)
    return Counted(counties, ends, parts)


def register_rows(counties: Sequence[str]) -> RegisterRows:
    """The register's open versions in force as columns. One statement."""
    found = InstitutionVersion.objects.filter(
        superseded_at=None, status=InstitutionVersion.Status.OPEN, county__in=counties
    ).order_by()
    columns: dict[str, Any] = dict(
        zip(_COLUMNS, zip(*found.values_list(*_COLUMNS).iterator(20_000), strict=True), strict=False)
    )
    place = {code: index for index, code in enumerate(counties)}

    def whole(values: Sequence[int]) -> Any:
        return np.fromiter(values, dtype=np.int64, count=len(values))

    return RegisterRows(
        region=whole([place[code] for code in columns.get("county_id", ())]),
        since=whole([day.toordinal() for day in columns.get("since", ())]),
        until=whole([(day or date.max).toordinal() for day in columns.get("until", ())]),
        choices={name: np.array(columns.get(name, ()), dtype=np.str_) for name in CHOICES},
        flags={name: np.array(columns.get(name, ()), dtype=np.bool_) for name in FLAGS},
        measures={name: whole(columns.get(name, ())) for name in _MEASURED},
    )


def counted_institutions(term: Term, *, county: str, on: date) -> QuerySet[InstitutionVersion]:
    """The list behind a number: the versions a term adds up for a county on a day."""
    wanted = Q(superseded_at=None, status=InstitutionVersion.Status.OPEN, county=county, since__lte=on)
    wanted &= Q(until=None) | Q(until__gt=on)
    for name, codes in term.choices.items():
        wanted &= Q((f"{name}__in", sorted(codes)))
    for name, value in term.flags.items():
        wanted &= Q((name, value))
    for name, least in term.at_least.items():
        wanted &= Q((f"{name}__gte", least))
    return InstitutionVersion.objects.filter(wanted).select_related("institution", "region").order_by("name")
