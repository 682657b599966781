"""Other systems that call the API, and what is kept so that a call sent twice is answered once."""

from django.db import models
from django.db.models import F, Q

from .operations import Job
from .people import User
from .places import Department


class ApiClient(models.Model):
    """A system of somebody else's (接入系统): what it is for, who answers for it, how long it may come.

    What it may do stands in the memberships of its service account `user`, as for people; the account has no
    password and opens no page. Its id and hashed secret are those of `application`.
    """

    code = models.CharField(max_length=40, unique=True)  # is the OAuth client id
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300)
    owner_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="api_clients")
    owner_person = models.CharField(max_length=60)
    owner_contact = models.CharField(max_length=60)
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.CASCADE, related_name="api_client"
    )
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="api_client")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_clients_created")
    secret_at = models.DateTimeField()
    secret_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_secrets_made")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="api_clients_revoked"
    )
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="client_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | (Q(revoked_by__isnull=False) & ~Q(revoke_reason="")),
                name="client_revocation_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """The answer to a call that carried an `Idempotency-Key`, so that the same call again writes nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of what was sent
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answered_once_per_key")]


class JobInput(models.Model):
    """What a job works on, where it is too large for the job's own record; forgotten once the work is done."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="input")
    content = models.JSONField()
