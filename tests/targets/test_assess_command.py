"""`manage.py assess FILE`: the what-if on the command line."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
CASE: dict[str, Any] = {
    "direction": "up",
    "target_type": "reach",
    "baseline": {"date": "2020-12-31", "value": "0.91"},
    "milestones": [
        {"due": "2023-12-31", "comparator": ">=", "value": "2"},
        {"due": 2025, "comparator": ">=", "value": "4.5"},
    ],
    "readings": [{"date": "2022-06-30", "value": "1.5"}],
    "as_of": "2022-07-31",
}


def judged(path: Path) -> Any:
    out = io.StringIO()
    call_command("assess", str(path), stdout=out)
    return json.loads(out.getvalue())


def written(folder: Path, content: object) -> Path:
    path = folder / "case.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_worked_example_of_the_domain_guide(tmp_path: Path) -> None:
    answer = judged(written(tmp_path, CASE))
    first, second = answer["milestones"]
    assert (first["due"], first["state"], first["light"]) == ("2023-12-31", "ON_TRACK", "green")
    assert first["expected"].startswith("1.45350")
    assert first["share_done"].startswith("0.54128")
    assert second["share_done"].startswith("0.16434")
    assert first["schedule_ratio"][:7] == second["schedule_ratio"][:7] == "1.08554"


def test_a_list_of_cases_gives_a_list_of_answers(tmp_path: Path) -> None:
    later = {**CASE, "as_of": "2024-01-31"}
    answers = judged(written(tmp_path, [CASE, later]))
    assert [answer["milestones"][0]["state"] for answer in answers] == ["ON_TRACK", "MISSED"]


def test_a_byte_order_mark_as_windows_writes_it_does_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(CASE).encode())
    assert len(judged(path)["milestones"]) == 2


def test_decimals_are_read_exactly(tmp_path: Path) -> None:
    text = json.dumps(CASE).replace('"1.5"', "1.10000000000000001")
    answer = judged(written(tmp_path, text))
    assert answer["milestones"][0]["actual"] == "1.10000000000000001"


BAD = {
    "not JSON": ("{", "不是有效的 JSON：第1行第2列"),
    "NaN": (json.dumps(CASE).replace('"1.5"', "NaN"), "NaN 不是数"),
    "number with a comma": (json.dumps(CASE).replace('"1.5"', '"1,5"'), r"readings\[0\].value"),
    "unknown direction": (json.dumps({**CASE, "direction": "left"}), "direction"),
    "milestone before the baseline": (
        json.dumps({**CASE, "milestones": [{"due": "2020", "value": 1}]}),
        r"milestones\[0\].due",
    ),
    "second case of a list": (json.dumps([CASE, {**CASE, "as_of": "2022-02-30"}]), r"\[1\].as_of"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_a_sentence_that_names_the_field(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        judged(written(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不到文件"):
        judged(tmp_path / "nothing.json")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        judged(binary)


@pytest.mark.parametrize(("text", "code"), [(json.dumps(CASE), 0), ("[]x", 1)], ids=["good", "bad"])
def test_from_a_shell_it_reads_standard_input_and_ends_with_a_code(text: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "assess", "-"], input=text, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == code
    if code:
        assert "不是有效的 JSON" in done.stderr
        assert not done.stdout
    else:
        assert len(json.loads(done.stdout)["milestones"]) == 2
