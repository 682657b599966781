"""What users read passes through gettext: Chinese in the source, English in the catalogue, no gaps."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from .source import ROOF, ROOT, Module, files, modules, text

pytestmark = pytest.mark.pure

CHINESE = re.compile(r"[\u3400-\u9fff]")
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES"
SPEAKING = {"views", "presenters", "forms", "templatetags"}
ROOF_PAGES = {"home", "context", "pages"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")

TRANSLATED = re.compile(
    r"""\{%\s*(?:trans|translate)\s.*?%\}
      | \{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}
      | \{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}
      | \{\#.*?\#\}
      | _\((?:"[^"]*"|'[^']*')\)
      | lang="zh-CN">[^<]*<  # a language's own name""",
    re.VERBOSE | re.DOTALL,
)


def templates() -> list[Path]:
    return [path for path in files() if "templates" in path.parts and path.suffix == ".html"]


@pytest.mark.parametrize("path", templates(), ids=str)
def test_templates_translate_what_they_say(path: Path) -> None:
    rest = TRANSLATED.sub("", text(path))
    bare = [line.strip() for line in rest.splitlines() if CHINESE.search(line)]
    assert not bare


def test_scripts_say_nothing_themselves() -> None:
    """Words reach JavaScript through the page, where gettext put them."""
    speaking = [
        str(path)
        for path in files()
        if path.suffix == ".js"
        and "vendor" not in path.parts
        and CHINESE.search(re.sub(r"/\*.*?\*/|//[^\n]*", "", text(path), flags=re.DOTALL))
    ]
    assert not speaking


def speaking_modules() -> list[Module]:
    """Modules that write what users read: pages, presenters, forms; not importers, which read files."""
    return [
        module
        for module in modules()
        if module.inner.split(".")[0] in (ROOF_PAGES if module.app == ROOF else SPEAKING)
    ]


def called(node: ast.Call) -> str:
    """The dotted name of what is called."""
    return ast.unparse(node.func)


def untranslated(node: ast.AST, inside: bool = False) -> Iterator[ast.Constant]:
    """String constants with Chinese that are neither docstrings nor arguments of gettext."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and (called(node) in GETTEXT or called(node).startswith("re.")):
        inside = True  # a pattern matches the documents' text and is not shown
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not inside:
        if CHINESE.search(node.value):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from untranslated(child, inside)


def test_pages_and_presenters_speak_through_gettext() -> None:
    assert len(speaking_modules()) >= 5
    bare = [
        f"{module.path}:{node.lineno} {node.value!r}"
        for module in speaking_modules()
        for node in untranslated(module.tree())
    ]
    assert not bare, "\n".join(bare)


def catalogue() -> polib.POFile:
    assert (CATALOGUE / "django.po").is_file(), "run `make messages`"
    return polib.pofile(str(CATALOGUE / "django.po"), encoding="utf-8")


def test_compiled_catalogue_equals_its_source() -> None:
    assert (CATALOGUE / "django.mo").is_file(), "run `make messages`"
    compiled = polib.mofile(str(CATALOGUE / "django.mo"))
    assert pairs(compiled) == pairs(catalogue()), "run `make messages`"


def pairs(entries: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
    return {
        (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr
        for entry in entries
        if (entry.msgstr or entry.msgstr_plural) and not getattr(entry, "obsolete", False)
    }


def test_every_message_has_an_english_translation() -> None:
    entries = [entry for entry in catalogue() if not entry.obsolete]
    assert len(entries) > 100
    silent = [
        entry.msgid
        for entry in entries
        if "fuzzy" in entry.flags
        or not (entry.msgstr or (entry.msgstr_plural and all(entry.msgstr_plural.values())))
    ]
    assert not silent, f"translate these in locale/en, then `make messages`: {silent[:20]}"


def test_translations_keep_their_placeholders() -> None:
    wrong = [
        entry.msgid
        for entry in catalogue()
        for translated in [entry.msgstr, *entry.msgstr_plural.values()]
        if translated and set(PLACEHOLDER.findall(translated)) - set(PLACEHOLDER.findall(entry.msgid))
    ]
    assert not wrong


def test_the_catalogue_knows_every_message_of_the_code() -> None:
    """`make messages` was run after the last change of words: constants given to gettext are all in it."""
    known = {entry.msgid for entry in catalogue()}
    missing = [
        f"{module.path}:{node.lineno} {argument.value!r}"
        for module in modules()
        for node in ast.walk(module.tree())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant) and argument.value not in known
    ]
    missing += [
        f"{path} {found.group(2)!r}"
        for path in templates()
        for found in re.finditer(r"""\{%\s*translate\s+(["'])(.*?)\1""", text(path))
        if found.group(2) not in known
    ]
    assert not missing, "run `make messages`:\n" + "\n".join(missing)
