"""Squashed migrations leave what the migrations they replace leave, also to a database that has some of those."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from .compose import ROOT
from .schema import schema
from .test_roles import own_database
from .upgraded import HALFWAY


@pytest.fixture
def empty_database(tmp_path: Path) -> str:
    """DATABASE_URL of another database of the kind this run uses."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path}/older.sqlite3"
    return own_database(os.environ["DATABASE_URL"], "older")


@pytest.mark.django_db
def test_an_older_database_ends_where_a_new_one_begins(empty_database: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.deployment.upgraded"],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1", "DATABASE_URL": empty_database, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    older = json.loads(done.stdout)
    assert older["schema"] == schema(connection)

    squashed = MigrationLoader(connection).replacements
    replaced = {name for migration in squashed.values() for name in migration.replaces}
    before, after = ({tuple(name) for name in older[when]} for when in ("before", "after"))
    assert set(HALFWAY) <= before
    assert not before & set(squashed)
    assert replaced - before, "something was left to do one by one"
    assert after >= replaced | set(squashed), "all were applied, and the squashed ones are known to be"
