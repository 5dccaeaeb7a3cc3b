"""The command refresh: a crawl and, while it waits for the sites, all that the build after it needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module

import typer

from base.paths import OWN_REGISTRY
from base.terminal import CPUS, AllowShrink, AsJson, Jobs, Lake
from commands.crawls.crawl import run_crawl
from commands.crawls.hooks import hooks_of
from commands.crawls.run_report import show_run
from commands.readings.build import build_after
from commands.shared.lakes import sending, side_by_side, worked_on
from commands.shared.options import (
    ArchiveDir,
    Budget,
    Cluster,
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
)


def refresh(
    sites: Sites = None,
    region: Region = None,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    lake: Lake = None,
    budget: Budget = None,
    recheck: Recheck = "due",
    due: DueOnly = False,
    dry_run: DryRun = False,
    allow_shrink: AllowShrink = None,
    webhook: Webhook = None,
    heartbeat: Heartbeat = None,
    contact: Contact = None,
    settings: Settings = None,
    jobs: Jobs = CPUS,
    cluster: Cluster = None,
    log: Log = "text",
    as_json: AsJson = False,
) -> None:
    """抓取，读新增和改动的，构建，报告 / Crawl, read what is new or changed, build, report: for cron."""
    options = {"budget": budget, "recheck": recheck, "due_only": due, "dry_run": dry_run}
    hooks = hooks_of(webhook, heartbeat)
    where = archive_of(archive, lake)
    then = partial(build_after, where, registry, lake, jobs, allow_shrink, cluster=cluster)
    with ThreadPoolExecutor(1) as background, worked_on(lake, where) as there, sending(there):
        load = partial(background.submit, import_module, "extract.builds.archive_build")
        given = [*side_by_side(there), *(settings or ())]
        report = run_crawl(sites, region, registry, where, contact, given, options, hooks, then, load)
    show_run(report, where, as_json)
    raise typer.Exit(report.exit_code)
