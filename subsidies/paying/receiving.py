"""A result file as it is uploaded: read where it lies, never kept, because account numbers stand in it."""

import io
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from projects.sheets.reading import CSV, XLSX, Table, read_table
from targets.actions.refusals import Refused

_ROWS_MOST: Final = 5_000


def table_of(upload: UploadedFile) -> Table:
    """The rows of an uploaded .xlsx or .csv. Raises `Refused` for anything else, and for one too large."""
    name = (upload.name or "").lower()
    if not name.endswith((".csv", ".xlsx")):
        raise Refused.because(_("请上传 .xlsx 或 .csv 表格。"), "file")
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        text = _("文件超过 %(most)s MB，请只保留支付清单的行。")
        raise Refused.because(text % {"most": settings.FILE_MAX_BYTES >> 20}, "file")
    kind = CSV if name.endswith(".csv") else XLSX
    table = read_table(io.BytesIO(upload.read()), kind.media_type)
    if len(table.rows) > _ROWS_MOST:
        text = _("表格超过 %(most)s 行，请按清单分开上传。")
        raise Refused.because(text % {"most": f"{_ROWS_MOST:,}"}, "file")
    return table
