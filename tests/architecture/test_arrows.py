"""The arrows between apps, between layers inside an app, and around the pure modules.

roof      yuxi_eldercare/*                    imports anything; nobody imports it
apps      subsidies -> projects -> targets -> core
layers    urls > views, api, tasks, commands > shaping > actions > queries, services > models > pure
"""

import ast
from collections.abc import Iterator

import pytest

from .source import APPS, CORE, ROOF, Module, app_of, imports, modules

pytestmark = pytest.mark.pure

MAY_IMPORT = {
    CORE: {CORE},
    "targets": {"targets", CORE},
    "projects": {"projects", "targets", CORE},
    "subsidies": {"subsidies", "projects", "targets", CORE},
    ROOF: {ROOF, *APPS},
}

PURE, MODELS, SERVICES, ACTIONS, SHAPING, ENTRY, TOP = range(7)

# First part of a module's name inside its app -> layer. A module may import its own layer and those below.
LAYERS = {
    "progress": PURE,
    "ranking": PURE,
    "scoring": PURE,
    "supervision_rules": PURE,
    "rollup": PURE,
    "derivation": PURE,
    "standing": PURE,
    "amounts": PURE,
    "calculator": PURE,
    "ciphers": PURE,
    "personal": PURE,
    "plan_text": PURE,
    "plan_files": PURE,
    "maps": PURE,
    "spreadsheets": PURE,
    "models": MODELS,
    "queries": SERVICES,
    "audit": SERVICES,
    "closing": SERVICES,
    "demo_guard": SERVICES,
    "dispatch": SERVICES,
    "files": SERVICES,
    "guards": SERVICES,
    "migrating": SERVICES,
    "jobs": SERVICES,
    "addresses": SERVICES,
    "language": SERVICES,
    "judging": SERVICES,
    "notify": SERVICES,
    "binding": SERVICES,
    "counting": SERVICES,
    "plan_sync": SERVICES,
    "roles": SERVICES,
    "workdays": SERVICES,
    "accounts": ACTIONS,
    "actions": ACTIONS,
    "excel": ACTIONS,
    "register": ACTIONS,
    "sheets": ACTIONS,
    "following": ACTIONS,
    "exchange": ACTIONS,
    "books": ACTIONS,
    "applying": ACTIONS,
    "people": ACTIONS,
    "lottery": ACTIONS,
    "schemes": ACTIONS,
    "paying": ACTIONS,
    "reporting": ACTIONS,
    "offering": ACTIONS,
    "supervision": ACTIONS,
    "filters": SHAPING,
    "pages": SHAPING,
    "forms": SHAPING,
    "importers": SHAPING,
    "presenters": SHAPING,
    "serializers": SHAPING,
    "templatetags": SHAPING,
    "api": ENTRY,
    "management": ENTRY,
    "tasks": ENTRY,
    "views": ENTRY,
    "apps": TOP,
    "urls": TOP,
}
# Names that mean something else in one app.
EXCEPTIONS = {
    (CORE, "api"): SHAPING,  # paging, rendering and errors that every app's endpoints share
}
PURE_FAMILIES = tuple(name for name, layer in LAYERS.items() if layer == PURE)
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime", "time_ns", "monotonic"}


def family(name: str) -> str:
    """First part of a dotted name inside its app: 'queries' of 'targets.queries.indicators'."""
    first = name[len(app_of(name)) :].lstrip(".").split(".")[0]
    return "urls" if first.startswith("urls_") else first


def layer_of(name: str) -> int | None:
    """The layer of a module of an app; None for the app's own package and for the roof."""
    app, first = app_of(name), family(name)
    if app == ROOF or not first:
        return None
    return EXCEPTIONS.get((app, first), LAYERS.get(first))


def product_imports() -> Iterator[tuple[str, str, str]]:
    """(importer, imported, sentence) of every import of one product module by another."""
    for found in imports():
        if app_of(found.imported) in MAY_IMPORT:
            yield found.importer.name, found.imported, str(found)


def test_there_is_something_to_walk() -> None:
    apps = {app_of(importer) for importer, _, _ in product_imports()}
    assert apps == {*APPS, ROOF}
    assert len(modules()) > 50


def test_apps_import_downwards_only() -> None:
    wrong = [
        sentence
        for importer, imported, sentence in product_imports()
        if app_of(imported) not in MAY_IMPORT[app_of(importer)]
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_of_an_app_has_a_layer() -> None:
    homeless = [
        module.name
        for module in modules()
        if module.app != ROOF and module.inner and layer_of(module.name) is None
    ]
    assert not homeless, f"give these a layer in {__name__}: {homeless}"


def test_layers_import_downwards_only() -> None:
    wrong = []
    for importer, imported, sentence in product_imports():
        above, below = layer_of(importer), layer_of(imported)
        if above is not None and below is not None and below > above:
            wrong.append(sentence)
    assert not wrong, "\n".join(wrong)


def test_entry_points_are_imported_by_urls_only() -> None:
    wrong = [
        sentence
        for importer, imported, sentence in product_imports()
        if layer_of(imported) == ENTRY
        and app_of(importer) != ROOF
        and layer_of(importer) != TOP
        and (app_of(importer), family(importer)) != (app_of(imported), family(imported))
    ]
    assert not wrong, "\n".join(wrong)


def pure_modules() -> list[Module]:
    return [m for m in modules() if m.app != ROOF and family(m.name) in PURE_FAMILIES]


@pytest.mark.parametrize("name", ["targets.progress", f"{CORE}.plan_text", f"{CORE}.plan_files"])
def test_the_pure_families_exist(name: str) -> None:
    assert any(m.name.startswith(name) for m in pure_modules())


def test_pure_modules_know_no_django() -> None:
    own = {module.name for module in pure_modules()}
    wrong = [
        str(found)
        for found in imports()
        if found.importer.name in own
        and found.imported.split(".")[0] in {"django", "rest_framework", "celery", "psycopg", "redis"}
    ]
    assert not wrong, "\n".join(wrong)


def test_pure_modules_do_not_read_the_clock() -> None:
    wrong = [
        f"{module.path}:{node.lineno} reads {node.attr}"
        for module in pure_modules()
        for node in ast.walk(module.tree())
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert not wrong, "\n".join(wrong)
