"""The command demo."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import CPUS, Jobs, console, note, stop, tell, working
from commands.crawls.crawl import run_crawl
from commands.crawls.hooks import Hooks
from commands.crawls.run_report import show_run
from commands.readings.build import build_after
from commands.readings.extract import build_files
from commands.shared.source import open_source

if TYPE_CHECKING:
    from crawler.runs.summary import RefreshReport
    from demo.whole_way import Served
    from query.questions import Question

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
        _answer_questions(lake)
    else:
        _demo_province(lake, jobs)
    where = os.path.relpath(lake)
    note(f'\n自己提问 / ask yourself: gknb sql "FROM rates" --lake {where}')
    note(f"看缺了什么 / see what is missing: gknb status --lake {where} --picture coverage.png")
    note(f"网页 / the page: gknb serve --lake {where}; gknb site --lake {where} --out site")


def _demo_province(lake: Path, jobs: int) -> None:
    """Crawl, archive, read and build the province, ask, and refresh once after its publishers have changed
    reports."""
    from base.paths import MADE_UP
    from demo import whole_way
    from query.questions import CHANGED_CELLS, PRINTED_CELLS

    last_year = whole_way.last_reported_year(datetime.now(UTC).date())
    try:
        with whole_way.served(lake, last_year) as served:
            (lake / MADE_UP).touch()  # before the builds, which say so
            report = _refresh(served, lake, jobs, None, "due")
            _show_found(served, report)
            _answer_questions(lake)
            _answer(lake, PRINTED_CELLS, url=whole_way.wrong_figures(served.province).page_url)
            later = served.let_time_pass()
            _say(
                "过了一阵，上面的数字被悄悄改正，一份迟交的报告补发了，另一份撤下了。再运行 gknb refresh：",
                "Later the figures above were corrected in silence, an overdue report was published,\n"
                "another withdrawn. gknb refresh again:",
            )
            _refresh(served, lake, jobs, later.site_ids, "all")
            _answer(lake, CHANGED_CELLS)
    except whole_way.NoProvinceError as error:
        stop(f"{error}; gknb demo --offline")


def _refresh(served: Served, lake: Path, jobs: int, sites: str | None, recheck: str) -> RefreshReport:
    """A refresh of the province's portals, told; leaves where it could not run."""
    from demo import whole_way

    archive = lake / "archive"
    settings = [f"{name}={value}" for name, value in whole_way.settings(served.province).items()]
    then = partial(build_after, archive, lake / "registry", lake, jobs, None)
    options = {"recheck": recheck}
    report = run_crawl(sites, None, lake / "registry", archive, None, settings, options, Hooks(), then)
    show_run(report, archive, as_json=False)
    if report.problem:
        raise typer.Exit(report.exit_code)
    return report


def _show_found(served: Served, report: RefreshReport) -> None:
    """How many of the reports that the province has were found."""
    from demo import whole_way

    rows = [(one.family, one.found, one.known) for one in whole_way.coverage(served.province, report.new)]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    _say("找到的报告，按网站系统", "Reports found, by the portals' CMS family")
    _show(("family", "found", "of"), rows)


def _demo_offline(lake: Path, jobs: int) -> None:
    """Make reports up and build them."""
    from base.paths import MADE_UP
    from demo.generate import write_corpus

    shutil.rmtree(lake, ignore_errors=True)
    lake.mkdir(parents=True)
    (lake / MADE_UP).touch()  # before the build, which says so
    with working(f"生成 {OFFLINE_REPORTS} 份报告 making up {OFFLINE_REPORTS} reports"):
        write_corpus(lake / "reports", OFFLINE_REPORTS, seed=1)
    (lake / "reports" / "truth.csv").rename(lake / "truth.csv")
    told, _ = build_files([lake / "reports"], lake, jobs, None)
    tell(told, as_json=False)


def _answer_questions(lake: Path) -> None:
    from query.questions import QUESTIONS

    for question in QUESTIONS:
        _answer(lake, question)


def _answer(lake: Path, question: Question, **parameters: Any) -> None:
    """A question and what the current build answers."""
    _say(question.zh, question.en)
    with open_source(None, lake) as connection:
        answer = connection.execute(question.sql, parameters)
        _show([column[0] for column in answer.description or ()], answer.fetchall())


def _show(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from commands.shared.answers import show_answer

    show_answer(names, rows, all_columns="gknb sql --records", all_rows="gknb sql --csv")


def _say(chinese: str, english: str) -> None:
    console().print(f"\n{chinese}\n{english}", style="bold")
