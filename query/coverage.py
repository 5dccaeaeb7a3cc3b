"""The ledger of coverage for people: places by years in the terminal, and as a heat map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table
from rich.text import Text

from commands.printing import Row, fetch

# Rows that a page holds: with more places than that, prefectures are shown, or provinces.
MOST_ROWS = 60
PICTURES = (".svg", ".png")
# Dots of a picture by point.
SCALE = 2
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
_COUNTS = ("expected", "found", *STATUSES)


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
        ORDER BY province_name, prefecture_name, region_code, place_name, year
        """,
        region=region,
    )


def coverage_table(rows: Sequence[Row]) -> Table:
    """Places by years: how many of how many reports are found; and what became of all of each year. With many
    places their prefectures are shown, or their provinces."""
    by_year = _by_year(rows)
    level = _level(rows)
    narrower = "" if level == _LEVELS[0] else "；逐县看用 --region | for single places: --region"
    table = Table(
        header_style="bold",
        box=None,
        padding=(0, 0, 0, 1),
        caption="n/N：应报 N 份中找到 n 份 | n of N reports that were due are found" + narrower,
    )
    table.add_column("", no_wrap=True)
    for year in by_year:
        table.add_column(str(year), justify="right", overflow="fold")
    for place, of_place in _by_place(rows, level).items():
        cells = {year: _share(row) for year, row in _by_year(of_place).items()}
        table.add_row(place, *(cells.get(year, Text("")) for year in by_year))
    table.add_row()
    table.add_row("合计 all", *map(_share, by_year.values()), style="bold")
    for status, (zh, _) in STATUSES.items():
        counts = [row[status] for row in by_year.values()]
        if any(counts):
            table.add_row(f"{zh} {status}", *(str(count or "·") for count in counts))
    return table


def save_heat_map(rows: Sequence[Row], path: Path) -> Path:
    """Draw places by years, darker the more is found, and below it what became of each year's reports; as
    SVG or PNG after the suffix of `path`."""
    from query.charts import use_charts

    use_charts()
    path.parent.mkdir(parents=True, exist_ok=True)
    chart = heat_map(rows)
    if path.suffix == ".png":
        chart.save(path, scale_factor=SCALE)
    else:
        chart.save(path)
    return path


def heat_map(rows: Sequence[Row]) -> Any:
    """The chart; with many places their prefectures are shown, or their provinces."""
    import altair as alt

    shown = _at_most(rows)
    cells = [
        {"place": row["place"], "year": str(row["year"]), "found": row["found"], "expected": row["expected"],
         "share": row["found"] / row["expected"], "label": f"{row['found']}/{row['expected']}"}
        for row in shown
        if row["expected"]
    ]  # fmt: skip
    years = sorted({cell["year"] for cell in cells})
    base = alt.Chart(alt.InlineData(cells)).encode(
        x=alt.X(
            "year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(labelAngle=0, orient="top")
        ),
        y=alt.Y("place:N", title=None, sort=list(dict.fromkeys(row["place"] for row in shown))),
    )
    squares = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "share:Q",
            title=["找到的比例", "share found"],
            scale=alt.Scale(domain=[0, 1], scheme="greens"),
            legend=alt.Legend(format=".0%"),
        ),
        tooltip=["place:N", "year:O", "label:N"],
    )
    labels = base.mark_text(fontSize=10).encode(
        text="label:N",
        color=alt.condition("datum.share > 0.6", alt.value("white"), alt.value("#333333")),
    )
    width = 48 * len(years)
    return alt.vconcat(
        (squares + labels).properties(
            width=width,
            height=alt.Step(22),
            title="年报覆盖：应报 N 份中找到 n 份 | reports found of those due",
        ),
        _reasons_by_year(rows, years).properties(width=width, height=150),
    ).resolve_scale(color="independent")


def _reasons_by_year(rows: Sequence[Row], years: Sequence[str]) -> Any:
    import altair as alt

    names = {status: f"{zh} {status}" for status, (zh, _) in STATUSES.items()}
    bars = [
        {"year": str(year), "status": names[status], "order": order, "reports": row[status]}
        for year, row in _by_year(rows).items()
        for order, status in enumerate(STATUSES)
        if str(year) in years
    ]
    return (
        alt.Chart(alt.InlineData(bars))
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, scale=alt.Scale(domain=list(years)), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("reports:Q", title="应报年报 reports due"),
            color=alt.Color(
                "status:N",
                title=["结果", "what became of them"],
                sort=None,
                scale=alt.Scale(domain=[*names.values()], range=[colour for _, colour in STATUSES.values()]),
            ),
            order="order:Q",
        )
    )


def _at_most(rows: Sequence[Row]) -> list[Row]:
    """The rows added up to the smallest places of which a picture holds all, named in `place`."""
    return [
        {"place": place, "year": year, **row}
        for place, of_place in _by_place(rows, _level(rows)).items()
        for year, row in _by_year(of_place).items()
    ]


def _level(rows: Sequence[Row]) -> str:
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


def _by_year(rows: Sequence[Row]) -> dict[int, Row]:
    years = sorted({row["year"] for row in rows})
    return {year: _summed([row for row in rows if row["year"] == year]) for year in years}


def _summed(rows: Sequence[Row]) -> Row:
    return {name: sum(row[name] for row in rows) for name in _COUNTS}


def _share(row: Row) -> Text:
    if not row["expected"]:
        return Text("")
    style = "green" if row["found"] == row["expected"] else "yellow" if row["found"] else "red"
    return Text(f"{row['found']}/{row['expected']}", style=style)
