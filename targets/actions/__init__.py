"""The only door for writing what counts: verbs, atomic, each with its audit event beside the change."""

from .rollups import accept_rollup
from .thresholds import set_thresholds
from .values import NewValue, publish_values

__all__ = ["NewValue", "accept_rollup", "publish_values", "set_thresholds"]
