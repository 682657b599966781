"""Indicators, what was promised of them, what was reported, and how it was judged."""

from .assignments import Assignment, AssignmentBody, AssignmentSource
from .breakdown import Breakdown, BreakdownPart
from .check_rules import CheckRule, CheckRuleVersion
from .closing import FrozenAssessment
from .following import AssignmentPart, Deliverable, Extension, PartFile, PartMonth, PartReport, PartStep
from .judging import Assessment, JudgingLock, JudgingState, RolledUpValue, ThresholdSet, Transition
from .observations import Observation, ObservationBatch
from .proposals import ProposalAnswer, ProposedValue
from .reporting import (
    Entry,
    EntryFile,
    EntryStep,
    Handover,
    ProxyAuthorization,
    RedResponse,
    ReportingLine,
    ReportingRound,
    RoundCalendar,
    RoundException,
    SheetSubmission,
)
from .statements import Fact, FactSource, ListItem, ListItemBody, ListItemSource
from .supervision import (
    IssuingAuthority,
    LadderStep,
    NoticeReply,
    ScoreLine,
    ScoreRule,
    SupervisionNotice,
)
from .targets import Indicator, Milestone, RegionalTarget, Target, TargetBody, TargetSource

__all__ = [
    "Assessment",
    "Assignment",
    "AssignmentBody",
    "AssignmentPart",
    "AssignmentSource",
    "Breakdown",
    "BreakdownPart",
    "CheckRule",
    "CheckRuleVersion",
    "Deliverable",
    "Entry",
    "EntryFile",
    "EntryStep",
    "Extension",
    "Fact",
    "FactSource",
    "FrozenAssessment",
    "Handover",
    "Indicator",
    "IssuingAuthority",
    "JudgingLock",
    "JudgingState",
    "LadderStep",
    "ListItem",
    "ListItemBody",
    "ListItemSource",
    "Milestone",
    "NoticeReply",
    "Observation",
    "ObservationBatch",
    "PartFile",
    "PartMonth",
    "PartReport",
    "PartStep",
    "ProposalAnswer",
    "ProposedValue",
    "ProxyAuthorization",
    "RedResponse",
    "RegionalTarget",
    "ReportingLine",
    "ReportingRound",
    "RolledUpValue",
    "RoundCalendar",
    "RoundException",
    "ScoreLine",
    "ScoreRule",
    "SheetSubmission",
    "SupervisionNotice",
    "Target",
    "TargetBody",
    "TargetSource",
    "ThresholdSet",
    "Transition",
]
