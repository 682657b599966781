"""Commitments and the texts that state them: plan, document, clause, and the phrase a record stands on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .places import Region


class LoadedRecord(models.Model):
    """A record of a plan file, with a permanent key; withdrawn (never deleted) when it leaves the file."""

    key = models.CharField(max_length=100, unique=True)
    withdrawn_at = models.DateTimeField(null=True, db_index=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class Plan(LoadedRecord):
    """The commitment itself: a name, a region and years. Its texts are `Document`s."""

    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="plans")
    start = models.DateField()
    end = models.DateField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    class Meta(LoadedRecord.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="plan_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name


class Document(LoadedRecord):
    """One dated version of a plan's text; a draft is kept to compare and never binds. `key` is its code."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("印发")
        DRAFT = "draft", _("征求意见稿")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="documents")
    prefix = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=160)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True)
    issued_text = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=8, choices=Status)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    text_file = models.CharField(max_length=120, blank=True)

    class Meta(LoadedRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(effective_from__isnull=False),
                name="issued_document_has_effect",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """A numbered place in a document (二（一）5, 附件3·14). A table row is a clause below its table."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=80)
    heading = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="rows")
    position = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["document_id", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="clause_number_once_per_document")
        ]

    def __str__(self) -> str:
        return self.number


class Source(models.Model):
    """The phrase of a clause that states a record; apps subclass it with a foreign key `record` to theirs."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="%(class)ss")
    phrase = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position"]
