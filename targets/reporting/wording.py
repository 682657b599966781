"""Words that are kept or sent are written in the product's language, whatever the reader of the page chose."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils.translation import override

P = ParamSpec("P")
R = TypeVar("R")


def kept(call: Callable[P, R]) -> Callable[P, R]:
    """Run a function in the product's language: what it words is stored, and a checksum may cover it."""

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with override(settings.LANGUAGE_CODE):
            return call(*args, **kwargs)

    return run
