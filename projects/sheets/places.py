"""Regions found by code, by any of their names, or by the names that stand in a longer text."""

from collections.abc import Iterable

from django.db.models import F

from yuxi_eldercare.core.models import Region, RegionName


class Places:
    """All regions with their names. Two statements."""

    def __init__(self) -> None:
        self.rows = {row.code: row for row in Region.objects.filter(withdrawn=False)}
        self.names: dict[str, list[str]] = {}
        for row in self.rows.values():
            for text in {row.code, row.name, row.short_name}:
                self._name(text, row.code)
        known = RegionName.objects.annotate(code=F("region_id")).values_list("text", "code")
        for text, code in known:
            if code in self.rows:
                self._name(text, code)
        self._children: dict[str, list[str]] = {}
        for row in self.rows.values():
            self._children.setdefault(row.parent_id or "", []).append(row.code)
        self._found: dict[tuple[str, str], str | None] = {}

    def find(self, text: str, within: str = "") -> str | None:
        """The code of the lowest region a text names, inside the region `within` where one is given."""
        key = (text, within)
        if key not in self._found:
            self._found[key] = self._search(text.strip(), within)
        return self._found[key]

    def county(self, code: str) -> str:
        """The county a region lies in; itself for a county or the city."""
        row = self.rows[code]
        while row.level not in {Region.Level.COUNTY, Region.Level.CITY} and row.parent_id:
            row = self.rows[row.parent_id]
        return row.code

    def _search(self, text: str, within: str) -> str | None:
        if not text:
            return None
        exact = [code for code in self.names.get(text, []) if not within or self._inside(code, within)]
        if exact:
            # A village may be called what its township or another county is called: the higher one is meant.
            highest = min(self._depth(code) for code in exact)
            exact = [code for code in exact if self._depth(code) == highest]
        if len(exact) == 1:
            return exact[0]
        if within:
            return self._deepest(text, within)
        tops = [row.code for row in self.rows.values() if row.level == Region.Level.CITY]
        starts = [code for top in tops for code in self._children.get(top, [])]
        county = self._named_in(text, starts)
        return (self._deepest(text, county) or county) if county else None

    def _deepest(self, text: str, code: str) -> str | None:
        """The lowest region below one that is named in the text."""
        found = self._named_in(text, self._children.get(code, []))
        return (self._deepest(text, found) or found) if found else None

    def _named_in(self, text: str, codes: Iterable[str]) -> str | None:
        """The region with the longest name in the text."""
        hits = [
            (len(name), code)
            for code in codes
            for name in (self.rows[code].name, self.rows[code].short_name)
            if name in text
        ]
        return max(hits)[1] if hits else None

    def _depth(self, code: str) -> int:
        parent = self.rows[code].parent_id
        return 1 + self._depth(parent) if parent in self.rows else 0

    def _inside(self, code: str, above: str) -> bool:
        row = self.rows[code]
        while row.code != above and row.parent_id in self.rows:
            row = self.rows[row.parent_id]
        return row.code == above

    def _name(self, text: str, code: str) -> None:
        codes = self.names.setdefault(text, [])
        if code not in codes:
            codes.append(code)
