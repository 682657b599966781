"""How the columns of another system's export are read, kept under a name so that the next export loads again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Department, User


class ColumnMapping(models.Model):
    """Which header holds which field, and which words mean which code, for one subject.

    `columns` maps field → header text, `words` maps field → {text in the file: code}, `fixed` maps field → code for
    what the file does not state.
    """

    class Subject(models.TextChoices):
        INSTITUTIONS = "institutions", _("机构")
        PROJECTS = "projects", _("项目")

    keeper = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="column_mappings")
    subject = models.CharField(max_length=12, choices=Subject)
    name = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["keeper_id", "name"]
        constraints = [
            models.UniqueConstraint(fields=["keeper", "subject", "name"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name
