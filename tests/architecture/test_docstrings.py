"""What must say what it is: models, pure functions and classes, modules."""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps

from .source import PACKAGES, Module, modules
from .test_arrows import pure_modules

pytestmark = pytest.mark.pure


def test_every_model_says_what_it_is() -> None:
    own = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    assert len(own) > 20
    # Django writes "Name(field, …)" where the author wrote nothing; tables between two models are made by it.
    silent = [
        model.__name__
        for model in own
        if not model._meta.auto_created and (model.__doc__ or "").startswith(f"{model.__name__}(")
    ]
    assert not silent


def public_definitions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes that other modules may use."""
    for node in module.tree().body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield node


def test_public_names_of_pure_modules_have_docstrings() -> None:
    silent = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in pure_modules()
        for node in public_definitions(module)
        if not ast.get_docstring(node) and node.name != "main"
    ]
    assert not silent, "\n".join(silent)


def test_modules_with_code_say_what_they_are() -> None:
    silent = [
        str(module.path)
        for module in modules()
        if (tree := module.tree()).body
        and not ast.get_docstring(tree)
        and module.path.name not in {"apps.py", "__init__.py"}
        and "commands" not in module.path.parts
    ]
    assert not silent
