"""The ledger of coverage as a heat map: places by years, and what became of each year's reports.

What was found is green, and nothing found is none of its shades: not listed, not to be read and never looked
at are three different holes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from query.charts import SCALE, signed, use_charts
from query.coverage import STATUSES, at_most, by_year
from query.rows import Row

PICTURES = (".svg", ".png")
# Where nothing was found: why, by the statuses that say so, the gravest first; its colour.
HOLES = (
    ("未列出 not listed", ("missing",), "#e9a9a1"),
    ("看不了 cannot be read", ("blocked", "unreachable"), "#cdb4db"),
    ("没看过 never looked at", ("never_crawled",), "#d9dcdf"),
)
TITLE = "年报覆盖：应报 N 份中找到 n 份 | reports found of those due"
BLANK = "空白：当年不应报 | blank: none was due"
WIDTH_OF_YEAR = 52


def save_heat_map(rows: Sequence[Row], path: Path, provenance: Sequence[str] = ()) -> Path:
    """Draw it as SVG or PNG, after the suffix of `path`, with the lines that say where it comes from."""
    use_charts()
    path.parent.mkdir(parents=True, exist_ok=True)
    chart = heat_map(rows, provenance)
    if path.suffix == ".png":
        chart.save(path, scale_factor=SCALE)
    else:
        chart.save(path)
    return path


def heat_map(rows: Sequence[Row], provenance: Sequence[str] = ()) -> Any:
    """The chart; with many places their prefectures are shown, or their provinces."""
    import altair as alt

    shown = at_most(rows)
    cells = [_cell(row) for row in shown if row["reports_expected"]]
    years = sorted({cell["year"] for cell in cells})
    base = alt.Chart(alt.InlineData(cells)).encode(
        x=alt.X(
            "year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(labelAngle=0, orient="top")
        ),
        y=alt.Y("place:N", title=None, sort=list(dict.fromkeys(row["place"] for row in shown))),
        tooltip=["place:N", "year:O", "label:N", "hole:N"],
    )
    squares = base.mark_rect(stroke="white")
    found = squares.transform_filter("datum.found > 0").encode(
        color=alt.Color(
            "share:Q",
            title=["找到的比例", "share found"],
            scale=alt.Scale(domain=[0, 1], range=["#cfe8cf", "#66b27a", "#0b5d33"]),
            legend=alt.Legend(format=".0%"),
        )
    )
    holes = squares.transform_filter("datum.found == 0").encode(
        color=alt.Color(
            "hole:N",
            title=["一份也没找到", "nothing found"],
            scale=alt.Scale(domain=[name for name, _, _ in HOLES], range=[hole[2] for hole in HOLES]),
        )
    )
    labels = base.mark_text(fontSize=10).encode(
        text="label:N",
        color=alt.condition("datum.share > 0.6", alt.value("white"), alt.value("#333333")),
    )
    width = WIDTH_OF_YEAR * len(years)
    grid = alt.layer(found, holes, labels).resolve_scale(color="independent")
    return signed(
        alt.vconcat(
            grid.properties(width=width, height=alt.Step(22)),
            _reasons_by_year(rows, years).properties(width=width, height=150),
        ).resolve_scale(color="independent"),
        TITLE,
        (BLANK, *provenance),
    )


def _cell(row: Row) -> Row:
    """A square: found of expected, and where nothing was found the gravest reason."""
    reasons = (name for name, statuses, _ in HOLES if any(row[status] for status in statuses))
    return {
        "place": row["place"],
        "year": str(row["year"]),
        "found": row["reports_found"],
        "share": row["reports_found"] / row["reports_expected"],
        "label": f"{row['reports_found']}/{row['reports_expected']}",
        "hole": "" if row["reports_found"] else next(reasons, HOLES[-1][0]),
    }


def _reasons_by_year(rows: Sequence[Row], years: Sequence[str]) -> Any:
    import altair as alt

    bars = [
        {"year": str(year), "status": f"{zh} {status}", "order": order, "reports": row[status]}
        for year, row in by_year(rows).items()
        for order, (status, (zh, _)) in enumerate(STATUSES.items())
        if str(year) in years and row[status]
    ]
    met = {bar["status"] for bar in bars}
    legend = {f"{zh} {status}": colour for status, (zh, colour) in STATUSES.items()}
    named = {name: colour for name, colour in legend.items() if name in met}
    return (
        alt.Chart(alt.InlineData(bars))
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, scale=alt.Scale(domain=list(years)), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("reports:Q", title="应报年报 reports due", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "status:N",
                title=["结果", "what became of them"],
                sort=None,
                scale=alt.Scale(domain=[*named], range=[*named.values()]),
            ),
            order="order:Q",
        )
    )
