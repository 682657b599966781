"""Reports that were produced from closed months, and their files. Append-only: the database refuses to change them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .closes import PeriodClose
from .files import StoredFile
from .people import User
from .places import Region
from .plans import Plan


class Report(models.Model):
    """What was said about a closed month: its content by checksum, and the digest of the month it rests on.

    The same order on the same month gives the same content, so that producing it twice is one row.
    """

    class Kind(models.TextChoices):
        BRIEFING = "briefing", _("月报")
        COUNTY = "county", _("县区报告")
        MIDTERM = "midterm", _("中期评估")
        FINAL = "final", _("终期评估")

    kind = models.CharField(max_length=10, choices=Kind)
    close = models.ForeignKey(PeriodClose, on_delete=models.PROTECT, related_name="reports")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="reports")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="reports")
    title = models.CharField(max_length=200)
    parameters = models.JSONField(
        default=dict
    )  # what was chosen beside month, region and plan: the issuing unit
    content_sha256 = models.CharField(max_length=64, db_index=True)
    close_digest = models.CharField(max_length=64)
    layout_version = models.CharField(max_length=12)  # of the program that wrote the files
    is_demo = models.BooleanField(default=False)
    produced_at = models.DateTimeField(auto_now_add=True)
    produced_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="reports")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "kind", "region", "content_sha256"], name="report_content_once"
            ),
            models.CheckConstraint(
                condition=~Q(content_sha256="") & ~Q(close_digest=""), name="report_has_checksums"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["midterm", "final"]) | Q(plan__isnull=False),
                name="evaluation_names_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReportFile(models.Model):
    """One form of a report: its bytes lie under their sha256 in the private storage."""

    class Form(models.TextChoices):
        DOCX = "docx", "Word"
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"
        JSON = "json", _("内容数据")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=5, choices=Form)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="report_file")

    class Meta:
        ordering = ["report_id", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "form"], name="report_form_once")]
