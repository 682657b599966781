"""Phrases against the text, and the text against the records."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yuxi_eldercare.core.plan_text.__main__ import main
from yuxi_eldercare.core.plan_text.accounts import unmatched
from yuxi_eldercare.core.plan_text.clauses import Span, occurrences, split_clauses
from yuxi_eldercare.core.plan_text.completeness import PROBLEM_KINDS
from yuxi_eldercare.core.plan_text.normal import normalise, squeeze
from yuxi_eldercare.core.plan_text.numbers import chinese_value, readable_values
from yuxi_eldercare.core.plan_text.tokens import find_tokens

from .plan_example import CODE, TEXT, example, problems, record, write

pytestmark = pytest.mark.pure

Files = dict[str, Any]


# --- normalisation ---


def test_white_space_and_page_numbers_go_and_lines_stay_known() -> None:
    normal = normalise("第一\u00a0行\n\n- 3 -\n\u3000第二\t行 5\n-----\n末行")
    assert normal.text == "第一行第二行5末行"
    assert [normal.line(offset) for offset in (0, 3, 7)] == [1, 4, 6]


def test_neighbouring_cells_stay_two_numbers() -> None:
    tokens = find_tokens(normalise("41.2\n50\n90\n"))
    assert [token.text for token in tokens] == ["41.2", "50", "90"]


def test_a_number_of_one_word_stays_one() -> None:
    assert [token.text for token in find_tokens(normalise("建筑面积 4255.49 平方米"))] == ["4255.49"]


@pytest.mark.parametrize("line", ["3", "- 三 -", "—— 3 ——附"])
def test_only_page_number_lines_are_dropped(line: str) -> None:
    assert normalise(f"甲\n{line}\n乙").text == "甲" + squeeze(line) + "乙"


# --- clauses ---


def test_equal_headings_are_told_apart_by_order() -> None:
    normal = normalise("一、甲\n（一）同\n内容1\n二、乙\n（一）同\n内容2\n")
    declared = [
        ("一", "甲", "一、甲"),
        ("一（一）", "同", "（一）同"),
        ("二", "乙", "二、乙"),
        ("二（一）", "同", "（一）同"),
    ]
    clauses = split_clauses(normal, declared)
    assert clauses.missing == []
    scopes = [clauses.scope(number) for number in ("一（一）", "二（一）", "一")]
    texts = [normal.text[scope.start : scope.end] for scope in scopes if scope]
    assert texts == ["（一）同内容1", "（一）同内容2", "一、甲（一）同内容1"]


def test_a_heading_is_sought_at_the_beginning_of_a_line_first() -> None:
    normal = normalise("详见二、任务部分。\n二、任务\n内容")
    scope = split_clauses(normal, [("二", "任务", "二、任务")]).scope("二")
    assert scope is not None
    assert normal.text[scope.start :] == "二、任务内容"


def test_a_start_that_is_not_there_is_reported() -> None:
    assert split_clauses(normalise("一、甲"), [("一", "甲", "一、乙")]).missing == ["一"]


def test_rows_are_counted_by_their_own_numbers() -> None:
    normal = normalise("附件\n序号\n名称\n养老\n1\n甲\n20\n托育\n2\n乙\n30\n")
    clauses = split_clauses(normal, [("附件", "附件", "附件")])
    rows = [clauses.scope(f"附件·{number}") for number in (1, 2)]
    # The category that stands before a row's number belongs to the row.
    assert [normal.text[row.start : row.end] for row in rows if row] == ["养老1甲20托育", "托育2乙30"]
    assert clauses.scope("附件·3") is None


def test_rows_of_a_tabbed_table_are_its_lines_after_the_header() -> None:
    normal = normalise("附件\n名称\t值\n甲\t1\n乙\t2\n")
    clauses = split_clauses(normal, [("附件", "附件", "附件")])
    row = clauses.scope("附件·2")
    assert row is not None
    assert normal.text[row.start : row.end] == "乙2"
    assert clauses.scope("附件·3") is None


def test_phrases_are_found_across_line_breaks() -> None:
    normal = normalise("护理床位占比不低于\n30%。")
    assert list(occurrences(normal, "占比 不低于30%", Span(0, 12))) == [Span(4, 12)]


# --- numbers ---


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一", 1),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百二十", 120),
        ("二〇三五", 2035),
        ("三千", 3000),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert chinese_value(numeral) == value


def test_what_is_no_numeral_has_no_value() -> None:
    assert chinese_value("床") is None


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("投资5.16亿元", "51600"),
        ("投资5.16亿元", "516000000"),
        ("参加9.82万人", "98200"),
        ("参加9.82万人", "9.82"),
        ("实现全覆盖", "100"),
        ("所有街道", "100"),
        ("建成一家", "1"),
        ("41.2 50 90", "50"),
        ("按5:3:2的比例", "3"),
    ],
)
def test_a_phrase_states_its_numbers(phrase: str, value: str) -> None:
    assert Decimal(value) in readable_values(phrase)


@pytest.mark.parametrize(("phrase", "value"), [("41.2 50 90", "41.25090"), ("达55%", "5"), ("54.96", "55")])
def test_a_phrase_states_no_other_number(phrase: str, value: str) -> None:
    assert Decimal(value) not in readable_values(phrase)


@pytest.mark.parametrize(
    "text",
    [
        "不少于3家",
        "一所大学",
        "两个中心",
        "五年内",
        "全覆盖",
        "力争",
        "百分之五",
        "不足1000万元",
        "1-2家",
        "每年",
        "一批",
    ],
)
def test_commitments_are_seen(text: str) -> None:
    assert find_tokens(normalise(text))


@pytest.mark.parametrize(
    "text", ["供给不足", "进一步统一", "一体化", "健全部门机制", "健全覆盖城乡的网络", "老年人人身安全"]
)
def test_other_words_are_not(text: str) -> None:
    assert find_tokens(normalise(text)) == []


def test_each_written_figure_needs_a_recorded_one() -> None:
    two = frozenset({Decimal(2)})
    assert unmatched([two, two], [["a"], ["a"]], {"a": (two,)}) == [1]
    assert unmatched([two, two], [["a"], ["a", "b"]], {"a": (two,), "b": (two,)}) == []
    assert unmatched([two, two], [["a", "b"], ["a"]], {"a": (two,), "b": (two,)}) == []


# --- the whole check ---


def test_the_example_is_complete(tmp_path: Path) -> None:
    assert problems(tmp_path, example()) == []


def _drop(name: str, key: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        rows = files[f"{CODE}/{name}.yaml"]
        rows.remove(next(row for row in rows if row.get("key") == key))
        if key == "demo.t.homes":
            record(files, "assignments", "demo.a.1")["targets"] = []

    return change


def _phrase(name: str, key: str, phrase: str) -> Callable[[Files], None]:
    return lambda files: record(files, name, key)["sources"][0].update(phrase=phrase)


def _value(key: str, **values: Any) -> Callable[[Files], None]:
    return lambda files: record(files, "targets", key)["milestones"][0].update(values)


CHANGES: dict[str, tuple[str, Callable[[Files], None]]] = {
    "a digit of a phrase": ("phrase", _phrase("targets", "demo.t.beds-2023", "护理床位占比不低于31%")),
    "a word of a phrase": ("phrase", _phrase("targets", "demo.t.homes", "每个县应当建成一家养老院")),
    "the clause of a phrase": (
        "phrase",
        lambda files: record(files, "rules", "demo.r.area")["sources"][0].update(clause="一"),
    ),
    "the row of a phrase": (
        "phrase",
        lambda files: record(files, "targets", "demo.t.helpers")["sources"][0].update(clause="附件1·1"),
    ),
    "a row that is not there": (
        "phrase",
        lambda files: record(files, "targets", "demo.t.helpers")["sources"][0].update(clause="附件1·3"),
    ),
    "a phrase that stands twice": (
        "ambiguous",
        lambda files: record(files, "targets", "demo.t.helpers")["sources"].append(
            {"clause": "附件1", "phrase": "2"}
        ),
    ),
    "a dropped target of prose": ("uncovered", _drop("targets", "demo.t.beds-2023")),
    "a dropped target in Chinese numerals": ("uncovered", _drop("targets", "demo.t.homes")),
    "a dropped target without digits": ("uncovered", _drop("targets", "demo.t.daycare")),
    "a dropped target of a table": ("uncovered", _drop("targets", "demo.t.helpers")),
    "a dropped rule": ("uncovered", _drop("rules", "demo.r.area")),
    "a dropped fact": ("uncovered", _drop("facts", "demo.f.trained")),
    "a dropped exception": ("uncovered", lambda files: files[f"{CODE}/not_a_commitment.yaml"].clear()),
    "another value": ("value", _value("demo.t.beds-2023", value=31)),
    "another value in a table": ("value", _value("demo.t.beds-2025", value=56)),
    "another value for 全覆盖": ("value", _value("demo.t.daycare", value=90)),
    "another baseline": (
        "value",
        lambda files: record(files, "targets", "demo.t.helpers")["baseline"].update(value=3),
    ),
    "another year": ("value", _value("demo.t.daycare", due=2023)),
    "another year than the table's": ("value", _value("demo.t.helpers", due=2024)),
    "another amount": (
        "value",
        lambda files: record(files, "projects", "demo.p.1").update(total_investment_wan=1500),
    ),
    "another lead": (
        "value",
        lambda files: record(files, "assignments", "demo.a.1").update(leads=["甲县人民政府"]),
    ),
    "a criterion of one's own": (
        "value",
        lambda files: record(files, "targets", "demo.t.homes").update(criteria="100张以上床位"),
    ),
    "a quoted figure that is not recorded": (
        "unrecorded",
        lambda files: (
            _drop("targets", "demo.t.beds-2023")(files),
            _phrase("targets", "demo.t.daycare", "护理床位占比不低于30%。2022年，社区照料全覆盖")(files),
        ),
    ),
    "an exception that is not in the text": (
        "exception",
        lambda files: files[f"{CODE}/not_a_commitment.yaml"][0].update(sentence="确保老人满意"),
    ),
    "an exception without a figure": (
        "exception",
        lambda files: files[f"{CODE}/not_a_commitment.yaml"].append(
            {"sentence": "老年人满意", "reason": "general_wording"}
        ),
    ),
    "an exception that stands twice": (
        "exception",
        lambda files: files[f"{CODE}/not_a_commitment.yaml"].append(
            {"sentence": "2", "reason": "background"}
        ),
    ),
    "an exception over a recorded sentence": (
        "exception",
        lambda files: files[f"{CODE}/not_a_commitment.yaml"].append(
            {"sentence": "到2023年，每个县…", "reason": "background"}
        ),
    ),
    "a clause that does not begin so": (
        "clause",
        lambda files: files[f"{CODE}/document.yaml"]["clauses"][3].update(starts="2.加强宣讲。"),
    ),
    "another title": (
        "value",
        lambda files: files[f"{CODE}/document.yaml"]["document"].update(title="示例市养老规划"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_files_turns_the_check_red(name: str, tmp_path: Path) -> None:
    kind, change = CHANGES[name]
    files = example()
    change(files)
    found = problems(tmp_path, files)
    assert kind in {problem.kind for problem in found}, found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30%", "35%"),
        ("一家养老院", "三家养老院"),
        ("助老员\n2\n8", "助老员\n2\n9"),
        ("已培训", "力争培训"),
        ("已培训护理员", "培训两个县的护理员"),
        ("加强宣传。", "加强宣传。新增3个宣传点。"),
    ],
)
def test_a_change_of_the_text_turns_the_check_red(old: str, new: str, tmp_path: Path) -> None:
    assert TEXT.count(old) == 1
    assert problems(tmp_path, example(), TEXT.replace(old, new))


def test_an_assignment_or_a_finding_does_not_stand_in_for_a_target(tmp_path: Path) -> None:
    files = example()
    _drop("targets", "demo.t.beds-2023")(files)
    files[f"{CODE}/findings.yaml"] = [
        {
            "key": "demo.x.beds",
            "kind": "slip",
            "summary": "护理床位占比不低于30%没有年份。",
            "places": [{"document": CODE, "clause": "一", "phrase": "护理床位占比不低于30%"}],
        }
    ]
    record(files, "assignments", "demo.a.1")["sources"].append(
        {"clause": "一", "phrase": "护理床位占比不低于30%"}
    )
    assert {p.kind for p in problems(tmp_path, files)} == {"uncovered"}


def test_a_problem_names_its_place(tmp_path: Path) -> None:
    files = example()
    del files[f"{CODE}/not_a_commitment.yaml"][0]
    found = problems(tmp_path, files)
    assert [(p.file, p.line) for p in found] == [(f"{CODE}.txt", 12)]
    assert "【确保】" in found[0].message
    assert "确保老年人满意" in found[0].sentence


def test_a_phrase_in_the_wrong_clause_is_told_where_it_stands(tmp_path: Path) -> None:
    files = example()
    record(files, "rules", "demo.r.area")["sources"][0]["clause"] = "一"
    (found,) = [p for p in problems(tmp_path, files) if p.kind == "phrase"]
    assert "它在条款“二1”（第 10 行）" in found.message
    assert found.file == f"{CODE}/rules.yaml"


def test_every_kind_of_change_is_tried() -> None:
    assert {kind for kind, _ in CHANGES.values()} == set(PROBLEM_KINDS)


# --- the command ---


def _run(folder: Path, files: Files, *codes: str) -> int:
    write(folder / "documents", {f"{CODE}.txt": TEXT})
    write(folder / "fixtures", files)
    return main(["--documents", str(folder / "documents"), "--fixtures", str(folder / "fixtures"), *codes])


def test_the_command_says_when_nothing_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, example()) == 0
    assert "没有待处理的问题" in capsys.readouterr().out


def test_the_command_prints_what_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = example()
    del files[f"{CODE}/not_a_commitment.yaml"][0]
    record(files, "targets", "demo.t.homes")["indicator"] = "nothing"
    assert _run(tmp_path, files, CODE) == 1
    out = capsys.readouterr().out
    assert f"{CODE}.txt:12" in out
    assert "指标字典里没有“nothing”" in out
    assert "共 2 处待处理" in out


def test_the_command_says_what_it_cannot_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, example(), "other-plan") == 1
    assert "other-plan" in capsys.readouterr().out
    (tmp_path / "documents" / f"{CODE}.txt").unlink()
    arguments = ["--documents", str(tmp_path / "documents"), "--fixtures", str(tmp_path / "fixtures")]
    assert main(arguments) == 1
    assert f"没有原文 {CODE}.txt" in capsys.readouterr().out
