"""How large things are in each county: rough, invented round figures that stay consistent over the years.

Two rates with the same denominator get the same numbers for it. None of this is a statistic.
"""

from collections.abc import Mapping
from typing import Final

POPULATION: Final[Mapping[str, int]] = {
    "530402": 588_000,
    "530403": 248_000,
    "530481": 176_000,
    "530423": 291_000,
    "530424": 199_000,
    "530425": 152_000,
    "530426": 152_000,
    "530427": 265_000,
    "530428": 199_000,
}
_TOWNSHIPS: Final = {
    "530402": 11,
    "530403": 7,
    "530481": 6,
    "530423": 9,
    "530424": 5,
    "530425": 7,
    "530426": 8,
    "530427": 12,
    "530428": 10,
}
_STREETS: Final = {"530402": 9, "530403": 2, "530481": 2, "530428": 3}
_TYPICAL: Final = 150_000

# First words that occur in the denominator's name → (share of the population, growth a year).
_SHARES: Final = (
    ("特殊困难", 0.006, 0.01),
    ("特困人员", 0.0006, 0.0),
    ("居民基本养老保险应参保", 0.45, 0.0),
    ("应参保", 0.72, 0.0),
    ("应领取", 0.11, 0.03),
    ("婴幼儿照护服务从业", 0.00025, 0.08),
    ("婴幼儿", 0.022, -0.04),
    ("65", 0.125, 0.03),
    ("60岁", 0.17, 0.03),
    ("老年人", 0.17, 0.03),
    ("床位", 0.0045, 0.05),
    ("托位", 0.002, 0.2),
    ("护理员", 0.0002, 0.04),
    ("护理人员", 0.0002, 0.04),
    ("从业人员", 0.0003, 0.04),
    ("常住人口", 1.0, 0.0),
    ("村（社区）", 1 / 3_200, 0.0),
    ("居家养老服务中心", 1 / 9_000, 0.08),
    ("社区", 1 / 5_600, 0.0),
    ("小区", 1 / 40_000, 0.1),
    ("综合医院", 1 / 120_000, 0.0),
    ("医疗机构", 1 / 12_000, 0.0),
)


def weight(region: str) -> float:
    """The county's part of the city, by population; 1 for anything else."""
    if region not in POPULATION:
        return 1.0
    return POPULATION[region] / sum(POPULATION.values())


def denominator(name: str, region: str, year: int) -> int:
    """How many there are in the county in a year; 0 where there is nothing of the kind."""
    if "乡镇" in name:
        return _TOWNSHIPS.get(region, 7)
    if "街道" in name:
        return _STREETS.get(region, 0)
    people = POPULATION.get(region, _TYPICAL)
    for word, share, growth in _SHARES:
        if word in name:
            return max(2, round(people * share * (1 + growth) ** (year - 2020)))
    return max(2, round(people * 0.001))
