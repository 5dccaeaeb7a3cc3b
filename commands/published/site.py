"""The command site: the page as static files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base.terminal import AsJson, Lake, note, stop, stopping_at, tell, working
from commands.questions.status import run_status
from commands.readings.extract import Registry
from commands.shared.options import ArchiveDir, archive_of
from commands.shared.source import folder_of

if TYPE_CHECKING:
    from publish.boundaries import Boundaries

Build = Annotated[
    Path | None,
    typer.Option(
        "--build",
        help="某次构建或发布版，默认当前构建 / folder of a build or of a release; default: the current build",
    ),
]


BoundariesFile = Annotated[
    Path | None,
    typer.Option(
        help="行政区划边界 GeoJSON，自备，覆盖页据此画图 / "
        "boundaries of divisions as GeoJSON, your own, for a map of coverage",
        metavar="FILE",
    ),
]


def site(
    out: Annotated[
        Path, typer.Option(help="写入网站的文件夹 / folder to write the site into", metavar="DIR")
    ],
    source: Build = None,
    lake: Lake = None,
    tables: Annotated[
        bool,
        typer.Option("--tables", help="附上 Parquet 表 / with the Parquet tables, for download"),
    ] = False,
    boundaries: BoundariesFile = None,
    registry: Registry = None,
    archive: ArchiveDir = None,
    as_json: AsJson = False,
) -> None:
    """网页：静态文件，放在任何主机或文件夹 / The page as static files, for any host or folder."""
    try:
        from publish.static_site import NoPlaceError, write_site, write_status
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[page]'")
    from query import NothingToOpenError

    given = boundaries_of(boundaries)
    with stopping_at(NoPlaceError, NothingToOpenError), working("写网页 writing the page"):
        made = write_site(folder_of(source, lake), out, tables=tables, boundaries=given)
    if source is None:
        write_status(out, run_status(registry, archive_of(archive, lake)))
    told = {kind: len(sizes) for kind, sizes in made.sizes.items()}
    size = sum(sum(sizes) for sizes in made.sizes.values())
    tell({"folder": str(made.folder), "bytes": size, **({"files": told} if as_json else {})}, as_json)
    note(
        f"查看 / look at it: python -m http.server --directory {out} --bind 127.0.0.1 8000; "
        "http://127.0.0.1:8000/"
    )


def boundaries_of(path: Path | None) -> Boundaries | None:
    """The boundaries in the file given; leaves where it holds none."""
    from publish.boundaries import BoundariesError, read_boundaries

    with stopping_at(BoundariesError):
        return None if path is None else read_boundaries(path)
