"""What finished projects handed over to the register: each project once, an institution as often as it grew."""

from django.db import models
from django.db.models import F, Q

from yuxi_eldercare.core.models import User

from .institutions import Institution, InstitutionVersion
from .plans import Project


class CapacityHandover(models.Model):
    """The capacity a finished project brought, in the register from a day on. One to a project, by the database.

    `Institution.project` names the project that founded an institution; a later one that enlarged it stands here
    only. `version` is the version as the handover wrote it: an amendment supersedes it and this row still says what
    was handed over.
    """

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="handover")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="handovers")
    version = models.OneToOneField(InstitutionVersion, on_delete=models.PROTECT, related_name="handover")
    on = models.DateField()
    beds = models.PositiveIntegerField(default=0)
    nursing_beds = models.PositiveIntegerField(default=0)
    childcare_places = models.PositiveIntegerField(default=0)
    founded = models.BooleanField()  # a new institution, not an enlarged one
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["institution_id", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(beds__gt=0) | Q(nursing_beds__gt=0) | Q(childcare_places__gt=0),
                name="handover_not_nothing",
            ),
            models.CheckConstraint(
                condition=Q(founded=False) | Q(nursing_beds__lte=F("beds")), name="handover_nursing_within"
            ),
        ]
