"""The agencies of a county through the reforms of 2018 to 2024: lines of offices that followed one another.

A line is one desk through the years: 扶贫开发办公室, from 2021 乡村振兴局, in 2024 merged into 农业农村局.
Each stage of a line with a function of its own is an agency; a stage with the same function is a new name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from demo.history.places import PREFECTURES, County

# The one county whose 自然资源局 became a branch (分局) of the prefecture's.
BRANCH_COUNTY, BRANCH_YEAR = "990102", 2022


@dataclass(frozen=True, slots=True)
class Stage:
    """What a line was from `since` to before `until`. `name` has {place}, {stem} and {city}; `shorter` are
    other ways of printing it; `unit` is what lies below the county."""

    function: str
    name: str
    since: int | None = None
    until: int | None = None
    shorter: tuple[str, ...] = ()
    unit: str = ""
    branch: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`size` is as in `demo.figures`; `column` is the line in whose column its reports are listed; `into` is
    the line that took it in at its end."""

    key: str
    kind: str
    size: str
    stages: tuple[Stage, ...]
    column: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in force at the end of the years `valid_from` to before `valid_to` (None: still)."""

    name: str
    valid_from: int
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class HistoricAgency:
    """An agency: ids as in `extract.agencies.identity`, `kind` as in the table of agencies of a build.

    It reports for the years `valid_from` to before `valid_to`. `names` are its official ones, oldest first.
    `line` tells which line of its county it belongs to.
    """

    agency_id: str
    place_id: str
    function: str
    kind: str
    line: str
    names: tuple[Named, ...]
    valid_from: int
    valid_to: int | None
    successors: tuple[str, ...] = ()

    def exists(self, year: int) -> bool:
        """Whether it was there at the end of `year`, and so reports for it."""
        return self.valid_from <= year and (self.valid_to is None or year < self.valid_to)

    def name(self, year: int) -> str:
        """Its official name at the end of `year`."""
        return next(
            one.name
            for one in self.names
            if one.valid_from <= year and (one.valid_to is None or year < one.valid_to)
        )


def _line(key: str, *stages: Stage, size: str = "bureau", column: str = "", into: str = "") -> Line:
    kinds = {"gov": "government", "gov_office": "government_office", "tax": "vertical", "zone": "zone"}
    kind = "township" if key.startswith("township") else kinds.get(key, "department")
    return Line(key, kind, size, stages, column, into)


LINES = (
    _line("gov", Stage("gov", "{place}人民政府", shorter=("{place}",)), size="busy"),
    _line("gov_office", Stage("gov_office", "{place}人民政府办公室"), size="busy", column="gov"),
    _line("commerce", Stage("commerce", "{place}商务局")),
    _line(
        "rural",
        Stage("poverty", "{place}扶贫开发办公室", None, 2021, ("{place}扶贫办",)),
        Stage("rural_revitalization", "{place}乡村振兴局", 2021, 2024),
        into="agriculture",
    ),
    _line(
        "agriculture",
        Stage("agriculture", "{place}农业局", None, 2019),
        Stage("agriculture_rural", "{place}农业农村局", 2019),
    ),
    _line("township", Stage("gov", "{place}青芜镇人民政府", unit="青芜镇")),
    _line(
        "reform",
        Stage(
            "development_reform", "{place}发展和改革委员会", None, 2019, ("{place}发改委", "{place}发改局")
        ),
        Stage(
            "development_reform", "{place}发展和改革局", 2019, None, ("{place}发改局", "{place}发展改革局")
        ),
    ),
    _line(
        "industry",
        Stage("industry", "{place}经济和信息化局", None, 2019, ("{place}经信局",)),
        Stage("industry", "{place}科技工业和信息化局", 2019, None, ("{place}科技工信局", "{place}工信局")),
    ),
    _line("science", Stage("science", "{place}科学技术局", None, 2019, ("{place}科技局",)), into="industry"),
    _line(
        "health",
        Stage("health_family_planning", "{place}卫生和计划生育局", None, 2019, ("{place}卫计局",)),
        Stage("health", "{place}卫生健康局", 2019, None, ("{place}卫健局",)),
    ),
    _line(
        "culture",
        Stage("culture_media", "{place}文化广电新闻出版局", None, 2019, ("{place}文广新局",)),
        Stage("culture_tourism", "{place}文化和旅游局", 2019, None, ("{place}文旅局",)),
    ),
    _line("tourism", Stage("tourism", "{place}旅游局", None, 2019), column="culture", into="culture"),
    _line(
        "environment",
        Stage("environment", "{place}环境保护局", None, 2019, ("{place}环保局",)),
        Stage("ecology", "{city}生态环境局{place}分局", 2019),
    ),
    _line(
        "land",
        Stage("land", "{place}国土资源局", None, 2019),
        Stage("natural_resources", "{place}自然资源局", 2019),
        size="busy",
    ),
    _line(
        "education",
        Stage("education", "{place}教育局", None, 2019),
        Stage("education", "{place}教育体育局", 2019, None, ("{place}教体局", "{place}教育局")),
    ),
    _line("finance", Stage("finance", "{place}财政局")),
    _line(
        "emergency",
        Stage("work_safety", "{place}安全生产监督管理局", None, 2019, ("{place}安监局",)),
        Stage("emergency", "{place}应急管理局", 2019, None, ("{place}应急局",)),
    ),
    _line(
        "tax",
        Stage("state_tax", "{place}国家税务局", None, 2018),
        Stage("tax", "国家税务总局{place}税务局", 2018),
    ),
    _line("zone", Stage("committee", "{place}临澜经济开发区管理委员会", unit="临澜经济开发区")),
    _line("township_2", Stage("gov", "{place}汀兰街道办事处", unit="汀兰街道")),
    _line("housing", Stage("housing", "{place}住房和城乡建设局", shorter=("{place}住建局",)), size="busy"),
    _line(
        "market",
        Stage("market", "{place}市场监督管理局", shorter=("{place}市场监管局",)),
        size="busy",
    ),
    _line("civil", Stage("civil_affairs", "{place}民政局")),
    _line("statistics", Stage("statistics", "{place}统计局")),
    _line("veterans", Stage("veterans", "{place}退役军人事务局", 2019)),
    _line("data", Stage("data", "{place}数据局", 2024)),
)


def some_lines(count: int, years: Sequence[int]) -> tuple[Line, ...]:
    """So many of the first lines that in each of `years` at least `count` have an agency.

    Raises ValueError where a county has not so many.
    """
    for number in range(1, len(LINES) + 1):
        chosen = LINES[:number]
        keys = {line.key for line in chosen}
        whole = all((line.column or line.key) in keys for line in chosen)
        if whole and all(sum(_stage(line, year) is not None for line in chosen) >= count for year in years):
            return tuple(line for line in chosen if any(_stage(line, year) for year in years))
    raise ValueError(f"a made-up county never had {count} agencies at a time; ask for fewer")


def stages(line: Line, county: County) -> tuple[Stage, ...]:
    """The stages of a line in a county: everywhere the same, but for the one branch."""
    if (county.place_id, line.key) != (BRANCH_COUNTY, "land"):
        return line.stages
    before, last = line.stages
    branch = Stage(last.function, "{city}自然资源局{stem}分局", BRANCH_YEAR, branch=True)
    return (before, replace(last, until=BRANCH_YEAR), branch)


def stage_of(line: Line, county: County, year: int) -> Stage | None:
    """The stage of a line in a county at the end of `year`; None where there is no such agency."""
    return _stage(replace(line, stages=stages(line, county)), year) if county.period(year) else None


def spelt(pattern: str, county: County, year: int) -> str:
    """A name with its places, as they were called at the end of `year`."""
    period = county.period(year)
    assert period is not None
    return pattern.format(place=period.name, stem=period.name[:-1], city=PREFECTURES[county.prefecture])


def agency_id(stage: Stage, county: County) -> str:
    """The id of the agency that a stage of a line is."""
    unit = f".{stage.unit}" if stage.unit else ""
    return f"{county.place_id}{unit}:{stage.function}{'.branch' if stage.branch else ''}"


def agencies_of(
    county: County, lines: Sequence[Line], counties: Mapping[str, County]
) -> list[HistoricAgency]:
    """Every agency that a county ever had in these lines."""
    return [
        agency
        for line in lines
        for agency in _agencies_of_line(line, county, {line.key: line for line in lines}, counties)
    ]


def _agencies_of_line(
    line: Line, county: County, lines: Mapping[str, Line], counties: Mapping[str, County]
) -> list[HistoricAgency]:
    found: dict[str, HistoricAgency] = {}
    for stage in stages(line, county):
        names = _names(stage, county)
        if not names:
            continue
        one = agency_id(stage, county)
        before = found.get(one)
        if before is None:
            found[one] = HistoricAgency(
                one, county.place_id, stage.function, line.kind, line.key, names,
                names[0].valid_from, names[-1].valid_to,
            )  # fmt: skip
        else:
            found[one] = replace(before, names=(*before.names, *names), valid_to=names[-1].valid_to)
    return [
        replace(agency, successors=_successors(agency, line, county, lines, counties))
        for agency in found.values()
    ]


def _names(stage: Stage, county: County) -> tuple[Named, ...]:
    names = []
    for period in county.periods:
        since = max(period.since, stage.since or period.since)
        ends = [end for end in (period.until, stage.until) if end is not None]
        until = min(ends, default=None)
        if until is None or since < until:
            names.append(Named(spelt(stage.name, county, since), since, until))
    return tuple(names)


def _successors(
    agency: HistoricAgency,
    line: Line,
    county: County,
    lines: Mapping[str, Line],
    counties: Mapping[str, County],
) -> tuple[str, ...]:
    year = agency.valid_to
    if year is None:
        return ()
    heir = counties[county.successor] if county.period(year) is None and county.successor else county
    following = [line, *([lines[line.into]] if line.into in lines else [])]
    for one in following:
        if stage := stage_of(one, heir, year):
            return (agency_id(stage, heir),)
    return ()


def _stage(line: Line, year: int) -> Stage | None:
    return next(
        (
            stage
            for stage in line.stages
            if (stage.since is None or stage.since <= year) and (stage.until is None or year < stage.until)
        ),
        None,
    )
