"""`make bench`: runs every tests/bench/bench_*.py, each in a fresh process, and prints one table.

A bench has `run() -> list[dict]`: name, unit, ours, reference, ratio, statements and limit, each but the name
optional. The limit is held against the ratio where there is one, else against the statement count, else
against our own figure. This measures and judges nothing else: it ends with 0 unless a bench crashed.
"""

import json
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COLUMNS = ("", "measure", "unit", "ours", "reference", "ratio", "statements", "limit")
# The child's last line of output, so that a bench may print what it likes before.
CHILD = "import importlib, json, sys; print(json.dumps(importlib.import_module(sys.argv[1]).run()))"


@dataclass(frozen=True)
class Outcome:
    """What one bench found, or why it found nothing."""

    bench: str
    measures: list[dict[str, Any]]
    seconds: float
    error: str = ""


def benches(words: list[str]) -> list[str]:
    """Names of the benches whose file name holds one of the words; all when there are none."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    return [name for name in names if not words or any(word in name for word in words)]


def measure(bench: str) -> Outcome:
    """Run one bench in a process of its own, so that memory and caches of another do not count."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, f"tests.bench.{bench}"], cwd=ROOT, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        return Outcome(bench, [], seconds, "\n".join(done.stderr.strip().splitlines()[-5:]))
    return Outcome(bench, json.loads(done.stdout.strip().splitlines()[-1]), seconds)


def held(found: dict[str, Any]) -> bool | None:
    """Whether the measure keeps to its limit; None where it has none."""
    if found.get("limit") is None:
        return None
    tested = next((found[key] for key in ("ratio", "statements", "ours") if found.get(key) is not None), None)
    return None if tested is None else bool(tested <= found["limit"])


def row(found: dict[str, Any]) -> list[str]:
    """The measure's cells, in the order of COLUMNS."""
    sign = {True: "✓", False: "✗", None: " "}[held(found)]
    limit = found.get("limit")
    return [
        sign,
        str(found["name"]),
        str(found.get("unit") or ""),
        *(shown(found.get(key)) for key in ("ours", "reference", "ratio", "statements")),
        "" if limit is None else f"≤ {shown(limit)}",
    ]


def shown(value: float | None) -> str:
    """A figure with three significant digits; whole numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def width(text: str) -> int:
    """Columns the text takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def table(rows: list[list[str]]) -> str:
    """The rows under their headings, words to the left and figures to the right."""
    lines = [list(COLUMNS), *rows]
    widths = [max(width(line[place]) for line in lines) for place in range(len(COLUMNS))]

    def cell(text: str, place: int) -> str:
        gap = " " * (widths[place] - width(text))
        return text + gap if place < 3 else gap + text

    return "\n".join("  ".join(cell(text, place) for place, text in enumerate(line)) for line in lines)


def main(words: list[str]) -> int:
    """Measure, print, and say how many limits were kept; the words choose benches by name."""
    outcomes = []
    for bench in benches(words):
        print(f"{bench} …", flush=True)
        outcomes.append(measure(bench))
        print(f"{bench}: {outcomes[-1].seconds:.0f} s" + (" FAILED" if outcomes[-1].error else ""))
    found = [each for outcome in outcomes for each in outcome.measures]
    print("\n" + table([row(each) for each in found]))
    verdicts = [verdict for each in found if (verdict := held(each)) is not None]
    print(f"\n{sum(verdicts)} of {len(verdicts)} limits kept")
    for outcome in outcomes:
        if outcome.error:
            print(f"\n{outcome.bench} crashed:\n{outcome.error}")
    return 1 if not outcomes or any(outcome.error for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
