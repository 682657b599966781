"""A report as a Word document in official layout, written part by part.

No library stands between: the layout (document grid, fonts for Chinese, alternating page numbers), charts that Word
can edit, and bytes that depend on the content alone all have to be written as they are anyway.
"""

from .package import render

__all__ = ["render"]
