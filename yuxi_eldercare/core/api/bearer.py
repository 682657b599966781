"""Access tokens of other systems: `Authorization: Bearer …`, the scopes they carry, their place in the schema."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from yuxi_eldercare.core.accounts.machines import READ, WRITE, barred, client_of, seen, token_of
from yuxi_eldercare.core.models import User

TOKEN_PATH = "/api/v1/oauth/token/"
SCOPES = {
    READ: gettext_lazy("读取接口给出的全部内容"),
    WRITE: gettext_lazy("推送填报数据"),
}


class BearerAuthentication(BaseAuthentication):
    """A token that a client got with its secret; it stands for the client's service account."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The service account and the token; 401 for a token that is unknown, over, or of a barred client."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Authorization 请求头应为“Bearer 访问令牌”。"))
        token = token_of(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(_("访问令牌无效，请用代号和密钥重新获取。"))
        client = client_of(token)
        if sentence := barred(client):
            raise AuthenticationFailed(sentence)
        if token.is_expired():
            raise AuthenticationFailed(_("访问令牌已过期，请用代号和密钥重新获取。"))
        seen(client)
        return client.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="yuxi-eldercare", error="invalid_token"'


def lacks(request: Request, scope: str) -> str:
    """Why the caller's token is not enough for this scope, or nothing; other ways of calling have no scopes."""
    if not isinstance(request.auth, AccessToken) or scope in request.auth.scopes:
        return ""
    return _("访问令牌的范围不含“%(scope)s”，请在获取令牌时申请。") % {"scope": scope}


class _BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": TOKEN_PATH, "scopes": {scope: str(words) for scope, words in SCOPES.items()}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: [auto_schema.view.scope]}
