"""Traces of work: audit events, background jobs, and loads of plan files."""

from django.db import models
from django.db.models import Q

from .people import User


class AuditEvent(models.Model):
    """Who did what to which record, written in the transaction of the change; append-only.

    `prev_hash` and `hash` are filled by the sealer after commit; `algorithm` names the digest per row.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="audit_events")
    actor_text = models.CharField(max_length=80)  # name at the time, or the process that acted
    action = models.CharField(max_length=60, db_index=True)
    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    algorithm = models.CharField(max_length=10, default="sha256")
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_key"], name="audit_object")]


class Job(models.Model):
    """A piece of background work whose progress a page and the API can show."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    kind = models.CharField(max_length=40, db_index=True)
    label = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="jobs")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="failed_job_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "failed"]) | Q(finished_at__isnull=False),
                name="ended_job_has_time",
            ),
        ]


class PlanLoad(models.Model):
    """One successful run of the plan loader: what it was given (digest) and what it changed (counts)."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="plan_loads")
    digest = models.CharField(max_length=64)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
