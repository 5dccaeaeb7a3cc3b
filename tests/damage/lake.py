"""A small lake with everything that a crawl and a build leave in one, and single bits of it flipped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from crawler.archive.deliver import deliver
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.runs.outcomes import Outcome
from crawler.runs.records import Plan, RunWriter
from crawler.runs.results import ColumnResult, Part, ReportDocument
from demo.generate import generate
from extract.builds.archive_build import ArchiveBuild, build_archive
from extract.builds.engines.pool import Read

RUNS = ("20260201T080000Z-0001", "20260301T080000Z-0002")


def make_lake(lake: Path) -> ArchiveBuild:
    """Two runs over two columns, whose reports are new in the first and confirmed in the second; a build."""
    bodies = [generate(seed, edition="e2021", skin="html_clean").data for seed in (1, 2)]
    for at, run_id in enumerate(RUNS):
        day = f"2026-0{at + 2}-01T08:00:00+00:00"
        with Archive(lake / "archive").writer(run_id) as archive:
            documents = []
            for site_id, body in zip("ab", bodies, strict=True):
                url = f"http://{site_id}.test/1.html"
                sha256 = archive.store(body)
                archive.record(_fetch(url, site_id, sha256, run_id, day))
                part = Part("article", url, url, sha256, "年报")
                documents.append(
                    ReportDocument(site_id, "nb", url, "年报", "", "2026-01-01", None, day, True, (part,))
                )
        runs = RunWriter(lake / "archive", Plan(run_id, ("a", "b"), "", "due"))
        for document in documents:
            ended = _ended(document.site_id, run_id, day)
            runs.add(replace(ended, new=(document,)) if at == 0 else replace(ended, confirmed=(document,)))
        runs.finish()
        runs.close()
    return build_of(lake)


def build_of(lake: Path) -> ArchiveBuild:
    """`gknb build --archive`, without its words."""
    registry = lake.parent / "registry"
    return build_archive(partial(deliver, lake / "archive", registry), lake, 1, _unwatched, registry=registry)


def flip(path: Path, bit: int) -> None:
    """Flip one bit of a file, as a disk does: the file keeps its place and its time."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.chmod(0o644)
    path.write_bytes(data)


def bits(path: Path, count: int, seed: int) -> list[int]:
    """So many bits of a file, at random."""
    return random.Random(seed).sample(range(path.stat().st_size * 8), count)


def parquet_takes(path: Path) -> bool:
    """Whether pyarrow reads the whole file without an error."""
    try:
        pq.read_table(path, partitioning=None).validate(full=True)
    except Exception:  # noqa: BLE001 - whatever it raises, it has noticed
        return False
    return True


def facts_of(made: ArchiveBuild) -> list[dict[str, object]]:
    """All facts of a build, as its files have them."""
    assert made.build is not None, made.refused
    rows: list[dict[str, object]] = pq.read_table(made.build.path / "facts").to_pylist()
    return rows


@contextmanager
def _unwatched(read: Read, _: int) -> Iterator[Read]:
    yield read


def _ended(site_id: str, run_id: str, day: str) -> ColumnResult:
    url = f"http://{site_id}.test/nb/"
    return ColumnResult(run_id, site_id, "nb", url, "trs", Outcome.OK, "", day, day, present=1)


def _fetch(url: str, site_id: str, sha256: str, run_id: str, day: str) -> Snapshot:
    return Snapshot(
        url=url,
        final_url=url,
        site_id=site_id,
        column="nb",
        purpose="article",
        fetched_at=day,
        http_status=200,
        outcome=Outcome.OK,
        content_type="text/html",
        source_sha256=sha256,
        link_text="2023年政府信息公开工作年度报告",
        run_id=run_id,
    )
