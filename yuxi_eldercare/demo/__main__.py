"""`make demo` (`python -m yuxi_eldercare.demo`): the product with the plans and demonstration values, served.

1. settle the environment: a database of its own, a secret key of its own, a free port;
2. print the address and the log-ins;
3. bring the database up to date; load plans; accounts and values only where they are missing;
4. become the web server, which says when it is ready and ends on Ctrl-C.
"""

import os
import secrets
import socket
import sys
import time
from pathlib import Path

from .logins import table

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_PORT, PORTS = 8000, 100


def main() -> int:
    """Prepare and serve; returns only when it cannot."""
    started = time.monotonic()
    folder = Path(os.environ.setdefault("VAR_DIR", str(ROOT / "var")))
    folder.mkdir(parents=True, exist_ok=True)
    settle_environment(folder)
    wanted = int(os.environ.get("PORT", FIRST_PORT))
    port = free_port(wanted)
    if port is None:
        print(
            f"从 {wanted} 起的 {PORTS} 个端口都被占用，请用 PORT=端口号 make demo 指定一个。", file=sys.stderr
        )
        return 1
    announce(port)
    refusal = prepare()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"准备完成（{time.monotonic() - started:.0f} 秒），启动服务 …", flush=True)
    os.chdir(ROOT)
    os.execv(sys.executable, server(port))
    return 1  # not reached: this process has become the server


def settle_environment(folder: Path) -> None:
    """Variables that a demonstration needs, where the caller has not set them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yuxi_eldercare.settings"
    os.environ["DEMO"] = "1"
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'demo.sqlite3'}")
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(folder / "secret-key")


def secret_key(path: Path) -> str:
    """The key in this file, which only its owner can read; made at the first start."""
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def free_port(first: int) -> int | None:
    """The first of a hundred ports from `first` on that nobody listens on."""
    for port in range(first, min(first + PORTS, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return None


def announce(port: int) -> None:
    """The address and the log-ins, before anything slow begins."""
    print(f"\n  地址  http://127.0.0.1:{port}/\n\n  演示账号\n{table()}\n", flush=True)


def prepare() -> str:
    """Bring database, accounts, values and static files up to date; returns why not, or an empty string."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from targets.models import JudgingState
    from yuxi_eldercare.core import dispatch
    from yuxi_eldercare.loading import PlanFilesRefused, load_plans

    from .accounts import ensure_accounts
    from .applications import seed_applications
    from .counts import count
    from .following import follow
    from .institutions import seed_institutions
    from .ledger import keep_ledger
    from .month import walk
    from .payments import seed_payments
    from .people import seed_people
    from .seeding import seed
    from .standing import refusal
    from .supervision import supervise

    _say("建立数据库 …")
    call_command("migrate", verbosity=0)
    reason = refusal()
    if reason:
        return reason
    _say("载入五份规划文件 …")
    try:
        with dispatch.at_once():  # seeding judges a new database, whole
            loaded = load_plans(judge=JudgingState.objects.exists())
    except PlanFilesRefused as refused:
        return f"规划文件有误，未载入：\n{refused}"
    taken = ensure_accounts()
    if taken:
        _say(f"这些用户名已被占用，未建立演示账号：{'、'.join(taken)}")
    _say("登记项目台账 …")
    keep_ledger()  # before months are closed, which keep where projects stood
    dispatch.wait_for_threads()
    _say("写入演示填报值并判定 …")
    seed(plans_changed=bool(loaded.changes))
    _say("走一个月的填报 …")
    walk()
    _say("登记机构名册 …")
    seed_institutions(timezone.localdate())
    _say("申请和支付补助 …")
    seed_applications(timezone.localdate())
    seed_payments(timezone.localdate())
    _say("登记改造户和培训人员 …")
    seed_people(timezone.localdate())
    _say("分解下达任务 …")
    follow()
    _say("按阶梯督办 …")
    supervise()
    _say("按名册和台账统计 …")
    count()
    dispatch.wait_for_threads()  # this process is about to become another
    call_command("collectstatic", interactive=False, verbosity=0)
    return ""


def server(port: int) -> list[str]:
    """The command line of the web server: one process, because SQLite has one writer, and eight threads."""
    words = ["-m", "gunicorn", "yuxi_eldercare.wsgi", "--bind", f"127.0.0.1:{port}"]
    words += ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--graceful-timeout", "5"]
    words += ["--config", "python:yuxi_eldercare.demo.server", "--log-level", "warning"]
    return [sys.executable, *words]


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
