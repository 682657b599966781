"""What can be wrong with a plan file, said so that its author can put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class PlanFileError:
    """One problem: the file, the line (from 1), the field (may be empty) and what to do about it."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行"
        return f"{where}，{self.field}：{self.message}" if self.field else f"{where}：{self.message}"
