"""核对: showing that a report matches its month, and telling which report a file is.

1. The kept files have the checksums that were recorded as the report was produced.
2. The closed month has its digest, which is the one the report names.
3. The content, built again from the frozen rows, has the recorded checksum; else every line that differs is named.
4. The files, written again, are equal byte by byte; with another version of the program or other fonts on the machine
   they may differ although the content does not.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.actions.refused import ActionRefused, require
from yuxi_eldercare.core.closing import verify
from yuxi_eldercare.core.files import FileRefused, open_stored
from yuxi_eldercare.core.models import Report, ReportFile, StoredFile, User
from yuxi_eldercare.core.roles import VIEW_REPORT

from .blocks import Content, content_from, differences
from .orders import Order, build, subject_of
from .pdf import NoFont
from .rendering import LAYOUT_VERSION, Form, render

_HEX: Final = re.compile(rb"[0-9a-f]{64}")
_MOST_DIFFERENCES: Final = 20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it holds, and in words. `fatal` is False for what may differ."""

    title: str
    holds: bool
    words: str
    fatal: bool = True


@dataclass(frozen=True)
class Proof:
    """All checks of a report, and the lines that are other ones now (kept, fresh)."""

    checks: tuple[Check, ...]
    differing: tuple[tuple[str, str], ...] = ()
    more: int = 0  # differing lines that are not listed

    @property
    def holds(self) -> bool:
        """Whether the report matches its month."""
        return all(check.holds for check in self.checks if check.fatal)


def prove(*, report: Report, by: User) -> Proof:
    """Look at a report from all sides and note the result in the audit trail. Raises `PermissionDenied`."""
    require(by, VIEW_REPORT, region=report.region)
    files = list(report.files.select_related("file"))
    checks = [_files(files), _month(report)]
    differing: list[tuple[str, str]] = []
    kept = kept_content(report)
    try:
        fresh: Content | None = build(order := Order.of(report), subject_of(order))
    except ActionRefused as refused:
        fresh = None
        checks.append(Check(_("重新产生"), False, str(refused)))
    if fresh is not None:
        same = fresh.digest() == report.content_sha256
        if not same and kept is not None:
            differing = differences(kept, fresh)
        checks.append(_content(same, len(differing)))
        if same:
            checks.append(_bytes(report, files, fresh))
    proof = Proof(
        tuple(checks), tuple(differing[:_MOST_DIFFERENCES]), max(0, len(differing) - _MOST_DIFFERENCES)
    )
    audit.record(
        by=by,
        action="reports.verify",
        object_type="report",
        object_key=str(report.pk),
        after={"holds": proof.holds, "checks": {check.title: check.holds for check in checks}},
        result=audit.OK if proof.holds else audit.FAILED,
        detail=report.title,
    )
    return proof


def kept_content(report: Report) -> Content | None:
    """The content as it was kept; None when its file is missing or was changed."""
    row = report.files.filter(form=Form.JSON).select_related("file").first()
    found = intact_bytes(row.file) if row is not None else None
    return None if found is None else content_from(json.loads(found))


def intact_bytes(stored: StoredFile) -> bytes | None:
    """The bytes of a kept file; None when they are missing or have another checksum."""
    try:
        with open_stored(stored) as stream:
            found = stream.read()
    except FileRefused:
        return None
    return found if hashlib.sha256(found).hexdigest() == stored.sha256 else None


def _files(files: list[ReportFile]) -> Check:
    broken = [row.get_form_display() for row in files if intact_bytes(row.file) is None]
    if not broken:
        return Check(_("保存的文件"), True, _("%(n)s个文件的校验码与产生时一致。") % {"n": len(files)})
    text = _("%(forms)s文件缺失或被改动过，请从备份恢复，或重新产生。")
    return Check(_("保存的文件"), False, text % {"forms": "、".join(map(str, broken))})


def _month(report: Report) -> Check:
    title, close = _("封存的月份"), report.close
    fault = verify(close)
    if fault is not None:
        return Check(title, False, fault.sentence)
    if close.digest != report.close_digest:
        return Check(title, False, _("封存校验码与报告产生时的不同。"))
    return Check(title, True, _("封存数据逐行校验无误，校验码与报告所列一致。"))


def _content(same: bool, differing: int) -> Check:
    title = _("内容")
    if same:
        return Check(title, True, _("用封存数据重新产生，内容校验码一致，每个数字和每句话都相同。"))
    text = _(
        "用封存数据重新产生，有%(n)s处与保存的内容不同，见下。规划文本或责任单位可能在报告产生后有更新。"
    )
    return Check(title, False, text % {"n": differing})


def _bytes(report: Report, files: list[ReportFile], content: Content) -> Check:
    title = _("文件字节")
    other = []
    for row in files:
        try:
            made = render(row.form, content, report.close)
        except NoFont:
            other.append(str(row.get_form_display()))
            continue
        if hashlib.sha256(made).hexdigest() != row.file.sha256:
            other.append(str(row.get_form_display()))
    if not other:
        return Check(title, True, _("重新产生的文件与保存的逐字节相同。"), fatal=False)
    why = (
        _("报告由旧版版式程序产生")
        if report.layout_version != LAYOUT_VERSION
        else _("这台服务器的字体或组件版本与产生时不同")
    )
    text = _("%(forms)s重新产生后字节不同（%(why)s），内容一致，不影响数字。")
    return Check(title, False, text % {"forms": "、".join(other), "why": why}, fatal=False)


@dataclass(frozen=True)
class Recognised:
    """What an uploaded file is: one of the kept files, or a changed copy of a report, or neither."""

    row: ReportFile | None = None
    claimed: Report | None = None  # the report whose checksum the file carries, although its bytes are others


def recognise(content: bytes) -> Recognised:
    """Tell which report a file is. Equal bytes decide; a changed copy still carries the content's checksum."""
    digest = hashlib.sha256(content).hexdigest()
    row = (
        ReportFile.objects.filter(file__sha256=digest)
        .select_related("report__close", "report__region", "report__plan")
        .first()
    )
    if row is not None:
        return Recognised(row=row)
    carried = {found.decode() for part in _properties(content) for found in _HEX.findall(part)}
    report = (
        Report.objects.filter(content_sha256__in=carried).select_related("close", "region", "plan").first()
    )
    return Recognised(claimed=report)


_LARGEST_PROPERTIES: Final = 100_000


def _properties(content: bytes) -> Iterator[bytes]:
    """Where a Word, Excel or PDF file of ours names the content's checksum."""
    if content.startswith(b"%PDF"):
        yield content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo("docProps/core.xml").file_size <= _LARGEST_PROPERTIES:
                yield archive.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return
