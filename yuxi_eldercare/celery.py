"""The Celery application: workers and beat start from here (`celery -A yuxi_eldercare.celery`)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxi_eldercare.settings")

app = Celery("yuxi_eldercare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "rejudge-all-nightly": {"task": "targets.rejudge_all", "schedule": crontab(hour=2, minute=10)},
}
