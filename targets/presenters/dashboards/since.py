"""Since when a light stands, in words."""

from datetime import date

from django.utils.translation import gettext as _

from targets.queries.shown import Since

# Red for no other reason than that the due date passed.
_SINCE_DUE = {"MISSED", "NO_DATA"}


def since_words(since: Since | None, state: str, due: date | None) -> str:
    """“2026-10-21起”. Where no change to this light is on record: “自2025-12-31到期起” for a target that missed its
    due date, else “至迟2026-10-21起” with the day of the first judgement.
    """
    if state in _SINCE_DUE and due is not None and (since is None or since.at_latest):
        return _("自%(day)s到期起") % {"day": due.isoformat()}
    if since is None:
        return ""
    text = _("至迟%(day)s起") if since.at_latest else _("%(day)s起")
    return text % {"day": since.day.isoformat()}
