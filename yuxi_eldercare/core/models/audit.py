"""The audit trail as stored. The database itself refuses to change or delete it (`core/guards`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import User
from .places import Department


class AuditEvent(models.Model):
    """Who did what to which record, written in the transaction of the change; append-only.

    `seq`, `prev_hash`, `hash` and `algorithm` are filled by the sealer after commit (`core/audit/sealing.py`).
    `actor` becomes null only when a demonstration account is removed; `username` and `actor_text` stay.
    """

    class Result(models.TextChoices):
        OK = "ok", _("成功")
        FAILED = "failed", _("失败")
        REFUSED = "refused", _("拒绝")

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="audit_events")
    username = models.CharField(max_length=60, blank=True)
    actor_text = models.CharField(max_length=80)  # name at the time, or the process that acted
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="audit_events"
    )
    unit = models.CharField(max_length=40, blank=True)  # the department's name at the time
    action = models.CharField(max_length=60, db_index=True)
    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=7, choices=Result, default=Result.OK)
    ip = models.GenericIPAddressField(null=True)
    session = models.CharField(max_length=16, blank=True)  # digest of the session key
    seq = models.BigIntegerField(null=True, unique=True)  # place in the chain
    algorithm = models.CharField(max_length=10, default="sha256")
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_key"], name="audit_object"),
            models.Index(fields=["username", "at"], name="audit_username"),
        ]


class AuditHead(models.Model):
    """Where the chain ends: the one row that the sealer locks, moves forward and never back."""

    ONLY = 1

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
