"""Is everything a document commits to recorded, and does every record stand in the document?

The check goes both ways. Forwards: every recorded phrase stands in its clause and states the numbers
recorded beside it. Backwards: every figure and commitment word of the text lies inside a phrase of a
record that accounts for it, or inside words that ``not_a_commitment.yaml`` vouches for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_text.accounts import Account, account_of, unmatched
from yuxi_eldercare.core.plan_text.clauses import ROW_MARK, ClauseMap, Span, occurrences, split_clauses
from yuxi_eldercare.core.plan_text.normal import NormalText, normalise, squeeze
from yuxi_eldercare.core.plan_text.quotations import Quoted, value_problems
from yuxi_eldercare.core.plan_text.tokens import Token, exempt_spans, find_tokens, sentences

#: Kinds of problem, in the order in which they are shown, with what each means.
PROBLEM_KINDS: dict[str, str] = {
    "clause": "条款起始文字没有找到",
    "phrase": "短句不在所指条款内",
    "ambiguous": "短句在条款内出现多次，不能确定所指",
    "value": "记录的数值在短句中读不出来",
    "exception": "“非承诺”条目有误",
    "unrecorded": "短句引用了数字，但没有记录该数字",
    "uncovered": "数字或承诺用语没有记录",
}

#: Kinds of record that account for the figures in their phrases. Assignments and lists restate in full
#: sentences what targets commit to, and findings compare places that are recorded elsewhere; if those
#: counted, a forgotten target would never be noticed.
ACCOUNTING_KINDS = ("target", "rule", "fact", "project", "total")
#: Fields of the document record that hold the text's own words.
OWN_WORDS = ("title", "number", "issuer", "issued_text")
ELLIPSIS = ("…", "...")


@dataclass(frozen=True)
class Problem:
    """One thing that is open: what kind, where in the files or in the text, and the sentence."""

    kind: str
    document: str
    file: str
    line: int
    message: str
    sentence: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where} {self.message}" + (f"\n      {self.sentence}" if self.sentence else "")


#: One quotation of a record: where it stands in the record, the clause it names, the phrase.
Quote = tuple[tuple[str, int], str, str]


@dataclass(frozen=True)
class Located:
    """A phrase found in the text, and the record that quotes it."""

    span: Span
    record: Record


class DocumentCheck:
    """Checks one document's text against the records of a bundle."""

    def __init__(self, bundle: Bundle, document: Record, source_text: str) -> None:
        self.bundle = bundle
        self.document = document
        self.code = document.key
        self.normal: NormalText = normalise(source_text)
        declared = [
            (str(c.get("number", "")), str(c.get("heading", "")), str(c.get("starts", "")))
            for c in bundle.of_document("clause", self.code)
        ]
        self.clauses: ClauseMap = split_clauses(self.normal, declared)
        self.sentences = sentences(self.normal, self.clauses)
        self.tokens = find_tokens(self.normal)
        self.located: list[Located] = []
        self.accounts: dict[str, Account] = {}
        self.excepted: list[Span] = []
        self.rows: list[Span] = []
        self.problems: list[Problem] = []

    def run(self) -> list[Problem]:
        """Every problem of this document, in the order of ``PROBLEM_KINDS``."""
        self._check_document()
        self._check_clauses()
        for record in self._quoting_records():
            self._locate(record)
        for record in self.bundle.of_document("not_a_commitment", self.code):
            self._except(record)
        self._check_tokens()
        order = list(PROBLEM_KINDS)
        return sorted(self.problems, key=lambda p: (order.index(p.kind), p.file, p.line))

    # --- from the records to the text ---

    def _check_clauses(self) -> None:
        by_number = {record.key: record for record in self.bundle.of_document("clause", self.code)}
        for number in self.clauses.missing:
            record = by_number[number]
            starts = record.get("starts")
            message = f"条款“{number}”的起始文字“{starts}”在上一条款之后没有找到。请对照原文或调整次序。"
            self._problem("clause", record, ("starts",), message)

    def _own_words(self) -> list[str]:
        """Title, number and date of the document as its text has them."""
        return [squeeze(str(self.document[name])) for name in OWN_WORDS if self.document.get(name)]

    def _check_document(self) -> None:
        for name in OWN_WORDS:
            words = self.document.get(name)
            if words and squeeze(str(words)) not in self.normal.text:
                message = f"原文中没有“{words}”这一写法。请按原文照录。"
                self._problem("value", self.document, (name,), message)

    def _quoting_records(self) -> Iterable[Record]:
        for kind in ("target", "rule", "fact", "project", "total", "assignment", "list"):
            yield from self.bundle.of_document(kind, self.code)
        yield from self.bundle.findings

    def _quotes(self, record: Record) -> list[Quote]:
        """``(path, clause, phrase)`` for each source of the record that is in this document."""
        name = "places" if record.kind == "finding" else "sources"
        found = []
        for index, source in enumerate(record.get(name, [])):
            if not isinstance(source, dict):
                continue
            if record.kind == "finding" and source.get("document") != self.code:
                continue
            found.append(((name, index), str(source.get("clause") or ""), str(source.get("phrase") or "")))
        return found

    def _locate(self, record: Record) -> None:
        spans: list[Span] = []
        self.accounts[record.key] = account_of(record, self.bundle)
        quotes = self._quotes(record)
        for path, reference, phrase in quotes:
            span = self._locate_phrase(record, path, reference, phrase)
            if span is None:
                continue
            spans.append(span)
            if record.kind in ACCOUNTING_KINDS:
                self.located.append(Located(span, record))
            row = self.clauses.row_number_span(reference) if ROW_MARK in reference else None
            self.rows.extend([row] if row else [])
        if record.kind != "finding" and len(spans) == len(quotes):
            for where, message in value_problems(record, self._quoted(spans, quotes), self._plan_years()):
                self._problem("value", record, where, message)

    def _locate_phrase(
        self, record: Record, path: tuple[str, int], reference: str, phrase: str
    ) -> Span | None:
        scope = self.clauses.scope(reference)
        if scope is None:
            message = f"文件中没有条款“{reference}”。请先在 document.yaml 声明，或改正条款号。"
            self._problem("phrase", record, (*path, "clause"), message)
            return None
        spans = list(occurrences(self.normal, phrase, scope))
        if not spans:
            hint = self._elsewhere(phrase)
            message = f"条款“{reference}”中没有“{phrase}”。{hint}请逐字对照原文。"
            self._problem("phrase", record, (*path, "phrase"), message)
            return None
        if len(spans) > 1 and record.kind in ACCOUNTING_KINDS and any(map(self._holds_figure, spans)):
            message = f"“{phrase}”在条款“{reference}”中出现 {len(spans)} 次。请把短句写长到只出现一次。"
            self._problem("ambiguous", record, (*path, "phrase"), message)
        return spans[0]

    def _holds_figure(self, span: Span) -> bool:
        return any(span.holds(token.span) for token in self.tokens)

    def _elsewhere(self, phrase: str) -> str:
        whole = Span(0, len(self.normal.text))
        for span in occurrences(self.normal, phrase, whole):
            clause = self.clauses.at(span.start)
            if clause is not None:
                return f"它在条款“{clause.number}”（第 {self.normal.line(span.start)} 行）。"
        return ""

    def _spaced(self, span: Span) -> str:
        """The text of a span with a blank wherever the document has white space."""
        text, glued = self.normal.text, self.normal.glued
        return "".join((" " if not glued[i] else "") + text[i] for i in range(span.start, span.end)).strip()

    def _quoted(self, spans: list[Span], quotes: list[Quote]) -> Quoted:
        references = [reference for _, reference, _ in quotes]
        return Quoted(
            [self._spaced(span) for span in spans],
            [self._text_of(self.clauses.scope(reference)) for reference in references],
            [self._text_of(self.clauses.heading_scope(reference)) for reference in references],
            self.normal.text,
        )

    def _text_of(self, scope: Span | None) -> str:
        return self._spaced(scope) if scope else ""

    # --- from the text to the records ---

    def _except(self, record: Record) -> None:
        quoted = str(record.get("sentence", ""))
        opened = quoted.rstrip().endswith(ELLIPSIS)
        needle = squeeze(quoted).rstrip("….").lstrip("…") if opened else squeeze(quoted)
        scope = Span(0, len(self.normal.text))
        if reference := record.get("clause"):
            found = self.clauses.scope(str(reference))
            if found is None:
                self._problem(
                    "exception", record, ("clause",), f"文件中没有条款“{reference}”。请改正条款号。"
                )
                return
            scope = found
        spans = list(occurrences(self.normal, needle, scope))
        if not spans:
            self._problem("exception", record, ("sentence",), f"原文中没有“{quoted}”。请逐字对照原文。")
            return
        if len(spans) > 1:
            message = f"“{quoted}”在原文中出现 {len(spans)} 次。请写长到只出现一次，或写明条款（clause）。"
            self._problem("exception", record, ("sentence",), message)
            return
        span = spans[0]
        if opened:
            span = self._to_sentence_end(span)
            if quoting := self._recorded_inside(span):
                message = f"“{quoted}”所在的句子已有记录（{quoting}）。请去掉省略号，只引用不属承诺的部分。"
                self._problem("exception", record, ("sentence",), message)
                return
        if not self._holds_figure(span):
            message = f"“{quoted}”中没有数字或承诺用语，这条说明不需要。请删去。"
            self._problem("exception", record, ("sentence",), message)
        self.excepted.append(span)

    def _to_sentence_end(self, span: Span) -> Span:
        end = next((s.end for s in self.sentences if s.start < span.end <= s.end), span.end)
        return Span(span.start, end)

    def _recorded_inside(self, span: Span) -> str:
        for located in self.located:
            inside = Span(max(span.start, located.span.start), min(span.end, located.span.end))
            if inside.start < inside.end and self._holds_figure(inside):
                return located.record.key
        return ""

    def _check_tokens(self) -> None:
        exempt = exempt_spans(self.normal, self.clauses, self._own_words(), self._plan_years(), self.rows)
        free = [*exempt, *self.excepted]
        figures: dict[int, list[Token]] = {}
        for token in self.tokens:
            if any(span.holds(token.span) for span in free):
                continue
            if not any(item.span.holds(token.span) for item in self.located):
                self._open(token, "uncovered", f"“{self._around(token)}”没有记录")
            elif token.values:
                figures.setdefault(self._sentence(token.span.start).start, []).append(token)
        for tokens in figures.values():
            self._check_figures(tokens)

    def _check_figures(self, tokens: list[Token]) -> None:
        """Check that each figure of one sentence has a recorded figure of its own."""
        quoting = [self._quoting(token) for token in tokens]
        accounts: dict[Hashable, Account] = {key: self.accounts[key] for keys in quoting for key in keys}
        for index in unmatched([token.values for token in tokens], quoting, accounts):
            keys = "、".join(quoting[index])
            message = f"“{self._around(tokens[index])}”被 {keys} 引用，但其中没有记下这个数"
            self._open(tokens[index], "unrecorded", message)

    def _quoting(self, token: Token) -> list[str]:
        return list(dict.fromkeys(i.record.key for i in self.located if i.span.holds(token.span)))

    def _plan_years(self) -> range:
        """The years of the document's plan; empty when it is not known."""
        key = self.bundle.plan_of.get(self.code)
        plan = next((record for record in self.bundle.plans if record.key == key), None)
        years = [str(plan.get(name, ""))[:4] for name in ("start", "end")] if plan else []
        if len(years) != 2 or not all(year.isdigit() for year in years):
            return range(0)
        return range(int(years[0]), int(years[1]) + 1)

    def _around(self, token: Token) -> str:
        """The token with a few characters either side, so that it can be found by eye."""
        text = self.normal.text
        sentence = self._sentence(token.span.start)
        start = max(sentence.start, token.span.start - 8)
        end = min(sentence.end, token.span.end + 8)
        before, after = text[start : token.span.start], text[token.span.end : end]
        return f"{before}【{token.text}】{after}"

    def _sentence(self, offset: int) -> Span:
        return next((s for s in self.sentences if s.start <= offset < s.end), Span(offset, offset))

    def _open(self, token: Token, kind: str, message: str) -> None:
        sentence = self._sentence(token.span.start)
        line = self.normal.line(token.span.start)
        file = str(self.document.get("text", ""))
        text = self.normal.text[sentence.start : sentence.end]
        self.problems.append(Problem(kind, self.code, file, line, message, text))

    def _problem(self, kind: str, record: Record, where: tuple[str | int, ...], message: str) -> None:
        shown = f"{record.key}：{message}" if record.key else message
        self.problems.append(Problem(kind, self.code, record.source.name, record.line(*where), shown))


def check_document(bundle: Bundle, document: Record, source_text: str) -> list[Problem]:
    """Check the text of one document against the records about it.

    Returns every problem found; an empty list means that nothing is open.
    """
    return DocumentCheck(bundle, document, source_text).run()
