"""The numbers of a report as sheets: live numbers with a format, formulas with their value, texts. No Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

# The row, as a spreadsheet counts, in which a sheet's rows begin: title, mark and head stand above.
FIRST_ROW: Final = 4


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number as a spreadsheet keeps it; `format` shows its unit, `light` fills the cell."""

    value: float
    format: str = "General"
    light: str = ""

    def __str__(self) -> str:
        return f"{self.value:.15g}"


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula and the value it has, so that readers that do not calculate show the same.

    {row} in it stands for the row it is written into.
    """

    formula: str
    value: float | str
    format: str = "General"

    def __str__(self) -> str:
        return f"{self.value:.15g}" if isinstance(self.value, float | int) else self.value


@dataclass(frozen=True, kw_only=True)
class Day:
    """A date."""

    iso: str

    def __str__(self) -> str:
        return self.iso


Cell = str | Number | Formula | Day | None


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """A column: its title and width in characters."""

    title: str
    width: int = 12


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet with one header row. `frozen` columns stay in sight; a sheet of words (`plain`) has no filter."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 0
    plain: bool = False

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


_CELLS: Final = {"value": Number, "formula": Formula, "iso": Day}


def sheet_from(found: Mapping[str, Any]) -> Sheet:
    """The sheet that `as_json` wrote down."""
    return Sheet(
        name=found["name"],
        columns=tuple(SheetColumn(**column) for column in found["columns"]),
        rows=tuple(tuple(_cell(cell) for cell in row) for row in found["rows"]),
        frozen=found["frozen"],
        plain=found["plain"],
    )


def _cell(found: Any) -> Cell:
    if found is None or isinstance(found, str):
        return found
    for name in ("formula", "iso", "value"):
        if name in found:
            cell: Cell = _CELLS[name](**found)
            return cell
    raise ValueError(f"no cell: {found!r}")


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_format(unit: str, decimals: int, shape: str = "") -> str:
    """The number format of a unit: 0.0"%", #,##0"家", with a shape before it where the cell is a light."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    safe = unit.replace('"', "")
    return (f'"{shape} "' if shape else "") + digits + (f'"{safe}"' if safe else "")
