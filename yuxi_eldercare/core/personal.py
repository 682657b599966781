"""Personal data in words: what is checked before it is kept, and what of it a page may show.

Masks follow the usual practice of public lists: the surname, the first three and last four digits.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

STAR: Final = "*"
_SPACES: Final = re.compile(r"[\s\-]+")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0\d{9,11}|[2-9]\d{6,7}")
_ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_CARD: Final = re.compile(r"\d{16,19}")
_ACCOUNT: Final = re.compile(r"\d{8,30}")
# Two-character surnames that are common enough to be known.
_DOUBLE: Final = frozenset(
    (
        "欧阳",
        "司马",
        "诸葛",
        "上官",
        "司徒",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "东方",
        "南宫",
        "长孙",
    )
)


def clean_digits(text: str) -> str:
    """The text without blanks and hyphens, in capitals, full-width signs as plain ones (NFKC): how numbers are kept and
    compared.
    """
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_id_number(text: str) -> bool:
    """Whether it is an 18-digit 公民身份号码 with a real birth date and the right check digit (GB 11643-1999).

    The region code is not looked up: a number keeps the code its county had on the day it was given, which
    for the old is none that holds today, nor the one of their year of birth.
    """
    number = clean_digits(text)
    if not _ID_NUMBER.fullmatch(number) or number[-1] != ric.calc_check_digit(number):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


def born_on(number: str) -> date:
    """The birth date that an ID number states. Raises `ValueError` for what is none."""
    if not is_id_number(number):
        raise ValueError("not an ID number")
    text = clean_digits(number)
    return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))


def is_phone(text: str) -> bool:
    """Whether it is a mobile or a landline number of mainland China."""
    number = clean_digits(text)
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def is_card(text: str) -> bool:
    """Whether it is a bank card number: 16 to 19 digits with the right check digit (Luhn, ISO/IEC 7812-1)."""
    number = clean_digits(text)
    return bool(_CARD.fullmatch(number)) and luhn.is_valid(number)


def is_account(text: str) -> bool:
    """Whether it can be a company's bank account: 8 to 30 digits. There is no check digit all banks share."""
    return bool(_ACCOUNT.fullmatch(clean_digits(text)))


def mask_name(name: str) -> str:
    """王小明 → 王**, 欧阳明 → 欧阳*. A name of one character is hidden whole."""
    text = name.strip()
    if len(text) < 2:
        return STAR * len(text)
    shown = 2 if len(text) > 2 and text[:2] in _DOUBLE else 1
    return text[:shown] + STAR * (len(text) - shown)


def mask_number(number: str) -> str:
    """The first three and the last four characters; short numbers show the last two only."""
    text = clean_digits(number)
    if len(text) < 8:
        return STAR * max(len(text) - 2, 0) + text[-2:] if len(text) > 2 else STAR * len(text)
    return text[:3] + STAR * (len(text) - 7) + text[-4:]
