"""What every API endpoint shares, and the endpoints of the shared nouns.

`fields` declares what a resource shows, `filters` what it can be asked for, `resource` turns both into a list
and a detail; `places`, `plans`, `findings` and `jobs` are the endpoints. Other apps add theirs.
"""

from .paging import Pages
from .rendering import OrjsonRenderer, decimal_text

__all__ = ["OrjsonRenderer", "Pages", "decimal_text"]
