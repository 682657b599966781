"""Reading plan files: what they hold, and what is said about a faulty one."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yuxi_eldercare.core.plan_files import Known, due_date, load_collection, load_plan_folder
from yuxi_eldercare.core.plan_files.schema import schema
from yuxi_eldercare.core.plan_files.yaml_source import MAX_BYTES, parse_yaml

from .plan_example import CODE, example, load, record, write

pytestmark = pytest.mark.pure

Files = dict[str, Any]


# --- YAML ---


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.10", Decimal("0.10")),
        ("12.3", Decimal("12.3")),
        ("54.96", Decimal("54.96")),
        ("5", 5),
        ("2023-01-08", "2023-01-08"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("007", "007"),
        ("5:3:2", "5:3:2"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ('"530400"', "530400"),
        ("'12'", "12"),
        ("|\n  3", "3\n"),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_are_what_they_look_like(written: str, read: object) -> None:
    source = parse_yaml(f"value: {written}\n".encode(), "a.yaml")
    assert source.errors == []
    assert source.data == {"value": read}
    assert type(source.data["value"]) is type(read)


def test_digits_are_kept() -> None:
    assert str(parse_yaml(b"[0.30, 41.20]", "a.yaml").data[1]) == "41.20"


def test_lines_are_known_by_path() -> None:
    source = parse_yaml("- key: a\n  sources:\n    - {clause: 一}\n    - clause: 二\n".encode(), "a.yaml")
    assert source.line((0, "key")) == 1
    assert source.line((0, "sources", 1, "clause")) == 4
    assert source.line((0, "sources", 1, "phrase")) == 4


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "写了两次"),
        (b"a: [1\nb: 2\n", 2, "格式有误"),
        (b"a: 1\nb: &x 2\nc: *x\n", 2, "锚点"),
        ("a: 市\n".encode("gb18030"), 1, "UTF-8"),
        (b"a: 1\nb: !!python/name:os.system\n", 2, ""),
        (b"[" * 60 + b"]" * 60, 1, "嵌套过深"),
        (b"#" * (MAX_BYTES + 1), 1, "KB"),
        (b"a: \x00\n", 1, "格式有误"),
    ],
)
def test_a_broken_file_is_explained(raw: bytes, line: int, words: str) -> None:
    source = parse_yaml(raw, "a.yaml")
    assert source.errors
    assert source.errors[0].line == line
    assert words in source.errors[0].message


def test_an_empty_file_is_no_error() -> None:
    source = parse_yaml(b"# nothing yet\n", "a.yaml")
    assert (source.data, source.errors) == (None, [])


# --- the schema ---


def test_every_object_of_the_schema_is_closed() -> None:
    open_objects = [
        path
        for path, part in _parts(schema()["$defs"], ())
        if part.get("type") == "object"
        and "properties" in part
        and part.get("additionalProperties") is not False
    ]
    assert open_objects == []


def _parts(node: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found = [(path, node)] if isinstance(node, dict) and path else []
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        found += _parts(child, (*path, str(name)))
    return found


# --- a collection ---


def test_a_good_collection_is_read_whole(tmp_path: Path) -> None:
    bundle = load(tmp_path, example())
    assert bundle.errors == []
    assert [r.key for r in bundle.targets][:2] == ["demo.t.homes", "demo.t.beds-2023"]
    assert [r.kind for r in bundle.records()].count("clause") == 6
    assert bundle.plan_of == {CODE: CODE}
    beds = bundle.targets[2]
    assert beds["baseline"]["value"] == Decimal("12.3")
    assert (beds.document, beds.source.name) == (CODE, f"{CODE}/targets.yaml")


def test_a_file_may_come_in_parts(tmp_path: Path) -> None:
    files = example()
    rows = files[f"{CODE}/targets.yaml"]
    files[f"{CODE}/targets_annex.yaml"] = [rows.pop(), rows.pop()]
    bundle = load(tmp_path, files)
    assert bundle.errors == []
    assert len(bundle.targets) == 5


# --- one document's folder, as an official uploads it ---


def _uploaded(tmp_path: Path) -> tuple[Path, Known]:
    bundle = load_collection(write(tmp_path / "all", example()))
    shutil.copytree(tmp_path / "all" / CODE, tmp_path / CODE)
    return tmp_path / CODE, Known().with_bundle(bundle)


def test_a_folder_is_checked_against_what_is_known(tmp_path: Path) -> None:
    folder, known = _uploaded(tmp_path)
    known.keys = {"demo.t.homes": CODE}
    bundle = load_plan_folder(folder, known)
    assert bundle.errors == []
    assert len(bundle.targets) == 5


def test_a_folder_alone_knows_nothing_else(tmp_path: Path) -> None:
    folder, _ = _uploaded(tmp_path)
    words = [error.message for error in load_plan_folder(folder, Known()).errors]
    assert [word for word in words if "指标字典里没有" in word]


def test_a_key_of_another_document_is_refused(tmp_path: Path) -> None:
    folder, known = _uploaded(tmp_path)
    known.keys = {"demo.t.homes": "other-plan"}
    (error,) = load_plan_folder(folder, known).errors
    assert "已属于文件“other-plan”" in error.message
    assert error.file == f"{CODE}/targets.yaml"


def test_a_folder_without_its_document_is_refused(tmp_path: Path) -> None:
    folder, known = _uploaded(tmp_path)
    (folder / "document.yaml").unlink()
    (error,) = load_plan_folder(folder, known).errors
    assert "缺少 document.yaml" in error.message


def test_a_county_project_may_link_to_a_city_one(tmp_path: Path) -> None:
    files = example()
    county = example()[f"{CODE}/document.yaml"]
    county["plan"].update(key="county-plan", region="990101", parent=CODE)
    county["document"].update(code="county-plan", prefix="cp", text="county-plan.txt")
    files["county-plan/document.yaml"] = county
    project = dict(
        record(files, "projects", "demo.p.1"), key="cp.p.1", links=[{"to": "demo.p.1", "kind": "same"}]
    )
    files["county-plan/projects.yaml"] = {"projects": [project]}
    assert load(tmp_path, files).errors == []


@pytest.mark.parametrize(
    ("due", "day"),
    [
        (2023, date(2023, 12, 31)),
        ("2023-06-30", date(2023, 6, 30)),
        (None, None),
        ("2023-02-30", None),
        ("2023", None),
        (True, None),
    ],
)
def test_a_year_means_its_last_day(due: object, day: date | None) -> None:
    assert due_date(due) == day
