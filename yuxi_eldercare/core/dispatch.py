"""How a Celery task is started after a commit: by a worker when there is a broker, else by a thread here.

Tasks are named, not imported: actions start tasks, and tasks call actions.
"""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import OperationalError, close_old_connections, connections, transaction
from django.utils.module_loading import autodiscover_modules
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger(__name__)

# Two threads, so that a nightly run started from a page does not hold up the judging of one value.
THREADS = 2
# A lost connection or a lock held too long is worth another try, as in a worker.
ATTEMPTS = 3
_at_once: ContextVar[bool] = ContextVar("at_once", default=False)


class _Threads:
    """The background threads of this process; begun at first use, and anew in a forked child."""

    def __init__(self) -> None:
        self.pid = 0
        self.executor: ThreadPoolExecutor
        self.futures: set[Future[None]]

    def submit(self, name: str, args: tuple[Any, ...]) -> None:
        if self.pid != os.getpid():
            self.pid = os.getpid()
            # The interpreter waits for these threads at exit, so a command's last value is still judged.
            self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
            self.futures = set()
        future = self.executor.submit(_run_in_thread, name, args)
        self.futures.add(future)
        future.add_done_callback(self.futures.discard)

    def wait(self, seconds: float) -> bool:
        if self.pid != os.getpid():
            return True
        return not wait(set(self.futures), timeout=seconds).not_done


_threads = _Threads()


def after_commit(task: str, *args: Any) -> None:
    """Start the task of this name once the current transaction has committed (at once when there is none)."""
    transaction.on_commit(lambda: start(task, *args))


def start(task: str, *args: Any) -> None:
    """Hand the task to a worker, or run it in a background thread of this process.

    A broker that cannot be reached does not lose the work: it is then done here.
    """
    if _at_once.get():
        run(task, *args)
        return
    if settings.REDIS_URL:
        try:
            current_app.send_task(task, args=args)
            return
        except BrokerError:
            log.exception("the broker did not take %s%r; running it in this process", task, args)
    _threads.submit(task, args)


def run(task: str, *args: Any) -> None:
    """Run the task of this name here and now; its errors are raised."""
    import_task_modules()
    current_app.tasks[task](*args)


def import_task_modules() -> None:
    """Import what a worker imports at its start.

    Celery's own loader would also set Django up again, logging included, which a running process has done.
    """
    autodiscover_modules("tasks")
    for module in current_app.conf.imports:
        import_module(module)


@contextmanager
def at_once() -> Iterator[None]:
    """Inside, tasks run in the caller as soon as they are started: for commands that wait for the result."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


def wait_for_threads(seconds: float = 60) -> bool:
    """Wait until the background threads of this process are idle; False when time ran out."""
    return _threads.wait(seconds)


def busy() -> bool:
    """Whether background threads of this process have work."""
    return not _threads.wait(0)


def _run_in_thread(task: str, args: tuple[Any, ...]) -> None:
    for attempt in range(ATTEMPTS):
        close_old_connections()
        try:
            run(task, *args)
        except OperationalError:
            log.exception("background task %s%r failed, attempt %s", task, args, attempt + 1)
        except Exception:
            log.exception("background task %s%r failed", task, args)
            break
        else:
            break
        finally:
            connections.close_all()
