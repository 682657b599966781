"""What somebody had typed into a page when the session ended: kept in the new session until they log in again.

Only text is kept, only of that person, and no password.
"""

from dataclasses import dataclass

from django.http import HttpRequest

KEY = "parked_form"
LARGEST = 256 * 1024


@dataclass(frozen=True)
class Parked:
    """A form that was sent too late: where to, its fields in their order, and whether files came with it."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool


def park(request: HttpRequest, user_id: int) -> bool:
    """Keep the posted fields in the session of the request (a new one); False when they cannot be kept."""
    if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    if any("password" in name for name, _value in fields):
        return False
    if not fields or sum(len(value) for _name, value in fields) > LARGEST:
        return False
    request.session[KEY] = {
        "user": user_id,
        "path": request.get_full_path(),
        "fields": fields,
        "had_files": bool(request.FILES),
    }
    return True


def belongs_to(request: HttpRequest) -> bool:
    """Whether the session holds a form of the person who is logged in; somebody else's is dropped."""
    kept = request.session.get(KEY)
    if kept is None:
        return False
    if kept["user"] == request.user.pk:
        return True
    del request.session[KEY]
    return False


def read(request: HttpRequest) -> Parked | None:
    """The kept form, if there is one of this person."""
    if not belongs_to(request):
        return None
    kept = request.session[KEY]
    return Parked(kept["path"], [(name, value) for name, value in kept["fields"]], kept["had_files"])


def drop(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
