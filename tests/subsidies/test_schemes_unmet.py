"""Unmet conditions in sentences: each code of the calculator has its words, with the figures."""

import pytest

from subsidies.calculator import Case, Terms, Unmet, compute, read_conditions
from subsidies.schemes.unmet import sentence, sentences

pytestmark = pytest.mark.pure
LEASE = {"at_least": 5, "months": 72, "from": "2010-01-01", "to": "2015-12-31"}


@pytest.mark.parametrize(
    ("unmet", "words"),
    [
        (Unmet("capacity", {"quantity": 61, "capacity": 60}), ("61", "60", "机构名册")),
        (
            Unmet("lease_years", {"at_least": 5, "months": 59, "from": "2021-03-01", "to": "2026-01-31"}),
            ("4 年 11 个月", "2021-03-01 至 2026-01-31", "不足 5 年"),
        ),
        (
            Unmet("lease_years", {"at_least": 5, "months": 0, "from": "2021-03-01", "to": "2020-01-31"}),
            ("先后颠倒",),
        ),
        (Unmet("lease_years", {**LEASE, "on": "2024-10-08"}), ("已于 2015-12-31 到期", "续签")),
        (Unmet("lease_years", {**LEASE, "on": "2009-12-31"}), ("2010-01-01 才开始", "2009-12-31")),
        (Unmet("operation_not", {"in": ["public_private"], "was": "public_private"}), ("不含公建民营机构",)),
        (
            Unmet("operation", {"in": ["public", "private"], "was": "public_private"}),
            ("公建公营、民办", "公建民营"),
        ),
        (Unmet("premises", {"is": "own", "was": "leased"}), ("自建产权用房", "租赁用房")),
        (Unmet("kind", {"in": ["eldercare"], "was": "childcare"}), ("养老机构", "托育机构")),
        (Unmet("once_per_unit", {"before": 50, "quantity": 15, "capacity": 60}), ("50", "15", "60")),
        (Unmet("once_per_year", {"grants": 1}), ("当年已有 1 份",)),
        (Unmet("filed", {}), ("备案",)),
        (Unmet("nothing", {}), ("数量为 0",)),
        (Unmet("amount_not_stated", {}), ("未载明补助标准",)),
    ],
)
def test_unmet_conditions_have_sentences_with_their_figures(unmet: Unmet, words: tuple[str, ...]) -> None:
    text = sentence(unmet)
    assert all(word in text for word in words), text


def test_every_unmet_code_of_the_calculator_has_its_words() -> None:
    rows = [
        {"code": "premises", "is": "own"},
        {"code": "lease_years", "at_least": 5},
        {"code": "operation", "in": ["private"]},
        {"code": "operation_not", "in": ["public_private"]},
        {"code": "kind", "in": ["eldercare"]},
        {"code": "filed"},
        {"code": "once_per_unit"},
        {"code": "once_per_year"},
    ]
    unknown = compute(Terms(None, read_conditions(rows)), Case(0, granted_before=1, grants_this_year=1))
    assert len(sentences(unknown.as_json())) == len(rows) + 3
    assert len(set(sentences(unknown.as_json()))) == len(rows) + 2  # both about operation say the same
    assert sentences(None) == []
