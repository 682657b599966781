"""Check plan files against the documents they record.

``python -m yuxi_eldercare.core.plan_text --documents DIR --fixtures DIR [CODE …]`` prints everything
that is open and ends with status 1 when something is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from yuxi_eldercare.core.plan_files import Bundle, Record, load_collection
from yuxi_eldercare.core.plan_text.completeness import PROBLEM_KINDS, Problem, check_document


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check; the result is the exit status."""
    options = _parser().parse_args(arguments)
    bundle = load_collection(options.fixtures)
    wanted = [d for d in bundle.documents if not options.codes or d.key in options.codes]
    unknown = set(options.codes) - {document.key for document in bundle.documents}
    for code in sorted(unknown):
        print(f"没有文件夹“{code}”，或其中没有 document.yaml。")
    errors = [e for e in bundle.errors if not options.codes or _concerns(e.file, options.codes)]
    _print_list("计划文件格式", [str(error) for error in errors])
    problems = len(errors) + len(unknown)
    for document in wanted:
        problems += _check_one(bundle, document, options.documents, set(options.only))
    print(f"\n共 {problems} 处待处理。" if problems else "\n没有待处理的问题。")
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plan_text", description="Check plan files against the documents.")
    parser.add_argument("--documents", type=Path, required=True, help="folder with the documents' text files")
    parser.add_argument("--fixtures", type=Path, required=True, help="folder with the plan files")
    parser.add_argument("--only", nargs="*", default=[], choices=list(PROBLEM_KINDS), help="kinds of problem")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="codes of documents (default: all)")
    return parser


def _concerns(file: str, codes: Sequence[str]) -> bool:
    folder = file.partition("/")[0]
    return folder in codes or "/" not in file or folder == "indicators"


def _check_one(bundle: Bundle, document: Record, documents: Path, only: set[str]) -> int:
    print(f"\n=== {document.key} ===")
    path = documents / str(document.get("text", f"{document.key}.txt"))
    if not path.is_file():
        print(f"没有原文 {path.name}，无法核对。")
        return 1
    problems = check_document(bundle, document, path.read_text(encoding="utf-8"))
    shown = [problem for problem in problems if not only or problem.kind in only]
    for kind, label in PROBLEM_KINDS.items():
        _print_list(label, _lines([problem for problem in shown if problem.kind == kind]))
    return len(shown)


def _lines(problems: Sequence[Problem]) -> list[str]:
    """One entry per problem; the sentence is printed once for neighbours that share it."""
    lines: list[str] = []
    for index, problem in enumerate(problems):
        following = problems[index + 1].sentence if index + 1 < len(problems) else ""
        sentence = "" if problem.sentence == following else problem.sentence
        lines.append(
            f"{problem.file}:{problem.line} {problem.message}" + (f"\n      {sentence}" if sentence else "")
        )
    return lines


def _print_list(label: str, lines: Sequence[str]) -> None:
    if lines:
        print(f"\n[{label}] {len(lines)}")
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
