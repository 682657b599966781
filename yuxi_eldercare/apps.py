"""The roof: settings, URLs and the pages that look into every app; nothing imports it."""

from django.apps import AppConfig


class RoofConfig(AppConfig):
    name = "yuxi_eldercare"
    verbose_name = "玉溪市“一老一小”目标跟踪"

    def ready(self) -> None:
        # The Celery app must exist in every process so that tasks bind to it.
        from yuxi_eldercare import celery  # noqa: F401
