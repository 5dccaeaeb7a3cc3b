"""The command crawl; and what `gknb refresh` and `gknb status` have in common with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from base.paths import OWN_REGISTRY
from base.terminal import AsJson, Lake, counting, note, stopping_at
from commands.crawls.hooks import Hooks, hooks_of
from commands.crawls.run_report import show_run
from commands.crawls.upkeep import editable, loaded
from commands.shared.lakes import sending, side_by_side, worked_on
from commands.shared.options import (
    ArchiveDir,
    Budget,
    Contact,
    DryRun,
    DueOnly,
    Heartbeat,
    Log,
    Recheck,
    Region,
    RegistryDir,
    Settings,
    Sites,
    Webhook,
    archive_of,
    ids,
    scrapy_settings,
)

if TYPE_CHECKING:
    from crawler.runs.results import ReportDocument
    from crawler.runs.summary import Built, RefreshReport

SITES_NAMED = 5


def crawl(
    sites: Sites = None,
    region: Region = None,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    lake: Lake = None,
    budget: Budget = None,
    recheck: Recheck = "due",
    due: DueOnly = False,
    dry_run: DryRun = False,
    webhook: Webhook = None,
    heartbeat: Heartbeat = None,
    contact: Contact = None,
    settings: Settings = None,
    log: Log = "text",
    as_json: AsJson = False,
) -> None:
    """抓取登记的栏目，存入档案 / Crawl the registered columns into the archive."""
    options = {"budget": budget, "recheck": recheck, "due_only": due, "dry_run": dry_run}
    hooks = hooks_of(webhook, heartbeat)
    where = archive_of(archive, lake)
    with worked_on(lake, where) as there, sending(there):
        given = [*side_by_side(there), *(settings or ())]
        report = run_crawl(sites, region, registry, where, contact, given, options, hooks)
    show_run(report, where, as_json)
    raise typer.Exit(report.exit_code)


def run_crawl(
    sites: str | None,
    region: str | None,
    registry: Path,
    archive: Path,
    contact: str | None,
    settings: Iterable[str] | None,
    options: Mapping[str, Any],
    hooks: Hooks,
    build: Callable[[Sequence[ReportDocument]], Built] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> RefreshReport:
    """A run of the crawl as the command line asks for it; leaves where it cannot be. `meanwhile` is called
    once the crawl is under way."""
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
                editable(registry),
                sites=ids(sites),
                region=region,
                settings=scrapy_settings(contact, settings),
                progress=done,
                build=then if build else None,
                meanwhile=meanwhile,
                webhook=hooks.webhook,
                **options,
            )
        if report.identified:
            note(f"{len(report.identified)} 个站点由其自述标签核实 / sites verified by their own tags")
    return hooks.after(report)


def agencies(registry: Path, archive: Path, sites: str | None, region: str | None) -> list[dict[str, Any]]:
    """By kind of agency, the places whose columns have brought reports of fewer than are expected."""
    from crawler.runs.agencies import brought
    from crawler.runs.records import Runs

    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = tables.select(ids(sites), region)
    of_kind: dict[tuple[str, int], list[Any]] = {}
    for one in brought(tables, Runs(archive), chosen):
        of_kind.setdefault((one.kind, one.least), []).append(one)
    rows = []
    for (kind, least), places in sorted(of_kind.items()):
        short = [f"{one.division_code} {one.name} {one.most}" for one in places if one.is_short]
        more = " …" if len(short) > SITES_NAMED else ""
        counts = {"kind": kind, "expected": least, "places": len(places), "short": len(short)}
        rows.append(counts | {"which": ", ".join(short[:SITES_NAMED]) + more})
    return rows


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
