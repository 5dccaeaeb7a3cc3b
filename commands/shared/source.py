"""What a question is asked of: a build, or what `gknb extract --out` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base.lakes.working_copy import named
from base.terminal import stopping_at
from commands.shared.lakes import fresh_build

if TYPE_CHECKING:
    import duckdb

From = Annotated[
    Path | None,
    typer.Option(
        "--build",
        "--out",
        help="某次构建、发布版或 extract --out 的文件夹，默认当前构建 / "
        "folder of a build, of a release or of extract --out; default: the current build",
    ),
]


def folder_of(source: Path | None, lake: Path | None) -> Path:
    """The folder that a question is asked of: the one given, a release's tables, or the current build. Leaves
    where there is none."""
    from extract.builds.current import NoBuildError
    from publish.releases.edition import RELEASE

    if source and (source / RELEASE).is_file():
        return source / "parquet"
    with stopping_at(NoBuildError):
        return source or fresh_build(lake).path


def open_source(
    source: Path | None, lake: Path | None, only_for: str | None = None
) -> duckdb.DuckDBPyConnection:
    """The tables of that folder, or those of them that the query `only_for` can draw on."""
    from query import NothingToOpenError, open_build

    with stopping_at(NothingToOpenError):
        return open_build(folder_of(source, lake), only_for=only_for)


def asked_of(source: Path | None, lake: Path | None) -> str:
    """The options by which another command asks the same folder: to be said with its name."""
    if source:
        return f" --build {source}"
    return f" --lake {named(lake)}" if lake else ""
