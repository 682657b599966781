"""Outlines of a city's counties, imported by an administrator from an official file."""

from django.db import models
from django.db.models import Q

from .files import StoredFile
from .people import User
from .places import Region


class MapOutline(models.Model):
    """An imported set of outlines: the file as it came, and the drawing pages show. Replaced or removed, never edited.

    A map shown in public names its approval number (审图号) and where it comes from.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="map_outlines")  # the city
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="map_outlines")
    approval_number = models.CharField(max_length=40)
    source = models.CharField(max_length=160)
    drawing = models.JSONField()  # core.maps.Drawing
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="map_outlines")
    imported_at = models.DateTimeField(auto_now_add=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="map_outlines_removed"
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(removed_at__isnull=True), name="one_map_in_force"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="removed_map_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(approval_number="") & ~Q(source=""), name="map_names_its_approval"
            ),
        ]
