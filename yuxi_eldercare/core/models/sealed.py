"""A column whose text lies encrypted in the database: personal data (身份证号、电话、银行账号).

A row holds a `Sealed`, which prints as dots: the text leaves it by `open()` only, which `core.actions.personal` calls
after it has asked for permission and written the audit event, and exports that are audited as a whole.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from yuxi_eldercare.core.ciphers import Box


@cache
def _box_of(keys: tuple[str, ...]) -> Box:
    return Box(keys)


def box() -> Box:
    """The keys of this installation: PERSONAL_DATA_KEYS, or else the secret key and its fallbacks."""
    keys = settings.PERSONAL_DATA_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return _box_of(tuple(keys))


def fingerprint(text: str) -> str:
    """By what an equal text is found again; "" for none."""
    return box().fingerprint(text)


class Sealed:
    """A text nobody reads by accident."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Sealed":
        """Seal a text under the newest key."""
        return cls(box().seal(text))

    def open(self) -> str:
        """The text itself. Raises `ciphers.CannotOpen`."""
        return box().open(self.token)

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return "••••" if self.token else ""

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)


def nothing() -> Sealed:
    """No text: what a sealed column holds where nothing was entered."""
    return Sealed("")


if TYPE_CHECKING:
    _Text = models.TextField[Sealed, Sealed]
else:
    _Text = models.TextField


class SealedField(_Text):
    """A `Sealed` in a text column. It cannot be filtered by; keep a `fingerprint` beside it for that."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        """What lies in the column, still sealed."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """As it is; a plain text is not accepted, so that none is kept by mistake."""
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError("a sealed column takes Sealed.of(text)")

    def get_prep_value(self, value: Any) -> Any:
        """The token."""
        sealed = self.to_python(value)
        return None if sealed is None else sealed.token

    def value_to_string(self, obj: models.Model) -> str:
        """The token: a dump stays sealed."""
        sealed: Any = self.value_from_object(obj)
        return sealed.token if isinstance(sealed, Sealed) else ""
