"""Words for where a project stands: its light, its stage, and the sentence that says why."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.amounts import in_words, to_wan
from projects.following.standings import NO_ENTRIES
from projects.models import Project, ProjectStanding
from projects.standing import Standing
from targets.progress import State
from yuxi_eldercare.core.templatetags.frame import number

STAGE_WORDS = {
    NO_ENTRIES: gettext_lazy("尚未登记"),
    "STOPPED": gettext_lazy("停建"),
    "NOT_STARTED": gettext_lazy("逾期未开工"),
    "NOT_BUILT": gettext_lazy("逾期未完工"),
    "BUILT": gettext_lazy("已完工"),
    "UNDER_WAY": gettext_lazy("按期推进"),
    "NO_YEARS": gettext_lazy("未载明年度"),
    "BEFORE_START": gettext_lazy("未到开工年"),
}
INVESTMENT_WORDS = {
    "red": gettext_lazy("投资严重滞后"),
    "yellow": gettext_lazy("投资滞后"),
    "grey": gettext_lazy("投资暂不能评判"),
    "green": gettext_lazy("投资进度正常"),
}
# Of a project that is built.
FINISHED_WORDS = {
    "red": gettext_lazy("投资未达总额"),
    "yellow": gettext_lazy("投资逾期完成"),
    "grey": gettext_lazy("投资暂不能评判"),
}
_REASONS = {
    NO_ENTRIES: gettext_lazy("尚未登记阶段和投资，不作评判。"),
    "STOPPED": gettext_lazy("项目已停建。"),
    "NOT_STARTED": gettext_lazy("计划%(start)s年开工，该年已过，尚未登记开工。"),
    "NOT_BUILT": gettext_lazy("计划%(end)s年完成，该年已过，尚未登记完工。"),
    "BUILT": gettext_lazy("项目已完工。"),
    "UNDER_WAY": gettext_lazy("已开工，未过计划完成年度。"),
    "NO_YEARS": gettext_lazy("文中未载明建设年度，开工前不作评判。"),
    "BEFORE_START": gettext_lazy("未到计划开工年度。"),
}


def light_word(row: ProjectStanding) -> str:
    """The word beside the light: what leads, the stage or the investment."""
    if row.light == row.stage_light:
        return str(STAGE_WORDS[row.stage_code])
    return str((FINISHED_WORDS if row.stage_code == "BUILT" else INVESTMENT_WORDS)[row.light])


def share(part: int | None, whole: int | None) -> str:
    """“41.2%” of a total; empty where there is none to compare with."""
    if part is None or not whole:
        return ""
    return f"{number(Decimal(part) * 100 / whole, 1)}%"


def years_words(project: Project) -> str:
    """“2022—2025”, “2023”, or empty where the text states none."""
    return span_words(project.start_year, project.end_year)


def span_words(start: int | None, end: int | None) -> str:
    """The same of two years."""
    if start is None or end is None or start == end:
        return str(end or start or "")
    return f"{start}—{end}"


def stage_sentence(project: Project, row: ProjectStanding) -> str:
    """Why the stage has its light."""
    values = {"start": project.start_year, "end": project.end_year}
    return str(_REASONS[row.stage_code]) % values


def latest_sentence(project: Project, row: ProjectStanding, verdict: Standing) -> str:
    """What was reported after the day the investment is judged at; empty where that is the latest report."""
    judged = verdict.investment.actual_date if verdict.investment is not None else None
    if judged is None or row.month_end is None or row.invested_fen is None or row.month_end <= judged:
        return ""
    part = share(row.invested_fen, project.total_investment_fen)
    values = {"month": month_words(row.month_end), "done": in_words(row.invested_fen), "share": part}
    return _("%(month)s已到 %(done)s（%(share)s）。") % values


def investment_sentence(project: Project, verdict: Standing) -> str:
    """Why the investment has its light; what is missing where nothing can be compared."""
    answer = verdict.investment
    if answer is None:
        if not project.total_investment_fen:
            return _("文中未载明总投资，投资进度不作评判。")
        if project.end_year is None or project.start_year is None:
            return _("文中未载明建设年度，投资进度不作评判。")
        return _("尚无月报，投资进度不作评判。")
    if answer.actual is None or answer.actual_date is None:
        return _("建设期内尚无月报，投资进度不作评判。")
    values = {
        "month": month_words(answer.actual_date),
        "done": in_words(int(answer.actual)),
        "share": share(int(answer.actual), project.total_investment_fen),
        "expected": _expected(answer.expected, project.total_investment_fen),
    }
    if answer.state in {State.MET, State.MET_LATE}:
        return _("截至%(month)s累计完成投资 %(done)s，已达到总投资。") % values
    if not values["expected"]:
        return _("截至%(month)s累计完成投资 %(done)s，占总投资 %(share)s。") % values
    text = _("截至%(month)s累计完成投资 %(done)s，占总投资 %(share)s；按建设期序时进度应达到 %(expected)s。")
    return text % values


def month_words(day: date) -> str:
    """2026年10月."""
    return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}


def _expected(fen: Decimal | None, total: int | None) -> str:
    if fen is None or not total:
        return ""
    wan = number(to_wan(int(fen)), 0)
    return _("%(amount)s 万元（%(share)s）") % {"amount": wan, "share": share(int(fen), total)}
