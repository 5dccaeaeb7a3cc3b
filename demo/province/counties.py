"""The made-up counties: what each publishes where, drawn from a seed.

`counties.csv` says which county of `demo.places` speaks which dialect, in which layout
(docs/domain/families.md#where-reports-are), on which machine, and how its server behaves. The layouts:

* flat: one list of all reports with other items among them
* years, years_published: folders by report year, or by year of publication
* kinds: folders by year, below them the county's departments and townships
* folders: a folder for each agency
* agencies, subdomains: each agency's own platform with the four standard columns, on its own host in the
  latter
* gathered: the government's list holds its own reports and the townships', the other agencies have platforms
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from demo.places import Place, agencies_of, places
from demo.province.http import BEIJING
from demo.province.model import Agency, Column, County, Edition, Form, Item, Kind
from demo.province.series import lived_in

YEARS = range(2014, 2025)
LAST_YEAR = YEARS[-1]
# Besides the government and one township.
BUREAUS = 3
REPORTS_EACH = {"government": 4, "other": 3}
ROBOTS = {
    "none": None,
    "open": "User-agent: *\nDisallow:\nSitemap: /sitemap.xml\n",
    "search": "User-agent: *\nDisallow: /was5/\nDisallow: /search\nDisallow: /admin/\n",
}
TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年报",
)
# What stands among the reports and is none (docs/domain/variation.md#what-is-no-report): kind, title.
DECOYS = (
    ("infographic", "图解：{county}{year}年政府信息公开工作年度报告"),
    ("notice", "关于编制{year}年政府信息公开工作年度报告的通知"),
    ("interpretation", "《{county}{year}年政府信息公开工作年度报告》解读"),
    ("website", "{county}{year}年政府网站工作年度报表"),
    ("rule_of_law", "{county}{year}年法治政府建设年度报告"),
    ("quarter", "{county}{year}年第三季度政府信息公开情况统计表"),
    ("hospital", "{county}人民医院{year}年信息公开年度报告"),
    ("guide", "{county}政府信息公开指南（{year}年版）"),
    ("news", "{county}召开{year}年政务公开工作推进会"),
)
# Formats of attachments, and how often each is met.
FILE_TYPES = {"pdf": 14, "docx": 5, "xlsx": 1}
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class _Draft:
    """A county in the making."""

    row: dict[str, str]
    place: Place
    rng: Random
    port: int
    agencies: tuple[Agency, ...]
    lived_in_until: int | None
    columns: list[Column] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"www.{self.row['slug']}.test"

    @property
    def last_year(self) -> int:
        """The last year that is reported."""
        return self.lived_in_until or LAST_YEAR

    @property
    def since(self) -> int | None:
        """Its first year, where it is lived in."""
        return self.lived_in_until - int(self.row["years"]) + 1 if self.lived_in_until else None


def counties(seed: int, port: int, lived_in_until: int | None = None) -> tuple[County, ...]:
    """Every county of the province, the same for the same seed; with `lived_in_until` as in `series`."""
    by_code = {place.code: place for place in places()}
    return tuple(county_of(row, by_code[row["code"]], seed, port, lived_in_until) for row in rows())


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The counties of the table, each with its dialect, layout and machine."""
    with (Path(__file__).parent / "counties.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def county_of(
    row: dict[str, str], place: Place, seed: int, port: int, lived_in_until: int | None = None
) -> County:
    """The county that a row of the table describes, at this place."""
    rng = Random(f"{seed}/{row['code']}")
    draft = _Draft(row, place, rng, port, _agencies(place, rng), lived_in_until)
    _LAYOUTS[row["layout"]](draft)
    items: tuple[Item, ...] = tuple(draft.items)
    withheld: tuple[Item, ...] = ()
    if lived_in_until:
        items, withheld = lived_in(
            place.code, items, Random(f"{seed}/{row['code']}/series"), int(row["missing"]), int(row["wrong"])
        )
    return County(
        code=place.code,
        name=place.name,
        host=draft.host,
        address=row["machine"],
        family=row["family"],
        variant=row["variant"],
        slug=row["slug"],
        agencies=draft.agencies,
        columns=tuple(draft.columns),
        items=items,
        withheld=withheld,
        since=draft.since,
        origin_port=port,
        encoding=row["encoding"],
        declares=row["declares"],
        validators=row["validators"],
        robots=ROBOTS[row["robots"]],
        per_page=int(row["per_page"]),
    )


def _agencies(place: Place, rng: Random) -> tuple[Agency, ...]:
    every = agencies_of(place)
    government = next(agency for agency in every if agency.kind == "government")
    townships = [agency for agency in every if agency.kind == "township"]
    bureaus = [agency for agency in every if agency.kind in ("bureau", "busy")]
    chosen = [government, *rng.sample(bureaus, BUREAUS), rng.choice(townships)]
    return tuple(
        Agency(f"jg{number:02d}", agency.name, agency.short, credit_code(place.code, number), agency.kind)
        for number, agency in enumerate(chosen)
    )


def credit_code(division: str, number: int) -> str:
    """A 统一社会信用代码 with a right check digit (GB 32100), of a division that does not exist.

    >>> credit_code("990121", 3)
    '11990121000000003X'
    """
    body = f"11{division}{number:09d}"
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CREDIT_ALPHABET[-total % 31]


# Columns.


def _column(
    draft: _Draft, parent: str, kind: Kind, name: str, slug: str, owner: Agency, host: str = ""
) -> Column:
    key = f"{parent}/{slug}" if parent else f"{owner.slug}/{slug}"
    column = Column(key, parent, kind, name, slug, owner, host or draft.host)
    draft.columns.append(column)
    return column


def _platform(draft: _Draft, owner: Agency, parent: str = "", slug: str = "zfxxgk", host: str = "") -> Column:
    """An agency's platform with the four standard columns; returns the annual report column."""
    name = Kind.PLATFORM.value if owner == draft.agencies[0] else owner.name
    top = _column(draft, parent, Kind.PLATFORM, name, slug, owner, host)
    guide = _column(draft, top.key, Kind.GUIDE, Kind.GUIDE.value, "zfxxgkzn", owner, host)
    rules = _column(draft, top.key, Kind.RULES, Kind.RULES.value, "zfxxgkzd", owner, host)
    disclosure = _column(draft, top.key, Kind.DISCLOSURE, Kind.DISCLOSURE.value, "fdzdgknr", owner, host)
    annual = _column(draft, top.key, Kind.ANNUAL, Kind.ANNUAL.value, "zfxxgknb", owner, host)
    _plain(draft, guide, "guide", f"{owner.name}政府信息公开指南", 2020)
    _plain(draft, rules, "rules", f"{owner.name}政府信息公开保密审查制度", 2019)
    _plain(draft, disclosure, "news", f"{owner.name}召开年度工作会议", 2023)
    _plain(draft, disclosure, "budget", f"{owner.name}2024年部门预算公开", 2024)
    return annual


def _flat(draft: _Draft) -> None:
    annual = _platform(draft, draft.agencies[0])
    for agency, year in _due(draft, draft.agencies):
        _report(draft, annual, agency, year)
    _decoys(draft, annual, 8)


def _years(draft: _Draft) -> None:
    _by_year(draft, lambda year: year)


def _years_published(draft: _Draft) -> None:
    # The folder of 2024 holds the reports for 2023: 桐梓 and others do so.
    _by_year(draft, lambda year: year + 1)


def _by_year(draft: _Draft, folder_year: Callable[[int], int]) -> None:
    annual = _platform(draft, draft.agencies[0])
    folders: dict[int, Column] = {}
    for agency, year in sorted(_due(draft, draft.agencies), key=lambda due: -due[1]):
        named = folder_year(year)
        if named not in folders:
            folders[named] = _column(draft, annual.key, Kind.FOLDER, f"{named}年", f"{named}n", annual.owner)
        _report(draft, folders[named], agency, year)
    for folder in folders.values():
        if draft.rng.random() < 0.6:
            _decoys(draft, folder, 1)


def _kinds(draft: _Draft) -> None:
    annual = _platform(draft, draft.agencies[0])
    kinds = {"government": ("xzf", "县政府"), "township": ("xzjd", "乡镇街道")}
    folders: dict[tuple[int, str], Column] = {}
    years: dict[int, Column] = {}
    for agency, year in sorted(_due(draft, draft.agencies), key=lambda due: -due[1]):
        slug, name = kinds.get(agency.kind, ("szfgzbm", "政府工作部门"))
        if year not in years:
            years[year] = _column(draft, annual.key, Kind.FOLDER, f"{year}年", f"{year}n", annual.owner)
        if (year, slug) not in folders:
            folders[year, slug] = _column(draft, years[year].key, Kind.FOLDER, name, slug, annual.owner)
        _report(draft, folders[year, slug], agency, year)


def _folders(draft: _Draft) -> None:
    annual = _platform(draft, draft.agencies[0])
    for agency in draft.agencies:
        folder = _column(draft, annual.key, Kind.FOLDER, agency.name, agency.slug, annual.owner)
        for _, year in _due(draft, (agency,)):
            _report(draft, folder, agency, year)
    _decoys(draft, annual, 1)


def _by_agency(draft: _Draft, *, subdomains: bool = False) -> None:
    columns = {draft.agencies[0]: _platform(draft, draft.agencies[0])}
    directory = _column(draft, "", Kind.DIRECTORY, "部门和乡镇信息公开", "bmxxgk", draft.agencies[0])
    for agency in draft.agencies[1:]:
        host = f"{agency.slug}.{draft.row['slug']}.test" if subdomains else ""
        columns[agency] = _platform(draft, agency, directory.key, agency.slug, host)
    for agency, column in columns.items():
        for _, year in _due(draft, (agency,)):
            _report(draft, column, agency, year)
    # Where a column's pages are one a year there is no room for anything else.
    if draft.row["family"] not in ("hanweb_xxgk", "lonsun"):
        _decoys(draft, columns[draft.agencies[0]], 1)


def _subdomains(draft: _Draft) -> None:
    _by_agency(draft, subdomains=True)


def _gathered(draft: _Draft) -> None:
    government = draft.agencies[0]
    annual = _platform(draft, government)
    directory = _column(draft, "", Kind.DIRECTORY, "部门信息公开", "bmxxgk", government)
    gathered = [agency for agency in draft.agencies if agency.kind in ("government", "township", "busy")]
    for agency in draft.agencies:
        column = annual if agency in gathered else _platform(draft, agency, directory.key, agency.slug)
        for _, year in _due(draft, (agency,)):
            _report(draft, column, agency, year)
    _decoys(draft, annual, 4)


_LAYOUTS = {
    "flat": _flat,
    "years": _years,
    "years_published": _years_published,
    "kinds": _kinds,
    "folders": _folders,
    "agencies": _by_agency,
    "subdomains": _subdomains,
    "gathered": _gathered,
}


# Items.


def _due(draft: _Draft, agencies: tuple[Agency, ...]) -> Iterator[tuple[Agency, int]]:
    """Which agency reports which years: the last ones, and from some one of long ago; where it is lived in,
    all since the county's first."""
    for agency in agencies:
        if draft.since:
            yield from ((agency, year) for year in range(draft.since, draft.last_year + 1))
            continue
        count = REPORTS_EACH["government" if agency.kind == "government" else "other"]
        years = list(YEARS)[-count:]
        if draft.rng.random() < 0.4:
            years[0] = draft.rng.choice(list(YEARS)[:-count])
        yield from ((agency, year) for year in years)


def report_item(
    rng: Random,
    column: Column,
    agency: Agency,
    year: int,
    family: str,
    variant: str,
    last_year: int = LAST_YEAR,
) -> Item:
    """An agency's report of a year, as an entry of that column."""
    form = rng.choices([Form.PAGE, Form.ATTACHMENT, Form.BOTH], [6, 3, 1])[0]
    if (family, variant) == ("trs", "hubei") and rng.random() < 0.3:
        form = Form.DIRECT
    types = () if form is Form.PAGE else (rng.choices(list(FILE_TYPES), list(FILE_TYPES.values()))[0],)
    return Item(
        key=f"{column.key}/{agency.slug}/{year}",
        column=column.key,
        title=rng.choice(TITLES).format(agency=agency.name, year=year),
        published=_published(rng, year, last_year),
        source=agency,
        what="report",
        form=form,
        report=Edition(year, _edition(year), rng.randrange(2**31)),
        file_types=types,
    )


def _report(draft: _Draft, column: Column, agency: Agency, year: int) -> None:
    draft.items.append(
        report_item(
            draft.rng, column, agency, year, draft.row["family"], draft.row["variant"], draft.last_year
        )
    )


def _edition(year: int) -> str:
    return "e2014" if year < 2019 else "e2019" if year < 2021 else "e2021"


def _published(rng: Random, year: int, last_year: int = LAST_YEAR) -> datetime:
    """Between January and March of the next year; some old ones posted again later, after a migration."""
    late = 365 * rng.randint(1, 2) if year <= last_year - 2 and rng.random() < 0.3 else 0
    start = datetime(year + 1, 1, 6, 8, 30, tzinfo=BEIJING)
    return start + timedelta(days=rng.randint(0, 80) + late, minutes=rng.randint(0, 540))


def _plain(draft: _Draft, column: Column, what: str, title: str, year: int) -> None:
    published = datetime(year, draft.rng.randint(1, 12), draft.rng.randint(1, 28), 9, 5, tzinfo=BEIJING)
    key = f"{column.key}/{what}/{len(draft.items)}"
    draft.items.append(Item(key, column.key, title, published, column.owner, what, Form.PAGE))


def _decoys(draft: _Draft, column: Column, count: int) -> None:
    """So many different items that are no reports; in gkmlpt one may lead to another site."""
    for what, title in draft.rng.sample(DECOYS, count):
        year = draft.last_year - 3 + draft.rng.choice(range(4))
        elsewhere = draft.row["variant"] == "gkmlpt"
        name = title.format(county=draft.place.name, year=year)
        draft.items.append(
            Item(
                key=f"{column.key}/{what}/{len(draft.items)}",
                column=column.key,
                title=name,
                published=_published(draft.rng, year, draft.last_year),
                source=draft.agencies[0],
                what="elsewhere" if elsewhere else what,
                form=Form.PAGE,
            )
        )
