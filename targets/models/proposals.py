"""Values that registers and ledgers count, offered to reporters, and what the reporters answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuxi_eldercare.core.models import Region, User

from .reporting import Entry
from .targets import Indicator


class ProposedValue(models.Model):
    """What a register or ledger counts for an indicator, a region and a period's end, as last counted.

    Numbers are as in `Observation`: a rate in percent with its numerator and denominator. Counted anew it is
    overwritten; what a reporter saw is kept in `ProposalAnswer`.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="proposals")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="proposals")
    period_end = models.DateField()
    value = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    source = models.CharField(
        max_length=20
    )  # register | ledger | subsidies: who counts, and whose page lists the rows
    rows = models.PositiveIntegerField(default=0)  # how many rows are behind it
    counted_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "period_end"], name="proposal_once_per_period"
            )
        ]


class ProposalAnswer(models.Model):
    """What a reporter did with a proposal: took it, or reported another number with an explanation."""

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("采用")
        OVERRIDDEN = "overridden", _("另报")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="proposal_answers")
    answer = models.CharField(max_length=10, choices=Answer)
    value = models.DecimalField(max_digits=15, decimal_places=6, null=True)  # as proposed then
    numerator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    explanation = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["entry_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="confirmed") | ~Q(explanation=""), name="override_has_explanation"
            )
        ]
