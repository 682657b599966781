"""The forms a report leaves in, and the one function that writes each."""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from yuxi_eldercare.core.models import PeriodClose, ReportFile

from . import docx, pdf, table_csv, xlsx
from .blocks import Content
from .docx.package import MEDIA_TYPE as DOCX

Form = ReportFile.Form
MEDIA_TYPES: Final[dict[str, str]] = {
    Form.DOCX: DOCX,
    Form.PDF: pdf.MEDIA_TYPE,
    Form.XLSX: xlsx.MEDIA_TYPE,
    Form.CSV: table_csv.MEDIA_TYPE,
    Form.JSON: "application/json",
}
# Raised with every change of what renderers write for the same content.
LAYOUT_VERSION: Final = "1"


def render(form: str, content: Content, close: PeriodClose) -> bytes:
    """The bytes of one form. Raises `pdf.NoFont` where a PDF cannot be set on this machine."""
    created = moment_of(close)
    match form:
        case Form.DOCX:
            return docx.render(content, created=created)
        case Form.XLSX:
            return xlsx.render(content, created=created)
        case Form.PDF:
            return pdf.render(content, created=created, fonts=Path(settings.REPORT_FONTS_DIR))
        case Form.CSV:
            return table_csv.render(content, created=created)
    return content.canonical()


def moment_of(close: PeriodClose) -> str:
    """The moment a report's files name as theirs: that of the close, not of the producing."""
    local: datetime = timezone.localtime(close.closed_at)
    return local.isoformat(timespec="seconds")


def file_name(content: Content, form: str) -> str:
    """玉溪市“一老一小”规划目标进展月报（2026年10月）.docx."""
    return f"{content.name}{content.edition}.{form}"
