"""The lottery fund's figures: those that stand, all versions of a year and base, choices, what documents say."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet

from subsidies.counting import lottery
from subsidies.models import LotteryBase, LotteryChoice, LotteryFigure
from targets.models import Indicator, Target
from targets.queries.judged import Judged, judged

# The commitment that words each base.
TARGETS: Final[Mapping[str, str]] = {
    LotteryBase.RETURNED: "oy23.t.lottery-share-returned",
    LotteryBase.RETAINED: "oy23.t.lottery-share-retained",
    LotteryBase.MUNICIPAL: "ce.t.lottery-fund-share",
}


def wordings() -> dict[str, Target]:
    """The commitment that words each base, with its phrases; those that are loaded. Three statements."""
    rows = Target.objects.filter(key__in=TARGETS.values(), withdrawn_at=None)
    rows = rows.select_related("document").prefetch_related("sources__clause")
    by_key = {row.key: row for row in rows}
    return {str(base): by_key[key] for base, key in TARGETS.items() if key in by_key}


def versions() -> QuerySet[LotteryFigure]:
    """All figures that were ever stated, the latest year first."""
    return LotteryFigure.objects.select_related("entered_by").order_by("-year", "base", "-pk")


def choices() -> QuerySet[LotteryChoice]:
    """All choices of the base, the last first."""
    return LotteryChoice.objects.select_related("made_by").order_by("-pk")


def standings() -> list[Judged]:
    """How the share stands against the floor of each document, as judged from what counts. Three statements."""
    indicator = Indicator.objects.filter(key=lottery.INDICATOR).first()
    return judged(indicators=[indicator.pk]) if indicator else []
