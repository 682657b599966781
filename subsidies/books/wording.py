"""How the books name things to people."""

from django.utils.translation import gettext as _

from subsidies.models import BudgetLine


def line_name(line: BudgetLine) -> str:
    """2023年省级养老床位建设补助（福彩公益金）; a county's own money with the county's name."""
    values = {
        "year": line.year,
        "level": line.get_level_display(),
        "region": line.region.short_name if line.level == "county" else "",
        "programme": line.get_programme_display(),
        "fund": line.get_fund_display(),
    }
    return _("%(year)s年%(region)s%(level)s%(programme)s（%(fund)s）") % values
