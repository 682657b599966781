"""Import of official county outlines, and their removal; without outlines pages draw tiles."""

import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import GEOJSON, FileRefused, store
from yuxi_eldercare.core.maps import Drawing, MapFault, draw, read_outlines
from yuxi_eldercare.core.maps.faults import Fault
from yuxi_eldercare.core.maps.geojson import MOST_BYTES
from yuxi_eldercare.core.models import MapOutline, Region, StoredFile, User
from yuxi_eldercare.core.queries.maps import city, expected_places, withdrawn_codes
from yuxi_eldercare.core.roles import MANAGE_MAP

from .map_faults import sentence
from .refused import ActionRefused, require

# GS(2024)0650号, GS京(2023)1234号, 云S(2021)12号; brackets of either width.
APPROVAL = re.compile(r"(GS[\u4e00-\u9fff]?|[\u4e00-\u9fff]{1,2}S)[（(][0-9]{4}[）)][0-9]{1,6}号")


@transaction.atomic
def import_map(*, upload: UploadedFile | None, approval_number: str, source: str, by: User) -> MapOutline:
    """Draw pages with the outlines of an official GeoJSON from now on; the ones before are removed.

    Raises `ActionRefused` with a sentence per field; nothing is stored then.
    """
    require(by, MANAGE_MAP)
    number, source = "".join(approval_number.split()), source.strip()
    problems = _problems(upload, number, source)
    if problems:
        raise ActionRefused(problems)
    assert upload is not None, "a missing file is a problem"
    place = _city()
    drawing = _drawing(upload, place)
    before = _remove(place, by)
    outline = MapOutline.objects.create(
        region=place,
        file=_stored(upload, by),
        approval_number=number,
        source=source,
        drawing=drawing.as_json(),
        imported_by=by,
    )
    after = {**_facts(outline), "points": sum(map(len, drawing.paths.values()))}
    _record("map.import", place, by, before=before, after=after)
    return outline


@transaction.atomic
def remove_map(*, reason: str, by: User) -> None:
    """Go back to tiles. The file stays in storage, and who removed the outlines stays on record."""
    require(by, MANAGE_MAP)
    if not reason.strip():
        raise ActionRefused.because(_("请写明移除的原因，例如审图号到期。"), "reason")
    place = _city()
    before = _remove(place, by)
    if before is None:
        raise ActionRefused.because(_("现在没有导入的地图边界，页面用的是示意图。"))
    _record("map.remove", place, by, before=before, detail=reason.strip())


def _problems(upload: UploadedFile | None, number: str, source: str) -> dict[str, str]:
    found = {}
    if upload is None:
        found["file"] = _("请选择 GeoJSON 文件。")
    if not number:
        found["approval_number"] = _("请填写审图号，它会显示在地图下方。")
    elif not APPROVAL.fullmatch(number):
        found["approval_number"] = _("审图号的写法不对，例如 GS(2024)0650号 或 云S(2021)12号。")
    if not source:
        found["source"] = _("请填写来源，例如发布单位和数据名称。")
    elif len(source) > 160:
        found["source"] = _("来源最多 160 个字，请缩短。")
    return found


def _city() -> Region:
    place = city()
    if place is None:
        raise ActionRefused.because(_("还没有载入地区，请先载入规划文件。"))
    return Region.objects.select_for_update().get(pk=place.pk)


def _drawing(upload: UploadedFile, place: Region) -> Drawing:
    expected = expected_places(place)
    names = {code: own[1] for code, own in expected.items()}
    try:
        if (upload.size or 0) > MOST_BYTES:
            raise MapFault(Fault.TOO_LARGE, most=MOST_BYTES // (1024 * 1024))
        upload.seek(0)
        return draw(read_outlines(upload.read(), expected, withdrawn_codes(place)))
    except MapFault as fault:
        raise ActionRefused.because(sentence(fault, names), "file") from None


def _stored(upload: UploadedFile, by: User) -> StoredFile:
    try:
        return store(upload, by=by, department=None, known=GEOJSON)
    except FileRefused as refused:
        raise ActionRefused.because(str(refused), "file") from None


def _remove(place: Region, by: User) -> dict[str, Any] | None:
    """Take the outlines in force out of use; what they were, or None where there were none."""
    outline = MapOutline.objects.filter(region=place, removed_at=None).select_related("file").first()
    if outline is None:
        return None
    outline.removed_at, outline.removed_by = timezone.now(), by
    outline.save(update_fields=["removed_at", "removed_by"])
    return _facts(outline)


def _facts(outline: MapOutline) -> dict[str, Any]:
    return {
        "approval_number": outline.approval_number,
        "source": outline.source,
        "file": outline.file.name,
        "sha256": outline.file.sha256,
    }


def _record(action: str, place: Region, by: User, **rest: Any) -> None:
    audit.record(by=by, action=action, object_type="map", object_key=place.code, **rest)
