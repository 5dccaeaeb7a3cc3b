"""The commands push and pull: a lake and the object storage that several machines share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, stopping_at, tell, working
from commands.shared.lakes import tell_refused
from commands.shared.options import ArchiveDir, archive_of

if TYPE_CHECKING:
    from crawler.storage.copied import Copied
    from crawler.storage.objects import Storage

Url = Annotated[
    str,
    typer.Argument(
        metavar="URL", envvar="GKNB_STORAGE", help="s3://BUCKET/… 或 file:///… / s3://BUCKET/… or file:///…"
    ),
]


def push(
    url: Url,
    lake: Lake = None,
    archive: ArchiveDir = None,
    release: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="改为推送这一版数据集 / send this release in place of the lake"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """推送档案、读取结果、当前构建到对象存储 / Send archive, readings, current build to object storage."""
    from base.paths import LAKE
    from crawler.storage import parts
    from crawler.storage.push import push as send
    from crawler.storage.push import push_folder

    if release and not (release / parts.SUMS).is_file():
        raise typer.BadParameter(f"{release} is no release: it has no {parts.SUMS}")
    with _opened(url) as storage, working("推送 pushing"):
        if release:
            copied = push_folder(release, f"{parts.RELEASES}/{release.resolve().name}", storage)
        else:
            copied = send(lake or LAKE, archive_of(archive, lake), storage)
    _show(copied, storage, as_json)


def pull(
    url: Url,
    lake: Lake = None,
    archive: ArchiveDir = None,
    current: Annotated[
        bool, typer.Option("--current", help="只取当前构建 / the current build alone: enough for questions")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """从对象存储取回，逐个核对 / Fetch what object storage has and the lake lacks; each object is checked."""
    from base.paths import LAKE
    from crawler.storage.pull import pull as fetch

    with _opened(url) as storage, working("取回 pulling"):
        copied = fetch(lake or LAKE, archive_of(archive, lake), storage, current_only=current)
    _show(copied, storage, as_json)


@contextmanager
def _opened(url: str) -> Iterator[Storage]:
    from base.lock import InUseError
    from crawler.storage.objects import Storage, StorageError
    from extract.builds.current import NoBuildError

    with stopping_at(StorageError, InUseError, NoBuildError):
        yield Storage(url)


def _show(copied: Copied, storage: Storage, as_json: bool) -> None:
    told = {
        "storage": storage.url,
        "objects": copied.objects,
        "bytes": copied.bytes,
        "build": copied.build_id,
    }
    tell(told | ({"refused": copied.refused} if as_json else {}), as_json)
    tell_refused(copied)
    raise typer.Exit(NEEDS_PERSON if copied.refused else FINE)
