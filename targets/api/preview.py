"""What-if answers (试算): cases as JSON in, assessments out; nothing is stored.

The limits keep one call within a second or two of work; a larger one is told to come in parts.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from targets.progress import Case, CaseError, assess_many, parse_case
from yuxi_eldercare.core.api.access import Guarded
from yuxi_eldercare.core.api.errors import BadRequest
from yuxi_eldercare.core.api.fields import Table, many
from yuxi_eldercare.core.api.parsing import ExactJSONParser
from yuxi_eldercare.core.api.schema import CASE_REFUSAL, REFUSAL, refusals
from yuxi_eldercare.core.roles import PREVIEW

from .assessments import ANSWER

MOST_CASES = 2_000
MOST_READINGS = 1_000
MOST_WORK = 50_000_000
"""Milestones × readings² over all cases: the forecast compares every pair of readings."""

CASE_ANSWER = Table("CaseAnswer", many("milestones", ANSWER))
EXAMPLE_CASE = {
    "direction": "up",
    "target_type": "reach",
    "baseline": {"date": "2020-12-31", "value": "0.91"},
    "milestones": [
        {"due": "2023-12-31", "comparator": ">=", "value": "2"},
        {"due": "2025-12-31", "comparator": ">=", "value": "4.5"},
    ],
    "readings": [{"date": "2022-06-30", "value": "1.5"}],
    "as_of": "2022-07-31",
}
CASE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["direction", "target_type", "milestones", "readings", "as_of"],
    "properties": {
        "direction": {"type": "string", "enum": ["up", "down"]},
        "target_type": {
            "type": "string",
            "enum": ["reach", "floor", "ceiling", "range", "done", "annual"],
        },
        "baseline": {"type": "object", "nullable": True},
        "milestones": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "readings": {"type": "array", "maxItems": MOST_READINGS, "items": {"type": "object"}},
        "as_of": {"type": "string", "format": "date"},
        "tolerance": {"type": "string"},
        "integer": {"type": "boolean"},
        "grace_days": {"type": "integer", "minimum": 0},
        "stale_after_days": {"type": "integer", "minimum": 0, "nullable": True},
        "thresholds": {"type": "object"},
        "unit": {"type": "string"},
    },
}


class Preview(Guarded):
    """One case or a list of cases → one answer or a list of answers."""

    permission = PREVIEW
    parser_classes = (ExactJSONParser,)
    metadata_class = None
    schema = AutoSchema()

    @extend_schema(
        operation_id="assessments_preview",
        summary=gettext_lazy("试算"),
        description=gettext_lazy(
            "传入一个案例或一组案例（至多 2,000 个），返回每个目标值的评估；不保存任何数据。"
            "数值为十进制字符串；一组案例中有一个有误则整组退回。"
        ),
        request={"application/json": {"oneOf": [CASE_SCHEMA, {"type": "array", "items": CASE_SCHEMA}]}},
        responses={
            200: OpenApiResponse(
                PolymorphicProxySerializer(
                    component_name="PreviewAnswer",
                    serializers=[CASE_ANSWER.serializer, CASE_ANSWER.serializer(many=True)],
                    resource_type_field_name=None,
                    many=False,
                )
            ),
            **refusals(),
            400: OpenApiResponse(CASE_REFUSAL.serializer),
            413: OpenApiResponse(REFUSAL.serializer),
        },
        examples=[OpenApiExample("case", value=EXAMPLE_CASE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Judge what was sent."""
        sent: Any = request.data
        single = not isinstance(sent, list)
        cases = _cases([sent] if single else sent)
        answers = [{"milestones": milestones} for milestones in assess_many(cases)]
        return Response(answers[0] if single else answers)


def _cases(sources: list[Any]) -> list[Case]:
    """All cases, or a refusal that names every bad one."""
    if len(sources) > MOST_CASES:
        raise _refused(MOST_CASES, "", _("一次至多试算 %(most)s 个案例，请分批提交。") % {"most": MOST_CASES})
    cases, problems = [], []
    for place, source in enumerate(sources):
        try:
            case = parse_case(source)
            _refuse_heavy(case)
            cases.append(case)
        except CaseError as error:
            problems.append({"case": place, "field": error.field, "message": error.message})
    if problems:
        raise BadRequest(problems)
    if sum(map(_work, cases)) > MOST_WORK:
        raise _refused(0, "", _("这组案例的计算量过大，请分批提交。"))
    return cases


def _refused(case: int, field: str, message: str) -> BadRequest:
    return BadRequest([{"case": case, "field": field, "message": message}])


def _work(case: Case) -> int:
    return len(case.milestones) * len(case.readings) ** 2


def _refuse_heavy(case: Case) -> None:
    if len(case.readings) > MOST_READINGS:
        raise CaseError("readings", _("一个案例至多 %(most)s 个数据。") % {"most": MOST_READINGS})
    if _work(case) > MOST_WORK:
        raise CaseError("milestones", _("这个案例的目标值和数据太多，请分开试算。"))
