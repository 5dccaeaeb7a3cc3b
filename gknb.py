"""gknb 公开年报库, the front door: the command line.

Exit codes: 0 fine, 1 something needs a person, or nothing was found, 2 could not run.

Each part brings its own commands (`commands.py`); here are those that join the parts.
"""

from __future__ import annotations

import os
import sys

import typer

from base import terminal
from commands.add import add
from commands.alarms import alarms
from commands.audit import audit_app
from commands.build import build
from commands.bundle import bundle, replay
from commands.check import check
from commands.crawl import crawl
from commands.demo import demo
from commands.discover import discover
from commands.export import export
from commands.extract import extract
from commands.findings import findings
from commands.proposals import proposals_app
from commands.prune import prune
from commands.refresh import refresh
from commands.release import changes, delta, patch, release
from commands.serve import serve
from commands.show import show
from commands.site import site
from commands.sql import sql
from commands.status import status
from commands.survey import survey
from commands.upkeep import archive_app, registry_app
from commands.verify import verify

app = typer.Typer(
    help="公开年报库：把政府信息公开工作年度报告的统计表变成可用 SQL 查询的数据 / "
    "the statistical tables of China's government-information disclosure reports, ready for SQL",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_show_locals=False,
)

for command in (
    demo,
    extract,
    build,
    survey,
    add,
    crawl,
    discover,
    refresh,
    alarms,
    sql,
    show,
    site,
    serve,
    export,
    release,
    changes,
    delta,
    patch,
    findings,
    status,
    check,
    bundle,
    replay,
    verify,
    prune,
):
    app.command()(command)
app.add_typer(audit_app, name="audit")
app.add_typer(archive_app, name="archive")
app.add_typer(registry_app, name="registry")
registry_app.registered_commands += proposals_app.registered_commands


def main() -> None:
    """Run the command line."""
    if os.name != "posix":
        print(
            "gknb 需要 Linux、macOS 或 WSL / needs Linux, macOS or WSL: file locks, limits", file=sys.stderr
        )
        sys.exit(terminal.COULD_NOT_RUN)
    terminal.main(app)


if __name__ == "__main__":
    main()
