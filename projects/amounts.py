"""Money between 分, as it is kept, and 万元, as people say it."""

from decimal import Decimal
from typing import Final

FEN_PER_WAN: Final = 1_000_000
# What may stand behind a typed amount; the longer word first.
_UNITS: Final = (("万元", FEN_PER_WAN), ("元", 100))


def to_wan(fen: int | None) -> Decimal | None:
    """分 as 万元, exactly; none stays none."""
    return None if fen is None else Decimal(fen) / FEN_PER_WAN


def in_words(fen: int) -> str:
    """“1,234.5 万元”, exactly."""
    text = f"{Decimal(fen) / FEN_PER_WAN:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} 万元"


def split_unit(text: str) -> tuple[str, int]:
    """The figure of a typed amount and how many 分 its unit has: “3元” is 3 of 100; without a word it is 万元."""
    for word, fen in _UNITS:
        if text.endswith(word):
            return text.removesuffix(word), fen
    return text, FEN_PER_WAN
