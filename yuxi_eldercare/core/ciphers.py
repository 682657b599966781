"""Encryption of single values at rest: one box of keys, the newest seals, every one opens.

Values are sealed with Fernet (AES-128-CBC with HMAC-SHA256, random IV), so that equal values look different. What must
be found again by its value has a fingerprint beside it: HMAC-SHA256 under a key of its own, derived from the oldest
key, so that adding a key in front changes no fingerprint.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SEALING: Final = b"yuxi-eldercare personal data: sealing"
_FINGERPRINT: Final = b"yuxi-eldercare personal data: fingerprint"


class CannotOpen(ValueError):
    """The value was sealed under a key that is not in the box, or it was changed."""


class Box:
    """Keys as long random strings, the newest first. At least one is needed."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("a box needs at least one key, and no empty ones")
        self._keys = [key.encode() for key in keys]

    def seal(self, text: str) -> str:
        """The text, encrypted under the newest key; "" stays "" (there is nothing to hide)."""
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def open(self, token: str) -> str:
        """What was sealed. Raises `CannotOpen`."""
        if not token:
            return ""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise CannotOpen("sealed under another key, or changed") from None

    def renew(self, token: str) -> str:
        """The token where the newest key sealed it, else the same text sealed by that key. Raises `CannotOpen`."""
        if not token:
            return ""
        try:
            self._fernets[0].decrypt(token.encode())
        except InvalidToken:
            return self.seal(self.open(token))
        return token

    def fingerprint(self, text: str) -> str:
        """64 hex digits by which an equal text is found; "" for none."""
        if not text:
            return ""
        return hmac.new(self._fingerprint_key, text.encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _fernets(self) -> list[Fernet]:
        return [Fernet(base64.urlsafe_b64encode(_derive(key, _SEALING))) for key in self._keys]

    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet(self._fernets)

    @cached_property
    def _fingerprint_key(self) -> bytes:
        return _derive(self._keys[-1], _FINGERPRINT)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
