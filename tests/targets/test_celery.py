"""Real workers with a private Redis, PostgreSQL and processes of their own; and what happens without."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery, current_app

from targets import tasks
from targets.models import Assessment
from tests import services
from tests.worlds import CITY, RED, day, make_world, publish, value
from yuxi_eldercare.celery import app
from yuxi_eldercare.core import dispatch

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90


# --- without a broker -----------------------------------------------------------------------------------


def test_every_scheduled_task_exists() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks.rejudge_all_task.name in scheduled
    dispatch.import_task_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in current_app.tasks


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_cannot_be_reached_does_not_lose_the_work(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dead = Celery("dead", broker=f"redis://127.0.0.1:{services.free_port()}/0", set_as_current=False)
    monkeypatch.setattr(dispatch, "current_app", dead)
    monkeypatch.setattr(dispatch, "run", lambda task, *args: current_app.tasks[task](*args))
    settings.REDIS_URL = dead.conf.broker_url
    world = make_world()
    publish(value(world.beds, RED, "2023", (40, 100)))
    assert dispatch.wait_for_threads()
    assert "the broker did not take targets.rejudge" in caplog.text
    assert Assessment.objects.get(region=RED, milestone__due=day("2023")).light == "green"


# --- with one -------------------------------------------------------------------------------------------


class Installation:
    """A database, a broker, and processes that use both."""

    def __init__(self, database: str, broker: str, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "DEBUG": "1",
            "VAR_DIR": str(folder),
        }
        self.database = database
        self.log = folder / "worker.log"

    def run(self, *words: str) -> None:
        """A command that must succeed."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def step(self, *names: str) -> None:
        """Steps of `celery_steps` in a process of their own."""
        self.run("-m", "tests.targets.celery_steps", *names)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker with two processes, in a process group of its own."""
        words = ["-m", "celery", "-A", "yuxi_eldercare.celery", "worker", "--concurrency", "2", "-n", "t@%h"]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *words, "--loglevel", "INFO"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.until(lambda: " ready." in self.log.read_text() or process.poll() is not None)
            assert process.poll() is None, self.log.read_text()
            yield process
        finally:
            services.stop(process)

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the database."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql, values).fetchall()

    def until(self, condition: Callable[[], Any]) -> Any:
        """The first true answer."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = condition()
            if answer:
                return answer
            time.sleep(0.1)
        log = self.log.read_text() if self.log.exists() else ""
        pytest.fail(f"it did not come about; the worker said:\n{log[-4000:]}")

    def city(self) -> list[Any]:
        """(actual, members reported) of the city's judged beds of 2023."""
        return self.ask(
            "select answer->>'actual', members_reported from targets_assessment"
            " where region_id = %s and answer->>'due' = '2023-12-31'"
            " and indicator_id = (select id from targets_indicator where key = 'w-beds')",
            CITY,
        )

    def job(self) -> Any:
        """(id, state, done, total) of the latest nightly job, or None."""
        rows = self.ask(
            "select id, state, done, total from core_job where kind = %s order by id desc limit 1",
            tasks.NIGHTLY,
        )
        return rows[0] if rows else None


@contextmanager
def a_database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    """The address of a database of this name, dropped afterwards."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield server.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def small_world(postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the small world in it, to be copied: migrating takes longer than most tests."""
    name = f"celery_world_{os.getpid()}"
    with a_database(postgres_url, name) as url:
        made = Installation(url, redis_url, tmp_path_factory.mktemp("world"))
        made.run("manage.py", "migrate", "--verbosity", "0")
        made.step("world")
        yield name


@pytest.fixture
def installation(
    postgres_url: str, redis_url: str, tmp_path: Path, small_world: str
) -> Iterator[Installation]:
    """An installation with a database of its own and the small world in it."""
    with a_database(postgres_url, f"celery_{os.getpid()}", small_world) as url:
        yield Installation(url, redis_url, tmp_path)


@pytest.mark.services
def test_values_are_judged_by_a_real_worker_within_seconds(installation: Installation) -> None:
    installation.step("values")
    assert installation.city() == [], "without a worker nobody has judged them yet"
    with installation.worker():
        installation.until(lambda: installation.city() == [("40", 3)])
        installation.step("correction")
        installation.until(lambda: installation.city() == [("50", 3)])
        assert installation.job() is None


@pytest.mark.services
def test_a_nightly_job_killed_half_way_simply_runs_again(installation: Installation) -> None:
    (households,) = installation.ask("select id from targets_indicator where key = 'w-households'")[0]
    installation.run("manage.py", "rundue")
    first, *_ = installation.job()
    with psycopg.connect(installation.database) as blocker, installation.worker() as worker:
        blocker.execute("select * from targets_judginglock where indicator_id = %s for update", [households])
        installation.step("nightly")
        # The third indicator is locked here, so the job stands half-way.
        job = installation.until(lambda: (j := installation.job()) and j[0] > first and j[2] == 2 and j)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert installation.job() == (job[0], "running", 2, 5)
    assert installation.ask("select run_id from targets_judgingstate") == [(first,)]

    with installation.worker():
        installation.step("nightly")
        done = installation.until(
            lambda: (j := installation.job()) and j[0] > job[0] and j[1] == "done" and j
        )
    assert done[2:] == (5, 5)
    (state, error), *_ = installation.ask("select state, error from core_job where id = %s", job[0])
    assert (state, error) == ("failed", f"运行中断，由后台任务 {done[0]} 重新运行。")
    assert installation.ask("select run_id from targets_judgingstate") == [(done[0],)]
    assert installation.ask("select distinct run_id from targets_assessment") == [(done[0],)]
    ((result,),) = installation.ask("select result from core_job where id = %s", done[0])
    assert result["differences"] == 0
