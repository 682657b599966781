"""Keeps demonstration accounts out of real use."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from .models import User


def refuse_demo_accounts() -> None:
    """Stop a start that is neither DEBUG nor DEMO while demonstration accounts exist.

    Raises `ImproperlyConfigured` naming the remedy. A database without tables has no accounts.
    """
    if settings.DEBUG or settings.DEMO:
        return
    try:
        count = User.objects.filter(is_demo=True).count()
    except DatabaseError:
        return
    if count:
        raise ImproperlyConfigured(
            f"{count} demonstration accounts with published passwords exist in this database. "
            "Run `python manage.py cleardemo` first, or set DEMO=1 if this is a demonstration."
        )
