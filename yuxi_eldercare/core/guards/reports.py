"""Reports and their files are never changed; only those that are part of a demonstration are deleted."""

from .frozen import Guard

REPORTS, FILES = "core_report", "core_reportfile"

SENTENCE = "reports never change"

reports = Guard(REPORTS, "OLD.is_demo", sentence=SENTENCE)
files = Guard(
    FILES,
    f"EXISTS (SELECT 1 FROM {REPORTS} r WHERE r.id = OLD.report_id AND r.is_demo)",
    sentence=SENTENCE,
)
