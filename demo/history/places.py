"""The counties of the history: two prefectures of the made-up province, and what became of their divisions.

鼓澜区 stands in both prefectures (in 墨川市 it was 鼓澜县 until 2021, 撤县设区), 汀澜区 in both from the
first to the last day. 栖禾县 and 砚溪县 were merged into 砚禾区 in 2020, 苇泊县 went into 鼓澜区 in 2023.
Names and codes exist nowhere: prefix 99 is empty in GB/T 2260.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PROVINCE = ("990000", "沧漪省")
PREFECTURES = {"990100": "云汀市", "990200": "墨川市"}
# In front of the first year that anybody asks for.
ALWAYS = 1981


@dataclass(frozen=True, slots=True)
class Period:
    """A code and a name, in force at the end of the years `since` to before `until` (None: still)."""

    code: str
    name: str
    since: int = ALWAYS
    until: int | None = None


@dataclass(frozen=True, slots=True)
class County:
    """A county-level division through its changes, oldest period first.

    `slug` is its label in host names. `successor` is the place that it went into. `gathered`: one column
    lists the reports of all its agencies.
    """

    place_id: str
    slug: str
    periods: tuple[Period, ...]
    successor: str | None = None
    gathered: bool = False

    @property
    def prefecture(self) -> str:
        """The code of the prefecture that it lies in."""
        return f"{self.place_id[:4]}00"

    @property
    def since(self) -> int:
        """The first year at whose end it was there."""
        return self.periods[0].since

    @property
    def until(self) -> int | None:
        """The first year at whose end it was there no more, None while it lasts."""
        return self.periods[-1].until

    def period(self, year: int) -> Period | None:
        """Code and name at the end of `year`, None where it was not there."""
        return next(
            (one for one in self.periods if one.since <= year and (one.until is None or year < one.until)),
            None,
        )


COUNTIES = (
    County("990102", "gulan", (Period("990102", "鼓澜区"),)),
    County("990203", "gulan", (Period("990221", "鼓澜县", ALWAYS, 2021), Period("990203", "鼓澜区", 2021))),
    County("990122", "weibo", (Period("990122", "苇泊县", ALWAYS, 2023),), "990102", gathered=True),
    County("990121", "qihe", (Period("990121", "栖禾县", ALWAYS, 2020),), "990105", gathered=True),
    County("990123", "yanxi", (Period("990123", "砚溪县", ALWAYS, 2020),), "990105", gathered=True),
    County("990105", "yanhe", (Period("990105", "砚禾区", 2020),)),
    County("990106", "tinglan", (Period("990106", "汀澜区"),)),
    County("990206", "tinglan", (Period("990206", "汀澜区"),)),
    County("990107", "huaiyi", (Period("990107", "槐漪区"),), gathered=True),
    County("990202", "zhiwan", (Period("990202", "芷湾区"),)),
    County("990222", "yaoshan", (Period("990222", "杳山县"),)),
    County("990223", "tangzhu", (Period("990223", "棠渚县"),)),
    County("990281", "yanyu", (Period("990281", "烟屿市"),)),
    County("990108", "lihe", (Period("990108", "璃河区"),)),
    County("990181", "xihe", (Period("990181", "汐禾市"),)),
    County("990224", "heting", (Period("990224", "鹤汀县"),)),
)


def some_counties(count: int, years: Sequence[int]) -> tuple[County, ...]:
    """So many of the first counties that in each of `years` at least `count` were there.

    Raises ValueError where the province has not so many.
    """
    for number in range(1, len(COUNTIES) + 1):
        chosen = COUNTIES[:number]
        ids = {county.place_id for county in chosen}
        whole = all(county.successor is None or county.successor in ids for county in chosen)
        if whole and all(sum(c.period(year) is not None for c in chosen) >= count for year in years):
            return tuple(county for county in chosen if any(county.period(year) for year in years))
    raise ValueError(f"the made-up province never had {count} counties at a time; ask for fewer")
