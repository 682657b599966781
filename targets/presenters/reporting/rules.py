"""Check rules as pages show them: what they look at in words, their versions, and what each changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.models import CheckRule, CheckRuleVersion, Indicator
from targets.reporting.checks import KINDS, Rule
from targets.reporting.rule_words import example, parameter_words
from targets.reporting.rules import Definition, definition_of

SHOWN_NAMES = 8


@dataclass(frozen=True)
class VersionLine:
    """One version of a rule with what it changed from the one before."""

    version: CheckRuleVersion
    facts: list[tuple[str, str]]
    changes: list[str]


def rule_facts(definition: Definition, indicators: Mapping[str, Indicator]) -> list[tuple[str, str]]:
    """What a rule says, as (label, words)."""
    kind = KINDS.get(definition.kind)
    found = [(_("种类"), str(kind.sentence) if kind else definition.kind)]
    found += parameter_words(definition.kind, definition.params, indicators)
    if kind is None or not kind.cross:
        found.append((_("适用指标"), scope_words(definition.indicators, indicators)))
    words = {"hard": _("拦下，改对之前不能提交"), "soft": _("提醒，写明原因后可以提交")}
    found.append((_("不通过时"), words[definition.severity]))
    owner = definition.owner
    found.append((_("归口单位"), owner.short_name if owner else _("不设归口，由市级牵头单位共同维护")))
    if owner is not None and owner.region.parent_id is not None:
        found.append((_("检查范围"), _("只检查%(region)s的数据") % {"region": owner.region.short_name}))
    if definition.hint:
        found.append((_("补充提示"), definition.hint))
    return found


def scope_words(codes: Sequence[str], indicators: Mapping[str, Indicator]) -> str:
    """“全部”, or the names of the indicators; of many the first few and how many there are."""
    if not codes:
        return _("全部")
    names = [indicators[code].name if code in indicators else code for code in codes]
    shown = "、".join(names[:SHOWN_NAMES])
    if len(names) <= SHOWN_NAMES:
        return shown
    return _("%(names)s等%(count)s项") % {"names": shown, "count": len(names)}


def version_lines(
    versions: Iterable[CheckRuleVersion], indicators: Mapping[str, Indicator]
) -> list[VersionLine]:
    """The versions, newest first, each compared with the one before."""
    ordered = sorted(versions, key=lambda version: version.number)
    lines: list[VersionLine] = []
    before: dict[str, str] = {}
    for version in ordered:
        facts = [(_("名称"), version.title), *rule_facts(definition_of(version), indicators)]
        now = dict(facts)
        names = dict.fromkeys([*now, *before])
        changes = [
            _("%(name)s：%(before)s → %(now)s")
            % {"name": name, "before": before.get(name, _("无")), "now": now.get(name, _("无"))}
            for name in names
            if before and before.get(name) != now.get(name)
        ]
        lines.append(VersionLine(version, facts, changes))
        before = now
    return lines[::-1]


def example_of(definition: Definition, indicators: Mapping[str, Indicator]) -> str:
    """A sentence a reporter would read, of invented figures."""
    if definition.kind not in KINDS:
        return ""
    said = Rule(
        "example", definition.title, definition.kind, definition.params,
        "hard" if definition.severity == CheckRule.Severity.HARD else "soft", hint=definition.hint,
    )  # fmt: skip
    return example(said, indicators)


def kind_example(kind: str) -> str:
    """A sentence a rule of this kind would say, of invented figures and nameless places."""
    places = dict(zip(("part", "whole", "left", "right"), (_("甲"), _("乙"), _("甲"), _("乙")), strict=True))
    known = KINDS[kind]
    params = {name: places[name] for name in known.places} | {
        name: [_("丙"), _("丁")] for name in known.lists
    }
    return example(Rule("example", "", kind, {**known.numbers, **params}, "soft"), {})
