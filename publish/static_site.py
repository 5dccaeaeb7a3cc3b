"""The static site: the page and its data as plain files, for any host or folder."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from base.hashes import tree_sha256
from extract.schemas import TABLES
from publish.answers import Row
from publish.boundaries import Boundaries
from publish.releases.edition import AUDIT, RELEASE, Edition
from publish.site_data.data import SiteData
from publish.site_data.files import DataFiles
from query.cookbook import examples
from query.database import WRITING_MEMORY, open_build
from query.provenance import is_made_up

ASSETS = Path(__file__).parent / "site"
# What the code of the page is made of; everything else that lies there is no part of it.
_KINDS = (".html", ".css", ".js", ".svg")
# Rows of an example's answer that the page shows.
_ROWS_OF_AN_ANSWER = 12
# What tells a folder that a site was written into from a folder of somebody's files.
_MARK = "gknb-site.json"
#: The data file of how the crawl stands.
STATUS = "status"


class NoPlaceError(Exception):
    """A folder that a site may not be written into; the message says why."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was written: its folder, and the sizes of its data files by kind."""

    folder: Path
    sizes: Mapping[str, Sequence[int]]


def write_site(
    build: Path,
    out: Path,
    *,
    tables: bool = False,
    server: bool = False,
    boundaries: Boundaries | None = None,
) -> Site:
    """Write the site of a build, or of a release's tables, into the folder `out`, which is replaced whole;
    with its Parquet files where `tables` says so, with a map where somebody gives `boundaries`. `server` says
    that a server stands behind it (`publish.server`).

    Raises NoPlaceError where `out` holds something else, and what `open_build` raises.
    """
    out = out.absolute()
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).is_file())):
        raise NoPlaceError(f"{out} holds something else than a site: give a folder that is new or empty")
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as temporary,
        open_build(build, memory=WRITING_MEMORY, spills=True) as connection,
    ):
        folder = Path(temporary) / out.name
        copy_page(folder)
        files = _copy_tables(build, folder / "tables") if tables else []
        about = {
            **about_build(connection, build),
            "files": files,
            "server": server,
            "map": None if boundaries is None else boundaries.name,
        }
        data = SiteData(connection, folder / "data")
        if boundaries is not None:
            data.files.put("boundaries", boundaries.to_json())
        data.files.put("examples", answered_examples(connection))
        data.files.put(STATUS, None)
        sizes = data.write(about)
        (folder / _MARK).write_text(json.dumps(_mark(build, boundaries)) + "\n", encoding="utf-8")
        if out.exists():
            out.rename(Path(temporary) / "before")
        folder.rename(out)
    return Site(out, sizes)


def write_status(folder: Path, status: Mapping[str, Any] | None) -> None:
    """Put into a site how the crawl stands: it changes with every run, the rest with every build."""
    DataFiles(folder / "data").put(STATUS, status)


def is_written(build: Path, folder: Path, boundaries: Boundaries | None = None) -> bool:
    """Whether `folder` holds the site of this build with these boundaries, as this code writes it."""
    mark = folder / _MARK
    return mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) == _mark(build, boundaries)


def _mark(build: Path, boundaries: Boundaries | None) -> dict[str, str | None]:
    edition, build_id = _named(build)
    return {
        "build": build_id,
        "release": None if edition is None else edition.version,
        "boundaries": None if boundaries is None else boundaries.sha256,
        "page": page_sha256(),
    }


def page_sha256() -> str:
    """A hash over the page and what writes its data."""
    return tree_sha256(ASSETS.parent, "site/*", "site_data/*.py", "*.py")


def copy_page(folder: Path) -> None:
    """Copy what the page is made of, but for its data."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(ASSETS.iterdir()):
        if path.suffix in _KINDS:
            shutil.copyfile(path, folder / path.name)


def about_build(connection: duckdb.DuckDBPyConnection, build: Path) -> dict[str, Any]:
    """What the page says of the build: its id, that of the release, its counts, and whether all in it is made
    up."""
    edition, build_id = _named(build)
    return {
        "build": build_id,
        "release": None if edition is None else edition.version,
        "audit": _audit_beside(build),
        "counts": {
            name: connection.execute(f"SELECT count(*) FROM stored.{name}").fetchall()[0][0]
            for name in TABLES
        },
        "demo": is_made_up(build, connection) or (edition is not None and edition.made_up),
    }


def _audit_beside(build: Path) -> dict[str, Any] | None:
    """The error rate that was measured on a release: reports seen and wrong, and the bounds."""
    path = build.parent / AUDIT
    if not (build.parent / RELEASE).is_file() or not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    line = told["all"]
    return {
        "reports": line["reports"],
        "wrong": line["wrong_reports"],
        "low": line["report_rate"]["low"],
        "high": line["report_rate"]["high"],
        "unseen": sum(told["unseen"].values()),
    }


def _named(build: Path) -> tuple[Edition | None, str | None]:
    """The release that a folder of tables is part of, if any, and the id of the build."""
    if (build.parent / RELEASE).is_file():
        edition = Edition.read(build.parent)
        return edition, edition.build
    return None, build.name if (build / "manifest.json").is_file() else None


def answered_examples(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The questions of the cookbook, with their SQL and the first rows of the answer of this build."""
    told: list[Row] = []
    for one in examples():
        answer: Row = {"name": one.name, "zh": one.zh, "en": one.en, "sql": one.sql}
        try:
            result = connection.execute(one.sql)
            answer["columns"] = [column[0] for column in result.description or ()]
            answer["rows"] = [
                [None if value is None else str(value) for value in row]
                for row in result.fetchmany(_ROWS_OF_AN_ANSWER)
            ]
        except duckdb.Error as error:
            answer["problem"] = str(error)
        told.append(answer)
    return told


def _copy_tables(build: Path, folder: Path) -> list[tuple[str, int]]:
    """Copy the Parquet files, as links where the disk can; their addresses and sizes."""
    found: list[tuple[str, int]] = []
    for path in sorted(build.rglob("*.parquet")):
        target = folder / path.relative_to(build)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
        found.append((f"tables/{path.relative_to(build)}", path.stat().st_size))
    return found
