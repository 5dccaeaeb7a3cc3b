"""The ledger of coverage for people: places by years in the terminal; `query.coverage_picture` draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from query.rows import Row, fetch

# Rows that a page holds: with more places than that, prefectures are shown, or provinces.
MOST_ROWS = 60
_LEVELS = ("place_name", "prefecture_name", "province_name")
# Status: its name in Chinese and its colour, from what is there to what nobody knows.
STATUSES: Mapping[str, tuple[str, str]] = {
    "in_time": ("按时", "#1a7a4c"),
    "late": ("迟发", "#8cc084"),
    "empty_form": ("空表", "#d9d27e"),
    "narrative_only": ("只有文字", "#e8b45a"),
    "withdrawn": ("已撤下", "#b8860b"),
    "missing": ("未列出", "#c0392b"),
    "blocked": ("被拒", "#7d3c98"),
    "unreachable": ("不可达", "#a569bd"),
    "never_crawled": ("未抓取", "#b0b5b9"),
}
_COUNTS = ("reports_expected", "reports_found", *STATUSES)


def coverage_rows(connection: duckdb.DuckDBPyConnection, region: str | None = None) -> list[Row]:
    """A row a place and year: found of expected, and the numbers by status. `region` narrows the places down:
    a name, of its prefecture or province too, a division code, or the beginning of one."""
    return fetch(
        connection,
        """
        FROM coverage_by_place
        WHERE $region IS NULL
            OR starts_with(region_code, regexp_replace($region, '(00){1,2}$', ''))
            OR $region IN (place_name, prefecture_name, province_name)
        ORDER BY region_code, place_name, year
        """,
        region=region,
    )


def coverage_table(rows: Sequence[Row], width: int) -> Table:
    """Places by years: how many of how many reports are found; and what became of all of each year. With many
    places their prefectures are shown, or their provinces; of the years the last that the width holds."""
    years = _that_fit(rows, width)
    level = level_of(rows)
    narrower = "" if level == _LEVELS[0] else "；逐县看用 --region | for single places: --region"
    earlier = len(by_year(rows)) - len(years)
    if earlier:
        narrower += f"；另有更早的 {earlier} 年，用 --json | {earlier} earlier years: --json"
    table = Table(
        header_style="bold",
        box=None,
        padding=(0, 0, 0, 1),
        caption="n/N：应报 N 份中找到 n 份 | n of N reports that were due are found" + narrower,
    )
    table.add_column("", no_wrap=True)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    for place, of_place in _by_place(rows, level).items():
        cells = {year: _share(row) for year, row in by_year(of_place).items()}
        table.add_row(place, *(cells.get(year, Text("")) for year in years))
    table.add_row()
    table.add_row("合计 all", *map(_share, years.values()), style="bold")
    for status, (zh, _) in STATUSES.items():
        counts = [row[status] for row in years.values()]
        if any(counts):
            table.add_row(f"{zh} {status}", *(str(count or "·") for count in counts))
    return table


def at_most(rows: Sequence[Row]) -> list[Row]:
    """The rows added up to the smallest places of which a picture holds all, named in `place`."""
    return [
        {"place": place, "year": year, **row}
        for place, of_place in _by_place(rows, level_of(rows)).items()
        for year, row in by_year(of_place).items()
    ]


def level_of(rows: Sequence[Row]) -> str:
    """The smallest places of which a page holds all."""
    return next((level for level in _LEVELS if len(_by_place(rows, level)) <= MOST_ROWS), _LEVELS[-1])


def _by_place(rows: Sequence[Row], level: str) -> dict[str, list[Row]]:
    """The rows by place; one whose name another bears too is named with its prefecture."""
    bearers: dict[str, set[str]] = {}
    for row in rows:
        bearers.setdefault(row["place_name"], set()).add(row["region_code"])
    found: dict[str, list[Row]] = {}
    for row in rows:
        shared = level == _LEVELS[0] and len(bearers[row["place_name"]]) > 1
        above = row["prefecture_name"] if shared else None
        name = "".join(filter(None, (above, row[level]))) or "地方不详 place not known"
        found.setdefault(name, []).append(row)
    return found


def _that_fit(rows: Sequence[Row], width: int) -> dict[int, Row]:
    """The last years whose columns fit beside the names, at least one."""
    years = by_year(rows)
    names = (*_by_place(rows, level_of(rows)), *(f"{zh} {status}" for status, (zh, _) in STATUSES.items()))
    room = width - max(map(cell_len, names)) - 1
    shown: list[int] = []
    for year, row in sorted(years.items(), reverse=True):
        room -= max(4, len(_share(row).plain)) + 1
        if room < 0 and shown:
            break
        shown.append(year)
    return {year: years[year] for year in sorted(shown)}


def by_year(rows: Sequence[Row]) -> dict[int, Row]:
    """The rows added up, by year."""
    years = sorted({row["year"] for row in rows})
    return {year: _summed([row for row in rows if row["year"] == year]) for year in years}


def _summed(rows: Sequence[Row]) -> Row:
    return {name: sum(row[name] for row in rows) for name in _COUNTS}


def _share(row: Row) -> Text:
    if not row["reports_expected"]:
        return Text("")
    style = (
        "green"
        if row["reports_found"] == row["reports_expected"]
        else "yellow"
        if row["reports_found"]
        else "red"
    )
    return Text(f"{row['reports_found']}/{row['reports_expected']}", style=style)
