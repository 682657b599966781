"""A start for real use refuses what would be unsafe, in a sentence that says what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .compose import ROOT

pytestmark = pytest.mark.pure

KEY = "a-long-key-of-many-different-characters-0123456789-ABCDEFG"
Python = Callable[..., subprocess.CompletedProcess[str]]
START = ("-c", "import yuxi_eldercare.wsgi; print('started')")


@pytest.fixture
def python(tmp_path: Path) -> Python:
    """Runs the interpreter in the project with an SQLite file of its own and only the settings given."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={**kept, "VAR_DIR": str(tmp_path), **environment},
            capture_output=True,
            text=True,
        )

    return run


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of a start that was refused."""
    assert done.returncode != 0
    assert "started" not in done.stdout
    return done.stderr.strip().splitlines()[-1]


def test_an_empty_database_starts(python: Python) -> None:
    done = python(*START, SECRET_KEY=KEY)
    assert done.returncode == 0, done.stderr
    assert "started" in done.stdout


def test_a_missing_key_is_refused(python: Python) -> None:
    sentence = refusal(python(*START))
    assert "SECRET_KEY is not set. Set it to a long random string" in sentence
    assert "DEBUG=1" in sentence


def test_a_flag_must_be_on_or_off(python: Python) -> None:
    assert "DEBUG='maybe' is neither on nor off: use 1 or 0." in refusal(python(*START, DEBUG="maybe"))


@pytest.mark.parametrize("url", ["mysql://u@127.0.0.1/name", "nonsense://x", "/var/lib/data.sqlite3"])
def test_another_database_is_refused(python: Python, url: str) -> None:
    sentence = refusal(python(*START, SECRET_KEY=KEY, DATABASE_URL=url))
    assert "DATABASE_URL" in sentence
    assert "Use sqlite:////absolute/path.sqlite3 or postgres://user:password@host:port/name." in sentence


def test_a_bad_address_is_refused_without_showing_its_password(python: Python) -> None:
    done = python(*START, SECRET_KEY=KEY, DATABASE_URL="postgres://u:hidden/word@host:5432/name")
    assert "DATABASE_URL" in refusal(done)
    assert "hidden" not in done.stderr


def test_a_pool_of_no_connections_is_refused(python: Python) -> None:
    done = python(
        *START, SECRET_KEY=KEY, DATABASE_URL="postgres://u@127.0.0.1/name", DATABASE_POOL_SIZE="none"
    )
    assert "DATABASE_POOL_SIZE='none' is not a whole number" in refusal(done)


def test_mail_without_an_address_to_link_to_is_refused(python: Python) -> None:
    sentence = refusal(python(*START, SECRET_KEY=KEY, EMAIL_HOST="mail.example.test"))
    assert "EMAIL_HOST is set but PUBLIC_URL is not" in sentence
    sentence = refusal(python(*START, SECRET_KEY=KEY, PUBLIC_URL="tracker.example.test"))
    assert "write it with its scheme" in sentence


def test_demonstration_accounts_stop_a_real_start(python: Python) -> None:
    assert python("manage.py", "migrate", "core", "--noinput", SECRET_KEY=KEY).returncode == 0
    account = (
        "from yuxi_eldercare.core.models import User; "
        "User.objects.create(username='someone', display_name='someone')"
    )
    shell = ("manage.py", "shell", "-v", "0", "-c")

    assert python(*shell, account, SECRET_KEY=KEY).returncode == 0
    assert python(*START, SECRET_KEY=KEY).returncode == 0, "an ordinary account stops nothing"

    mark = "from yuxi_eldercare.core.models import User; User.objects.update(is_demo=True)"
    assert python(*shell, mark, SECRET_KEY=KEY).returncode == 0
    sentence = refusal(python(*START, SECRET_KEY=KEY))
    assert "1 demonstration accounts with published passwords" in sentence
    assert "python manage.py cleardemo" in sentence

    for allowed in ({"DEMO": "1"}, {"DEBUG": "1"}):
        assert python(*START, SECRET_KEY=KEY, **allowed).returncode == 0
