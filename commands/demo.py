"""The command demo."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from base.terminal import CPUS, Jobs, console, note, stop, tell, working
from commands.build import build_after
from commands.crawl import run_crawl
from commands.extract import build_files
from commands.run_report import show_run
from commands.source import open_source

OFFLINE_REPORTS = 200


def demo(
    offline: Annotated[
        bool,
        typer.Option(
            "--offline", help="不经门户：生成报告直接读取 / without portals: reports are made up and read"
        ),
    ] = False,
    jobs: Jobs = CPUS,
) -> None:
    """虚构的省，走完全程 / The whole way on a made-up province: crawl, archive, read, build, answers."""
    from base.paths import LAKE

    lake = LAKE / "demo"
    if offline:
        _demo_offline(lake, jobs)
    else:
        _demo_province(lake, jobs)
    _answer_questions(lake)
    note(f'自己提问 / ask yourself: gknb sql "FROM rates" --lake {os.path.relpath(lake)}')


def _demo_province(lake: Path, jobs: int) -> None:
    """Crawl, archive, read and build the province, and say what of it was found."""
    from commands.answers import show_answer
    from demo import whole_way

    archive = lake / "archive"
    try:
        with whole_way.province(lake) as known:
            settings = [f"{name}={value}" for name, value in whole_way.settings(known).items()]
            then = partial(build_after, archive, lake / "registry", lake, jobs, None)
            report = run_crawl(None, None, lake / "registry", archive, None, settings, {}, then)
    except whole_way.NoProvinceError as error:
        stop(f"{error}; gknb demo --offline")
    show_run(report, archive, as_json=False)
    if report.problem:
        raise typer.Exit(report.exit_code)
    rows = [(one.family, one.found, one.known) for one in whole_way.coverage(known, report.new)]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    console().print("\n找到的报告，按网站系统\nReports found, by the portals' CMS family", style="bold")
    show_answer(("family", "found", "of"), rows)


def _demo_offline(lake: Path, jobs: int) -> None:
    """Make reports up and build them."""
    from demo.generate import write_corpus

    shutil.rmtree(lake, ignore_errors=True)
    with working(f"生成 {OFFLINE_REPORTS} 份报告 making up {OFFLINE_REPORTS} reports"):
        write_corpus(lake / "reports", OFFLINE_REPORTS, seed=1)
    (lake / "reports" / "truth.csv").rename(lake / "truth.csv")
    told, _ = build_files([lake / "reports"], lake, jobs, None)
    tell(told, as_json=False)


def _answer_questions(lake: Path) -> None:
    from commands.answers import show_answer
    from query.questions import QUESTIONS

    with open_source(None, lake) as connection:
        for question in QUESTIONS:
            answer = connection.execute(question.sql)
            names = [column[0] for column in answer.description or ()]
            console().print(f"\n{question.zh}\n{question.en}", style="bold")
            show_answer(names, answer.fetchall())
