"""Keeping the register of institutions: the only door through which it changes.

`facts` is what is stated about an institution and what may not be stated, `history` turns statements into versions
by date, `recording` writes them, all or nothing; `moving` states a new place, `codes` corrects a wrong credit code,
`suspects` finds what may stand twice.
"""

from .codes import correct_code
from .facts import Facts, Statement
from .moving import move_institution
from .recording import RegisterChange, close_institution, record_statements, statement_problems

__all__ = [
    "Facts",
    "RegisterChange",
    "Statement",
    "close_institution",
    "correct_code",
    "move_institution",
    "record_statements",
    "statement_problems",
]
