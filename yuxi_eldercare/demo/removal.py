"""Deleting rows with what cannot be without them: a required link takes the row along, others are cut."""

from typing import Any

from django.db import IntegrityError, models, transaction


def remove(rows: models.QuerySet[Any]) -> int:
    """Delete rows; what hangs on them loses the link, or goes with them where the link is required.

    `on_delete=PROTECT` is for people's mistakes; here the rows are known to be demonstration. Returns how
    many rows of the model itself went.
    """
    model = rows.model
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    for relation in model._meta.related_objects:
        if not relation.many_to_many:
            _release(relation.related_model, relation.field, keys)
    model._base_manager.filter(pk__in=keys).delete()
    return len(keys)


def _release(model: type[models.Model], field: models.ForeignKey[Any, Any], keys: list[Any]) -> None:
    hanging = model._base_manager.filter(**{f"{field.name}__in": keys})
    cascades = field.remote_field.on_delete is models.CASCADE
    if field.null and not cascades:
        try:
            with transaction.atomic():
                hanging.update(**{field.name: None})
            return
        except IntegrityError:
            pass  # a rule of the table wants the link (signed by whom, …): the row goes, too
    remove(hanging)
