"""`manage.py verifyaudit [--anchor SEQ:HASH]`: exits 1 and names the first broken link."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core.audit import sealing
from yuxi_eldercare.core.audit.verifying import Anchor, Verdict, verify

# Sealing takes seconds; beat looks every five minutes.
LATE = timedelta(minutes=10)


def anchor(text: str) -> Anchor:
    """`17:ab12…` as printed by an earlier run and noted elsewhere."""
    seq, _colon, digest = text.partition(":")
    if not seq.isdecimal() or not digest:
        raise ArgumentTypeError("write it as SEQ:HASH, as an earlier run printed it")
    return Anchor(int(seq), digest.strip().lower())


class Command(BaseCommand):
    help = "Verify the audit chain from its start; exits 1 and names the first broken link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor", type=anchor, help="SEQ:HASH of an earlier run: finds a chain rewritten as a whole"
        )
        parser.add_argument("--seal", action="store_true", help="seal what is waiting first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            sealing.seal()
        verdict = verify(options["anchor"])
        if verdict.broken is not None:
            raise CommandError(
                _("审计链在第 %(seq)s 条断开：%(sentence)s前面 %(links)s 条完好。")
                % {"seq": verdict.broken.seq, "sentence": verdict.broken.sentence, "links": verdict.links}
            )
        self._tell(verdict)

    def _tell(self, verdict: Verdict) -> None:
        self.stdout.write(
            _("审计链完好：共 %(links)s 条，链尾 %(links)s:%(hash)s")
            % {"links": verdict.links, "hash": verdict.last_hash}
        )
        if verdict.oldest_unsealed is None:
            return
        self.stdout.write(_("尚未封存：%(count)s 条。") % {"count": verdict.unsealed})
        if timezone.now() - verdict.oldest_unsealed > LATE:
            self.stderr.write(_("最早一条已等待超过 10 分钟：请检查后台任务，或运行 verifyaudit --seal。"))
