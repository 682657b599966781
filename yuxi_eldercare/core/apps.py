"""The floor: the nouns every app needs. It imports no other app of this project."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "yuxi_eldercare.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from .accounts import trail

        trail.connect()
