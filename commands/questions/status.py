"""The commands status and alive: how sites stand, what a build holds, its coverage; that runs still come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.paths import OWN_REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, console, note, stop, tell, to_json
from commands.crawls.crawl import agencies, standings
from commands.crawls.survey import surveyed
from commands.shared.lakes import fresh_records, shared
from commands.shared.options import ArchiveDir, Region, RegistryDir, Sites, archive_of
from commands.shared.source import From, asked_of, folder_of, open_source

if TYPE_CHECKING:
    from crawler.registry.tables import Registry
    from crawler.runs.records import Runs

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
# So many runs stand on the page.
RUNS_SHOWN = 24
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
    from commands.shared.answers import show_answer
    from query.rows import fetch

    if coverage or picture:
        show_coverage(source, lake, region, picture, as_json)
        return
    told: dict[str, list[dict[str, Any]]] = {}
    crawled = archive_of(archive, lake)
    fresh_records(crawled)
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


def alive(
    within: Annotated[
        float, typer.Option(metavar="HOURS", help="最近多少小时之内 / within so many hours", min=0)
    ] = 48,
    archive: ArchiveDir = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """运行是否还在继续：最近完成的，或正在进行的 / Do runs still come: exit code 0 if so, else 1."""
    from crawler.runs.records import Runs
    from crawler.runs.status import last_sign_of_life

    crawled = archive_of(archive, lake)
    fresh_records(crawled)
    sign = last_sign_of_life(Runs(crawled))
    is_alive = sign is not None and datetime.now(UTC) - sign <= timedelta(hours=within)
    tell({"alive": is_alive, "last_sign_of_life": sign.isoformat() if sign else None}, as_json)
    raise typer.Exit(FINE if is_alive else NEEDS_PERSON)


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

    with shared(lake or LAKE) as there:
        if there is not None:
            there.freshen()
    return has_build(lake or LAKE)


def run_status(registry: Path | None, archive: Path) -> dict[str, Any] | None:
    """What the page says of the runs of an archive; None where there was none. Without a registry it is that
    of the last run, where that is still there."""
    fresh_records(archive)
    if not (archive / "runs").is_dir():
        return None
    from commands.crawls.upkeep import loaded
    from crawler.runs.records import Runs
    from crawler.runs.status import standings as found

    runs = Runs(archive)
    tables = loaded(registry or _last_registry(runs))
    return {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "runs": [_run(runs, run_id) for run_id in reversed(runs.run_ids()[-RUNS_SHOWN:])],
        "outcomes": [
            {
                "outcome": one.outcome,
                "columns": one.columns,
                "sites": len(one.sites),
                "needs_person": one.needs_person,
                "meaning": one.meaning,
                "what_to_do": one.what_to_do,
            }
            for one in found(tables, runs, tables.sites.values())
        ],
        "columns": list(_columns(tables, runs)),
    }


def _last_registry(runs: Runs) -> Path:
    plans = (runs.plan(run_id) for run_id in reversed(runs.run_ids()))
    last = next((Path(plan.registry) for plan in plans if plan is not None), OWN_REGISTRY)
    return last if last.is_dir() else OWN_REGISTRY


def _run(runs: Runs, run_id: str) -> dict[str, Any]:
    """A run as its record and its report have it; what was not told of it yet is not there."""
    begun, ended = runs.begun_at(run_id), runs.ended_at(run_id)
    told: dict[str, Any] = {
        "run_id": run_id,
        "begun_at": begun and begun.isoformat(),
        "ended_at": ended and ended.isoformat(),
    }
    path = runs.report_of(run_id)
    if path.is_file():
        report = json.loads(path.read_bytes())
        told |= {"exit_code": report["exit_code"], "outcomes": report["outcomes"]}
        told |= {name: len(report[name]) for name in ("new", "changed", "withdrawn", "alarms")}
    return told


def _columns(tables: Registry, runs: Runs) -> Iterator[tuple[Any, ...]]:
    """Site, its name, column, address, outcome, when it was walked, reports known: a row a column."""
    from crawler.runs.outcomes import Outcome
    from crawler.runs.status import NEVER_WALKED

    for site in tables.sites.values():
        columns = tables.columns_of(site.site_id)
        for column in columns:
            last = runs.last(site.site_id, column.column_id)
            yield (
                *(site.site_id, site.name, column.column_id, column.url),
                *((str(last[1]), last[0].isoformat()) if last else (NEVER_WALKED, None)),
                len(runs.known(site.site_id, column.column_id)),
            )
        if not columns:
            yield site.site_id, site.name, "", "", str(Outcome.NO_COLUMNS), None, 0
