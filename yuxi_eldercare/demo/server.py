"""gunicorn's settings for the demonstration: say when it serves."""

from typing import Any


def when_ready(server: Any) -> None:
    """Print the address once connections are accepted."""
    address = ", ".join(
        f"http://{host}:{port}/" for host, port in (s.getsockname() for s in server.LISTENERS)
    )
    print(f"已就绪：{address} （Ctrl-C 结束）", flush=True)
