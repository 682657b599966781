"""What a push looks like in the OpenAPI schema: the rows, the answers, the refusals, examples of each."""

from typing import Any, Final

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample

from targets.models import Entry
from targets.reporting.pushed_rows import EXPLANATIONS_MOST, KEY_MOST, TEXT_MOST, WHOLE_MOST
from targets.reporting.pushes import ROWS_MOST
from yuxi_eldercare.core.api.fields import (
    Table,
    choice,
    day,
    decimal,
    free,
    many,
    text,
    whole,
    yes_no,
)

_KEY: Final = {"type": "string", "minLength": 1, "maxLength": KEY_MOST}
_NUMBER: Final = {
    "nullable": True,
    "oneOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$"}],
    "example": "12.5",
}
_TEXT: Final = {"type": "string", "maxLength": TEXT_MOST, "nullable": True}
_WHOLE: Final = {"type": "integer", "minimum": 0, "maximum": WHOLE_MOST, "nullable": True}


def _with(schema: dict[str, Any], note: Any) -> dict[str, Any]:
    return {**schema, "description": note}


ROW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["department", "region", "indicator", "period_end"],
    "additionalProperties": False,
    "properties": {
        "department": _with(_KEY, gettext_lazy("单位的键，或统一社会信用代码")),
        "region": _with(_KEY, gettext_lazy("地区代码（GB/T 2260）")),
        "indicator": _with(_KEY, gettext_lazy("指标代码")),
        "period_end": {
            "type": "string",
            "format": "date",
            "description": gettext_lazy("期末日，例如 2026-10-31"),
        },
        "round": _with(_WHOLE, gettext_lazy("填报轮次；只在有多个开放的轮次要求填报同一项时需要")),
        "revision": _with(_WHOLE, gettext_lazy("上次读到的修订号；之后被他人改过的不覆盖，返回冲突")),
        "value": _with(_NUMBER, gettext_lazy("数值；null 表示清空")),
        "numerator": _with(_NUMBER, gettext_lazy("率的分子")),
        "denominator": _with(_NUMBER, gettext_lazy("率的分母；由其他单位填报的不给")),
        "not_applicable": {
            "type": "boolean",
            "nullable": True,
            "description": gettext_lazy("不适用；须在 na_reason 中写明理由"),
        },
        "na_reason": _with(_TEXT, gettext_lazy("不适用的理由")),
        "note": _with(_TEXT, gettext_lazy("备注")),
        "explanation": _with(_TEXT, gettext_lazy("对波动等提示的说明，适用于这一项的全部提示")),
        "explanations": {
            "type": "object",
            "nullable": True,
            "maxProperties": EXPLANATIONS_MOST,
            "additionalProperties": {"type": "string", "maxLength": TEXT_MOST},
            "description": gettext_lazy("逐条规则的说明：规则代码（提示中的 rule）→ 说明"),
        },
        "correction_reason": _with(_TEXT, gettext_lazy("更正理由；替换已生效的数据时需要")),
    },
}
_ROWS: Final = {"type": "array", "minItems": 1, "maxItems": ROWS_MOST, "items": ROW}
REQUEST: Final[dict[str, Any]] = {
    "application/json": {
        "oneOf": [
            ROW,
            _ROWS,
            {
                "type": "object",
                "required": ["observations"],
                "additionalProperties": False,
                "properties": {
                    "observations": {"oneOf": [ROW, _ROWS]},
                    "dry_run": {"type": "boolean", "default": False},
                    "submit": {"type": "boolean", "default": False},
                },
            },
        ]
    }
}

PUSH_PROBLEM = Table(
    "PushProblem",
    whole("row", None, gettext_lazy("第几行，从 0 数起；关于整个请求的为空"), null=True),
    text("field", None, gettext_lazy("哪个字段")),
    text("code", None, gettext_lazy("固定的英文代码，供程序判断")),
    text("message", None, gettext_lazy("哪里不对，怎么改")),
    text("rule", None, gettext_lazy("由哪条校验规则发现"), null=True),
    free("current", None, gettext_lazy("冲突时现有的修订号和数值"), null=True),
)
PUSHED_ENTRY = Table(
    "PushedEntry",
    whole("row", None, gettext_lazy("第几行，从 0 数起")),
    whole("entry", None, gettext_lazy("填报项编号")),
    whole("round", None, gettext_lazy("填报轮次编号")),
    text("department", None, gettext_lazy("单位的键")),
    text("region", None, gettext_lazy("地区代码")),
    text("indicator", None, gettext_lazy("指标代码")),
    day("period_end", None),
    choice("state", Entry.State),
    whole("revision", None, gettext_lazy("写入之后的修订号")),
    decimal("value", None, null=True),
    decimal("numerator", None, null=True),
    decimal("denominator", None, null=True),
    yes_no("not_applicable", None),
    yes_no("changed", None, gettext_lazy("是否与原有内容不同")),
)
PUSHED = Table(
    "Pushed",
    yes_no("dry_run", None),
    whole("count", None, gettext_lazy("共几行")),
    whole("changed", None, gettext_lazy("其中几行与原有内容不同")),
    whole("submitted", None, gettext_lazy("提交审核几行")),
    whole("warning_count", None, gettext_lazy("有几处提示；提交审核前须说明")),
    many("warnings", PUSH_PROBLEM),
    many("observations", PUSHED_ENTRY),
)
ACCEPTED = Table(
    "PushAccepted",
    whole("job", None, gettext_lazy("后台任务编号")),
    text("url", None, gettext_lazy("查询进度和结果的地址")),
)
REFUSED = Table(
    "PushRefusal",
    text("detail", None, gettext_lazy("一句话的原因")),
    whole("error_count", None, gettext_lazy("共几处错误；errors 至多列出 1,000 处")),
    many("errors", PUSH_PROBLEM),
    many("warnings", PUSH_PROBLEM),
)

_PLACE: Final = {
    "department": "hongta-minzheng",
    "region": "530402",
    "indicator": "demo-homes",
    "period_end": "2026-10-31",
}
_PROBLEM: Final = {
    "row": 0,
    "field": "value",
    "code": "explanation_needed",
    "message": "比上期（40）上升50%，超过30%，请说明原因。",
    "rule": "change-on-last",
    "current": None,
}
EXAMPLES: Final = [
    OpenApiExample("one", value={**_PLACE, "value": "12"}, request_only=True),
    OpenApiExample(
        "several",
        value={
            "observations": [
                {**_PLACE, "numerator": 45, "denominator": 120, "revision": 3},
                {**_PLACE, "period_end": "2026-11-30", "not_applicable": True, "na_reason": "本县无此类机构"},
            ],
            "dry_run": True,
            "submit": True,
        },
        request_only=True,
    ),
    OpenApiExample(
        "pushed",
        value={
            "dry_run": False,
            "count": 1,
            "changed": 1,
            "submitted": 0,
            "warning_count": 1,
            "warnings": [_PROBLEM],
            "observations": [
                {
                    "row": 0,
                    "entry": 42,
                    "round": 7,
                    **_PLACE,
                    "state": "draft",
                    "revision": 4,
                    "value": "60",
                    "numerator": None,
                    "denominator": None,
                    "not_applicable": False,
                    "changed": True,
                }
            ],
        },
        response_only=True,
        status_codes=["200"],
    ),
    OpenApiExample(
        "refused",
        value={
            "detail": "没有代码为“demo-homes”的指标。",
            "error_count": 1,
            "errors": [
                {
                    "row": 0,
                    "field": "indicator",
                    "code": "unknown_indicator",
                    "message": "没有代码为“demo-homes”的指标。",
                    "rule": None,
                    "current": None,
                }
            ],
            "warnings": [],
        },
        response_only=True,
        status_codes=["422"],
    ),
]
