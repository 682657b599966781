"""In whose name a notice goes out, and its number: without a gap per word and year, also with two at once."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Max
from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from targets.models import IssuingAuthority, SupervisionNotice
from targets.supervision_rules import word_for
from yuxi_eldercare.core.models import Region

Place = tuple[str, str]  # region code, kind of notice


class Authorities:
    """Who issues what where; a region without a row of its own uses that of the region above. Two statements."""

    def __init__(self) -> None:
        self._rows = {
            (row.region_id, row.kind): row for row in IssuingAuthority.objects.select_related("department")
        }
        self._above = dict(Region.objects.values_list("code", "parent_id"))

    def of(self, region: str | None, kind: str) -> IssuingAuthority | None:
        """The authority for a kind of notice in a region; none where none is configured."""
        while region is not None:
            if (region, kind) in self._rows:
                return self._rows[region, kind]
            region = self._above.get(region)
        return None


class Numbers:
    """Next numbers, drawn behind the locks of the authorities whose words they belong to.

    Make it inside the transaction that writes the notices: whoever draws next waits for its end and then sees
    the numbers that were given. Authorities that share a word share its numbers, so all of them are locked.
    """

    def __init__(self, authorities: Iterable[int]) -> None:
        words = IssuingAuthority.objects.filter(pk__in=set(authorities)).values("word")
        rows = IssuingAuthority.objects.select_for_update(of=("self",)).filter(word__in=words)
        self.rows = {row.pk: row for row in rows.select_related("department__region").order_by("pk")}
        self._last: Counter[tuple[str, int]] = Counter()

    def draw(self, authority: IssuingAuthority, form: str, year: int) -> tuple[str, int]:
        """The word and the next number of an authority for a form in a year."""
        word = word_for(authority.word, form)
        if (word, year) not in self._last:
            given = SupervisionNotice.objects.filter(word=word, year=year)
            self._last[word, year] = given.aggregate(last=Max("number"))["last"] or 0
        self._last[word, year] += 1
        return word, self._last[word, year]


def authority_for(notice: SupervisionNotice) -> IssuingAuthority:
    """The authority that issues a proposed notice now. Raises `Refused` where none is configured."""
    region = notice.part.assignment.document.plan.region_id
    found = Authorities().of(region, notice.kind)
    if found is None:
        text = _("没有配置“%(kind)s”的发文机关，请先在“督办规则”页面配置。")
        raise Refused.because(text % {"kind": notice.get_kind_display()}, "authority")
    return found
