"""A report's blocks shaped for a page: charts drawn, tables with the alignment of each cell."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from .blocks import Block, Chart, Column, Content, Table
from .svg import draw


@dataclass(frozen=True)
class Shown:
    """A block, its drawing when it is a chart, and its rows as (column, words) when it is a table."""

    block: Block
    drawing: SafeString = field(default_factory=lambda: mark_safe(""))
    rows: list[list[tuple[Column, str]]] = field(default_factory=list)

    @property
    def widths(self) -> list[str]:
        """Each column's part of a table's width, in percent."""
        columns = self.block.columns if isinstance(self.block, Table) else ()
        whole = sum(column.share for column in columns)
        return [f"{100 * column.share / whole:.4g}" for column in columns]

    @property
    def kind(self) -> str:
        """heading, paragraph, table, chart or signature."""
        return self.block.block


def preview(content: Content) -> list[Shown]:
    """The blocks in order."""
    return [_shown(block) for block in content.blocks]


def _shown(block: Block) -> Shown:
    match block:
        case Chart():
            return Shown(block, drawing=mark_safe(draw(block)))  # its words are escaped where it is drawn
        case Table():
            return Shown(block, rows=[list(zip(block.columns, row, strict=True)) for row in block.rows])
    return Shown(block)
