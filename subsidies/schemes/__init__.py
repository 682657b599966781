"""Schemes: what is granted for what, version by version."""

from .versions import NewTerms, may_manage, new_version

__all__ = ["NewTerms", "may_manage", "new_version"]
