"""The command survey: all portals without columns, looked through side by side, one row a portal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.paths import OWN_REGISTRY
from base.terminal import (
    COULD_NOT_RUN,
    CPUS,
    FINE,
    NEEDS_PERSON,
    AsJson,
    counting,
    note,
    stop,
    stopping_at,
    to_json,
)
from commands.shared.options import (
    ArchiveDir,
    Budget,
    Contact,
    Log,
    Region,
    RegistryDir,
    Settings,
    Sites,
    archive_of,
    ids,
    scrapy_settings,
)

if TYPE_CHECKING:
    from crawler.survey.rows import PortalRow
    from crawler.survey.run import SurveyReport

PORTALS_NAMED = 4

Index = Annotated[
    list[Path] | None,
    typer.Option(
        "--index",
        metavar="FILE",
        help="已存档网址的清单（CDX 或 Parquet），先从中找候选 / archived addresses (CDX, or Parquet as "
        "Common Crawl's columnar index) to take candidates from first; may be given more than once",
    ),
]


def survey(
    sites: Sites = None,
    region: Region = None,
    index: Index = None,
    accept_sure: Annotated[
        bool,
        typer.Option(
            "--accept-sure",
            help="把有把握的建议写入登记表：至少两篇年报标题，且网站标识码和名称相符 / write "
            "into the registry what two titles of reports and the portal's own code and name speak for",
        ),
    ] = False,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate",
            help="不访问网络，只估计所需的请求、时间、磁盘、内存 / ask for nothing; foretell requests, time, "
            "disk and memory of survey, crawl and build, as ranges with what they rest on",
        ),
    ] = False,
    years: Annotated[int, typer.Option(help="估计几年的报告 / years of reports to foretell", min=1)] = 15,
    again: Annotated[
        bool, typer.Option("--again", help="不久前看过的也再看 / also portals looked through not long ago")
    ] = False,
    budget: Budget = None,
    pages: Annotated[int, typer.Option(help="每个门户最多看多少页 / pages a portal, at most", min=1)] = 300,
    depth: Annotated[
        int, typer.Option(help="离首页最多几步 / clicks from the home page, at most", min=1)
    ] = 5,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    contact: Contact = None,
    settings: Settings = None,
    log: Log = "text",
    as_json: AsJson = False,
) -> None:
    """普查尚无栏目的门户，提出登记建议 / Look through all portals without columns; propose rows for them."""
    from base.lock import InUseError
    from base.tables import TableError
    from crawler.survey.acceptance import accept_sure as accept
    from crawler.survey.run import Asked
    from crawler.survey.run import survey as run

    root = archive_of(archive)
    if estimate:
        show_estimate(registry, root, sites, region, years, as_json)
        return
    candidates = _candidates(index, registry, root) if index else None
    asked = Asked(ids(sites), region, budget, pages, depth, again, candidates)
    with stopping_at(InUseError, TableError, LookupError, OSError), ExitStack() as bar:
        done = bar.enter_context(counting("普查 surveying, 门户 portals"))
        report = run(root, registry, asked, scrapy_settings(contact, settings), done)
    if report.problem and not report.rows:
        stop(report.problem)
    accepted = accept(root, registry, [row.site_id for row in report.rows]) if accept_sure else ()
    if as_json:
        print(to_json({**_record(report), "accepted": [one.column_id for one in accepted]}))
    else:
        _show(report)
        if accept_sure:
            note(f"登记 {len(accepted)} 个栏目 / {len(accepted)} columns accepted into columns.csv")
    raise typer.Exit(_exit_code(report))


def show_estimate(
    registry: Path, archive: Path, sites: str | None, region: str | None, years: int, as_json: bool
) -> None:
    """Foretell what the portals selected will take."""
    from commands.crawls.upkeep import loaded
    from commands.shared.answers import show_answer
    from crawler.survey.estimate import foretell, measured, question, table

    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = tables.select(ids(sites), region)
    if not chosen:
        stop(f"{registry}: 没有这样的门户 / has no such portal: {sites or region or 'sites.csv'}")
    asked = question(chosen, tables, years, CPUS)
    told = list(foretell(asked, {**table(), **measured(archive, tables)}))
    if as_json:
        print(to_json([{"what": what, **asdict(one)} for what, one in told]))
        return
    show_answer(
        ["what", "from", "to", "unit", "rests on"],
        [(what, _rounded(one.low), _rounded(one.high), one.unit, one.rests_on) for what, one in told],
    )
    note(
        f"{asked.portals} 个门户，其中 {asked.unsurveyed} 个尚无栏目，{years} 年，{CPUS} 个处理器；估计 / "
        f"{asked.portals} portals, {asked.unsurveyed} of them without a column, {years} years, "
        f"{CPUS} processors: an estimate and no promise"
    )


def _rounded(value: float) -> str:
    """Two figures: more would claim what nobody knows.

    >>> _rounded(22704), _rounded(0.0836), _rounded(0)
    ('23,000', '0.084', '0')
    """
    return f"{float(f'{value:.2g}'):,.12g}"


def outcome_table(rows: Iterable[PortalRow]) -> list[dict[str, Any]]:
    """How portals ended, by outcome, with what to do about each: rows to show, here and in `gknb status`."""
    from crawler.survey.outcomes import PortalOutcome, advice

    by_outcome: dict[PortalOutcome, list[PortalRow]] = defaultdict(list)
    for row in rows:
        by_outcome[row.outcome].append(row)
    order = list(PortalOutcome)
    return [
        {
            "outcome": str(outcome),
            "portals": len(found),
            "columns": sum(len(row.proposals) for row in found),
            "which": ", ".join(row.site_id for row in found[:PORTALS_NAMED])
            + (" …" if len(found) > PORTALS_NAMED else ""),
            "meaning": advice()[outcome].meaning,
            "what_to_do": advice()[outcome].what_to_do,
        }
        for outcome, found in sorted(by_outcome.items(), key=lambda item: order.index(item[0]))
    ]


def surveyed(registry: Path, archive: Path, sites: str | None, region: str | None) -> list[dict[str, Any]]:
    """How the portals selected stand after their last surveys, as rows to show."""
    from commands.crawls.upkeep import loaded
    from crawler.survey.records import Surveys

    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = {site.site_id for site in tables.select(ids(sites), region)}
    latest = Surveys(archive).latest().values()
    return outcome_table(
        row for row in latest if row.site_id in chosen or (row.new and not (sites or region))
    )


def family_table(rows: Iterable[PortalRow]) -> tuple[list[str], list[list[Any]]]:
    """Family by outcome: names of columns, and a row a family, the most portals first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counted[row.family or "—"][str(row.outcome)] += 1
    outcomes = sorted({outcome for counts in counted.values() for outcome in counts})
    ordered = sorted(counted.items(), key=lambda item: -item[1].total())
    body = [[family, *(counts[one] or "" for one in outcomes), counts.total()] for family, counts in ordered]
    return ["family", *outcomes, "portals"], body


def _candidates(index: Sequence[Path], registry: Path, archive: Path) -> Path:
    """The candidates that an index of archived addresses gives, as a table in the archive."""
    from base.tables import TableError
    from base.terminal import working
    from crawler.survey.index import IndexFileError, candidates_from, write_candidates

    with stopping_at(IndexFileError, TableError, OSError), working("读清单 reading the index"):
        found = candidates_from(index, registry)
        target = write_candidates(found.candidates, archive / "survey")
    counted = f"{found.addresses} addresses on {found.hosts} hosts: {len(found.candidates)} candidates"
    note(f"清单给出 {len(found.candidates)} 个候选 / {counted}")
    if not found.candidates:
        note("清单中没有未登记的年报栏目 / no address of the index is of a column that is not registered yet")
        raise typer.Exit(NEEDS_PERSON)
    return target


def _show(report: SurveyReport) -> None:
    from commands.shared.answers import show_answer

    if report.problem:
        note(report.problem, "red")
    if not report.planned:
        told = f"{report.known} have columns, {report.rested} were looked through not long ago (--again)"
        note(f"没有要普查的门户 / no portal to survey: {told}")
        return
    if report.resumed:
        note("续上次未完的普查 / resumed the unfinished survey")
    table = outcome_table(report.rows)
    if table:
        names, body = family_table(report.rows)
        show_answer(names, body)
        show_answer(list(table[0]), [list(row.values()) for row in table])
    requests = sum(row.requests for row in report.rows)
    each = f"{requests / len(report.rows):.1f}" if report.rows else "—"
    print(f"survey: {report.run_id}")
    print(f"portals: {len(report.rows)} of {len(report.planned)}, requests: {requests} ({each} a portal)")
    waiting = sum(len(row.proposals) for row in report.rows)
    if waiting:
        note(f"{waiting} 条建议 / proposals: gknb registry proposals")


def _record(report: SurveyReport) -> Mapping[str, Any]:
    return asdict(report) | {
        "rows": [row.to_record() for row in report.rows],
        "outcomes": outcome_table(report.rows),
    }


def _exit_code(report: SurveyReport) -> int:
    from crawler.survey.outcomes import PortalOutcome

    if report.problem:
        return COULD_NOT_RUN
    return FINE if all(row.outcome is PortalOutcome.FOUND for row in report.rows) else NEEDS_PERSON
