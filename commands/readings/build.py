"""From the archive to a build: what joins the crawl and the extraction, which knows nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import (
    CPUS,
    FINE,
    NEEDS_PERSON,
    AllowShrink,
    AsJson,
    Jobs,
    Lake,
    note,
    progress,
    stop,
    stopping_at,
    tell,
)
from commands.readings.extract import Paths, Registry, account, build_files, say_damaged
from commands.shared.lakes import shared, worked_on
from commands.shared.options import Cluster, Log, archive_of

if TYPE_CHECKING:
    from crawler.runs.results import ReportDocument
    from crawler.runs.summary import Built
    from extract.builds.archive_build import ArchiveBuild


def build(
    paths: Paths = None,
    archive: Annotated[
        Path | None, typer.Option(help="抓取档案的文件夹 / folder of a crawl's archive")
    ] = None,
    registry: Registry = None,
    lake: Lake = None,
    allow_shrink: AllowShrink = None,
    jobs: Jobs = CPUS,
    cluster: Cluster = None,
    log: Log = "text",
    as_json: AsJson = False,
) -> None:
    """做一次新构建，检查后设为当前 / Make a build from files or an archive, check it, make it current."""
    from base.lakes.working_copy import address_of
    from base.paths import LAKE, archive_in
    from extract.builds.without_pandas import leave_pandas_out

    leave_pandas_out(numpy=bool(cluster))  # whose client has arrays of it
    from extract.builds.build import BuildRefusedError

    place = lake or LAKE
    if not paths and archive is None and address_of(place):
        archive = archive_in(place)
    if bool(paths) == bool(archive):
        stop("给出文件夹或 --archive 之一 / give either paths or --archive")
    if paths and cluster:
        stop("集群只读档案 / a cluster reads archives alone: --cluster needs --archive")
    try:
        with worked_on(lake, archive_of(archive, lake)):
            if archive:
                told, finished = _build_archive(archive, registry, lake, jobs, allow_shrink, cluster)
            else:
                told, finished = build_files(paths, lake, jobs, allow_shrink, registry)
    except BuildRefusedError as error:
        note(f"构建被拒，当前构建未变 / refused, the current build stays: {error}", "red")
        raise typer.Exit(NEEDS_PERSON) from error
    tell(told, as_json)
    raise typer.Exit(FINE if finished else NEEDS_PERSON)


def _build_archive(
    archive: Path,
    registry: Path | None,
    lake: Path | None,
    jobs: int,
    allow_shrink: str | None,
    cluster: str | None,
) -> tuple[Mapping[str, Any], bool]:
    """A build of an archive: the same."""
    from extract.builds.build import BuildRefusedError

    made = _read_and_build(archive, registry, lake, jobs, allow_shrink, cluster)
    if made.build is None:
        raise BuildRefusedError(made.refused)
    told = account(made.build, Counter(made.statuses.values()))
    told |= {"read_now": len(made.read_now), "opened_now": len(made.opened_now)}
    told |= {"recognised_now": made.recognised_now}
    if made.damaged:
        told |= {"damaged": list(made.damaged)}
    return told, not made.has_unread and not made.damaged


def _read_and_build(
    archive: Path,
    registry: Path | None,
    lake: Path | None,
    jobs: int,
    allow_shrink: str | None,
    cluster: str | None,
) -> ArchiveBuild:
    from extract.builds.without_pandas import leave_pandas_out

    leave_pandas_out()
    from base.lock import InUseError
    from base.paths import LAKE, OWN_REGISTRY
    from base.tables import TableError
    from crawler.archive.deliver import deliver
    from extract.builds.archive_build import build_archive
    from extract.builds.build import NoBuildError
    from extract.builds.engines.batch import ClusterError

    known = registry or OWN_REGISTRY
    if cluster and find_spec("distributed") is None:
        stop("缺少 distributed / distributed is missing: pip install 'gknb[cluster]'")
    make = partial(
        build_archive,
        partial(deliver, archive.resolve(), known),
        lake or LAKE,
        jobs,
        partial(progress, "读取 reading"),
        registry=known,
        allow_shrink=allow_shrink,
        cluster=cluster,
    )
    with (
        stopping_at(ClusterError, FileNotFoundError, InUseError, NoBuildError, TableError),
        shared(lake or LAKE, archive) as there,
    ):
        made = make() if there is None else there.build(make)
    say_damaged(made.damaged)
    return made


def build_after(
    archive: Path,
    registry: Path,
    lake: Path | None,
    jobs: int,
    allow_shrink: str | None,
    documents: Sequence[ReportDocument],
    *,
    cluster: str | None = None,
) -> Built:
    """The build after a crawl that brought these reports."""
    from crawler.runs.summary import Built
    from extract.builds.archive_build import is_unread

    made = _read_and_build(archive, registry, lake, jobs, allow_shrink, cluster)
    return Built(
        build_id=made.build.build_id if made.build else "",
        counts=made.build.manifest["counts"] if made.build else {},
        read=dict(Counter(made.statuses[sha256] for sha256 in made.read_now).most_common()),
        unread=tuple(document for document in documents if is_unread(document.content, made.statuses)),
        refused=made.refused,
        damaged=made.damaged,
    )
