"""Indicators, what was promised of them, what was reported, and how it was judged."""

from .assignments import Assignment, AssignmentBody, AssignmentSource
from .breakdown import Breakdown, BreakdownPart
from .check_rules import CheckRule, CheckRuleVersion
from .closing import FrozenAssessment
from .judging import Assessment, JudgingLock, JudgingState, RolledUpValue, ThresholdSet, Transition
from .observations import Observation, ObservationBatch
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
from .targets import Indicator, Milestone, RegionalTarget, Target, TargetBody, TargetSource

__all__ = [
    "Assessment",
    "Assignment",
    "AssignmentBody",
    "AssignmentSource",
    "Breakdown",
    "BreakdownPart",
    "CheckRule",
    "CheckRuleVersion",
    "Entry",
    "EntryFile",
    "EntryStep",
    "Fact",
    "FactSource",
    "FrozenAssessment",
    "Handover",
    "Indicator",
    "JudgingLock",
    "JudgingState",
    "ListItem",
    "ListItemBody",
    "ListItemSource",
    "Milestone",
    "Observation",
    "ObservationBatch",
    "ProxyAuthorization",
    "RedResponse",
    "RegionalTarget",
    "ReportingLine",
    "ReportingRound",
    "RolledUpValue",
    "RoundCalendar",
    "RoundException",
    "SheetSubmission",
    "Target",
    "TargetBody",
    "TargetSource",
    "ThresholdSet",
    "Transition",
]
