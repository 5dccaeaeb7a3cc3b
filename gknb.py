"""gknb 公开年报库, the front door: the command line.

Exit codes: 0 fine, 1 something needs a person, or nothing was found, 2 could not run.

Each part brings its own commands (`commands.py`); here are those that join the parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from base.paths import REGISTRY
from base.terminal import AsJson, Lake, console, note, to_json
from commands.ask import Coverage, From, Picture, findings, folder_of, open_source, show_coverage, sql
from commands.build import build
from commands.crawl import crawl, standings
from commands.demo import demo
from commands.discover import discover
from commands.extract import extract
from commands.options import ArchiveDir, Region, RegistryDir, Sites, archive_of
from commands.refresh import refresh
from commands.upkeep import archive_app, registry_app

app = typer.Typer(
    help="公开年报库：把政府信息公开工作年度报告的统计表变成可用 SQL 查询的数据 / "
    "the statistical tables of China's government-information disclosure reports, ready for SQL",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_show_locals=False,
)


def status(
    source: From = None,
    lake: Lake = None,
    sites: Sites = None,
    region: Region = None,
    registry: RegistryDir = REGISTRY,
    archive: ArchiveDir = None,
    coverage: Coverage = False,
    picture: Picture = None,
    as_json: AsJson = False,
) -> None:
    """站点情况及应对，数据概况 / Sites by outcome with what to do; reports and findings of the build."""
    from commands.printing import answer_table, fetch

    if coverage or picture:
        show_coverage(source, lake, region, picture, as_json)
        return
    questions = {
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
    told: dict[str, list[dict[str, Any]]] = {}
    crawled = archive_of(archive, lake)
    if not source and (crawled / "runs").is_dir():
        told["站点 sites"] = standings(registry, crawled, sites, region)
    if source or not told or _has_build(lake):
        with open_source(source, lake) as connection:
            told |= {title: fetch(connection, query) for title, query in questions.items()}
        note(f"构建 build: {folder_of(source, lake)}")
    if as_json:
        print(to_json({title.split()[1]: rows for title, rows in told.items()}))
        return
    for title, rows in told.items():
        console().print(title, style="bold")
        if rows:
            console().print(answer_table(list(rows[0]), [tuple(row.values()) for row in rows]))
        else:
            console().print("— 无 none")


for command in (demo, extract, build, crawl, discover, refresh, sql, findings, status):
    app.command()(command)
app.add_typer(archive_app, name="archive")
app.add_typer(registry_app, name="registry")


def main() -> None:
    """Run the command line."""
    app()


def _has_build(lake: Path | None) -> bool:
    from base.paths import LAKE
    from extract.builds.build import has_build

    return has_build(lake or LAKE)


if __name__ == "__main__":
    main()
