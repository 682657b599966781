"""What people are told, and the working-day calendar that deadlines follow."""

from django.db import models

from .people import User
from .places import Department


class Notice(models.Model):
    """One message to one person through one channel; by `reason_key` nobody is told twice for one reason."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="notices")
    channel = models.CharField(max_length=20)  # inbox | email | a channel the city plugs in
    reason_key = models.CharField(max_length=160)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="notices_sent")
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "reason_key"], name="told_once_per_reason"
            )
        ]


class SpecialDay(models.Model):
    """A day that differs from the week's rule: a holiday, or a weekend day worked instead (调休)."""

    day = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="special_days")
    loaded_at = models.DateTimeField(auto_now_add=True)
