"""How far a large upload is, in rows: kept in a small file, because a page sees nothing of an open transaction.

The job's own row says the same in per cent, as of the last moment outside a transaction: what a page falls
back on where `VAR_DIR` is not shared with the process that does the work.
"""

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from targets.reporting.watching import Seen
from yuxi_eldercare.core import jobs
from yuxi_eldercare.core.models import Job

# Shares of the usual time.
_WEIGHTS: Final = {"read": 20, "compare": 25, "check": 25, "write": 30, "note": 30}
CHECKING: Final = ("read", "compare", "check")
WRITING: Final = (*CHECKING, "write", "note")
_PAUSE: Final = 0.5  # seconds between two writes of the file
# A job that has not moved for so long is probably dead.
_DEAD_AFTER: Final = 600


@dataclass(frozen=True)
class Standing:
    """Where a job is: its phase, the rows done in it, and the whole in per cent."""

    phase: str
    done: int
    total: int
    percent: int

    @property
    def sentence(self) -> str:
        """“正在核对：40,000 / 100,000 行”, or the phase alone while its rows are not counted yet."""
        words = {
            "read": _("正在读取表格"),
            "compare": _("正在与现有数据比对"),
            "check": _("正在核对"),
            "write": _("正在写入"),
            "note": _("正在记入历史"),
        }
        name = words[self.phase]
        if not self.done:
            return _("%(phase)s（共%(total)s行）") % {"phase": name, "total": f"{self.total:,}"}
        counts = {"phase": name, "done": f"{self.done:,}", "total": f"{self.total:,}"}
        return _("%(phase)s：%(done)s / %(total)s 行") % counts


class Phases:
    """Handed to the work as its `watch`; `end` takes the file away."""

    def __init__(self, progress: jobs.Progress, names: Sequence[str]) -> None:
        self._progress, self._names = progress, names
        self._path = _path(progress.job)
        self._last = 0.0
        progress.start(100)

    def watch(self, phase: str, total: int) -> Seen:
        """Begin a phase with so many rows."""
        if not connection.in_atomic_block:
            self._progress.step(self._percent(phase, 0.0) - self._progress.job.done)
        self._show(phase, 0, total)

        def seen(done: int) -> None:
            if time.monotonic() - self._last >= _PAUSE:
                self._show(phase, done, total)

        return seen

    def end(self) -> None:
        """Nothing is under way any more."""
        with suppress(OSError):
            self._path.unlink()

    def _percent(self, phase: str, share: float) -> int:
        """The whole, when this share of a phase is done."""
        before = self._names[: self._names.index(phase)]
        done = sum(_WEIGHTS[name] for name in before) + share * _WEIGHTS[phase]
        return int(100 * done / sum(_WEIGHTS[name] for name in self._names))

    def _show(self, phase: str, done: int, total: int) -> None:
        """Replace the file at once, so that nobody reads half of it. Without a disk to write to, go on."""
        said = [phase, done, total, self._percent(phase, done / total if total else 0.0)]
        part = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(said))
            os.replace(part, self._path)
        except OSError:
            with suppress(OSError):
                part.unlink()
        self._last = time.monotonic()


def standing(job: Job) -> Standing | None:
    """Where a running job is, if it says so here."""
    if job.state != Job.State.RUNNING:
        return None
    try:
        phase, done, total, percent = json.loads(_path(job).read_text())
        return Standing(phase, done, total, percent)
    except (OSError, ValueError):
        return None


def is_dead(job: Job) -> bool:
    """Whether a job says "running" but has not moved for a long time: its process was probably killed."""
    if job.state != Job.State.RUNNING or job.started_at is None:
        return False
    try:
        moved = _path(job).stat().st_mtime
    except OSError:
        moved = job.started_at.timestamp()
    return time.time() - moved > _DEAD_AFTER


def _path(job: Job) -> Path:
    return Path(settings.VAR_DIR) / "progress" / f"{job.pk}.json"
