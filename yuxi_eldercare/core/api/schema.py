"""OpenAPI of the endpoints: titles in Chinese, and the refusals that every one of them can answer with."""

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from .fields import Table, many, text, whole

if TYPE_CHECKING:
    from .resource import Resource

PROBLEM = Table(
    "Problem",
    text("field", None, gettext_lazy("参数或字段的路径")),
    text("message", None, gettext_lazy("哪里不对，怎么改")),
)
REFUSAL = Table(
    "Refusal",
    text("detail", None, gettext_lazy("一句话的原因")),
    many("errors", PROBLEM),
)
CASE_PROBLEM = Table(
    "CaseProblem",
    whole("case", None, gettext_lazy("第几个案例，从 0 起")),
    text("field", None, gettext_lazy("字段的路径")),
    text("message", None, gettext_lazy("哪里不对，怎么改")),
)
CASE_REFUSAL = Table(
    "CaseRefusal",
    text("detail", None, gettext_lazy("一句话的原因")),
    many("errors", CASE_PROBLEM),
)


def refusals() -> dict[int, OpenApiResponse]:
    """Responses besides the good one."""
    return {
        400: OpenApiResponse(REFUSAL.serializer, gettext_lazy("参数有误")),
        401: OpenApiResponse(REFUSAL.serializer, gettext_lazy("未登录，或访问令牌无效")),
        403: OpenApiResponse(REFUSAL.serializer, gettext_lazy("账号已停用、没有权限，或令牌的范围不足")),
        404: OpenApiResponse(REFUSAL.serializer, gettext_lazy("没有这条记录或这一页")),
        429: OpenApiResponse(REFUSAL.serializer, gettext_lazy("连续输错密码，账号暂时锁定")),
    }


class ResourceSchema(AutoSchema):
    """Describes a `Resource`: its title, its `include` parameter, its refusals."""

    @property
    def resource(self) -> "Resource":
        """The view, by what it is."""
        return cast("Resource", self.view)

    def get_summary(self) -> str:
        title = str(self.resource.title)
        return title if self._is_list_view() else _("%(title)s：一条") % {"title": title}

    def get_description(self) -> str:  # type: ignore[override]
        return str(self.resource.notes)

    def get_override_parameters(self) -> list[Any]:
        offered = self.resource.includes
        if not offered:
            return []
        note = _("一并给出的内容，用逗号分隔：%(offered)s") % {"offered": "、".join(offered)}
        either = "|".join(offered)
        schema = {"type": "string", "pattern": f"^({either})(,({either}))*$"}
        return [OpenApiParameter("include", schema, OpenApiParameter.QUERY, description=note)]

    def get_response_serializers(self) -> Any:
        shown: type[serializers.Serializer[Any]] = self.resource.table.serializer
        return {200: shown(many=self.resource.action == "list"), **refusals()}
