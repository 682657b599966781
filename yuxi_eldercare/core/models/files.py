"""Uploaded files: stored once under their sha256 outside the web root; name, type and owner live here."""

from django.db import models

from .people import User
from .places import Department


class StoredFile(models.Model):
    """The bytes of one upload. The same bytes uploaded twice are one file on disk and two rows here."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)  # as sniffed, not as claimed
    name = models.CharField(max_length=160)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="files")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="files")
    uploaded_at = models.DateTimeField(auto_now_add=True)
