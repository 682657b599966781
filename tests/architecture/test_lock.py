"""requirements.lock: all pinned with hashes, nothing tied to an address, nothing missing."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .source import ROOT, modules

pytestmark = pytest.mark.pure

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; [^\\]+)? \\$")


def entries() -> dict[str, tuple[str, list[str]]]:
    """Package -> (version, hashes) of every entry."""
    found: dict[str, tuple[str, list[str]]] = {}
    hashes: list[str] = []
    for line in LOCK.splitlines():
        if pin := PIN.match(line):
            hashes = []
            found[canonicalize_name(pin[1])] = (pin[2], hashes)
        elif line.strip().startswith("--hash=sha256:"):
            hashes.append(line.strip().removeprefix("--hash=sha256:").removesuffix(" \\"))
        else:
            raise AssertionError(f"a line that is neither a pin nor a hash: {line!r}")
    return found


def project() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for, at run time and for development."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "runtime": [Requirement(text) for text in declared["project"]["dependencies"]],
        "dev": [Requirement(text) for text in declared["dependency-groups"]["dev"]],
    }


def test_every_package_is_pinned_with_hashes() -> None:
    assert len(entries()) > 40
    assert [name for name, (_, hashes) in entries().items() if not hashes] == []
    assert all(re.fullmatch("[0-9a-f]{64}", item) for _, hashes in entries().values() for item in hashes)


def test_no_address_stands_in_the_lock() -> None:
    assert "://" not in LOCK
    assert " @ " not in LOCK


@pytest.mark.parametrize("group", ["runtime", "dev"])
def test_the_lock_holds_what_the_project_asks_for(group: str) -> None:
    locked = entries()
    missing = [str(wanted) for wanted in project()[group] if canonicalize_name(wanted.name) not in locked]
    assert not missing, "run `make lock`"
    outdated = [
        f"{wanted} but {locked[canonicalize_name(wanted.name)][0]}"
        for wanted in project()[group]
        if not wanted.specifier.contains(locked[canonicalize_name(wanted.name)][0])
    ]
    assert not outdated, "run `make lock`"


def closure(wanted: list[Requirement]) -> set[str]:
    """The distributions that installing these requirements brings, on this interpreter."""
    seen: set[tuple[str, str]] = set()
    queue = [(canonicalize_name(r.name), extra) for r in wanted for extra in ["", *sorted(r.extras)]]
    while queue:
        name, extra = queue.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            inner = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in map(Requirement, inner):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                queue += [(canonicalize_name(requirement.name), e) for e in ["", *sorted(requirement.extras)]]
    return {name for name, _ in seen}


def absent_modules() -> list[str]:
    """Top-level modules that are installed here but would not be in the image."""
    runtime = closure(project()["runtime"])
    return sorted(
        module
        for module, owners in metadata.packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & runtime
    )


IN_THE_IMAGE = """
import importlib, importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)

absent = set(sys.argv[1].split())
for name in [name for name in sys.modules if name.split(".")[0] in absent]:
    del sys.modules[name]
sys.meta_path.insert(0, Absent())
import django
django.setup()
for name in sys.argv[2].split():
    importlib.import_module(name)
print("all imported")
"""


def test_the_product_gets_along_without_development_packages() -> None:
    """The image holds the runtime dependencies only: every module must import when the rest is not there."""
    absent = absent_modules()
    assert {"pytest", "mypy", "playwright"} <= set(absent)
    names = [module.name for module in modules() if not module.name.endswith("__main__")]
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_IMAGE, " ".join(absent), " ".join(names)],
        cwd=ROOT,
        env={"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "yuxi_eldercare.settings"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "all imported", done.stderr
