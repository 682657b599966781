"""The words and figures of a document that must be accounted for, and the sentences they stand in.

Every rule that lets a figure go unrecorded is here, with its reason. Nothing is exempt because one
particular sentence of one particular document says so: that is what ``not_a_commitment.yaml`` is for,
where a person vouches for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from yuxi_eldercare.core.plan_text.clauses import CONTENTS, Clause, ClauseMap, Span
from yuxi_eldercare.core.plan_text.normal import NormalText
from yuxi_eldercare.core.plan_text.numbers import CHINESE_NUMERAL, arabic_values, chinese_value


@dataclass(frozen=True)
class Token:
    """Something that must be recorded.

    A token with ``values`` (any of them is a right reading) must be accounted for by the record that
    quotes it: the record holds the value, or the words. A word without a value need only be quoted.
    """

    span: Span
    text: str
    values: frozenset[Decimal] = frozenset()


#: Measure words that make a Chinese numeral a count or a length of time. Left out on purpose: 级
#: (二级医院, 三级网络: a rank), 届/次 of meetings and 期 (一期: a name), 体/方/步/流/般 (一体, 一方面,
#: 进一步: not numerals at all).
_MEASURES = (
    "个家所项名人口张年户类条批种处座栋幢支岁周岁倍成分日天周小时刻钟分钟公里元亩平方米位套件笔层间床岗场例"
)
_MEASURE_WORDS = re.compile(
    "(?:"
    + "|".join(
        [
            "周岁",
            "小时",
            "刻钟",
            "分钟",
            "公里",
            "平方米",
            "个月",
            *sorted(set(_MEASURES) - set("周钟时里方米")),
        ]
    )
    + ")"
)
#: Chinese percentages and fractions.
_FRACTION = re.compile(
    r"百分之[〇零一二三四五六七八九十百点]+|[一二三四五六七八九十]+分之[一二三四五六七八九十]+|一半|半数|减半|过半"
)

#: Words that bind somebody, each because a reader can hold the author to it.
COMMITMENT_WORDS: tuple[str, ...] = (
    "全覆盖",  # 100 % of whatever is named
    "覆盖全体",  # 100 % of the persons named
    "不少于", "不低于", "不得少于", "不得低于", "至少",  # a lower bound
    "不超过", "不高于", "不得超过", "以内",  # an upper bound
    "以上",  # a lower bound (95%以上)
    "达到", "稳定在",  # a value to be reached or kept
    "力争", "争取",  # a commitment of lesser firmness
    "普遍", "所有", "全部", "人人", "应保尽保", "一律",  # every one of them
    "每年", "逐年",  # something due year by year
    "每个",  # binds each county, each township …
    "确保", "必须", "不得",  # a plain undertaking, or a prohibition
    "投入使用",  # a thing that has to be there
    "基本形成", "基本建成", "基本建立", "基本实现", "初步形成", "初步建立", "初步建成", "初步构建",
    "全面建立", "全面建成", "全面完成", "总体建成", "初具规模",  # a state promised without a number
    "翻番", "翻一番",  # twice the base
)  # fmt: skip
#: Of these, the ones that mean "every one of them": 100 %, or one of each.
_WORD_VALUES = {
    word: frozenset({Decimal(100), Decimal(1)})
    for word in ("全覆盖", "覆盖全体", "普遍", "所有", "全部", "人人", "应保尽保")
}
#: 不足 states a bound only in front of a figure (不足1000万元); 供给不足 is a lack, not a bound.
#: Where a word only arises at the seam of two others (健全|部门, 健全|覆盖, 老年人|人力) it is not one.
_SEAMS = {"全部": "(?<!健)全部(?!门)", "全覆盖": "(?<!健)全覆盖", "人人": "(?<!年)人人"}
_WORDS = re.compile(
    "|".join([*(_SEAMS.get(w, w) for w in sorted(COMMITMENT_WORDS, key=len, reverse=True)), r"不足(?=\d)"])
)

#: Names that contain a figure and commit to nothing, each with an example.
_NAMES = re.compile(
    "|".join(
        [
            r"《[^《》]*(?:《[^《》]*》[^《》]*)*》",  # titles of laws, plans and notices
            r"〔\d{4}〕(?:第?\d+号)?",  # document numbers 〔2019〕5号
            r"GB/?T?\d+(?:\.\d+)?[—–-]\d{4}",  # national standards GB50763—2012
            r"[“\"]?十[二三四五六]五[”\"]?",  # five-year plan periods
            r"第?十[一二三四五]个五年规划",
            r"二〇三五年远景目标",
            r"三年行动计划(?:[（(]\d{4}[—–-]\d{4}年?[）)])?",
            r"(?:党的)?[一二三四五六七八九十]+大(?:报告|精神|和)?",  # 党的二十大, 十九大
            r"十九届(?:[一二三四五六七八九]中[、和及]?)+全会",
            r"第[六七]次全国人口普查|全国第[六七]次人口普查",
            r"[“\"]?一老一小[”\"]?",
            r"“5\+8”|(?<![0-9A-Za-z])5G(?![0-9A-Za-z])",
            r"[“\"]?三区两中心[”\"]?|“两区一高地”|“一极两区”|“一区两城”|“三个国际城市”|“三城建设”|“三湖”",
            r"“最后一公里”|“最后[一]公里”",
            r"3岁以下婴幼儿",  # the name of whom childcare serves; 2—3岁, 65岁以上 stay figures
            r"“?云南人社12333”?",  # the name of an app
            r"一部手机办事通",
        ]
    )
)
#: Numbers of headings and notes at the beginning of a line, and of tables and annexes where named.
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、](?!\d)|附件\d*[:：]?(?:\d[.．])?|表\d+[:：])"
)
_ANNEX = re.compile(r"附件[:：]?\d+|表\d+[:：]")

_SENTENCE_END = "。；！？;!?"


def sentences(normal: NormalText, clauses: ClauseMap) -> list[Span]:
    """The text cut into sentences: at 。；！？, at clause starts, and in tables at every line.

    A table's cells stand one per line (or one row per line), so each line is a sentence of its own; in
    prose a line break is only the printer's and does not end a sentence.
    """
    spans: list[Span] = []
    for clause in clauses.clauses:
        spans.extend(_clause_sentences(normal, clause))
    return spans


def _clause_sentences(normal: NormalText, clause: Clause) -> Iterator[Span]:
    start, end = clause.span.start, clause.span.end
    cuts = {clause.opening.end} if clause.opening.end > start else set()
    cuts |= {i + 1 for i in range(start, end) if normal.text[i] in _SENTENCE_END}
    if clause.is_table:
        cuts |= {a for a, _ in normal.lines_between(start, end)}
    bounds = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    yield from (Span(a, b) for a, b in pairwise(bounds) if a < b)


def find_tokens(normal: NormalText) -> list[Token]:
    """Every figure and commitment word of the text, exempt ones included, in reading order."""
    found = [*_arabic(normal), *_chinese(normal), *_words(normal)]
    return sorted(found, key=lambda token: (token.span.start, -token.span.end))


def _arabic(normal: NormalText) -> Iterator[Token]:
    text = normal.text
    index = 0
    while index < len(text):
        if not (text[index].isascii() and text[index].isdigit()):
            index += 1
            continue
        end = index + 1
        dotted = False
        while end < len(text) and normal.glued[end]:
            ch = text[end]
            if ch.isascii() and ch.isdigit():
                end += 1
            elif (
                ch == "."
                and not dotted
                and end + 1 < len(text)
                and text[end + 1].isdigit()
                and normal.glued[end + 1]
            ):
                dotted = True
                end += 1
            else:
                break
        values = frozenset(arabic_values(text[index:end], text[end : end + 2]))
        yield Token(Span(index, end), text[index:end], values)
        index = end


def _chinese(normal: NormalText) -> Iterator[Token]:
    text = normal.text
    for match in CHINESE_NUMERAL.finditer(text):
        measure = _MEASURE_WORDS.match(text, match.end())
        if measure is None or (match.start() and text[match.start() - 1] in "0123456789第"):
            continue
        value = chinese_value(match.group())
        if value is not None:
            span = Span(match.start(), measure.end())
            # 一批 says "a number of them": it has to be recorded, but states no figure.
            values = frozenset({Decimal(value)}) if measure.group() != "批" else frozenset()
            yield Token(span, text[span.start : span.end], values)
    for match in _FRACTION.finditer(text):
        yield Token(Span(*match.span()), match.group())


def _words(normal: NormalText) -> Iterator[Token]:
    for match in _WORDS.finditer(normal.text):
        yield Token(Span(*match.span()), match.group(), _WORD_VALUES.get(match.group(), frozenset()))


def _heading_spans(normal: NormalText, clause: Clause) -> Iterator[Span]:
    """The words of a clause's heading, up to the first figure in digits, and a table's header row."""
    opening = clause.opening
    # A heading number is exempt even where its full stop was forgotten ("2 深化…").
    if number := re.compile(r"\d{1,2}(?!\d)").match(normal.text, opening.start, opening.end):
        opening = Span(number.end(), opening.end)
        yield Span(*number.span())
    digit = re.compile(r"\d").search(normal.text, opening.start, opening.end)
    yield Span(opening.start, digit.start() if digit else opening.end)
    rows = [s for s in normal.lines_between(clause.span.start, clause.span.end) if s[0] in normal.table_rows]
    yield from (Span(*header) for header in rows[:1])


def exempt_spans(
    normal: NormalText, clauses: ClauseMap, own_words: Iterable[str], years: range, rows: Iterable[Span]
) -> list[Span]:
    """Places where a figure belongs to the structure or to a name, by rule.

    ``own_words`` are the document's own title, number and date, ``years`` the years of its plan (the
    period in brackets after a title names the plan), ``rows`` the row-number cells of recorded rows.
    """
    spans = [Span(*m.span()) for m in _NAMES.finditer(normal.text)]
    spans += [Span(*m.span()) for m in _ANNEX.finditer(normal.text)]
    starts = {*normal.line_starts, *(c.span.start for c in clauses.clauses)}
    spans += [Span(*m.span()) for start in starts if (m := _HEADING.match(normal.text, start))]
    for clause in clauses.clauses:
        spans += _heading_spans(normal, clause)
    spans += [c.span for c in clauses.clauses if c.number == CONTENTS]
    for words in own_words:
        spans += [Span(*m.span()) for m in re.finditer(re.escape(words), normal.text)]
    if years:
        period = rf"[（(]{years[0]}年?[—–-]{years[-1]}年?[）)]"
        spans += [Span(*m.span()) for m in re.finditer(period, normal.text)]
    return [*spans, *rows]
