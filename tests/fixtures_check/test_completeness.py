"""The plan files of this project against the documents themselves.

The documents are not part of the project; their folder is named by ``DOCUMENTS_DIR``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import pytest

from yuxi_eldercare.core.plan_files import Bundle, load_collection
from yuxi_eldercare.core.plan_text.completeness import PROBLEM_KINDS, Problem, check_document

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
DOCUMENTS = Path(os.environ.get("DOCUMENTS_DIR") or ROOT.parent / "shared" / "documents")
CODES = sorted(path.parent.name for path in FIXTURES.glob("*/document.yaml"))


@lru_cache(maxsize=1)
def collection() -> Bundle:
    return load_collection(FIXTURES)


@lru_cache(maxsize=8)
def problems(code: str) -> tuple[Problem, ...]:
    document = collection().document(code)
    assert document is not None, f"{code}/document.yaml declares another code"
    text = (DOCUMENTS / document["text"]).read_text(encoding="utf-8")
    return tuple(check_document(collection(), document, text))


@pytest.mark.pure
def test_the_five_documents_are_there() -> None:
    assert CODES == [
        "action-plan-2021-2023",
        "action-plan-2021-2023-draft",
        "community-eldercare-plan-draft",
        "old-and-young-plan-2023",
        "yimen-14th-five-year-plan",
    ]


@pytest.mark.pure
@pytest.mark.parametrize("code", ["", *CODES])
def test_plan_files_are_without_fault(code: str) -> None:
    """``""`` stands for the files that all documents share."""
    errors = [str(error) for error in collection().errors if _folder(error.file) == code]
    assert not errors, "\n".join(errors)


def _folder(file: str) -> str:
    folder = file.partition("/")[0] if "/" in file else ""
    return folder if folder in CODES else ""


@pytest.mark.pure
@pytest.mark.documents
@pytest.mark.parametrize("kind", PROBLEM_KINDS)
@pytest.mark.parametrize("code", CODES)
def test_document_and_records_agree(code: str, kind: str) -> None:
    if not DOCUMENTS.is_dir():
        pytest.skip(
            "the policy documents are not here: set DOCUMENTS_DIR to the folder that holds their texts"
        )
    found = [str(problem) for problem in problems(code) if problem.kind == kind]
    assert not found, f"{PROBLEM_KINDS[kind]}:\n" + "\n".join(found)
