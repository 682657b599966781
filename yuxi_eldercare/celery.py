"""The Celery application: workers and beat start from here (`celery -A yuxi_eldercare.celery`)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")

app = Celery("yuxi_eldercare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Tasks that stand elsewhere than in an app's `tasks` module (`core.dispatch` imports these, too).
app.conf.imports = (
    "targets.reporting.tasks",
    "targets.following.tasks",
    "targets.supervision.tasks",
    "yuxi_eldercare.core.notify",
    "yuxi_eldercare.closing.tasks",
    "yuxi_eldercare.reports.tasks",
)
app.conf.beat_schedule = {
    "rejudge-all-nightly": {"task": "targets.rejudge_all", "schedule": crontab(hour=2, minute=10)},
    "refresh-standings-nightly": {
        "task": "projects.refresh_standings",
        "schedule": crontab(hour=2, minute=40),
    },
    "open-rounds-daily": {"task": "targets.open_rounds", "schedule": crontab(hour=6, minute=0)},
    # Every hour, for the rounds that were opened since: changes of the register are counted at once.
    "count-register-hourly": {"task": "projects.count", "schedule": crontab(minute=5)},
    "count-subsidies-hourly": {"task": "subsidies.count", "schedule": crontab(minute=15)},
    "lock-rounds-daily": {"task": "targets.lock_rounds", "schedule": crontab(hour=6, minute=10)},
    "remind-daily": {"task": "targets.remind", "schedule": crontab(hour=8, minute=30)},
    "supervise-daily": {"task": "targets.supervise", "schedule": crontab(hour=8, minute=0)},
    "write-months-daily": {"task": "targets.write_months", "schedule": crontab(hour=1, minute=40)},
    "seal-audit": {"task": "core.seal_audit", "schedule": 300.0},
    "verify-audit-weekly": {
        "task": "core.verify_audit",
        "schedule": crontab(hour=3, minute=40, day_of_week=0),
    },
    "verify-closes-weekly": {
        "task": "closing.verify_closes",
        "schedule": crontab(hour=3, minute=50, day_of_week=0),
    },
    "verify-books-nightly": {"task": "subsidies.verify_books", "schedule": crontab(hour=2, minute=55)},
    "clear-sessions-nightly": {"task": "core.clear_sessions", "schedule": crontab(hour=3, minute=20)},
}
