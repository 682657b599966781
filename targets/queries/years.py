"""The due year a page speaks of."""

from collections.abc import Sequence

DEFAULT_YEAR = 2025


def chosen_year(text: str, years: Sequence[int]) -> int:
    """The year asked for where targets fall due in it, else 2025, else the last there is."""
    if text.isascii() and text.isdigit() and int(text) in years:
        return int(text)
    if DEFAULT_YEAR in years or not years:
        return DEFAULT_YEAR
    return years[-1]
