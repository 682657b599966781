"""Plan files: the YAML that says what the documents commit to.

``load_collection`` reads the whole fixtures folder, ``load_plan_folder`` one document's folder (an
official's upload). Both read everything, check everything and report every problem at once; nothing is
raised for what a file holds. The format is described in ``docs/plan-files.md``.
"""

from __future__ import annotations

from pathlib import Path

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record, read_collection, read_document_folder
from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.known import Known
from yuxi_eldercare.core.plan_files.references import reference_errors
from yuxi_eldercare.core.plan_files.schema import schema_errors
from yuxi_eldercare.core.plan_files.sense import due_date, sense_errors

__all__ = [
    "Bundle",
    "Known",
    "PlanFileError",
    "Record",
    "check_bundle",
    "due_date",
    "load_collection",
    "load_plan_folder",
    "read_collection",
]


def load_collection(folder: Path, outside: Known | None = None) -> Bundle:
    """Read and check a fixtures folder. ``errors`` of the result is empty when it can be loaded."""
    bundle = read_collection(folder)
    bundle.errors = check_bundle(bundle, outside)
    return bundle


def load_plan_folder(folder: Path, outside: Known) -> Bundle:
    """Read and check one document's folder against what already exists (``outside``)."""
    bundle = Bundle()
    read_document_folder(bundle, folder, folder.parent)
    bundle.errors = check_bundle(bundle, outside)
    return bundle


def check_bundle(bundle: Bundle, outside: Known | None = None) -> list[PlanFileError]:
    """Every problem of a bundle that was read, sorted by file and line."""
    errors = [
        *bundle.errors,
        *schema_errors(bundle),
        *reference_errors(bundle, outside),
        *sense_errors(bundle),
    ]
    return sorted(set(errors))
