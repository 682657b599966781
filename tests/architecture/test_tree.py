"""What the tree may hold: the top level, the size of files, no addresses of machines or other hosts."""

import re
from pathlib import Path

import pytest

from .source import files, text

pytestmark = pytest.mark.pure

TOP_LEVEL = {
    "manage.py", "yuxi_eldercare", "targets", "projects", "subsidies", "fixtures", "tests", "docs", "locale",
    "docker-compose.yml", "Dockerfile", "Makefile", "pyproject.toml", "requirements.lock", "README.md",
    "LICENSE", ".ci", ".dockerignore", ".env.example", ".gitignore", ".gitattributes", ".editorconfig",
}  # fmt: skip

LINES = 400
MEASURED = {".py", ".html", ".js", ".css"}
# path -> why it is longer than the rest
LONGER: dict[str, str] = {}

# Written with a class of one letter so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    r"py[p]i\.org|pythonho[s]ted|registr[y]\.npm|deb\.debia[n]|npmmi[r]ror|tuna\.tsing[h]ua|"
    r"mirrors\.aliyu[n]|index-u[r]l|find-li[n]ks [^/]*[/:]/"
)
MACHINES = re.compile(r"(?<![\w.$}/*<-])/(?:wor[k]|roo[t]|hom[e]|tm[p]|Users)/")
HOSTS = re.compile(r"""(?:https?:)?//[\w-]+(?:\.[\w-]+)+""")
# XML names are not fetched.
NAMES = re.compile(r"""https?://www\.w3\.org/""")


def is_text(path: Path) -> bool:
    return path.suffix not in {".mo", ".png", ".ico", ".woff2", ".xlsx", ".docx", ".pdf"}


def is_vendored(path: Path) -> bool:
    return "vendor" in path.parts


def test_top_level_holds_nothing_else() -> None:
    assert {path.parts[0] for path in files()} <= TOP_LEVEL


def test_files_stay_readable() -> None:
    long = {
        str(path): lines
        for path in files()
        if path.suffix in MEASURED
        and not is_vendored(path)
        and "migrations" not in path.parts
        and (lines := text(path).count("\n")) > LINES
    }
    assert set(long) == set(LONGER), f"over {LINES} lines, or no longer so: {long}"


def test_no_registry_and_no_machine_is_named() -> None:
    found = [
        f"{path}: {match.group(0)}"
        for path in files()
        if is_text(path) and not is_vendored(path)
        for pattern in (REGISTRIES, MACHINES)
        for match in pattern.finditer(text(path))
    ]
    assert not found, "\n".join(found)


def test_pages_name_no_other_host() -> None:
    """Nothing that a browser loads comes from elsewhere, also where the policy header would not stop it."""
    pages = [
        path
        for path in files()
        if {"templates", "static"} & set(path.parts)
        and path.suffix in {".html", ".js", ".css", ".svg", ".json"}
        and not is_vendored(path)
    ]
    assert len(pages) > 10
    found = [
        f"{path}: {match.group(0)}" for path in pages for match in HOSTS.finditer(NAMES.sub("", text(path)))
    ]
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
    found = [
        str(path)
        for path in files()
        if path.suffix in MEASURED | {".yml", ".yaml", ".md", ".toml"}
        and not is_vendored(path)
        and later.search(text(path))
    ]
    assert not found
