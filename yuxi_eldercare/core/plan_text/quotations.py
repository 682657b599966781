"""What a record says it read, compared with what its phrases really say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Record
from yuxi_eldercare.core.plan_text.normal import squeeze
from yuxi_eldercare.core.plan_text.numbers import readable_values

Where = tuple[str | int, ...]

_HEADING_NUMBER = re.compile(r"^\s*\d{1,2}[.．、](?!\d)")
_ANNEX = re.compile(r"附件\s*\d+")


@dataclass(frozen=True)
class Quoted:
    """The places a record quotes: its phrases, the clauses or rows they stand in, the whole clauses, and
    the document without white space. In the first three white space is kept as a blank, so that
    neighbouring cells stay apart.
    """

    phrases: Sequence[str]
    scopes: Sequence[str]
    clauses: Sequence[str]
    document: str

    def values(self) -> set[Decimal]:
        """Every value that can be read in one of the phrases."""
        found: set[Decimal] = set()
        for phrase in self.phrases:
            found |= readable_values(_HEADING_NUMBER.sub("", phrase))
        return found

    def states_year(self, year: int) -> bool:
        """Whether a phrase names the year, or the clause of a phrase that names none (a table's header)."""
        for phrase, clause in zip(self.phrases, self.clauses, strict=True):
            years = readable_values(phrase)
            in_clause = not any(year_like(value) for value in years) and readable_values(clause)
            if Decimal(year) in years or (in_clause and Decimal(year) in in_clause):
                return True
        return False

    def states_words(self, words: str) -> bool:
        """Whether one of the clauses or rows holds the words as written."""
        needle = squeeze(words)
        return any(needle in squeeze(text) for text in (*self.phrases, *self.scopes))

    def states_heading(self, words: str) -> bool:
        """Whether the document has the words anywhere; brackets may be of either width."""
        return _plain_brackets(squeeze(words)) in _plain_brackets(self.document)


def value_problems(record: Record, quoted: Quoted, plan_years: range) -> Iterator[tuple[Where, str]]:
    """What a record holds but the places it quotes do not say: ``(path of the field, message)``."""
    values = quoted.values()
    if str(record.get("scope", "")).startswith("each_") and 100 in values:
        # "Every county is covered" asks one of each county.
        values.add(Decimal(1))
    for where, value in _recorded_values(record):
        if Decimal(value) not in values:
            yield where, f"数值 {value} 在所引短句中读不出来。请核对数值，或补引写明它的短句。"
    for where, text in _recorded_conditions(record):
        for value in sorted(readable_values(_ANNEX.sub("", text), words=False) - values):
            yield where, f"“{text}”中的 {value} 在所引短句中读不出来。请核对，或补引写明它的短句。"
    for where, year in _recorded_years(record):
        yearly = record.get("target_type") == "annual" or any("每年" in phrase for phrase in quoted.phrases)
        if not (yearly and year in plan_years) and not quoted.states_year(year):
            yield where, f"所引条款没有写到 {year} 年。请核对年份，或补引写明它的条款。"
    for where, words in _recorded_words(record):
        if not quoted.states_words(words):
            yield where, f"所引条款中没有“{words}”这一写法。请按原文照录。"
    for name in {"assignment": ("number", "section"), "list": ("category",)}.get(record.kind, ()):
        if isinstance(words := record.get(name), str) and not quoted.states_heading(words):
            yield (name,), f"原文中没有“{words}”这一写法。请按原文照录。"


def year_like(value: Decimal) -> bool:
    """Whether a figure can be a year of a plan."""
    return value == int(value) and 1990 <= value <= 2100


def _plain_brackets(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


def _recorded_values(record: Record) -> Iterator[tuple[Where, Decimal | int]]:
    for where, value in _value_fields(record):
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            yield where, value


def _value_fields(record: Record) -> Iterator[tuple[Where, Any]]:
    if record.kind == "target":
        yield from _target_values(record)
        return
    names = {
        "rule": ("value", "value_max"),
        "fact": ("value",),
        "project": ("start_year", "end_year", "total_investment_wan", "central_budget_wan"),
        "total": ("count", "total_investment_wan", "central_budget_wan"),
    }.get(record.kind, ())
    for name in names:
        yield (name,), record.get(name)
    if record.kind == "rule" and isinstance(split := record.get("split"), dict):
        for level, share in split.items():
            yield ("split", level), share


def _target_values(record: Record) -> Iterator[tuple[Where, Any]]:
    baseline = record.get("baseline")
    if isinstance(baseline, dict):
        for name in ("value", "below"):
            yield ("baseline", name), baseline.get(name)
    for index, part in enumerate(record.get("parts", [])):
        if isinstance(part, dict):
            yield ("parts", index, "value"), part.get("value")
    for index, milestone in enumerate(record.get("milestones", [])):
        if not isinstance(milestone, dict):
            continue
        # A dated deliverable reads 0 or 1; its 1 is ours, not the text's.
        if record.get("target_type") == "done" and milestone.get("value") == 1:
            continue
        for name in ("value", "value_max"):
            yield ("milestones", index, name), milestone.get(name)


def _recorded_conditions(record: Record) -> Iterator[tuple[Where, str]]:
    names = {
        "target": ("criteria",),
        "rule": ("condition",),
        "fact": ("condition",),
        "project": ("content",),
    }.get(record.kind, ())
    for name in names:
        if isinstance(text := record.get(name), str):
            yield (name,), text


def _recorded_years(record: Record) -> Iterator[tuple[Where, int]]:
    dates: list[tuple[Where, Any]] = []
    if record.kind == "target":
        baseline = record.get("baseline")
        if isinstance(baseline, dict):
            dates.append((("baseline", "date"), baseline.get("date")))
        for index, milestone in enumerate(record.get("milestones", [])):
            if isinstance(milestone, dict):
                dates.append((("milestones", index, "due"), milestone.get("due")))
    elif record.kind == "fact":
        dates.append((("as_of",), record.get("as_of")))
    for where, date in dates:
        digits = str(date or "")[:4]
        if digits.isdigit():
            yield where, int(digits)


def _recorded_words(record: Record) -> Iterator[tuple[Where, str]]:
    names = {
        "target": ("scope_text",),
        "fact": ("value_text", "as_of_text"),
        "project": ("name", "number", "location", "type"),
        "total": ("label",),
        "assignment": ("title",),
        "list": ("number", "name", "goal"),
    }.get(record.kind, ())
    for name in names:
        if isinstance(text := record.get(name), str):
            yield (name,), text
    for name in ("departments", "leads", "responsible"):
        for index, body in enumerate(record.get(name, [])):
            if isinstance(body, str):
                yield (name, index), body
    for index, milestone in enumerate(record.get("milestones", []) if record.kind == "target" else []):
        # With a due date, the words may explain how it was found; without one they are the text's own.
        if isinstance(milestone, dict) and milestone.get("due") is None and milestone.get("due_text"):
            yield ("milestones", index, "due_text"), str(milestone["due_text"])
