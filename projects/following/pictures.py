"""Pictures of progress and documents of stages: attached by the keeper, opened by who may read the ledger."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import Project, ProjectPhoto, ProjectReport, StageChange
from targets.actions.opening import Opened, no_file, open_noted
from targets.actions.refusals import Problem, Refused
from yuxi_eldercare.core.files import JPEG, PNG, FileRefused, Upload, store
from yuxi_eldercare.core.models import StoredFile, User

from .basics import may_read_ledger
from .thumbnails import TYPE, NotAPicture, thumbnail_of

MOST_PHOTOS: Final = 9
PHOTO_TYPES: Final = (JPEG, PNG)


def keep_document(upload: Upload, *, by: User) -> StoredFile:
    """Keep the document of a stage. Raises `Refused` at `document`; call it inside the entry's transaction."""
    try:
        return store(upload, by=by, department=None)
    except FileRefused as refused:
        raise Refused.because(str(refused), "document") from None


def add_photos(report: ProjectReport, uploads: Sequence[Upload], *, by: User) -> list[ProjectPhoto]:
    """Keep pictures of a month's progress. Raises `Refused` at `photos`; call it inside the report's transaction."""
    if len(uploads) + report.photos.count() > MOST_PHOTOS:
        raise Refused.because(_("每月最多%(most)s张照片，请挑选后上传。") % {"most": MOST_PHOTOS}, "photos")
    stored, problems = [], []
    for upload in uploads:
        words = {"name": upload.name or "", "sentence": ""}
        try:
            file = store(upload, by=by, department=None)
        except FileRefused as refused:
            words["sentence"] = str(refused)
            problems.append(Problem(None, "photos", _("“%(name)s”：%(sentence)s") % words))
            continue
        if file.media_type not in {kind.media_type for kind in PHOTO_TYPES}:
            problems.append(
                Problem(None, "photos", _("“%(name)s”不是照片，请上传 JPEG 或 PNG 图片。") % words)
            )
        else:
            problems += _undecodable(file, words)
        stored.append(file)
    if problems:
        raise Refused(problems)
    return [ProjectPhoto.objects.create(report=report, file=file, is_demo=by.is_demo) for file in stored]


def _undecodable(file: StoredFile, words: dict[str, str]) -> list[Problem]:
    """What is wrong with a picture that cannot be shown; of one that can, the small picture is made."""
    try:
        thumbnail_of(file)
    except NotAPicture as refused:
        return [Problem(None, "photos", _("“%(name)s”：%(sentence)s") % {**words, "sentence": refused})]
    return []


@transaction.atomic
def open_photo(*, photo: int, by: User, small: bool = False) -> Opened:
    """Open a picture for who may read the ledger. Raises `NotAllowed`, also if there is none.

    Opening it is noted in the trail; the small one belongs to the page that shows it.
    """
    row = ProjectPhoto.objects.filter(pk=photo).select_related("file", "report__project").first()
    if row is None or not may_read_ledger(by):
        raise no_file()
    return _small(row.file) if small else _opened(row.file, row.report.project, by)


@transaction.atomic
def open_document(*, stage: int, by: User) -> Opened:
    """Open the document of a stage, likewise."""
    row = StageChange.objects.filter(pk=stage).select_related("document", "project").first()
    if row is None or row.document is None or not may_read_ledger(by):
        raise no_file()
    return _opened(row.document, row.project, by)


def _small(stored: StoredFile) -> Opened:
    try:
        place = thumbnail_of(stored)
    except (FileRefused, NotAPicture) as refused:
        raise Refused.because(str(refused), "file") from None
    return Opened(place.open("rb"), f"{stored.name}.png", TYPE, place.stat().st_size)


def _opened(stored: StoredFile, project: Project, by: User) -> Opened:
    return open_noted(
        stored, by=by, action="projects.download", object_type="project", object_key=project.key
    )
