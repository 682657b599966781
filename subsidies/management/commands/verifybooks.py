"""`manage.py verifybooks`: exits 1 and names every difference between the books and what is kept beside them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from subsidies.books.verifying import in_background


class Command(BaseCommand):
    help = "Re-compute the books of subsidies from their postings; exits 1 and names every difference."

    def handle(self, *args: Any, **options: Any) -> None:
        job = in_background()
        if job.result["count"]:
            text = _("补助账目有 %(count)s 处不一致：") % {"count": job.result["count"]}
            raise CommandError("\n".join([text, *job.result["differences"]]))
        text = _("补助账目一致：预算 %(lines)s 条，账目 %(journals)s 笔，分录 %(postings)s 条。")
        self.stdout.write(text % job.result)
