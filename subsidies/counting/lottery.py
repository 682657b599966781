"""福彩公益金用于养老服务体系建设的比例: a year's figures on the base that was chosen, as an exact share."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from subsidies.models import LotteryBase, LotteryChoice, LotteryFigure

INDICATOR: Final = "lottery-fund-share"
FLOOR: Final = 55  # % (四（十二）; 附件2·29; 附件8·3)
_SIX_PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True)
class Share:
    """How much of a base went to eldercare, in 分."""

    total_fen: int
    eldercare_fen: int

    @property
    def percent(self) -> Decimal | None:
        """To six places, cut off: what is below the floor never shows as reaching it. None of an empty base."""
        if not self.total_fen:
            return None
        # Of whole numbers, so that no digit is lost before the last one that is kept.
        millionths = self.eldercare_fen * 100 * 1_000_000 // self.total_fen
        return (Decimal(millionths) * _SIX_PLACES).quantize(_SIX_PLACES, ROUND_DOWN)

    @property
    def reaches_floor(self) -> bool | None:
        """Whether it is at least the floor, compared exactly; None of an empty base."""
        return self.eldercare_fen * 100 >= FLOOR * self.total_fen if self.total_fen else None

    @property
    def short_fen(self) -> int:
        """How much more would have to go to eldercare, rounded up to whole 分."""
        return max(0, -(-FLOOR * self.total_fen // 100) - self.eldercare_fen)


def figures() -> dict[tuple[int, str], LotteryFigure]:
    """The figures that stand, by year and base. One statement."""
    rows = LotteryFigure.objects.filter(superseded_at=None).select_related("entered_by")
    return {(row.year, row.base): row for row in rows}


def chosen() -> LotteryChoice | None:
    """The choice of the base that counts. One statement."""
    return LotteryChoice.objects.select_related("made_by").first()


def share_of(figure: LotteryFigure) -> Share:
    """The share a figure states."""
    return Share(figure.total_fen, figure.eldercare_fen)


def base_label(base: str) -> str:
    """How the documents word a base."""
    return str(LotteryBase(base).label)
