"""Money between 分, as it is kept, and 元, as subsidies are granted and paid."""

import re
from typing import Final

# Larger than any budget of a province, and far inside a 64-bit column.
MOST_FEN: Final = 10**15
_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.(\d{1,2})0*)?(?:元)?")


def yuan(fen: int) -> str:
    """分 as 元 with two decimals and no grouping, as files carry it: 123456 → 1234.56."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def grouped(fen: int) -> str:
    """分 as 元 for people: 123456789 → 1,234,567.89."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def read_yuan(text: str) -> int | None:
    """分 of a typed amount in 元: “1,234.5”, “1234.50元”. None where it is no such amount, or too large."""
    found = _AMOUNT.fullmatch(text.strip().replace(" ", ""))
    if found is None:
        return None
    sign, whole, decimals = found.groups()
    fen = int(re.sub("[,，]", "", whole)) * 100 + int((decimals or "").ljust(2, "0"))
    if fen > MOST_FEN:
        return None
    return -fen if sign == "-" else fen
