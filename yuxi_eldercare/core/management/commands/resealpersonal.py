"""`manage.py resealpersonal`: exits 1 and names what no key opens."""

from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yuxi_eldercare.core.actions.resealing import reseal

_NAMED: Final = 100  # places that are named; with a key gone there are as many as rows


class Command(BaseCommand):
    help = "Seal personal data under the newest of PERSONAL_DATA_KEYS; exits 1 and names what no key opens."

    def handle(self, *args: Any, **options: Any) -> None:
        told = reseal()
        text = _("已用最新的密钥重新加密 %(renewed)s 项，%(current)s 项本来就是。")
        self.stdout.write(text % {"renewed": told.renewed, "current": told.current})
        if told.closed:
            text = _("有 %(count)s 项用现有的密钥都打不开，没有改动：")
            raise CommandError("\n".join([text % {"count": len(told.closed)}, *told.closed[:_NAMED]]))
