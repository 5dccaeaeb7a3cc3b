"""The command site: the page as static files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from base.terminal import AsJson, Lake, note, stop, stopping_at, tell, working
from commands.source import folder_of

Build = Annotated[
    Path | None,
    typer.Option("--build", help="某次构建，默认当前构建 / folder of a build; default: the current build"),
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
    as_json: AsJson = False,
) -> None:
    """网页：静态文件，放在任何主机或文件夹 / The page as static files, for any host or folder."""
    try:
        from publish.static_site import NoPlaceError, write_site
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[page]'")
    from query import NothingToOpenError

    with stopping_at(NoPlaceError, NothingToOpenError), working("写网页 writing the page"):
        made = write_site(folder_of(source, lake), out, tables=tables)
    told = {kind: len(sizes) for kind, sizes in made.sizes.items()}
    size = sum(sum(sizes) for sizes in made.sizes.values())
    tell({"folder": str(made.folder), "bytes": size, **({"files": told} if as_json else {})}, as_json)
    note(
        f"查看 / look at it: python -m http.server --directory {out} --bind 127.0.0.1 8000; "
        "http://127.0.0.1:8000/"
    )
