"""What the architecture tests read: the project's files as git sees them, and the imports of its modules."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOF, CORE = "yuxi_eldercare", "yuxi_eldercare.core"
APPS = (CORE, "targets", "projects", "subsidies")
PACKAGES = (ROOF, "targets", "projects", "subsidies")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project that is tracked or would be, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = sorted(Path(name) for name in listing.split("\0") if name)
    return tuple(path for path in names if (ROOT / path).is_file())


def text(path: Path) -> str:
    """The file's text; bytes that are not UTF-8 become replacement characters."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


@dataclass(frozen=True)
class Module:
    """One Python module of the product (not of the tests)."""

    name: str
    path: Path

    @property
    def app(self) -> str:
        """The app it belongs to; the roof is an app of its own."""
        return app_of(self.name)

    @property
    def inner(self) -> str:
        """Its name inside the app, "" for the app's package."""
        return self.name[len(self.app) :].lstrip(".")

    def tree(self) -> ast.Module:
        """Its syntax tree; read once."""
        return _tree(self.path)


@dataclass(frozen=True)
class Import:
    """`importer` imports `imported` (a module or package of the product, or any other dotted name)."""

    importer: Module
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer.path}:{self.line} imports {self.imported}"


def app_of(name: str) -> str:
    """The app a dotted name belongs to."""
    return CORE if name == CORE or name.startswith(CORE + ".") else name.split(".")[0]


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the product, migrations left out."""
    found = []
    for path in files():
        if path.suffix != ".py" or path.parts[0] not in PACKAGES or "migrations" in path.parts:
            continue
        parts = list(path.with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found.append(Module(".".join(parts), path))
    return tuple(found)


@cache
def imports() -> tuple[Import, ...]:
    """Every import statement of the product, also inside functions; those for type checking are left out."""
    known = {module.name for module in modules()}
    return tuple(found for module in modules() for found in _imports_of(module, known))


def _imports_of(module: Module, known: set[str]) -> Iterator[Import]:
    for node in _running(module.tree()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(module, inner if inner in known else base, node.lineno)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    if module.path.name != "__init__.py":
        parts.pop()
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes except those under `if TYPE_CHECKING:`."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield from _running(child)
