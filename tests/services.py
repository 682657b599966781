"""Private servers for tests: PostgreSQL, Redis and free ports, each started here and ended by its own pid.

Nothing here touches a server that is already running. `missing()` gives the sentence a skipped test shows.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

REQUIRE = os.environ.get("REQUIRE_SERVICES") == "1"

HOW_TO_GET = {
    "postgresql": "apt-get install postgresql",
    "redis-server": "apt-get install redis-server",
    "chromium": "apt-get install chromium fonts-noto-cjk",
    "soffice": "apt-get install libreoffice-calc-nogui libreoffice-writer-nogui",
}


class ServiceMissing(RuntimeError):
    """A program a test needs is not installed; the message says how to get it."""


def missing(program: str) -> ServiceMissing:
    return ServiceMissing(f"{program} was not found; get it with: {HOW_TO_GET[program]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None = None, seconds: float = 30) -> None:
    """Return once something listens on the port; raise when the process ends or time runs out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listened on port {port} within {seconds} seconds")


def _postgres_bin() -> Path:
    found = shutil.which("initdb")
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if not found else [Path(found)]
    if not candidates:
        raise missing("postgresql")
    return candidates[-1].parent


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A private PostgreSQL cluster; yields its DATABASE_URL. As root it runs as user `postgres`."""
    binaries = _postgres_bin()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    port, data = free_port(), folder / "data"

    def call(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, capture_output=True, cwd=folder)

    call(
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "yuxi",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        " -c max_connections=60 -c jit=off"
    )
    call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgres://yuxi@127.0.0.1:{port}/postgres"
    finally:
        call(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A private Redis without persistence; yields its REDIS_URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise missing("redis-server")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for_port(port, process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """End a process we started, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise missing("chromium")
    return found


def soffice_path() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise missing("soffice")
    return found
