"""The command verify: the whole lake, archive and all that is derived from it, held against its checksums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from base.lakes.working_copy import address_of
from base.terminal import (
    FINE,
    NEEDS_PERSON,
    AsJson,
    Lake,
    note,
    progress,
    stop,
    stopping_at,
    to_json,
    working,
)
from commands.shared.options import ArchiveDir, archive_of

if TYPE_CHECKING:
    from base.integrity.damage import Damage, Part

_FROM_COPY = "从副本恢复 / bring it back from a copy"
# What each part is, and what to do where it is damaged. The next build mends what is derived.
_PARTS = {
    "bodies": (
        "抓取的文件 bodies",
        f"{_FROM_COPY}；没有副本则删去，再 / or remove it, then: gknb refresh --recheck all",
    ),
    "fetch_log": (
        "抓取日志 fetch log",
        f"{_FROM_COPY}；没有副本则删去坏行，其页重抓 / or remove a damaged line: its page is fetched again",
    ),
    "index": ("抓取索引 index", "删去即可，下次抓取重建 / remove it: the next crawl makes it again"),
    "runs": (
        "运行记录 run records",
        f"{_FROM_COPY}；没有副本则删去坏行，其余照用 / or remove a damaged line: what it said is lost",
    ),
    "surveys": (
        "普查记录 surveys",
        f"{_FROM_COPY}；没有副本则删去这一行，再普查 / or remove the line, and survey that portal again",
    ),
    "known": (
        "栏目已知报告 known",
        "下次抓取该栏目时由运行记录重建 / made again from the run records when its column is next crawled",
    ),
    "words": (
        "识别的文字 words",
        "用到时重新识别 / recognised anew where a build needs them",
    ),
    "documents": (
        "所读文件 documents",
        "用到时重读 / read anew from the archive where a build needs them",
    ),
    "readings": (
        "读取结果 readings",
        "下次构建时重读 / read anew by the next: gknb build --archive, gknb refresh",
    ),
    "evidence": (
        "归属依据 evidence",
        "下次构建时重新收集 / gathered anew by the next: gknb build --archive, gknb refresh",
    ),
    "builds": (
        "构建 builds",
        f"{_FROM_COPY}；或重新构建，旧的删去 / or build anew: gknb build, gknb refresh; remove an old one",
    ),
    "current": ("当前构建 current", "见上述说明 / as it says"),
    "made_up": ("虚构标记 made-up", "放一个同名的空文件 / put an empty file of that name there"),
    "inputs": ("构建依据 inputs", "下次构建时重写 / written anew by the next build"),
}


def verify(
    lake: Lake = None,
    archive: ArchiveDir = None,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="改为核对此对象存储 / hold this object storage against its hashes"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """核对整个数据湖：档案、日志、运行记录、读取结果、构建 / Hold archive, logs, readings and builds against
    their checksums; nothing is changed."""
    from base.paths import LAKE
    from crawler.archive import verify as archives
    from extract.builds import verify as builds

    if storage is None and (address := address_of(lake or LAKE)) is not None:
        storage = address.url
    if storage:
        _verify_storage(storage, as_json)
    place, where = lake or LAKE, archive_of(archive, lake)
    build = _made_of(place, where)
    parts = [*archives.parts(where, build), *builds.parts(place)]
    checked = {part.name: len(part.files) for part in parts}
    if not any(checked.values()):
        stop(f"没有可核对的 / nothing to verify: neither an archive in {where} nor a build in {place}")
    found = {part.name: list(_damages(part)) for part in parts}
    if as_json:
        print(to_json(_record(place, where, checked, found)))
    else:
        _show(checked, found)
    raise typer.Exit(NEEDS_PERSON if any(found.values()) else FINE)


def _made_of(lake: Path, archive: Path) -> Path | None:
    """The current build, where its archive is there to be held against it."""
    from extract.builds.current import NoBuildError, current_build

    try:
        build = current_build(lake).path
    except NoBuildError:  # a damaged one is told among the builds
        return None
    if archive.is_dir():
        return build
    note(
        f"{archive} 不在，档案未核对；在别处则给出 --archive / is not there, and was not verified: where the "
        "build was made of an archive elsewhere, name it with --archive"
    )
    return None


def _verify_storage(url: str, as_json: bool) -> NoReturn:
    from crawler.storage.objects import Storage, StorageError
    from crawler.storage.verify import faults, unfinished

    with stopping_at(StorageError), working("核对 verifying"):
        there = Storage(url)
        found = [*faults(there), *unfinished(there)]
    if as_json:
        print(to_json({"storage": url, "damaged": [{"key": key, "what": what} for key, what in found]}))
    for key, what in () if as_json else found:
        print(f"{key}: {what}")
    if found:
        note(
            "还在的删去，由有其内容的机器再推送；无处可得的从备份恢复 / remove what is still there, "
            "and push again from a machine that has it; what none has, bring back from a backup",
            "yellow",
        )
    else:
        note("完好 / all is as it was written")
    raise typer.Exit(NEEDS_PERSON if found else FINE)


def _damages(part: Part) -> Iterator[Damage]:
    """What of a part is damaged, with a bar that moves file by file."""
    from base.integrity.damage import Damage

    with progress(_PARTS[part.name][0], iter(part.files), len(part.files)) as files:
        for path in files:
            try:
                yield from part.check(path)
            except OSError as error:
                yield Damage(path, f"cannot be read: {error.strerror or error}")


def _show(checked: dict[str, int], found: dict[str, list[Damage]]) -> None:
    for name, damages in found.items():
        print(f"{_PARTS[name][0]}: {checked[name]}, damaged: {len(damages)}")
    for damages in found.values():
        for damage in damages:
            print(damage)
    for name, damages in found.items():
        if damages:
            note(f"{_PARTS[name][0]}：{_PARTS[name][1]}", "yellow")
    if not any(found.values()):
        note("完好 / all is as it was written")


def _record(
    lake: Path, archive: Path, checked: dict[str, int], found: dict[str, list[Damage]]
) -> dict[str, Any]:
    return {
        "lake": str(lake),
        "archive": str(archive),
        "checked": checked,
        "damaged": [
            {
                "part": name,
                "file": str(damage.path),
                "line": damage.line,
                "what": damage.what,
                "what_to_do": _PARTS[name][1],
            }
            for name, damages in found.items()
            for damage in damages
        ],
    }
