"""Sealing personal data again under the newest key, so that a former key opens nothing that lies in the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.ciphers import CannotOpen
from yuxi_eldercare.core.models.sealed import Sealed, SealedField, box

PROCESS: Final = "resealpersonal"
_CHUNK: Final = 500


@dataclass
class Resealed:
    """How many texts were sealed again, how many were already, and where some are that no key opens."""

    renewed: int = 0
    current: int = 0
    closed: list[str] = field(default_factory=list)


def reseal() -> Resealed:
    """Seal every text anew that lies under a former key; nobody reads any. Run again it changes nothing.

    Each few hundred rows are a transaction with its audit event, so that a run that broke off is gone on with. What
    no key opens stays as it is and is named by table, row and column. Fingerprints keep the oldest key.
    """
    told = Resealed()
    for model, names in sealed_columns():
        last = 0
        while keys := list(_after(model, last)):
            _reseal_rows(model, names, keys, told)
            last = keys[-1]
    return told


def sealed_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    """The models with sealed columns, and these columns."""
    for model in apps.get_models():
        names = [one.name for one in model._meta.concrete_fields if isinstance(one, SealedField)]
        if names:
            yield model, names


def _after(model: type[models.Model], last: int) -> "models.QuerySet[Any, int]":
    rows = model._default_manager.filter(pk__gt=last).order_by("pk")
    return rows.values_list("pk", flat=True)[:_CHUNK]


@transaction.atomic
def _reseal_rows(model: type[models.Model], names: list[str], keys: list[int], told: Resealed) -> None:
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    renewed = 0
    for row in rows:
        fresh: dict[str, Sealed] = {}
        for name in names:
            kept = getattr(row, name)
            try:
                token = box().renew(kept.token)
            except CannotOpen:
                told.closed.append(f"{model._meta.db_table} {row.pk} {name}")
                continue
            if token != kept.token:
                fresh[name] = Sealed(token)
            elif token:
                told.current += 1
        if fresh:
            model._default_manager.filter(pk=row.pk).update(**fresh)
            renewed += len(fresh)
    if renewed:
        told.renewed += renewed
        audit.record(
            by=None,
            process=PROCESS,
            action="personal.reseal",
            object_type=model._meta.model_name or "",
            object_key=f"{keys[0]}–{keys[-1]}",
            after={"renewed": renewed},
        )
