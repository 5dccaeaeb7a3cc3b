"""An archive to be read, built here once; clusters of worker processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from crawler.archive.deliver import deliver
from crawler.archive.store import Archive
from crawler.runs.records import Plan, RunWriter
from demo.generate import generate
from extract.builds.archive_build import ArchiveBuild, Watch, build_archive
from extract.builds.engines import cluster as engine
from tests.crawler.crawl import site_row, write_registry
from tests.damage.lake import _fetch, _unwatched

DAY = "2026-02-01T08:00:00+00:00"
RUN = "20260201T080000Z-0001"
SKINS = ("html_clean", "docx", "html_word", "html_layout")
REPORTS = 14


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of reports, of a PDF that breaks off, of a page whose body is gone, and a registry."""
    folder = tmp_path_factory.mktemp("cluster")
    write_registry(folder / "registry", [site_row("a", "http://a.test/", "trs")], [])
    bodies = [generate(seed, edition="e2021", skin=SKINS[seed % len(SKINS)]).data for seed in range(REPORTS)]
    bodies.append(generate(99, edition="e2021", skin="pdf_lines").data[:300])
    with Archive(folder / "lake" / "archive").writer(RUN) as archive:
        for number, body in enumerate(bodies):
            sha256 = archive.store(body)
            archive.record(_fetch(f"http://a.test/{number}", "a", sha256, RUN, DAY))
        archive.record(_fetch("http://a.test/gone", "a", "0" * 64, RUN, DAY))
    runs = RunWriter(folder / "lake" / "archive", Plan(RUN, ("a",), "", "due"))
    runs.finish()
    runs.close()
    return folder


@pytest.fixture(scope="session")
def local(archived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it that the processes of this machine have read."""
    folder = tmp_path_factory.mktemp("local") / "copy"
    shutil.copytree(archived, folder)
    assert built(folder).build is not None
    return folder


@pytest.fixture
def folder(archived: Path, tmp_path: Path) -> Path:
    """A copy that nobody has read."""
    shutil.copytree(archived, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents a batch."""
    monkeypatch.setattr(engine, "DOCUMENTS", 2)


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """Two workers, each a process under a nanny, which starts it again where it is killed."""
    with local_cluster(2) as running:
        yield running


@contextmanager
def local_cluster(count: int) -> Iterator[Any]:
    """So many workers of one thread each, on loopback."""
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as running:
        yield running


def built(folder: Path, cluster: str | None = None, watch: Watch = _unwatched) -> ArchiveBuild:
    """`gknb build --archive`, here or on a cluster, without its words."""
    lake, registry = folder / "lake", folder / "registry"
    return build_archive(
        partial(deliver, lake / "archive", registry), lake, 1, watch, registry=registry, cluster=cluster
    )


def build_files(folder: Path) -> dict[str, bytes]:
    """The files of the build that is current, by their names below the builds."""
    builds = folder / "lake" / "builds"
    return {
        path.relative_to(builds).as_posix(): path.read_bytes()
        for path in builds.glob("[0-9a-f]*/**/*")
        if path.is_file()
    }
