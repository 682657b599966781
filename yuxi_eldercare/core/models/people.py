"""Accounts and what they may do where. What a role may do is code: `core/roles.py`."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models import Q

from .places import Department, Region


class User(AbstractBaseUser):
    """A person who logs in. Roles come from memberships only; there is no superuser."""

    username = models.CharField("用户名", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)  # a new account, or a password set by another
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships that count on a day."""

    def in_force(self, on: date) -> "MembershipQuerySet":
        """Begun, not ended, not revoked."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=on),
            Q(revoked_at=None) | Q(revoked_at__date__gt=on),
            valid_from__lte=on,
        )


class Membership(models.Model):
    """One role of one person at one department and/or region, for a time; revoked at once or by its end.

    A row is never deleted or rewritten, so that it can be read who could do what on a day. The database
    refuses two of the separated administrator roles for one person (`core/guards/separation.py`).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="memberships"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    reason = models.CharField(max_length=200, blank=True)  # what the grant rests on
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="granted")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="revoked")
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "department", "region", "valid_from"],
                condition=Q(revoked_at__isnull=True),
                name="membership_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=models.F("user")),
                name="nobody_grants_to_himself",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_by__isnull=False),
                name="revocation_is_signed",
            ),
        ]
