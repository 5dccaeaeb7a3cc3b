"""The commands of the crawl: crawl, discover; and what `gknb refresh` and `gknb status` have in common with
them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.paths import ARCHIVE, REGISTRY
from base.terminal import (
    NEEDS_PERSON,
    AsJson,
    console,
    counting,
    note,
    stop,
    stopping_at,
    to_json,
    working,
)
from commands.options import (
    ArchiveDir,
    Budget,
    Contact,
    DryRun,
    DueOnly,
    Recheck,
    Region,
    RegistryDir,
    Settings,
    Sites,
    Webhook,
    ids,
)
from commands.upkeep import SITES_SHOWN, loaded, register

if TYPE_CHECKING:
    from crawler.runs.refresh import Built, RefreshReport
    from crawler.runs.reports import ReportDocument

# So many reports are shown by name; --json and the run report have all.
_SHOWN = {"new": 5, "changed": 200, "withdrawn": 200}
SITES_NAMED = 5
_MARKS = {"new": "+", "changed": "~", "withdrawn": "-"}


def crawl(
    sites: Sites = None,
    region: Region = None,
    registry: RegistryDir = REGISTRY,
    archive: ArchiveDir = ARCHIVE,
    budget: Budget = None,
    recheck: Recheck = "due",
    due: DueOnly = False,
    dry_run: DryRun = False,
    webhook: Webhook = None,
    contact: Contact = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """抓取登记的栏目，存入档案 / Crawl the registered columns into the archive."""
    options = {"budget": budget, "recheck": recheck, "due_only": due, "dry_run": dry_run, "webhook": webhook}
    report = run_crawl(sites, region, registry, archive, contact, settings, options)
    show_run(report, archive, as_json)
    raise typer.Exit(report.exit_code)


def run_crawl(
    sites: str | None,
    region: str | None,
    registry: Path,
    archive: Path,
    contact: str | None,
    settings: Iterable[str] | None,
    options: Mapping[str, Any],
    build: Callable[[Sequence[ReportDocument]], Built] | None = None,
) -> RefreshReport:
    """A run of the crawl as the command line asks for it; leaves where it cannot be."""
    from base.lock import InUseError
    from base.tables import TableError
    from crawler.runs import refresh

    with stopping_at(InUseError, TableError, LookupError, OSError):
        with ExitStack() as bar:
            done = bar.enter_context(counting("抓取 crawling, 栏目 columns"))

            def then(documents: Sequence[ReportDocument]) -> Built:
                assert build is not None
                bar.close()  # the build has a bar of its own
                return build(documents)

            report = refresh.run(
                archive,
                registry,
                sites=ids(sites),
                region=region,
                settings=_settings(contact, settings),
                progress=done,
                build=then if build else None,
                **options,
            )
        if report.identified:
            note(f"{len(report.identified)} 个站点由其自述标签核实 / sites verified by their own tags")
    return report


def standings(registry: Path, archive: Path, sites: str | None, region: str | None) -> list[dict[str, Any]]:
    """How sites stand, by outcome, as rows to show."""
    from crawler.runs.records import Runs
    from crawler.runs.status import standings as found

    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = tables.select(ids(sites), region)
    return [
        {
            "outcome": one.outcome,
            "columns": one.columns,
            "sites": len(one.sites),
            "which": ", ".join(one.sites[:SITES_NAMED]) + (" …" if len(one.sites) > SITES_NAMED else ""),
            "needs_person": one.needs_person,
            "meaning": one.meaning,
            "what_to_do": one.what_to_do,
        }
        for one in found(tables, Runs(archive), chosen)
    ]


def show_run(report: RefreshReport, archive: Path, as_json: bool) -> None:
    """What a run has done, for people or machines."""
    if as_json:
        print(to_json(report.to_record()))
    elif report.problem:
        note(report.problem, "red")
    elif report.dry_run:
        _show_plan(report)
    elif not report.planned:
        note("没有到期的站点 / no site is due")
    else:
        _show_end(report, archive)


def _show_plan(report: RefreshReport) -> None:
    again = "，续上次未完的运行 / resuming the unfinished run" if report.resumed else ""
    note(f"会抓 {len(report.planned)} 个站点 / {len(report.planned)} sites would be crawled{again}")
    for site_id in report.planned[:SITES_SHOWN]:
        print(site_id)
    if len(report.planned) > SITES_SHOWN:
        note(f"… 共 {len(report.planned)} / of {len(report.planned)}: --json")


def _show_end(report: RefreshReport, archive: Path) -> None:
    ended = ", ".join(f"{outcome} {count}" for outcome, count in report.outcomes.items())
    print(f"run: {report.run_id}")
    print(f"columns: {ended}")
    counts = {name: len(getattr(report, name)) for name in _MARKS}
    print("reports: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    for name, mark in _MARKS.items():
        documents = getattr(report, name)
        for document in documents[: _SHOWN[name]]:
            print(f"  {mark} {document.title}  {document.url}")
        if len(documents) > _SHOWN[name]:
            print(f"  {mark} … {len(documents)} in all")
    if built := report.built:
        read = ", ".join(f"{status} {count}" for status, count in built.read.items())
        print(f"read now: {read or 'none'}")
        if built.build_id:
            counted = ", ".join(f"{name} {count}" for name, count in built.counts.items())
            print(f"build: {built.build_id} ({counted})")
        else:
            note(f"构建被拒，当前构建未变 / refused, the current build stays: {built.refused}", "red")
        for document in built.unread:
            note(f"没有读到表 / no tables were read: {document.title} {document.url}", "yellow")
    for alarm in report.alarms:
        place = " ".join(filter(None, (alarm.site_id, alarm.column_id)))
        note(f"需人处理 for a person: {alarm.kind} {place}: {alarm.message}", "yellow")
    if report.unregistered:
        note(f"{report.unregistered} 个站点没有登记栏目 / sites have no registered column: gknb discover URL")
    if report.webhook_problem:
        note(f"未能通知 / the webhook could not be told: {report.webhook_problem}", "red")
    note(f"运行报告 / run report: {archive / 'runs' / report.run_id}.json")


def discover(
    url: Annotated[str, typer.Argument(help="门户首页 / a portal's home page")],
    site: Annotated[
        str, typer.Option(help="站点标识，默认按网址查 / its id in sites.csv; default: by its address")
    ] = "",
    accept: Annotated[
        str | None,
        typer.Option(
            metavar="ID,ID…|all",
            help="把这些建议写入登记表 / write these proposals into the registry; all: all without a problem",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="把建议写成 CSV，删改后用 gknb registry add 登记 / write the proposals as CSV, to be gone "
            "through by a person and then added with gknb registry add"
        ),
    ] = None,
    pages: Annotated[int, typer.Option(help="最多看多少页 / pages to look at, at most", min=1)] = 300,
    depth: Annotated[
        int, typer.Option(help="离首页最多几步 / clicks from the home page, at most", min=1)
    ] = 5,
    registry: RegistryDir = REGISTRY,
    archive: ArchiveDir = ARCHIVE,
    contact: Contact = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """从门户首页寻找年报栏目，提出登记建议 / Find a portal's annual report columns; propose rows for them."""
    proposals = _discovered(
        {
            "url": url,
            "site": site,
            "pages": str(pages),
            "depth": str(depth),
            "registry": str(registry.resolve()),
        },
        archive.resolve(),
        _settings(contact, settings),
    )
    if out and proposals:
        with out.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(proposals[0]), lineterminator="\n")
            table.writeheader()
            table.writerows(proposals)
    if as_json:
        print(to_json(proposals))
    elif proposals:
        _show_proposals(proposals)
    if not proposals:
        note("没有找到年报栏目 / no annual report column was found")
        raise typer.Exit(NEEDS_PERSON)
    if accept:
        _accept(accept, proposals, registry)


def _discovered(
    arguments: Mapping[str, str], archive: Path, settings: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What the spider proposes; leaves where it could not look."""
    import json
    import tempfile

    from base.tables import TableError
    from crawler.process import FINISHED
    from crawler.process import crawl as crawl_by
    from crawler.registry import tables as tables
    from crawler.runs.records import new_run_id

    with stopping_at(TableError, LookupError):
        tables.load(Path(arguments["registry"])).select(filter(None, [arguments["site"]]))
    run_id = new_run_id()
    log = archive / "discover" / f"{run_id}.log"
    with tempfile.TemporaryDirectory() as temporary:
        output = Path(temporary) / "proposals.json"
        with working(f"查看 looking at {arguments['url']}"):
            ended = crawl_by(
                "discover",
                dict(arguments) | {"run_id": run_id},
                dict(settings) | {"ARCHIVE_DIR": str(archive)},
                log,
                output=output,
            )
        if ended.reason not in (FINISHED, "no_column_found"):
            stop(f"{ended.error} (log: {log})")
        found: list[dict[str, Any]] = json.loads(output.read_bytes() or b"[]")
        return found


def _show_proposals(proposals: Sequence[Mapping[str, Any]]) -> None:
    from commands.printing import answer_table

    names = ("column_id", "owner", "family", "confidence", "reports", "folders", "url", "evidence", "problem")
    console().print(answer_table(names, [[row[name] for name in names] for row in proposals]))
    first = proposals[0]
    said = " ".join(filter(None, (first["site_name"], first["site_id_code"], first["site_domain"])))
    print(f"site: {first['site_id']} {said}")
    if first["site_doubts"]:
        note(f"存疑 doubts: {first['site_doubts']}", "yellow")


def _accept(accept: str, proposals: Sequence[Mapping[str, Any]], registry: Path) -> None:
    wanted = accept.split(",")
    if accept == "all":
        wanted = [row["column_id"] for row in proposals if not row["problem"]]
    if unknown := set(wanted) - {row["column_id"] for row in proposals}:
        stop(f"没有这些建议 / not among the proposals: {', '.join(sorted(unknown))}")
    register([row for row in proposals if row["column_id"] in wanted], registry)


def _settings(contact: str | None, settings: Iterable[str] | None) -> dict[str, str]:
    """Scrapy's settings as the command line gives them."""
    found = {"CONTACT": contact} if contact else {}
    for setting in settings or ():
        name, separator, value = setting.partition("=")
        if not separator:
            stop(f"--set {setting}: 应为 NAME=VALUE / should be NAME=VALUE")
        found[name] = value
    return found
