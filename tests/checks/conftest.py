"""The loaded plans for the tests that look at them."""

from tests.loaded import plans

__all__ = ["plans"]
