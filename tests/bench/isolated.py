"""A bench in a process of its own, on a temporary SQLite database that it fills itself."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MARK = "measured:"
"""What stands before the measures, so that a bench may print what it likes before."""


def measured_apart(module: str, *words: str) -> list[dict[str, Any]]:
    """Run a module of this package as a program with these words; gives what it `tell`s."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "VAR_DIR": folder,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "yuxi_eldercare.settings",
        }
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{module}", *words],
            env=environment,
            cwd=Path(__file__).resolve().parents[2],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(MARK))
    found: list[dict[str, Any]] = json.loads(line.removeprefix(MARK))
    return found


def set_up() -> None:
    """Start Django in this process and make its tables. No debug connection: it would keep a log of statements."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    call_command("migrate", verbosity=0)


def tell(measures: list[dict[str, Any]]) -> None:
    """Hand the measures to the process that asked."""
    print(MARK + json.dumps(measures))
