"""`make test`: the whole suite on SQLite, then what touches the database again on a private PostgreSQL.

Without PostgreSQL the second pass is skipped with a sentence, or fails when REQUIRE_SERVICES=1 (CI).
Arguments are passed on to pytest; one pass may then select no test, both may not.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import services

NO_TESTS = int(pytest.ExitCode.NO_TESTS_COLLECTED)


def _pytest(arguments: list[str], **environment: str) -> int:
    print("\n==", environment.get("DATABASE_URL", "sqlite").split(":")[0], "==", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        env={"DEBUG": "1", **os.environ, **environment},
        cwd=Path(__file__).resolve().parent.parent,
    ).returncode


def main(arguments: list[str]) -> int:
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    os.environ.clear()
    os.environ.update(environment)
    first = _pytest(arguments)
    try:
        with services.postgres() as url:
            second = _pytest(
                [*arguments, "-m", "not pure and not browser and not services"], DATABASE_URL=url
            )
    except services.ServiceMissing as gap:
        print(f"\nSKIPPED the PostgreSQL pass: {gap}")
        second = 1 if services.REQUIRE else NO_TESTS
    return _together(first, second)


def _together(*codes: int) -> int:
    """The worst of pytest's exit codes; "no tests collected" is a failure only when every pass says so."""
    some_ran = any(code != NO_TESTS for code in codes)
    return next((code for code in codes if code and not (some_ran and code == NO_TESTS)), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
