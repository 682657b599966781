"""`manage.py createadmins --system NAME --security NAME --audit NAME`: once, on a new installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yuxi_eldercare.core.actions.first_administrators import found
from yuxi_eldercare.core.actions.refused import ActionRefused


class Command(BaseCommand):
    help = "Create the first three administrators and print their initial passwords once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind in ("system", "security", "audit"):
            parser.add_argument(f"--{kind}", required=True, metavar="NAME", help=f"user name, {kind}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = found({f"{kind}_admin": options[kind] for kind in ("system", "security", "audit")})
        except ActionRefused as refused:
            raise CommandError(str(refused)) from refused
        for new in made:
            self.stdout.write(f"{new.user.username:<24}{new.password}    {new.user.display_name}")
        self.stdout.write(_("以上密码只显示这一次；首次登录须修改密码并启用动态口令。"))
