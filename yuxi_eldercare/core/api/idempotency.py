"""`Idempotency-Key`: a call sent twice, because its answer was lost on the way, is answered once and the same.

The key is noted in the transaction of the work, so that of two calls at the same moment the second waits
for the first. A refused call keeps nothing: it wrote nothing, and may be sent again with the same key.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from yuxi_eldercare.core.models import KeptAnswer, User

from .errors import bad_parameter
from .rendering import to_json

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(hours=24)
PATTERN: Final = r"^[!-~]{1,200}$"
PARAMETER: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": PATTERN},
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "调用方自定的唯一编号。24 小时内以同一编号重发同样的内容，不再写入，返回第一次的答复；"
        "内容不同则返回 409。被拒绝的调用不占用编号。"
    ),
)


class KeyReused(APIException):
    """The key was used for another content."""

    status_code = 409
    default_code = "key_reused"


def once(request: Request, work: Callable[[], Response], *, keep: bool = True) -> Response:
    """The answer of `work`, or the one that was given before to the same call with the same key.

    Raises `KeyReused`. Without a key, or where there is nothing to `keep`, `work` is simply done. Only good
    answers are kept.
    """
    key = _key(request)
    if not key or not keep:
        return work()
    user: User = request.user  # type: ignore[assignment]
    digest = hashlib.sha256(request.path.encode() + _canonical(request.data)).hexdigest()
    with transaction.atomic():
        kept = _note(user, key, digest)
        if kept is not None:
            return _replayed(kept, digest)
        answer = work()
        KeptAnswer.objects.filter(user=user, key=key).update(
            status=answer.status_code, answer=json.loads(to_json(answer.data))
        )
    return answer


def forget_expired() -> int:
    """Delete answers that are kept no longer; returns how many."""
    return KeptAnswer.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _note(user: User, key: str, digest: str) -> KeptAnswer | None:
    """Take the key, or find who has it; waits for a call with the same key that is under way."""
    now = timezone.now()
    KeptAnswer.objects.filter(user=user, key=key, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(user=user, key=key, digest=digest, expires_at=now + KEPT_FOR)
    except IntegrityError:
        return KeptAnswer.objects.get(user=user, key=key)
    return None


def _replayed(kept: KeptAnswer, digest: str) -> Response:
    if kept.digest != digest:
        raise KeyReused(_("这个 Idempotency-Key 已用于另一次内容不同的推送，请换一个。"))
    return Response(kept.answer, kept.status, headers={REPLAYED: "true"})


def _key(request: Request) -> str:
    key: str = request.headers.get(HEADER, "")
    if key and not re.fullmatch(PATTERN, key):
        raise bad_parameter(HEADER, _("Idempotency-Key 应为 1 至 200 个可见的英文字符，例如 UUID。"))
    return key


def _canonical(sent: Any) -> bytes:
    """The content in one form, whatever the order of its names."""
    return json.dumps(sent, sort_keys=True, default=str).encode()
