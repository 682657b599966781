"""Indicators, what was promised of them, what was reported, and how it was judged."""

from .assignments import Assignment, AssignmentBody, AssignmentSource
from .judging import Assessment, JudgingLock, JudgingState, RolledUpValue, ThresholdSet, Transition
from .observations import Observation, ObservationBatch
from .statements import Fact, FactSource, ListItem, ListItemBody, ListItemSource
from .targets import Indicator, Milestone, RegionalTarget, Target, TargetBody, TargetSource

__all__ = [
    "Assessment",
    "Assignment",
    "AssignmentBody",
    "AssignmentSource",
    "Fact",
    "FactSource",
    "Indicator",
    "JudgingLock",
    "JudgingState",
    "ListItem",
    "ListItemBody",
    "ListItemSource",
    "Milestone",
    "Observation",
    "ObservationBatch",
    "RegionalTarget",
    "RolledUpValue",
    "Target",
    "TargetBody",
    "TargetSource",
    "ThresholdSet",
    "Transition",
]
