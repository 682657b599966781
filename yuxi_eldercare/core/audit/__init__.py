"""The audit trail: `record` writes one event beside the change, in its transaction; the chain is sealed after.

`context` knows where a request comes from, `sealing` links events into the chain, `verifying` finds the first
broken link, `chain` says what is hashed and how.
"""

from .chain import digest_rows
from .recording import FAILED, OK, REFUSED, record

__all__ = ["FAILED", "OK", "REFUSED", "digest_rows", "record"]
