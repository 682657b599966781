"""The documentation says what is true: links lead somewhere, names exist, the worked example comes out."""

import json
import re
from pathlib import Path

import pytest

from targets.progress import assess_json

from .source import ROOT, files, text

pytestmark = pytest.mark.pure

PAGES = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_links_lead_to_files(path: Path) -> None:
    broken = [
        link
        for link in LINK.findall(text(path))
        if "://" not in link and not (ROOT / path.parent / link).exists()
    ]
    assert not broken


def test_every_page_of_docs_can_be_reached_from_the_readme() -> None:
    reached, queue = set(), [Path("README.md")]
    while queue:
        page = queue.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for link in LINK.findall(text(page)):
            queue.append(((ROOT / page.parent / link).resolve()).relative_to(ROOT))
    assert {path for path in PAGES if path.parts[0] == "docs"} <= reached


def test_the_readme_stays_short() -> None:
    assert text(Path("README.md")).count("\n") < 80


def test_every_command_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text(Path("Makefile")), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", text(Path("README.md"))))
    assert {"demo", "test"} <= named <= targets


def test_every_setting_is_explained() -> None:
    read = set(
        re.findall(
            r"""(?:environ\.get|_flag|_words|_count)\(\s*"(\w+)\"""", text(Path("yuxi_eldercare/settings.py"))
        )
    )
    explained = set(re.findall(r"^\| `(\w+)` \|", text(Path("docs/operations.md")), re.MULTILINE))
    assert len(read) > 8
    assert read == explained
    documented = text(Path("yuxi_eldercare/settings.py")).split('"""')[1]
    assert {name for name in read if name not in documented} == set()


def glossary_names() -> set[str]:
    return set(re.findall(r"`([A-Za-z_.]+)`", text(Path("docs/glossary.md"))))


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    code = "\n".join(text(path) for path in files() if path.suffix == ".py" and path.parts[0] != "tests")
    words = set(re.findall(r"\w+", code))
    assert len(glossary_names()) > 40
    assert {name for name in glossary_names() if name.split(".")[-1] not in words} == set()


def test_the_worked_example_comes_out_as_printed() -> None:
    page = text(Path("docs/progress-method.md"))
    case = json.loads(page.split("```json\n")[1].split("```")[0])
    answer = assess_json(case)
    assert isinstance(answer, dict)
    near, far = answer["milestones"]
    assert (near["state"], far["state"]) == ("ON_TRACK", "ON_TRACK")
    story = page.split("```json")[1]
    for printed in (near, far):
        for figure in ("expected", "share_done", "expected_share", "schedule_ratio"):
            assert printed[figure][:6] in story, f"{figure} {printed[figure]}"


def test_the_method_names_every_state_and_mark() -> None:
    from targets.progress import Mark, State

    page = text(Path("docs/progress-method.md"))
    assert [word for word in [*State, *Mark] if f"`{word}`" not in page] == []


def test_the_method_has_every_clause_that_code_cites() -> None:
    page = text(Path("docs/progress-method.md"))
    cited = {
        found
        for path in files()
        if path.suffix == ".py" and path.parts[0] == "targets"
        for found in re.findall(r"§(4\.\d)", text(path))
    }
    assert cited
    assert {clause for clause in cited if f"\n## {clause} " not in page} == set()
