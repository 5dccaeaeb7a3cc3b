"""The command status: how sites stand, what a build holds, and its ledger of coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from base.paths import OWN_REGISTRY
from base.terminal import NEEDS_PERSON, AsJson, Lake, console, note, stop, to_json
from commands.crawl import agencies, standings
from commands.options import ArchiveDir, Region, RegistryDir, Sites, archive_of
from commands.source import From, asked_of, folder_of, open_source
from commands.survey import surveyed

Coverage = Annotated[
    bool,
    typer.Option(
        "--coverage", help="各地各年应报多少、找到多少 / reports found of those due, by place and year"
    ),
]
Picture = Annotated[
    Path | None,
    typer.Option(
        help="覆盖热图，存为 .svg 或 .png / the coverage as a heat map, into a file .svg or .png",
        metavar="FILE",
    ),
]
_QUESTIONS = {
    "报告 reports": """
        SELECT year, status, count(*) AS reports, sum(cells_read)::BIGINT AS cells_read
        FROM reports GROUP BY ALL ORDER BY year, status
        """,
    "发现 findings": """
        SELECT severity, check_id, count(*) AS findings, count(DISTINCT report_id) AS reports
        FROM findings GROUP BY severity, check_id
        ORDER BY severity = 'info', severity, findings DESC, check_id
        """,
}


def status(
    source: From = None,
    lake: Lake = None,
    sites: Sites = None,
    region: Region = None,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    coverage: Coverage = False,
    picture: Picture = None,
    as_json: AsJson = False,
) -> None:
    """站点情况及应对，数据概况 / Sites by outcome with what to do; reports and findings of the build."""
    from commands.answers import show_answer
    from query.rows import fetch

    if coverage or picture:
        show_coverage(source, lake, region, picture, as_json)
        return
    told: dict[str, list[dict[str, Any]]] = {}
    crawled = archive_of(archive, lake)
    if not source and (crawled / "runs").is_dir():
        told["站点 sites"] = standings(registry, crawled, sites, region)
        told["各地机关 agencies"] = agencies(registry, crawled, sites, region)
    if not source and (crawled / "survey").is_dir():
        told["普查 survey"] = surveyed(registry, crawled, sites, region)
    if source or not told or _has_build(lake):
        with open_source(source, lake) as connection:
            told |= {title: fetch(connection, query) for title, query in _QUESTIONS.items()}
        note(f"构建 build: {folder_of(source, lake)}")
    if as_json:
        print(to_json({title.split()[1]: rows for title, rows in told.items()}))
        return
    for title, rows in told.items():
        console().print(title, style="bold")
        if rows:
            show_answer(list(rows[0]), [tuple(row.values()) for row in rows])
        else:
            console().print("— 无 none")
    if found := told.get("发现 findings"):
        first = found[0]
        note(
            f"查看 to see them: gknb findings --check {first['check_id']}{asked_of(source, lake)} …; "
            f"缺什么 what is missing: gknb status --coverage{asked_of(source, lake)}"
        )


def show_coverage(
    source: Path | None, lake: Path | None, region: str | None, picture: Path | None, as_json: bool
) -> None:
    """Tell how many of how many reports are found, by place and year, of a `region` or of all, and draw
    it where a `picture` is asked for. Leaves where the build's ledger of coverage has none."""
    from query.coverage import coverage_rows, coverage_table
    from query.coverage_picture import PICTURES, save_heat_map
    from query.provenance import provenance

    if picture and picture.suffix not in PICTURES:
        stop(f"{picture}: 图片须为 {' 或 '.join(PICTURES)} / a picture is one of {', '.join(PICTURES)}")
    with open_source(source, lake) as connection:
        rows = coverage_rows(connection, region)
        said = provenance(folder_of(source, lake), connection)
    if as_json:
        print(to_json(rows))
    elif rows:
        page = console()
        page.print(coverage_table(rows, page.width))
    if not rows:
        note(
            f"台账中没有 {region} / the ledger has no place {region!r}"
            if region
            else "没有覆盖台账 / no ledger of coverage: gknb build --archive makes one of crawl and registry"
        )
        raise typer.Exit(NEEDS_PERSON)
    if picture:
        note(f"已存 saved: {save_heat_map(rows, picture, said)}")


def _has_build(lake: Path | None) -> bool:
    from base.paths import LAKE
    from extract.builds.current import has_build

    return has_build(lake or LAKE)
