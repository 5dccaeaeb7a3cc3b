"""Hundreds of portals: the dialects and layouts of the province's counties over and over, for surveys.

Each has a name, a code, agencies and machines of its own, and reports of the last years alone. A share of
them is in trouble, each in one way, as portals of a country are (docs/domain/families.md#blocking): blocked,
forbidden by robots.txt, moved, dead, without a name, broken, slow.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from random import Random

from demo.places import Place
from demo.province import registry
from demo.province.counties import county_of, rows
from demo.province.faults import Behaviour, Fault
from demo.province.model import County
from demo.province.plan import Province
from demo.province.portals import open_portal

# Of names that are no division's, each with a county's or a district's last word.
_FIRST = "澜沧湄沅汀泠漪沣淇涟濛浥潇湲淙溱"
_SECOND = "屏岚峪岫嶂崚峦岘嵚巘岩峤屿嵊嶙崤"
_LAST = ("县", "区", "市")
# Between the two, where those are used up: the nation has 2,838 portals.
_BETWEEN = ("", "川", "溪", "浦", "洲")
NAMES = tuple(
    first + between + second + last
    for between, last, first, second in product(_BETWEEN, _LAST, _FIRST, _SECOND)
)
# So many years of reports: two are what a survey wants to see of a column.
_YEARS = frozenset({2023, 2024})
# A machine serves so many portals, now and then.
_SHARED = 7


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a portal, and how its survey must end."""

    outcome: str
    behaviour: Behaviour


TROUBLES = (
    Trouble("blocked", Behaviour(Fault.CHALLENGE_412)),
    Trouble("blocked", Behaviour(Fault.CHALLENGE_521)),
    Trouble("blocked", Behaviour(Fault.CAPTCHA)),
    Trouble("blocked", Behaviour(Fault.FORBIDDEN, "/*[!t]")),
    Trouble("robots", Behaviour(Fault.ROBOTS, target="User-agent: *\nDisallow: /\n")),
    Trouble("gone", Behaviour(Fault.DEAD, "/")),
    Trouble("dns", Behaviour(Fault.NO_NAME)),
    Trouble("unreachable", Behaviour(Fault.RESET, "/")),
    Trouble("server_error", Behaviour(Fault.SERVER_ERROR, "/")),
    Trouble("moved", Behaviour(Fault.REDIRECT, "/", target="http://{other}/")),
)


class Country(Province):
    """So many portals from that of number `first` on; `troubles` says which are in trouble, and how each of
    them must end."""

    def __init__(self, seed: int, port: int, portals: int, share: float = 0.1, first: int = 0) -> None:
        super().__init__(seed, port, None)
        rng = Random(f"country/{seed}")
        self._settle(_counties(seed, port, portals, first))
        chosen = rng.sample(sorted(self._counties), round(portals * share))
        sound = sorted(set(self._counties) - set(chosen))
        for number, code in enumerate(chosen):
            trouble = TROUBLES[number % len(TROUBLES)]
            other = self._counties[rng.choice(sound)]
            behaviour = trouble.behaviour
            target = behaviour.target.replace("{other}", f"{other.host}:{port}")
            self.troubles[code] = trouble
            self.set(code, replace(behaviour, target=target))

    def _settle(self, counties: Iterable[County]) -> None:
        self._counties = {county.code: county for county in counties}
        self._by_host = {host: county for county in self._counties.values() for host in county.hosts}
        self.troubles: dict[str, Trouble] = {}

    @property
    def places(self) -> tuple[Place, ...]:
        """The divisions of the portals."""
        return tuple(Place(county.code, "county", county.name, county.name) for county in self.counties)

    def _county_of(self, host: str) -> County | None:
        known = self._by_host.get(host)
        return self._counties[known.code] if known else None


def export(country: Country, directory: Path) -> None:
    """Write the country as a registry without a column."""
    registry.export(country, directory)
    with (directory / "columns.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(registry.COLUMNS)
    with (directory / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(registry.DIVISIONS)
        for place in country.places:
            level = registry.LEVELS[place.level]
            table.writerow(
                (place.code, level, "990000", registry.PROVINCE, place.prefecture, place.name, registry.SINCE)
            )


def _counties(seed: int, port: int, portals: int, first: int) -> list[County]:
    """So many counties whose made-up ids do not meet, from that number on."""
    dialects = rows()
    made = (county_like(dialects[n % len(dialects)], n, seed, port) for n in range(first, len(NAMES)))
    recent = (
        replace(
            county, items=tuple(one for one in county.items if not one.report or one.report.year in _YEARS)
        )
        for county in made
    )
    return list(islice(filter(_stands, recent), portals))


def _stands(county: County) -> bool:
    try:
        open_portal(county)
    except ValueError:
        return False
    return True


def county_like(dialect: Mapping[str, str], number: int, seed: int, port: int) -> County:
    """The county of that number, in the dialect of a county of the province."""
    name = NAMES[number]
    code = f"99{10 + number // 89:02d}{10 + number % 89:02d}"
    machine = number - number % _SHARED % 2  # some machines serve two
    address = f"127.{78 + machine // 62_500}.{1 + machine // 250 % 250}.{1 + machine % 250}"
    row = {**dialect, "code": code, "slug": f"{dialect['slug']}{number}", "machine": address}
    return county_of(row, Place(code, "county", name, name), seed, port)
