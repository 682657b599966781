"""Money between 分, as it is kept, and 万元, as people say it."""

from decimal import Decimal
from typing import Final

FEN_PER_WAN: Final = 1_000_000


def to_wan(fen: int | None) -> Decimal | None:
    """分 as 万元, exactly; none stays none."""
    return None if fen is None else Decimal(fen) / FEN_PER_WAN


def in_words(fen: int) -> str:
    """“1,234.5 万元”, exactly."""
    text = f"{Decimal(fen) / FEN_PER_WAN:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} 万元"
