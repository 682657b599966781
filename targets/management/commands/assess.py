"""`manage.py assess FILE`: the what-if (试算) of domain guide §4.6 on the command line; no log-in."""

import json
import sys
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import orjson
from django.core.management.base import BaseCommand, CommandError

from targets.progress import CaseError, assess_json


class Command(BaseCommand):
    help = "Judge one case, or a list of cases, from a JSON file ('-': standard input) and print the answer."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = assess_json(_parse(_read(options["file"])))
        except CaseError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}：不是 UTF-8 编码的文本，请另存为 UTF-8 后重试。") from error
    except OSError as error:
        raise CommandError(f"{name}：读不到文件（{error.strerror}），请检查路径。") from error


def _parse(text: str) -> object:
    """JSON with exact decimals; NaN and Infinity are not numbers."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise CommandError(
            f"不是有效的 JSON：第{error.lineno}行第{error.colno}列（{error.msg}），请检查引号、逗号和括号。"
        ) from error


def _no_number(word: str) -> NoReturn:
    raise CommandError(f'{word} 不是数，请填写数字或带引号的小数，例如 "1.5"。')
