"""The commands of docker-compose.yml, run as plain processes: same words, same settings, private ports.

PostgreSQL and Redis are private servers; everything else is started with exactly the command that the compose
file gives, in its order, and ended by pid.
"""

import json
import os
import shelve
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import services

from . import compose

pytestmark = [pytest.mark.services, pytest.mark.pure]

SECRETS = {
    "SECRET_KEY": "only-for-this-test-" + "k1" * 25,
    "POSTGRES_PASSWORD": "not-used-by-a-trusting-server",
}
READY_WITHIN = 60.0


@dataclass
class Installation:
    """All roles of the compose file over one database and one broker."""

    folder: Path
    database_url: str
    environment: dict[str, str]
    roles: dict[str, compose.Role]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment_of(self, role: compose.Role) -> dict[str, str]:
        """What the container would see, with our ports and folders in the place of the container's."""
        return {**compose.image_environment(), **role.environment, **self.environment}

    def call(self, role: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end in the role's environment."""
        return subprocess.run(
            command or self.roles[role].command,
            cwd=compose.ROOT,
            env=self.environment_of(self.roles[role]),
            capture_output=True,
            text=True,
        )

    def start(self, name: str) -> None:
        """Start a role that stays, and wait until its own health check is content."""
        role = self.roles[name]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                role.command,
                cwd=compose.ROOT,
                env=self.environment_of(role),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        check = role.healthcheck
        assert check is not None
        self.wait(name, lambda: self.call(name, *check).returncode == 0)

    def wait(self, name: str, content: Callable[[], Any]) -> Any:
        """Wait until `content` is true; fails with the role's log when it ends or time runs out."""
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            if found := content():
                return found
            if self.running[name].poll() is not None:
                break
            time.sleep(0.2)
        pytest.fail(f"{name} did not get there:\n{self.log(name)[-4000:]}")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def page(self, path: str) -> tuple[int, str]:
        """Status and text of a page, asked for as the proxy would."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.environment['PORT']}{path}", headers={"Host": "localhost"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8")

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            services.stop(process)


def own_database(server_url: str, name: str) -> str:
    """A database of this name in the private cluster; returns its address."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    return server_url.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(scope="module")
def installation(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("roles")
    settings = {**compose.example_environment(), **SECRETS}
    database_url = own_database(postgres_url, "roles")
    made = Installation(
        folder,
        database_url,
        {
            "DATABASE_URL": database_url,
            # another database than the tests that share this server, so that no message is mixed up
            "REDIS_URL": redis_url.rsplit("/", 1)[0] + "/7",
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(services.free_port()),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
        },
        compose.roles(settings),
    )
    try:
        for name, role in made.roles.items():
            if "service_completed_successfully" in role.waits_for.values():
                made.start(name)
            else:
                prepare(made, name)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def prepare(made: Installation, name: str) -> None:
    """What comes before the roles that stay: the image's step for static files, then the one-shot role."""
    built = made.call(name, sys.executable, "manage.py", "collectstatic", "--noinput")
    assert built.returncode == 0, built.stderr
    done = made.call(name)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_migration_fills_an_empty_database(installation: Installation) -> None:
    folders = [path.parent.name for path in (compose.ROOT / "fixtures").glob("*/document.yaml")]
    assert sorted(key for (key,) in installation.rows("SELECT key FROM core_document")) == sorted(folders)
    assert installation.rows("SELECT count(*) FROM targets_regionaltarget")[0][0] > 100


def test_the_migration_changes_nothing_the_second_time(installation: Installation) -> None:
    before = installation.rows("SELECT count(*) FROM core_planload")
    again = installation.call("migrate")
    assert again.returncode == 0, again.stderr
    assert installation.rows("SELECT count(*) FROM core_planload") == before, again.stdout


def test_web_answers(installation: Installation) -> None:
    assert installation.page("/healthz") == (200, "ok")
    status, text = installation.page("/")
    assert status == 200
    assert 'name="password"' in text, "an anonymous visitor is led to the log-in page"


def test_web_serves_the_collected_files(installation: Installation) -> None:
    manifest = json.loads((installation.folder / "static" / "staticfiles.json").read_text(encoding="utf-8"))
    hashed = manifest["paths"]["css/app.css"]
    assert hashed != "css/app.css"
    assert f"/static/{hashed}" in installation.page("/login/")[1]
    assert installation.page(f"/static/{hashed}")[0] == 200


def test_web_listens_with_the_processes_asked_for(installation: Installation) -> None:
    assert installation.log("web").count("Booting worker with pid") == 2
    assert "Using worker: gthread" in installation.log("web")


def scheduled() -> dict[str, str]:
    """Name → task of beat's schedule."""
    from yuxi_eldercare.celery import app

    return {name: entry["task"] for name, entry in app.conf.beat_schedule.items()}


def test_the_worker_knows_every_task_that_beat_sends(installation: Installation) -> None:
    celery = installation.roles["worker"].command[:3]
    answer = installation.call("worker", *celery, "inspect", "registered", "--json")
    assert answer.returncode == 0, answer.stderr
    (known,) = json.loads(answer.stdout).values()
    assert scheduled()
    assert set(scheduled().values()) <= set(known)


def test_the_worker_does_the_nightly_work(installation: Installation) -> None:
    celery = installation.roles["worker"].command[:3]
    sent = installation.call("worker", *celery, "call", scheduled()["rejudge-all-nightly"])
    assert sent.returncode == 0, sent.stderr
    job = "SELECT state, error FROM core_job WHERE kind = 'rejudge_all' ORDER BY id DESC LIMIT 1"
    ended = installation.wait(
        "worker", lambda: [row for row in installation.rows(job) if row[0] in {"done", "failed"}]
    )
    assert ended == [("done", "")]


def test_beat_keeps_its_schedule(installation: Installation) -> None:
    assert "beat: Starting..." in installation.log("beat")
    process = installation.running["beat"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    with shelve.open(str(installation.folder / "var" / "celerybeat-schedule"), flag="r") as stored:
        entries = {name: entry.task for name, entry in stored["entries"].items()}
    assert {name: task for name, task in entries.items() if name in scheduled()} == scheduled()


@pytest.mark.parametrize("name", ["web", "worker"])
def test_roles_end_cleanly_when_told(installation: Installation, name: str) -> None:
    process = installation.running[name]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0, installation.log(name)[-2000:]
    check = installation.roles[name].healthcheck
    assert check is not None
    assert installation.call(name, *check).returncode != 0, "the health check notices that the role is gone"
