"""Closed months (封存): what was known about a month at one moment. The database itself refuses to change them."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from .audit import AuditEvent
from .people import User


class PeriodClose(models.Model):
    """One closed month. Its rows hang on it in `FrozenRow` tables; `digest` covers them and this row's own words.

    There is no reopening: what becomes known later shows in later months and as a marked revision. A month that is
    closed while a demonstration stands in the database is part of the demonstration and goes with it.
    """

    month_end = models.DateField(unique=True)
    as_of = models.DateField()  # the day of judging: the month's last
    known_at = models.DateTimeField()  # values that began to count up to this moment were known
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="closes")
    rule_version = models.CharField(max_length=12)
    checklist = models.JSONField(default=list)  # what was missing, in words and counts
    acknowledged = models.TextField(blank=True)  # why it was closed although something was missing
    counts = models.JSONField(default=dict)  # lights of the rows, for a list of months
    assessments = models.PositiveIntegerField()  # how many rows it froze of either kind
    records = models.PositiveIntegerField()
    algorithm = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    audit = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="close")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-month_end"]
        constraints = [
            models.CheckConstraint(condition=Q(as_of=F("month_end")), name="close_judges_its_last_day"),
            models.CheckConstraint(condition=~Q(digest=""), name="close_has_digest"),
        ]

    # What the digest covers of this row, beside the rows that hang on it.
    SAID = (
        "month_end", "as_of", "known_at", "closed_at", "closed_by_id", "rule_version", "checklist", "acknowledged",
        "counts", "assessments", "records", "is_demo",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month_end:%Y-%m}"


class FrozenRow(models.Model):
    """A row of a closed month. Rows of a table are numbered from 1 without a gap and chained by their digests."""

    close = models.ForeignKey(
        PeriodClose, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True
        ordering = ["close", "number"]
        constraints = [
            models.UniqueConstraint(fields=["close", "number"], name="%(class)s_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="%(class)s_from_one"),
        ]

    # The column of `PeriodClose` that says how many rows of this table it has.
    COUNTED_BY = ""

    @classmethod
    def said_fields(cls) -> list[str]:
        """Columns that the row's digest covers, in their order."""
        own = {"id", "close_id", "digest"}
        return [field.attname for field in cls._meta.concrete_fields if field.attname not in own]

    def said(self) -> dict[str, Any]:
        """What the digest covers: texts, whole numbers, dates and JSON, so that every database gives it back equal."""
        return {name: getattr(self, name) for name in self.said_fields()}


class FrozenRecord(FrozenRow):
    """Where a task, a project or another record of an app stood when the month was closed."""

    COUNTED_BY = "records"

    kind = models.CharField(max_length=20)  # assignment | project | …
    key = models.CharField(max_length=120)  # permanent key of the record
    region = models.CharField(max_length=12, blank=True)  # codes and keys, so that no reload reaches them
    department = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, blank=True)
    light = models.CharField(max_length=6, blank=True)
    data = models.JSONField(default=dict)

    class Meta(FrozenRow.Meta):
        constraints = [
            *FrozenRow.Meta.constraints,
            models.UniqueConstraint(fields=["close", "kind", "key"], name="frozen_record_once"),
        ]
        indexes = [models.Index(fields=["kind", "key"], name="frozen_record_kind")]
