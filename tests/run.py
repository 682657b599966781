"""`make test`: the whole suite on SQLite, then what touches the database again on a private PostgreSQL.

Without PostgreSQL the second pass is skipped with a sentence, or fails when REQUIRE_SERVICES=1 (as CI sets it).
Arguments are passed on to pytest.
"""

import os
import subprocess
import sys
from pathlib import Path

from . import services


def _pytest(arguments: list[str], **environment: str) -> int:
    print("\n==", environment.get("DATABASE_URL", "sqlite").split(":")[0], "==", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        env={**os.environ, **environment},
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
        second = 1 if services.REQUIRE else 0
    return first or second


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
