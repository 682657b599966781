"""What can be applied for, and by which rule: a scheme with its versions.

A `Rule` is what a document says; a `SchemeVersion` is what applications are computed with, and names the rule it
follows. A version is never changed: the next one takes over from its `valid_from`, and applications keep theirs.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import User

from .rules import Rule


class Programme(models.TextChoices):
    """What money is granted for; budget lines and schemes carry one each."""

    CONSTRUCTION = "construction", _("养老床位建设补助")
    OPERATING = "operating", _("养老床位运营补贴")
    CHILDCARE_CONSTRUCTION = "childcare_construction", _("托育建设补助")
    CHILDCARE_OPERATING = "childcare_operating", _("托育运营补助")
    ADAPTATION = "adaptation", _("居家适老化改造")
    TRAINING = "training", _("从业人员培训补贴")


class Unit(models.TextChoices):
    """What is counted: so much money for each."""

    BED = "bed", _("张核定床位")
    PLACE = "place", _("个托位")
    HOUSEHOLD = "household", _("户")
    PERSON = "person", _("人")


class Level(models.TextChoices):
    """Whose budget pays a share. The order here is the order in which equal remainders are served."""

    CENTRAL = "central", _("中央")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")


class Scheme(models.Model):
    """A subsidy that can be applied for, through all versions of its rule. `key` is its external key."""

    class Per(models.TextChoices):
        ONCE = "once", _("一次性")
        YEAR = "year", _("每年")

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    programme = models.CharField(max_length=24, choices=Programme)
    unit = models.CharField(max_length=10, choices=Unit)
    per = models.CharField(max_length=5, choices=Per)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """The rule of a scheme from a day on: amount per unit, conditions, the split between levels.

    `conditions` and `split` are in the form `subsidies.calculator` reads. `amount_fen` null: the documents state
    none, nothing can be granted. `split` null: no governing document states one, nothing can be approved.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField(null=True)
    conditions = models.JSONField(default=list)
    split = models.JSONField(null=True)  # {"province": 5, "city": 3, "county": 2}
    split_document = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    stated_by = models.ForeignKey(Rule, on_delete=models.PROTECT, null=True, related_name="scheme_versions")
    basis = models.CharField(max_length=200, blank=True)  # the document, where none of the five states it
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["scheme_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="scheme_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="scheme_valid_in_order",
            ),
            models.CheckConstraint(
                condition=Q(split__isnull=True) | ~Q(split_document=""), name="scheme_split_has_document"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(stated_by__isnull=False) | ~Q(basis=""),
                name="scheme_amount_has_basis",
            ),
        ]
