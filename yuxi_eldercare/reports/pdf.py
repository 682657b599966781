"""A report as a PDF in official layout, set by typst from `layout.typ`; archival (PDF/A) and tagged for readers.

Fonts come from the machine. An office that owns 小标宋 and 仿宋_GB2312 puts the files into `REPORT_FONTS_DIR`; without
any Chinese font nothing is written.
"""

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from .blocks import Block, Chart, Content, Signature, Table
from .layout import CHECKSUM, FONTS, LATIN, TABLE_PT, WIDE_TABLE_PT
from .svg import draw

MEDIA_TYPE: Final = "application/pdf"
LAYOUT: Final = Path(__file__).with_name("layout.typ")
# What typst itself brings, in case a machine has no Latin serif.
_LATIN: Final = (LATIN, "Liberation Serif", "Libertinus Serif")


class NoFont(RuntimeError):
    """The machine has no Chinese font that the layout names."""


def render(content: Content, *, created: str, fonts: Path | None = None) -> bytes:
    """The PDF's bytes. Raises `NoFont`. Equal arguments give equal bytes on machines with the same fonts."""
    families = installed(fonts)
    chosen = {role: [name for name in names if name in families] for role, names in FONTS.items()}
    if not all(chosen.values()):
        _catalogue.cache_clear()  # so that fonts installed meanwhile are found
        raise NoFont
    given = content.as_json() | {
        "fonts": chosen,
        "latin": _LATIN,
        "digest": content.digest(),
        "blocks": [_block(block, content) for block in content.blocks],
    }
    del given["sheets"]
    compiler = typst.Compiler(
        LAYOUT.read_bytes(),
        font_paths=_catalogue(fonts),
        sys_inputs={"report": json.dumps(given, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", timestamp=datetime.fromisoformat(created), pdf_standards=["a-2a"])
    assert isinstance(made, bytes), "one PDF"
    return made


def installed(fonts: Path | None = None) -> frozenset[str]:
    """The font families that can be used."""
    return frozenset(_catalogue(fonts).families())


@cache
def _catalogue(fonts: Path | None) -> typst.Fonts:
    """Looking through a machine's fonts takes longer than setting a report."""
    return typst.Fonts(font_paths=[str(fonts)] if fonts and fonts.is_dir() else [])


def _block(block: Block, content: Content) -> dict[str, Any]:
    given = asdict(block)
    match block:
        case Chart():
            given["svg"] = draw(block)
        case Table():
            given["size"] = WIDE_TABLE_PT if block.is_wide else TABLE_PT
        case Signature():
            given["proof"] = [*block.proof, CHECKSUM + content.digest()]
    return given
