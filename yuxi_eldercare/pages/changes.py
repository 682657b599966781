"""What has changed from one version of a plan's text to the next: page, filter and export."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yuxi_eldercare.checks.changes import Difference
from yuxi_eldercare.core.models import Document
from yuxi_eldercare.core.presenters.downloads import table_download

from .version_lines import (
    KINDS,
    Compared,
    Line,
    TextSide,
    compare,
    fate_labels,
    field_labels,
    kind_labels,
    section_labels,
)

MOST_EARLIER = 20


@dataclass(frozen=True)
class ChangeFilter:
    """What the lines are narrowed to. Without a kind, everything but what stayed the same."""

    kind: str = ""
    section: str = ""

    def of_kind(self, compared: Compared) -> list[Line]:
        """The lines of the kind, of any section."""
        return [
            line for line in compared.lines if (line.kind == self.kind if self.kind else line.kind != "same")
        ]

    def lines(self, compared: Compared) -> list[Line]:
        """The lines that are left."""
        return [line for line in self.of_kind(compared) if self.section in ("", line.section)]


@dataclass(frozen=True)
class ShownDifference:
    """A difference with the name of its field."""

    label: str
    difference: Difference

    @property
    def shown(self) -> str:
        """Which of several things the page names; the targets of a task have lines of their own."""
        return ":3" if self.difference.field == "targets" else ":"


@dataclass(frozen=True)
class ShownLine:
    """A line ready to print."""

    line: Line
    fate: str
    differences: list[ShownDifference]


@require_safe
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """A document against the version it supersedes, or an earlier one (`?from=`)."""
    old, new = _texts(request, code)
    compared, wanted = compare(old, new), _filter(request)
    lines = wanted.lines(compared)
    labels, kinds = section_labels(), kind_labels()
    counts, by_section = compared.kinds(), Counter(line.section for line in wanted.of_kind(compared))
    context = {
        "document": new,
        "earlier": old,
        "older": _earlier(new),
        "called": called(compared),
        "wanted": wanted,
        "sentences": sentences(compared),
        "kinds": [(kind, kinds[kind], counts[kind]) for kind in KINDS if counts[kind]],
        "changed": sum(count for kind, count in counts.items() if kind != "same"),
        "sections": [
            (section, label, shown(line for line in lines if line.section == section))
            for section, label in labels.items()
        ],
        "tabs": [
            (section, label, by_section[section]) for section, label in labels.items() if by_section[section]
        ],
        "found": by_section.total(),
    }
    return render(request, "library/changes.html", context)


@require_safe
def changes_export(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The lines that the page shows, as a table."""
    old, new = _texts(request, code)
    compared = compare(old, new)
    labels = section_labels()
    rows = (_row(labels, row) for row in shown(_filter(request).lines(compared)))
    return table_download(form, _("版本对照"), _header(compared), rows, about=new.title)


def _texts(request: HttpRequest, code: str) -> tuple[Document, Document]:
    new = get_object_or_404(
        Document.objects.select_related("plan__region", "supersedes"), key=code, withdrawn_at=None
    )
    earlier = _earlier(new)
    wanted = request.GET.get("from", "")
    old = next((text for text in earlier if text.key == wanted), earlier[0] if earlier else None)
    if old is None:
        raise Http404(code)
    return old, new


def _earlier(document: Document) -> list[Document]:
    """The versions that a document goes back to, the latest first."""
    found: list[Document] = []
    at = document.supersedes
    while at is not None and at.withdrawn_at is None and len(found) < MOST_EARLIER:
        found.append(at)
        at = at.supersedes
    return found


def _filter(request: HttpRequest) -> ChangeFilter:
    kind, section = request.GET.get("kind", ""), request.GET.get("section", "")
    return ChangeFilter(kind if kind in KINDS else "", section if section in section_labels() else "")


def shown(lines: Iterable[Line]) -> list[ShownLine]:
    """Lines with their words."""
    fates, fields = fate_labels(), field_labels()
    return [
        ShownLine(
            line,
            fates[str(line.fate)],
            [ShownDifference(fields[difference.field], difference) for difference in line.differences],
        )
        for line in lines
    ]


def sentences(compared: Compared) -> list[str]:
    """What has changed, in words, the most important first."""
    found = []
    for section, label in section_labels().items():
        said = _said(compared, section)
        if said:
            found.append(_("%(section)s：%(what)s。") % {"section": label, "what": said})
    total, ruled = compared.findings()
    found.append(
        ngettext(
            "有关疑点 %(n)s 条，已裁定 %(ruled)s 条。", "有关疑点 %(n)s 条，已裁定 %(ruled)s 条。", total
        )
        % {"n": total, "ruled": ruled}
    )
    return found


def _said(compared: Compared, section: str) -> str:
    counts = compared.counts(section)
    if section == "wording":
        return _("校核记下的其他改动 %(n)s 处") % {"n": counts["wording"]} if counts["wording"] else ""
    words = {
        "changed": _("改变 %(n)s 项"),
        "reworded": _("只有名称改动 %(n)s 项"),
        "renumbered": _("只有编号改动 %(n)s 项"),
        "added": _("新增 %(n)s 项"),
        "split": _("由别项分出 %(n)s 项"),
        "merged": _("并入别项 %(n)s 项"),
        "dropped": _("删去 %(n)s 项"),
        "same": _("未变 %(n)s 项"),
    }
    parts = [sentence % {"n": counts[fate]} for fate, sentence in words.items() if counts[fate]]
    if section == "tasks" and parts:
        parts = [*_task_words(compared), *parts]
    return _("，").join(parts)


def _task_words(compared: Compared) -> list[str]:
    """How many tasks there were and are, and in how many another body leads."""
    before, after = compared.tasks
    lines = compared.of("tasks")
    led = sum(any(d.field in {"leads", "first_lead"} for d in line.differences) for line in lines)
    words = [_("重点任务由 %(before)s 项变为 %(after)s 项") % {"before": before, "after": after}]
    return [*words, _("牵头单位有变动的 %(n)s 项") % {"n": led}] if led else words


def called(compared: Compared) -> tuple[str, str]:
    """What the page calls the two texts."""
    words = {
        "draft": _("征求意见稿"),
        "next_draft": _("后一稿"),
        "issued": _("印发稿"),
        "earlier": _("原文件"),
        "later": _("新文件"),
    }
    old, new = compared.pair.standing
    return words[old], words[new]


def _header(compared: Compared) -> list[str]:
    old, new = called(compared)
    return [
        _("部分"),
        _("变化"),
        old,
        _("%(text)s条款") % {"text": old},
        _("%(text)s原文") % {"text": old},
        new,
        _("%(text)s条款") % {"text": new},
        _("%(text)s原文") % {"text": new},
        _("差异"),
        _("疑点"),
        _("裁定"),
    ]


def _row(sections: dict[str, str], row: ShownLine) -> list[str]:
    line = row.line
    return [
        sections[line.section],
        f"{row.fate} {line.kin}".strip(),
        *_side_cells(line.before),
        *_side_cells(line.after),
        "\n".join(_words(difference) for difference in row.differences),
        "\n".join(finding.summary for finding in line.findings),
        "\n".join(_ruled(finding) for finding in line.findings),
    ]


def _side_cells(side: TextSide) -> Iterator[str]:
    yield side.name
    yield "\n".join(dict.fromkeys(place.clause for place in side.places))
    yield "\n".join(f"“{place.phrase}”" for place in side.places)


def _words(row: ShownDifference) -> str:
    difference = row.difference
    if not difference.listed:
        return _("%(field)s：%(old)s → %(new)s") % {
            "field": row.label,
            "old": difference.old or "—",
            "new": difference.new or "—",
        }
    parts = []
    if difference.gone:
        parts.append(_("不再有%(what)s") % {"what": _("、").join(difference.gone)})
    if difference.come:
        parts.append(_("增加%(what)s") % {"what": _("、").join(difference.come)})
    if difference.altered:
        parts.append(_("改变%(what)s") % {"what": _("、").join(difference.altered)})
    return _("%(field)s：%(what)s") % {"field": row.label, "what": _("；").join(parts)}


def _ruled(finding: Any) -> str:
    return next((str(ruling.get_decision_display()) for ruling in finding.in_force), _("未裁定"))
