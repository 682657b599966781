"""The register of institutions (养老机构、托育机构 and community facilities), by date.

What an institution was like is a chain of versions that follow each other day by day, so that the register can
answer for any day. A version is never changed: an amendment supersedes it and says why, and the old one stays.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, Region, User

from .plans import Project


class Institution(models.Model):
    """An institution through all its names, places and sizes. `credit_code` is its external key (GB 32100)."""

    credit_code = models.CharField(max_length=18, blank=True)
    keeper = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="institutions")
    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, null=True, related_name="institution"
    )  # the finished project that handed its capacity over
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)  # counts amendments: two people at once are told
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="institution_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.credit_code or str(self.pk)


class FormerCode(models.Model):
    """A credit code that an institution bore by mistake until it was corrected; of `Institution.credit_code` no history
    by date is kept, because a wrong code was wrong from the beginning.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="former_codes")
    code = models.CharField(max_length=18)
    reason = models.CharField(max_length=300)
    corrected_at = models.DateTimeField(auto_now_add=True)
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["institution_id", "id"]
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="former_code_said")]
        indexes = [models.Index(fields=["code"], name="former_code_code")]

    def __str__(self) -> str:
        return self.code


class InstitutionVersion(models.Model):
    """What was so from `since` up to, not including, `until` (null: still so), as known since `recorded_at`.

    `county` repeats the county of `region` for work over whole sets. An institution that closed has a last
    version with status `closed`, which counts nowhere.
    """

    class Kind(models.TextChoices):
        ELDERCARE = "eldercare", _("养老机构")
        REGIONAL_CENTRE = "regional_centre", _("区域性养老服务中心")
        COMMUNITY_CENTRE = "community_centre", _("社区居家养老服务中心")
        DAY_CARE = "day_care", _("日间照料中心")
        MUTUAL_AID = "mutual_aid", _("互助养老服务站")
        HAPPINESS_HOME = "happiness_home", _("农村幸福院")
        CHILDCARE = "childcare", _("托育机构")

    class Operation(models.TextChoices):
        PUBLIC = "public", _("公建公营")
        PUBLIC_PRIVATE = "public_private", _("公建民营")
        PRIVATE = "private", _("民办")

    class Status(models.TextChoices):
        OPEN = "open", _("运营")
        CLOSED = "closed", _("关停")

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="versions")
    since = models.DateField()
    until = models.DateField(null=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="institutions")
    county = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    operation = models.CharField(max_length=16, choices=Operation)
    beds = models.PositiveIntegerField(default=0)
    nursing_beds = models.PositiveIntegerField(default=0)
    childcare_places = models.PositiveIntegerField(default=0)
    inclusive_places = models.PositiveIntegerField(default=0)
    enrolled = models.PositiveIntegerField(default=0)  # children cared for, or residents
    staff = models.PositiveIntegerField(default=0)
    certified_staff = models.PositiveIntegerField(default=0)
    demonstration = models.BooleanField(default=False)
    licence = models.CharField(max_length=60, blank=True)
    filing = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["institution_id", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "since"],
                condition=Q(superseded_at__isnull=True),
                name="institution_since_once",
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(superseded_at__isnull=True, until__isnull=True),
                name="institution_one_current",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="institution_until_later"
            ),
            models.CheckConstraint(
                condition=Q(nursing_beds__lte=F("beds")), name="institution_nursing_within"
            ),
            models.CheckConstraint(
                condition=Q(inclusive_places__lte=F("childcare_places")), name="institution_inclusive_within"
            ),
            models.CheckConstraint(
                condition=Q(certified_staff__lte=F("staff")), name="institution_certified_within"
            ),
        ]
        indexes = [
            models.Index(fields=["county", "kind"], name="institution_county_kind"),
            models.Index(fields=["name"], name="institution_name"),
        ]

    def __str__(self) -> str:
        return self.name
