"""`make test`: two passes side by side, one on SQLite and one on a private PostgreSQL.

What touches the database runs in both. The rest runs once, shared out so that both passes take about as long:

    SQLite       tests marked `browser` and `services`, which start servers and databases of their own
    PostgreSQL   tests marked `pure`: calculations, files, and the sweep of permissions, alike on any database

The PostgreSQL pass runs in a folder of its own; its report follows the other. Without PostgreSQL everything runs on
SQLite, and a sentence says what was skipped; with REQUIRE_SERVICES=1 (CI) that fails. Arguments are passed on to
pytest; one pass may then select no test, both may not.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from . import services

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = int(pytest.ExitCode.NO_TESTS_COLLECTED)
ON_POSTGRES = "not browser and not services"
BESIDE_POSTGRES = "not pure or browser or services"


@dataclass
class Pass:
    """A pytest run in the background whose report is kept until it is asked for."""

    process: subprocess.Popen[bytes]
    report: IO[bytes]

    def result(self) -> int:
        """Wait for the end, print the report, and give pytest's exit code."""
        code = self.process.wait()
        self.report.seek(0)
        shutil.copyfileobj(self.report, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return code


def _environment(**own: str) -> dict[str, str]:
    return {"DEBUG": "1", **os.environ, **own}


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


@contextlib.contextmanager
def _on_postgres(arguments: list[str]) -> Iterator[Pass]:
    """The PostgreSQL pass, started; ended with its server when the block is left."""
    with (
        services.postgres() as url,
        tempfile.TemporaryDirectory(prefix="tests-") as folder,
        tempfile.TemporaryFile() as report,
    ):
        process = subprocess.Popen(
            _command([*arguments, "-m", ON_POSTGRES, "-p", "no:cacheprovider"]),
            env=_environment(DATABASE_URL=url, VAR_DIR=folder),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Pass(process, report)
        finally:
            services.stop(process)


def _on_sqlite(arguments: list[str]) -> int:
    print("== SQLite ==", flush=True)
    return subprocess.run(_command(arguments), env=_environment(), cwd=ROOT).returncode


def main(arguments: list[str]) -> int:
    """Run both passes; returns an exit code for the shell."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    with contextlib.ExitStack() as stack:
        try:
            other = stack.enter_context(_on_postgres(arguments))
        except services.ServiceMissing as gap:
            first = _on_sqlite(arguments)
            print(f"\nSKIPPED the PostgreSQL pass: {gap}")
            return _together(first, 1 if services.REQUIRE else NO_TESTS)
        first = _on_sqlite(["-m", BESIDE_POSTGRES, *arguments])
        print("\n== PostgreSQL ==", flush=True)
        return _together(first, other.result())


def _together(*codes: int) -> int:
    """The worst of pytest's exit codes; "no tests collected" is a failure only when every pass says so."""
    some_ran = any(code != NO_TESTS for code in codes)
    return next((code for code in codes if code and not (some_ran and code == NO_TESTS)), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
