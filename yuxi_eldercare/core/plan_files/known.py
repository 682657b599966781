"""What a plan file may refer to: the rest of the collection, or what the database holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record


@dataclass
class Known:
    """Everything that exists outside the files being checked, by permanent key.

    ``keys`` tells to which document a record key already belongs; a document that is loaded again keeps
    its own keys, another document may not take them.
    """

    regions: dict[str, str] = field(default_factory=dict)  # code -> level
    departments: set[str] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)  # spelling -> department key
    county_groups: set[str] = field(default_factory=set)  # groups that stand for every county
    indicators: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)  # key -> region code
    documents: dict[str, str] = field(default_factory=dict)  # code -> plan key
    clauses: dict[str, set[str]] = field(default_factory=dict)  # document code -> clause numbers
    targets: set[str] = field(default_factory=set)
    projects: dict[str, str] = field(default_factory=dict)  # key -> code of its document
    keys: dict[str, str] = field(default_factory=dict)  # key -> document code

    def with_bundle(self, bundle: Bundle) -> Known:
        """What is known once the bundle is there as well."""
        levels = {r.key: str(r.get("level", "")) for r in bundle.regions}
        return Known(
            regions=self.regions | levels,
            departments=self.departments | {r.key for r in bundle.departments},
            spellings=self.spellings | spellings_of(bundle.departments),
            county_groups=self.county_groups | county_groups_of(bundle.departments, levels),
            indicators=self.indicators | {r.key: r.data for r in bundle.indicators},
            plans=self.plans | {r.key: str(r.get("region", "")) for r in bundle.plans},
            documents=self.documents | {r.key: bundle.plan_of.get(r.key, "") for r in bundle.documents},
            clauses=self.clauses | {r.key: _clauses_of(bundle, r) for r in bundle.documents},
            targets=self.targets | {r.key for r in bundle.targets},
            projects=self.projects | {r.key: r.document or "" for r in bundle.projects},
            keys=dict(self.keys),
        )


def spellings_of(departments: list[Record]) -> dict[str, str]:
    """Every way in which a department is written, with its key. The first record wins."""
    found: dict[str, str] = {}
    for record in departments:
        for spelling in all_spellings(record):
            found.setdefault(spelling, record.key)
    return found


def all_spellings(department: Record) -> list[str]:
    """Name, short name and aliases of one department, without repeats."""
    written = [department.get("name"), department.get("short_name"), *department.get("aliases", [])]
    return list(dict.fromkeys(text for text in written if isinstance(text, str)))


def county_groups_of(departments: list[Record], levels: Mapping[str, str]) -> set[str]:
    """Groups whose members are the governments of counties: 各县（市、区）人民政府."""
    region_of = {record.key: str(record.get("region", "")) for record in departments}
    return {
        record.key
        for record in departments
        if record.get("kind") == "group"
        and record.get("members")
        and all(levels.get(region_of.get(str(m), "")) == "county" for m in record["members"])
    }


def _clauses_of(bundle: Bundle, document: Record) -> set[str]:
    return {clause.key for clause in bundle.of_document("clause", document.key)}
