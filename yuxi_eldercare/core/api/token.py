"""The token endpoint: another system's code and secret in, a short-lived access token out (RFC 6749, 4.4).

Refusals have the words of the RFC (`error`, `error_description`) and beside them our sentence (`detail`).
"""

import base64
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.oauth2 import OAuth2Error
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yuxi_eldercare.core.accounts import machines
from yuxi_eldercare.core.accounts.machines import READ, WRITE, ClientBarred

from . import errors
from .bearer import TOKEN_PATH
from .fields import Table, many, text, whole
from .parsing import FormParser
from .schema import PROBLEM, REFUSAL

SENTENCES: Final = {
    "invalid_client": gettext_lazy("代号或密钥不正确，请核对；密钥遗失时请联系系统管理员更换。"),
    "unsupported_grant_type": gettext_lazy("grant_type 只能是 client_credentials。"),
    "invalid_scope": gettext_lazy("scope 只能是 read、observations:write，或两者用空格隔开。"),
}
OTHERWISE: Final = gettext_lazy("请求有误：请以表单提交 grant_type=client_credentials、代号和密钥。")
# RFC 6749 allows only ASCII here; our sentence stands in `detail`.
ENGLISH: Final = {
    "invalid_client": "Client authentication failed.",
    "unsupported_grant_type": "Only client_credentials is supported.",
    "invalid_scope": "Unknown scope.",
    "invalid_request": "The request is malformed.",
}
FIELDS: Final = ("grant_type", "scope", "client_id", "client_secret")
TOKEN = Table(
    "Token",
    text("access_token", None, gettext_lazy("放入请求头：Authorization: Bearer …")),
    text("token_type", None, gettext_lazy("总是 Bearer")),
    whole("expires_in", None, gettext_lazy("多少秒后过期")),
    text("scope", None, gettext_lazy("取得的范围，用空格隔开")),
)
TOKEN_REFUSAL = Table(
    "TokenRefusal",
    text("error", None, gettext_lazy("RFC 6749 的错误代码")),
    text("error_description", None),
    text("detail", None, gettext_lazy("一句话的原因")),
    many("errors", PROBLEM),
)
REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "example": f"{READ} {WRITE}"},
        "client_id": {"type": "string", "description": gettext_lazy("代号；也可放在 Basic 请求头中")},
        "client_secret": {"type": "string", "description": gettext_lazy("密钥；也可放在 Basic 请求头中")},
    },
}


class Token(APIView):
    """Client credentials → access token."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (FormParser,)
    metadata_class = None
    schema = AutoSchema()

    @extend_schema(
        operation_id="oauth_token",
        summary=gettext_lazy("获取访问令牌"),
        description=gettext_lazy(
            "其他系统用代号和密钥换取短期的访问令牌，只支持 client_credentials。"
            "代号和密钥放在 Basic 请求头中，或与其他字段一起以表单提交；不申请 scope 时给予全部范围。"
        ),
        request={"application/x-www-form-urlencoded": REQUEST},
        responses={
            200: TOKEN.serializer,
            400: OpenApiResponse(TOKEN_REFUSAL.serializer, gettext_lazy("字段有误")),
            401: OpenApiResponse(
                TOKEN_REFUSAL.serializer, gettext_lazy("代号或密钥不正确，或接入系统已停用、已到期")
            ),
            413: OpenApiResponse(REFUSAL.serializer, gettext_lazy("请求体过大")),
            415: OpenApiResponse(REFUSAL.serializer, gettext_lazy("不是表单")),
        },
        auth=[],
        examples=[
            OpenApiExample(
                "token",
                value={"access_token": "…", "token_type": "Bearer", "expires_in": 1800, "scope": READ},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Issue a token, or say why not; either is an audit event."""
        sent: Any = request.data
        fields = [(name, sent[name]) for name in FIELDS if name in sent]
        try:
            with transaction.atomic():
                code, headers, body = _answer(fields, _basic(request))
                if code == status.HTTP_200_OK:
                    self._note(body)
        except ClientBarred as barred:
            machines.note_failure(barred.client.code, str(barred), barred.client)
            return _refused("invalid_client", status.HTTP_401_UNAUTHORIZED, str(barred))
        if code != status.HTTP_200_OK:
            error = str(body.get("error", "invalid_request"))
            machines.note_failure(_claimed(fields, request), error)
            return _refused(error, code)
        return Response(body, code, headers=headers)

    def _note(self, body: dict[str, Any]) -> None:
        token = machines.token_of(body["access_token"])
        assert token is not None
        client = machines.client_of(token)
        machines.seen(client)
        machines.note_token(client, body["scope"])

    def get_exception_handler(self) -> Callable[..., Any]:
        return _handle


def _answer(fields: list[tuple[str, str]], basic: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """What oauthlib says: status, headers, body. Raises `ClientBarred`."""
    headers = {"HTTP_AUTHORIZATION": basic} if basic else {}
    server = get_oauthlib_core().server
    try:
        given, body, code = server.create_token_response(TOKEN_PATH, "POST", urlencode(fields), headers)
    except OAuth2Error as error:
        given, body, code = error.headers, error.json, error.status_code
    answer: dict[str, Any] = json.loads(body)
    kept = {name: value for name, value in given.items() if name in {"Cache-Control", "Pragma"}}
    return code, kept, answer


def _basic(request: Request) -> str:
    """The Basic header, where it can be one."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    return header if header.isascii() and header.startswith("Basic ") else ""


def _claimed(fields: list[tuple[str, str]], request: Request) -> str:
    """The code the caller gave, for the audit trail."""
    try:
        in_header = base64.b64decode(_basic(request)[6:]).decode().partition(":")[0]
    except ValueError:
        in_header = ""
    return in_header or dict(fields).get("client_id", "")


def _refused(error: str, code: int, detail: str = "") -> Response:
    sentence = detail or str(SENTENCES.get(error, OTHERWISE))
    english = ENGLISH.get(error, ENGLISH["invalid_request"])
    body = {"error": error, "error_description": english, "detail": sentence, "errors": []}
    headers = {"Cache-Control": "no-store"}
    if code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="yuxi-eldercare"'
    return Response(body, code, headers=headers)


def _handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's refusals; a form that cannot be read is one in the RFC's words, too."""
    response = errors.handle(error, context)
    if response is not None and response.status_code == status.HTTP_400_BAD_REQUEST:
        return _refused("invalid_request", response.status_code, response.data["detail"])
    return response
