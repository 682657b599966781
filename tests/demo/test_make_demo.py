"""`make demo` as a newcomer meets it: real processes, a database and a folder of its own."""

import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import services
from yuxi_eldercare.demo import logins
from yuxi_eldercare.demo.__main__ import free_port, secret_key

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240


class Started:
    """A running `make demo` and the lines it has printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def until(self, words: str) -> str:
        """The line with these words."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.lines:
                if words in line:
                    return line
            assert self.process.poll() is None, self.text
            time.sleep(0.1)
        pytest.fail(f"{words!r} was not printed:\n{self.text}")

    def stop(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def demo(folder: Path, port: int) -> Iterator[Started]:
    """`python -m yuxi_eldercare.demo` with its files in `folder`."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DEBUG", "DEMO", "SECRET_KEY", "LOG_LEVEL"}
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "yuxi_eldercare.demo"],
        cwd=ROOT,
        env={**environment, "VAR_DIR": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Started(process)
    finally:
        services.stop(process)  # type: ignore[arg-type]


def log_in(address: str, username: str) -> str:
    """The page a demonstration account sees first."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.read().decode())
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "username": username, "login": username}
    given = urllib.parse.urlencode({**fields, "password": logins.PASSWORD}).encode()
    request = urllib.request.Request(form.url, given, {"Referer": form.url})
    return browser.open(request).read().decode()


def count(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "demo.sqlite3") as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.mark.services
def test_make_demo_serves_and_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo(tmp_path, port) as first:
            ready = first.until("已就绪")
            address = re.search(r"http://[\d.:]+/", ready)
            assert address is not None
            assert f":{port}/" not in address[0], "a taken port means the next free one"
            announced = first.text.index(address[0])
            slow = first.text.index("建立数据库")
            assert announced < first.text.index(logins.PASSWORD) < slow, "address and log-ins come first"
            assert all(first.text.index(account.username) < slow for account in logins.ACCOUNTS)
            page = log_in(address[0], "lingdao")
            assert "演示数据" in page
            assert "演示·市领导" in page
            assert first.stop() == 0
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    key = (tmp_path / "secret-key").read_text()
    values, accounts = count(tmp_path, "targets_observation"), count(tmp_path, "core_user")
    assert values > 3000
    with demo(tmp_path, services.free_port()) as second:
        second.until("已就绪")
        assert second.stop() == 0
    assert (tmp_path / "secret-key").read_text() == key
    assert (count(tmp_path, "targets_observation"), count(tmp_path, "core_user")) == (values, accounts)


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port(port)
    assert found is not None
    assert port < found < port + 100


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "key")
    assert len(key) > 50
    assert secret_key(tmp_path / "key") == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
