"""Where and who: regions (GB/T 2260) and departments, each with all the names they go by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """An administrative division; its code is the external key, other names and codes are `RegionName`s."""

    class Level(models.TextChoices):
        CITY = "city", _("市")
        COUNTY = "county", _("县（市、区）")
        TOWNSHIP = "township", _("乡镇（街道）")
        VILLAGE = "village", _("村（社区）")

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=30)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    from_file = models.BooleanField(default=True)  # False: imported by an administrator on a page
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.short_name


class RegionName(models.Model):
    """Another name or a withdrawn code of a region."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=60, unique=True)
    is_code = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)


class Department(models.Model):
    """A body that leads, is responsible or reports; a group (各县（市、区）人民政府) expands to members."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("人民政府")
        DEPARTMENT = "department", _("部门")
        PARTY = "party", _("党委部门")
        COURT = "court", _("司法机关")
        VERTICAL = "vertical", _("垂直管理单位")
        ENTERPRISE = "enterprise", _("企事业单位")
        GROUP = "group", _("单位集合")
        OTHER = "other", _("其他")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departments")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    members = models.ManyToManyField("self", symmetrical=False, related_name="groups")
    position = models.PositiveSmallIntegerField(default=0)
    from_file = models.BooleanField(default=True)  # False: kept by an administrator on a page
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.short_name


class DepartmentName(models.Model):
    """One spelling of a department as it stands in some document."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=80, unique=True)


class Succession(models.Model):
    """Who took over from whom, since when and for which function (empty = all of it)."""

    predecessor = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="inheritances")
    since = models.DateField(null=True)
    function = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "function"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")), name="succession_not_to_itself"
            ),
        ]
