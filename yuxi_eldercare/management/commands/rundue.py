"""`manage.py rundue`: what the scheduler (beat) would do tonight, now and in this process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yuxi_eldercare.celery import app
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import Job


class Command(BaseCommand):
    help = "Run every scheduled task once, here and now: for installations without Redis, from cron."

    def handle(self, *args: Any, **options: Any) -> None:
        before = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for name, entry in app.conf.beat_schedule.items():
            self.stdout.write(f"{name} …")
            with jobs.watched(self._print_progress), dispatch.at_once():
                dispatch.run(entry["task"], *entry.get("args", ()))
        problems = []
        for job in Job.objects.filter(pk__gt=before).order_by("pk"):
            self.stdout.write(f"后台任务 #{job.pk} {job.label}：{job.get_state_display()}")
            for key, value in job.result.items():
                if isinstance(value, str | int):
                    self.stdout.write(f"  {key}: {value}")
            if job.error:
                problems.append(f"#{job.pk} {job.error}")
        if problems:
            raise CommandError("\n".join(problems))

    def _print_progress(self, job: Job) -> None:
        total = job.total or 0
        if job.done and (job.done == total or job.done % max(1, total // 10) == 0):
            self.stdout.write(f"  {job.done}/{total}")
