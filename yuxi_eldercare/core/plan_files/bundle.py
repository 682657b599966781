"""A folder of plan files as typed records that know where they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.yaml_source import Path_, SourceFile, path_text, read_yaml

#: File of a document folder -> (kind of its records, key under which they stand or "" for a plain list).
DOCUMENT_FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "targets.yaml": (("target", ""),),
    "assignments.yaml": (("assignment", ""),),
    "projects.yaml": (("project", "projects"), ("total", "totals")),
    "rules.yaml": (("rule", ""),),
    "facts.yaml": (("fact", ""),),
    "lists.yaml": (("list", ""),),
    "indicators.yaml": (("indicator", ""),),
    "findings.yaml": (("finding", ""),),
    "not_a_commitment.yaml": (("not_a_commitment", ""),),
}
DOCUMENT_FILE = "document.yaml"
#: Shared files that speak about all documents -> the same; each may be absent.
SHARED_FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "reporting.yaml": (
        ("reporting_line", "lines"),
        ("plan_confirmer", "plan_confirmers"),
        ("round_calendar", "calendar"),
    ),
    "check_rules.yaml": (("check_rule", ""),),
    "supervision.yaml": (
        ("ladder_step", "ladder"),
        ("issuing_authority", "authorities"),
        ("score_rule", "scores"),
    ),
    "subsidies.yaml": (("scheme", ""),),
}


@dataclass(frozen=True)
class Record:
    """One record of a plan file: its data, and the file and path where it stands.

    ``document`` is the code of the document whose folder holds it, ``None`` for shared files.
    """

    kind: str
    data: dict[str, Any]
    source: SourceFile
    path: Path_
    document: str | None = None

    @property
    def key(self) -> str:
        """Permanent key (``code`` for indicators, regions, documents; ``number`` for clauses)."""
        for name in ("key", "code", "number"):
            if isinstance(self.data.get(name), str):
                return str(self.data[name])
        return ""

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Value of a field; ``default`` when it is absent or null."""
        value = self.data.get(name)
        return default if value is None else value

    def line(self, *where: str | int) -> int:
        """Line of a field (a path inside the record), or of the record itself."""
        return self.source.line((*self.path, *where))

    def error(self, message: str, *where: str | int) -> PlanFileError:
        """An error at a field of this record."""
        return PlanFileError(self.source.name, self.line(*where), path_text(where), message)


@dataclass
class Bundle:
    """Everything that was read. Lists hold records in the order of the files."""

    plans: list[Record] = field(default_factory=list)
    documents: list[Record] = field(default_factory=list)
    clauses: list[Record] = field(default_factory=list)
    indicators: list[Record] = field(default_factory=list)
    targets: list[Record] = field(default_factory=list)
    assignments: list[Record] = field(default_factory=list)
    projects: list[Record] = field(default_factory=list)
    totals: list[Record] = field(default_factory=list)
    rules: list[Record] = field(default_factory=list)
    facts: list[Record] = field(default_factory=list)
    lists: list[Record] = field(default_factory=list)
    findings: list[Record] = field(default_factory=list)
    not_a_commitment: list[Record] = field(default_factory=list)
    regions: list[Record] = field(default_factory=list)
    departments: list[Record] = field(default_factory=list)
    reporting_lines: list[Record] = field(default_factory=list)
    plan_confirmers: list[Record] = field(default_factory=list)
    round_calendars: list[Record] = field(default_factory=list)
    check_rules: list[Record] = field(default_factory=list)
    ladder_steps: list[Record] = field(default_factory=list)
    issuing_authorities: list[Record] = field(default_factory=list)
    score_rules: list[Record] = field(default_factory=list)
    schemes: list[Record] = field(default_factory=list)
    #: document code -> key of its plan (declared in the file, or named from another document).
    plan_of: dict[str, str] = field(default_factory=dict)
    errors: list[PlanFileError] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """File a record under its kind."""
        self._list(record.kind).append(record)

    def records(self) -> Iterator[Record]:
        """Every record of every kind."""
        for name in LIST_OF_KIND.values():
            yield from getattr(self, name)

    def of_document(self, kind: str, code: str) -> list[Record]:
        """Records of one kind that one document's folder holds."""
        return [record for record in self._list(kind) if record.document == code]

    def document(self, code: str) -> Record | None:
        """The document record with this code."""
        return next((record for record in self.documents if record.key == code), None)

    def _list(self, kind: str) -> list[Record]:
        records: list[Record] = getattr(self, LIST_OF_KIND[kind])
        return records


LIST_OF_KIND: dict[str, str] = {
    "region": "regions",
    "department": "departments",
    "plan": "plans",
    "document": "documents",
    "clause": "clauses",
    "indicator": "indicators",
    "target": "targets",
    "assignment": "assignments",
    "project": "projects",
    "total": "totals",
    "rule": "rules",
    "fact": "facts",
    "list": "lists",
    "finding": "findings",
    "not_a_commitment": "not_a_commitment",
    "reporting_line": "reporting_lines",
    "plan_confirmer": "plan_confirmers",
    "round_calendar": "round_calendars",
    "check_rule": "check_rules",
    "ladder_step": "ladder_steps",
    "issuing_authority": "issuing_authorities",
    "score_rule": "score_rules",
    "scheme": "schemes",
}


def read_collection(folder: Path) -> Bundle:
    """Read a whole fixtures folder: shared files and every document folder. Nothing is validated."""
    bundle = Bundle()
    _add_list(bundle, read_if_there(folder / "regions.yaml", folder), "region", "", None)
    _add_list(bundle, read_if_there(folder / "departments.yaml", folder), "department", "", None)
    for path in sorted((folder / "indicators").glob("*.yaml")):
        _add_list(bundle, read_if_there(path, folder), "indicator", "", None)
    for name, kinds in SHARED_FILES.items():
        source = read_if_there(folder / name, folder)
        _refuse_other_fields(bundle, source, [under for _, under in kinds if under])
        for kind, under in kinds:
            _add_list(bundle, source, kind, under, None)
    for path in sorted(folder.glob(f"*/{DOCUMENT_FILE}")):
        read_document_folder(bundle, path.parent, folder)
    return bundle


def read_document_folder(bundle: Bundle, folder: Path, base: Path) -> None:
    """Read one document's folder into ``bundle``; file names in errors are relative to ``base``."""
    source = read_if_there(folder / DOCUMENT_FILE, base)
    if source is None:
        name = _shown(folder / DOCUMENT_FILE, base)
        bundle.errors.append(PlanFileError(name, 1, "", "缺少 document.yaml。请先写明方案、文件和条款。"))
        return
    code = _add_document(bundle, source, folder.name)
    for path in sorted(folder.glob("*.y*ml")):
        if path.name == DOCUMENT_FILE:
            continue
        base_name = base_file_name(path.name)
        if base_name is None:
            known = "、".join(sorted([DOCUMENT_FILE, *DOCUMENT_FILES]))
            message = (
                f"不认识的文件“{path.name}”。可用的文件名：{known}（可分成几份，如 targets_annex.yaml）。"
            )
            bundle.errors.append(PlanFileError(_shown(path, base), 1, "", message))
            continue
        part = read_if_there(path, base)
        kinds = DOCUMENT_FILES[base_name]
        _refuse_other_fields(bundle, part, [under for _, under in kinds if under])
        for kind, under in kinds:
            _add_list(bundle, part, kind, under, code)


def _refuse_other_fields(bundle: Bundle, source: SourceFile | None, known: list[str]) -> None:
    """A file that holds several lists may hold no other: a misspelt name would be read as an empty list."""
    data = source.data if source is not None else None
    for name in data if known and isinstance(data, dict) else ():
        if source is not None and name not in known:
            message = f"不认识的字段“{name}”。可用的字段：{'、'.join(known)}。"
            bundle.errors.append(PlanFileError(source.name, source.line((name,)), str(name), message))


def base_file_name(name: str) -> str | None:
    """The file whose records ``name`` holds: ``targets_annex.yaml`` is a part of ``targets.yaml``."""
    for base in DOCUMENT_FILES:
        stem = base.removesuffix(".yaml")
        if name == base or (name.startswith(f"{stem}_") and name.endswith(".yaml")):
            return base
    return None


def read_if_there(path: Path, base: Path) -> SourceFile | None:
    """Read a file that may be absent."""
    return read_yaml(path, _shown(path, base)) if path.is_file() else None


def _shown(path: Path, base: Path) -> str:
    try:
        return path.relative_to(base).as_posix()
    except ValueError:
        return path.name


def _add_document(bundle: Bundle, source: SourceFile, folder_name: str) -> str:
    bundle.errors.extend(source.errors)
    data = source.data
    if not isinstance(data, dict):
        if not source.errors:
            message = "应当是一个带 plan、document、clauses 三个字段的映射。请对照格式说明。"
            bundle.errors.append(PlanFileError(source.name, 1, "", message))
        return folder_name
    for name in data:
        if name not in ("plan", "document", "clauses"):
            message = f"不认识的字段“{name}”。可用的字段：plan、document、clauses。"
            bundle.errors.append(PlanFileError(source.name, source.line((name,)), str(name), message))
    document = data.get("document")
    code = folder_name
    if isinstance(document, dict):
        code = str(document.get("code") or folder_name)
        bundle.add(Record("document", document, source, ("document",), code))
    else:
        bundle.errors.append(
            PlanFileError(source.name, source.line(("document",)), "document", "缺少文件信息（document）。")
        )
    _add_plan(bundle, source, data.get("plan"), code)
    clauses = data.get("clauses")
    if clauses is not None and not isinstance(clauses, list):
        bundle.errors.append(
            PlanFileError(source.name, source.line(("clauses",)), "clauses", "条款应当是一个列表。")
        )
        clauses = None
    for index, clause in enumerate(clauses or []):
        _add_record(bundle, source, "clause", clause, ("clauses", index), code)
    return code


def _add_plan(bundle: Bundle, source: SourceFile, plan: Any, code: str) -> None:
    if isinstance(plan, dict):
        bundle.add(Record("plan", plan, source, ("plan",), code))
        bundle.plan_of[code] = str(plan.get("key") or "")
    elif isinstance(plan, str):
        bundle.plan_of[code] = plan
    else:
        message = "缺少方案（plan）：请写出方案的各项，或写另一份文件已声明的方案的 key。"
        bundle.errors.append(PlanFileError(source.name, source.line(("plan",)), "plan", message))


def _add_list(bundle: Bundle, source: SourceFile | None, kind: str, under: str, code: str | None) -> None:
    if source is None:
        return
    bundle.errors.extend(error for error in source.errors if error not in bundle.errors)
    data = source.data
    path: Path_ = ()
    if under:
        if data is not None and not isinstance(data, dict):
            message = f"应当是一个带 {under} 等列表的映射。请对照格式说明。"
            error = PlanFileError(source.name, 1, "", message)
            bundle.errors.extend([error] if error not in bundle.errors else [])
            return
        data, path = (data or {}).get(under), (under,)
    if data is None:
        return
    if not isinstance(data, list):
        message = "应当是一个列表，每条记录以“- ”开头。"
        bundle.errors.append(PlanFileError(source.name, source.line(path), under, message))
        return
    for index, item in enumerate(data):
        _add_record(bundle, source, kind, item, (*path, index), code)


def _add_record(
    bundle: Bundle, source: SourceFile, kind: str, item: Any, path: Path_, code: str | None
) -> None:
    if isinstance(item, dict):
        bundle.add(Record(kind, item, source, path, code))
    else:
        message = "每条记录应当是一组“字段: 值”。请检查缩进和冒号。"
        bundle.errors.append(PlanFileError(source.name, source.line(path), path_text(path), message))
