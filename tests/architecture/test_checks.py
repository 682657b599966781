"""Django's own checks: migrations in step with the models, and a real start without warnings."""

import os
import subprocess
import sys

import pytest

from .source import ROOT

pytestmark = pytest.mark.pure


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in a process of its own with only these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )


def test_migrations_say_what_the_models_say() -> None:
    done = manage("makemigrations", "--check", "--dry-run", DEBUG="1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_start_passes_the_deployment_checks() -> None:
    key = "a-long-key-of-many-different-characters-0123456789-!%&/()=?-ABCDEFG"
    done = manage("check", "--deploy", "--fail-level", "WARNING", HTTPS="1", SECRET_KEY=key)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_deployment_checks_notice_a_start_without_tls() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="short")
    assert done.returncode != 0
    assert "security.W009" in done.stderr
