"""Read one YAML plan file into plain data, keeping the line of every value.

The loader is stricter than PyYAML's own and closer to YAML 1.2, because plan files are written by
people: ``yes``/``no`` and dates stay text, numbers with a decimal point become ``Decimal`` (no digit
is lost), codes with a leading zero stay text, and a key written twice is an error instead of a silent
overwrite. Anchors and aliases are refused: a plan file has no need of them and a hostile one could
grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from yuxi_eldercare.core.plan_files.errors import PlanFileError

#: Where a value stands inside a file: ("0", "sources", 1, "phrase") style, list indexes as int.
Path_ = tuple[str | int, ...]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20

#: The C parser where it is built in: the same language, several times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Styles of a scalar that is text whatever it looks like: quoted, or a block.
_QUOTED = ("'", '"', "|", ">")

_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$")


@dataclass
class SourceFile:
    """The data of one file, with the line on which each value begins.

    ``name`` is the file's name as errors show it. ``data`` is ``None`` for an empty file.
    """

    name: str
    data: Any = None
    lines: Mapping[Path_, int] = field(default_factory=dict)
    errors: list[PlanFileError] = field(default_factory=list)

    def line(self, path: Path_ = ()) -> int:
        """Line (from 1) of the value at ``path``, or of the nearest enclosing value that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path, name: str | None = None) -> SourceFile:
    """Read a YAML file from disk; every problem is collected in ``errors``, none is raised."""
    shown = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _failed(shown, 1, f"文件无法读取（{error.strerror}）。请检查文件是否存在、是否有读取权限。")
    return parse_yaml(raw, shown)


def parse_yaml(raw: bytes, name: str) -> SourceFile:
    """Parse the bytes of a YAML file; every problem is collected in ``errors``, none is raised."""
    if len(raw) > MAX_BYTES:
        return _failed(name, 1, f"文件超过 {MAX_BYTES // 1024} KB。请拆分后再导入。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _failed(name, line, "文件不是 UTF-8 编码。请用 UTF-8 编码另存后再导入。")
    try:
        if alias_line := _first_anchor_line(text):
            return _failed(name, alias_line, "不支持 YAML 的锚点和引用（& 和 *）。请把内容完整写出。")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        return _failed(
            name, _error_line(error), f"YAML 格式有误：{_error_text(error)}。请检查缩进、冒号和引号。"
        )
    except RecursionError:
        return _failed(name, 1, "YAML 嵌套过深。请检查括号和缩进。")
    builder = _Builder(name)
    data = None if root is None else builder.build(root, ())
    return SourceFile(name, data, builder.lines, builder.errors)


class _Builder:
    """Turns YAML nodes into plain data, noting lines and duplicate keys on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.errors: list[PlanFileError] = []

    def build(self, node: yaml.Node, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if len(path) > MAX_DEPTH:
            self._error(line, path, "嵌套过深。请检查括号和缩进。")
            return None
        if node.tag not in _TAGS:
            self._error(line, path, f"不支持 YAML 标签“{node.tag}”。请删去标签。")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._error(line, path, "字段名必须是一个词。请检查冒号和缩进。")
                continue
            key = key_node.value
            if key in result:
                self._error(line, (*path, key), f"字段“{key}”在同一条记录里写了两次。请删去其中一个。")
                continue
            result[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result

    def _scalar(self, node: yaml.Node) -> Any:
        value = str(node.value)
        if getattr(node, "style", None) in _QUOTED:
            return value
        if _NULL.match(value):
            return None
        if _BOOL.match(value):
            return value.lower() == "true"
        if _INT.match(value):
            return int(value)
        if _DECIMAL.match(value):
            return Decimal(value)
        return value

    def _error(self, line: int, path: Path_, message: str) -> None:
        self.errors.append(PlanFileError(self.name, line, path_text(path), message))


#: What a node may be without a tag written by hand; everything else (!!python/…) is refused.
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "seq", "map")
)


def path_text(path: Path_) -> str:
    """A path as a person reads it: ``sources[2].phrase`` (list positions count from 1)."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def _first_anchor_line(text: str) -> int | None:
    for event in yaml.parse(text, Loader=_LOADER):
        if getattr(event, "anchor", None) is not None:
            return event.start_mark.line + 1 if event.start_mark else 1
    return None


def _error_line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else 1


def _error_text(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "无法解析")


def _failed(name: str, line: int, message: str) -> SourceFile:
    return SourceFile(name, errors=[PlanFileError(name, line, "", message)])
