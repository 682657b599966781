"""Pushing values: one row or up to 10,000, through the same door as the grid and Excel; all or nothing."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from targets.reporting.push import PushRefused, push
from targets.reporting.pushed_rows import RowProblem
from targets.reporting.pushes import (
    AT_ONCE_MOST,
    ROWS_MOST,
    entry_json,
    refusal,
    start,
    status_of,
    summary,
)
from yuxi_eldercare.core.accounts.machines import WRITE
from yuxi_eldercare.core.api import errors
from yuxi_eldercare.core.api.access import Guarded
from yuxi_eldercare.core.api.errors import TooLarge
from yuxi_eldercare.core.api.idempotency import PARAMETER, once
from yuxi_eldercare.core.api.parsing import ExactJSONParser
from yuxi_eldercare.core.api.schema import refusals
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import ENTER

from .pushing_schema import ACCEPTED, EXAMPLES, PUSHED, REFUSED, REQUEST

OPTIONS: Final = ("observations", "dry_run", "submit")


class LargeJSONParser(ExactJSONParser):
    """JSON as large as ten thousand rows with notes."""

    most_bytes = settings.API_MAX_BYTES


class Observations(Guarded):
    """Rows → saved, and if asked submitted; or every row with what is wrong."""

    permission = ENTER
    scope = WRITE
    parser_classes = (LargeJSONParser,)
    metadata_class = None
    schema = AutoSchema()

    @extend_schema(
        operation_id="observations_push",
        summary=gettext_lazy("推送填报数据"),
        description=gettext_lazy(
            "推送本单位在开放轮次中应报的数据：一行、一组行（至多 10,000 行），或带选项的一组行。"
            "校验、权限、期限与网页和 Excel 相同；全部写入或全部不写。"
            "dry_run 只检查，submit 同时提交审核。超过 1,000 行的转入后台，返回 202 和任务编号，"
            "用 /api/v1/jobs/{id}/ 查询。空缺的字段保持原样，null 清空数值。"
        ),
        parameters=[PARAMETER],
        request=REQUEST,
        responses={
            200: OpenApiResponse(PUSHED.serializer, gettext_lazy("已写入；dry_run 时为可以写入")),
            202: OpenApiResponse(ACCEPTED.serializer, gettext_lazy("行数较多，已转入后台")),
            400: OpenApiResponse(REFUSED.serializer, gettext_lazy("不是 JSON，或整个请求无法理解")),
            **{code: answer for code, answer in refusals().items() if code in {401, 429}},
            403: OpenApiResponse(REFUSED.serializer, gettext_lazy("没有权限，或各行都不属于你的单位")),
            409: OpenApiResponse(
                REFUSED.serializer, gettext_lazy("各行都已被他人修改，或编号已用于其他内容")
            ),
            413: OpenApiResponse(REFUSED.serializer, gettext_lazy("请求体过大，或行数过多")),
            415: OpenApiResponse(REFUSED.serializer, gettext_lazy("不是 application/json")),
            422: OpenApiResponse(REFUSED.serializer, gettext_lazy("有的行不能写入，未写入任何数据")),
        },
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Push."""
        rows, options = _asked(request.data)
        return once(request, lambda: _push(request, rows, **options), keep=not options["dry_run"])

    def get_exception_handler(self) -> Callable[..., Any]:
        return _handle


def _push(request: Request, rows: Sequence[Any], *, dry_run: bool, submit: bool) -> Response:
    by: User = request.user  # type: ignore[assignment]
    if len(rows) > AT_ONCE_MOST:
        job = start(rows=rows, by=by, dry_run=dry_run, submit=submit)
        return Response({"job": job.pk, "url": request.build_absolute_uri(f"/api/v1/jobs/{job.pk}/")}, 202)
    pushed = push(rows=rows, by=by, dry_run=dry_run, submit=submit)
    pairs = zip(pushed.entries, pushed.changed, strict=True)
    listed = [entry_json(number, entry, changed) for number, (entry, changed) in enumerate(pairs)]
    return Response({**summary(pushed), "observations": listed})


def _asked(sent: Any) -> tuple[list[Any], dict[str, bool]]:
    """The rows and the options; refuses what is neither a row, nor rows, nor rows with options."""
    options = {"dry_run": False, "submit": False}
    rows = sent
    if isinstance(sent, dict) and "observations" in sent:
        for name, value in sent.items():
            if name not in OPTIONS:
                known = "、".join(OPTIONS)
                text = _("没有“%(name)s”这个选项，可用的有：%(known)s。")
                raise errors.bad_parameter(name[:40], text % {"name": name[:40], "known": known})
            if name in options and not isinstance(value, bool):
                raise errors.bad_parameter(name, _("应为 true 或 false。"))
        rows = sent["observations"]
        options |= {name: sent[name] for name in options if name in sent}
    if isinstance(rows, dict):
        rows = [rows]
    if not isinstance(rows, list) or not rows:
        raise errors.bad_parameter("observations", _("请给出一行（JSON 对象），或至少一行的列表。"))
    if len(rows) > ROWS_MOST:
        raise TooLarge(_("一次最多推送 %(most)s 行，请分批。") % {"most": ROWS_MOST})
    return rows, options


def _handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's refusals in the shape of a refused push, so that a caller reads one shape."""
    if isinstance(error, PushRefused):
        return Response(refusal(error), status_of(error))
    response = errors.handle(error, context)
    if response is not None:
        code = str(getattr(error, "default_code", "refused"))
        response.data = _as_refusal(response.data, code)
    return response


def _as_refusal(data: dict[str, Any], code: str) -> dict[str, Any]:
    told = data["errors"] or [{"field": "", "message": data["detail"]}]
    problems = [RowProblem(None, one["field"], code, one["message"]) for one in told]
    return refusal(PushRefused(problems)) | {"detail": data["detail"]}
