"""Read numbers as an official document writes them.

Arabic digits (``5000``, ``95.3%``, ``5.16亿元``), Chinese numerals (``一家``, ``二〇三五``), and words that
mean a number (全覆盖 = 100 %). A written number can be read in several ways (``5.16亿元`` is 5.16, and
51600 万元, and 516000000 元), so a reading is a set of values.
"""

from __future__ import annotations

import re
from decimal import Decimal

ARABIC = re.compile(r"\d+(?:\.\d+)?")
CHINESE_DIGITS = "〇零一二两三四五六七八九"
CHINESE_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+")

_DIGIT = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNIT = {"十": 10, "百": 100, "千": 1000}
_SECTION = {"万": 10**4, "亿": 10**8}

#: Words that state a share or a count without writing a numeral, and what they mean.
WORD_VALUES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("全覆盖", (100,)),
    ("覆盖全体", (100,)),
    ("所有", (100,)),
    ("全部", (100,)),
    ("全面", (100,)),
    ("普遍", (100,)),
    ("人人", (100,)),
    ("应保尽保", (100,)),
    ("全免", (100,)),
    ("免征", (100,)),
    ("减半", (50,)),
    ("一半", (50,)),
    ("一刻钟", (15,)),
    ("每个", (1,)),
    ("各县", (1,)),
    ("分别", (1,)),
    ("十三五”末", (2020,)),
    ("“十三五”", (2016, 2020)),
    ("“十四五”", (2021, 2025)),
)


def chinese_value(numeral: str) -> int | None:
    """Value of a Chinese numeral (``一百二十`` 120, ``二〇三五`` 2035), or ``None``."""
    if not numeral or not CHINESE_NUMERAL.fullmatch(numeral):
        return None
    if all(ch in _DIGIT for ch in numeral):
        return int("".join(str(_DIGIT[ch]) for ch in numeral))
    total = section = 0
    digit: int | None = None
    for ch in numeral:
        if ch in _DIGIT:
            digit = _DIGIT[ch]
        elif ch in _UNIT:
            section += (1 if digit is None else digit) * _UNIT[ch]
            digit = None
        else:
            section += digit or 0
            total += max(section, 1) * _SECTION[ch]
            section, digit = 0, None
    return total + section + (digit or 0)


def arabic_values(digits: str, after: str) -> set[Decimal]:
    """Values that ``digits`` can mean when ``after`` follows them (a 万 or 亿 changes the unit)."""
    value = Decimal(digits)
    values = {value}
    if after.startswith("万"):
        values.add(value * 10**4)
    elif after.startswith("亿"):
        values |= {value * 10**4, value * 10**8}
    return values


def readable_values(text: str, words: bool = True) -> set[Decimal]:
    """Every value that a phrase states, in any of the ways above. White space separates numbers.

    ``words`` includes words that only mean a number (全覆盖); without it only written numbers count.
    """
    values: set[Decimal] = set()
    for match in ARABIC.finditer(text):
        values |= arabic_values(match.group(), text[match.end() :].lstrip()[:2])
    for match in CHINESE_NUMERAL.finditer(text):
        value = chinese_value(match.group())
        if value is not None:
            values.add(Decimal(value))
    for word, means in WORD_VALUES if words else ():
        if word in text:
            values |= {Decimal(value) for value in means}
    return values
