"""The command release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from base.terminal import AsJson, Lake, note, stop, stopping_at, tell, working
from commands.shared.lakes import fresh_build


def release(
    version: Annotated[str, typer.Argument(help="版本号 / the version, such as 2026.1")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="新文件夹 / a new folder for the release")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--build", help="某次构建，默认当前构建 / folder of a build; default: the current build"
        ),
    ] = None,
    lake: Lake = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            formats=["%Y-%m-%d"],
            help="发布日期，默认为最后一次抓取之日 / day of the release; default: that of the last fetch",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="用此 SSH 私钥签名 / sign the sums with this SSH key"),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="上一版的文件夹：写明逐格变化及原因 / the release before: tell what changed since, and why",
        ),
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(
            metavar="AUDIT",
            help="审计的文件夹：写入所测的错误率 / folder of an audit: tell the error rate that it measured",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """发布一版数据集：可引用、可校验 / Release a build as a data set to cite, described, with sums."""
    try:
        from publish.releases.edition import ReleaseError
        from publish.releases.release import write_release
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[export]'")
    from extract.builds.current import NoBuildError, read_build
    from publish.audit.sample import AuditError
    from query import NothingToOpenError

    with stopping_at(NoBuildError, NothingToOpenError, ReleaseError, AuditError):
        build = read_build(source.resolve()) if source else fresh_build(lake)
        with working("发布 releasing"):
            said = day.date() if day else None
            edition = write_release(build, version, out, note, day=said, key=key, since=since, audit=audit)
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    told = {"folder": str(out), "version": edition.version, "build": edition.build}
    tell({**told, "files": len(files), "bytes": size}, as_json)
    note(f"校验 / check it: cd {out} && sha256sum -c SHA256SUMS")


def delta(
    older: Annotated[Path, typer.Argument(help="旧版文件夹 / folder of the older release")],
    newer: Annotated[Path, typer.Argument(help="新版文件夹 / folder of the newer release")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="新文件夹 / a new folder for the delta")],
    as_json: AsJson = False,
) -> None:
    """两版之差：旧版加上它即得新版 / The difference of two releases, by which the older becomes the newer."""
    from publish.releases.delta import write_delta
    from publish.releases.edition import ReleaseError

    with stopping_at(ReleaseError), working("比较 comparing"):
        write_delta(older, newer, out, note)
    tell({"folder": str(out), "bytes": _size(out)}, as_json)
    note(f"用法 / use it: gknb patch {older} {out} --out DIR")


def patch(
    older: Annotated[Path, typer.Argument(help="旧版文件夹 / folder of the older release")],
    difference: Annotated[Path, typer.Argument(metavar="DELTA", help="差异文件夹 / folder of the delta")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="新文件夹 / a new folder for the newer release")],
    as_json: AsJson = False,
) -> None:
    """旧版加差异得新版，逐字节校验 / Make the newer release of the older and a delta, byte for byte."""
    from publish.releases.delta import apply_delta
    from publish.releases.edition import ReleaseError

    with stopping_at(ReleaseError), working("生成 making"):
        edition = apply_delta(older, difference, out, note)
    tell({"folder": str(out), "version": edition.version, "bytes": _size(out)}, as_json)


def changes(
    older: Annotated[Path, typer.Argument(help="旧版文件夹 / folder of the older release")],
    newer: Annotated[Path, typer.Argument(help="新版文件夹 / folder of the newer release")],
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="逐格写入此 CSV / cell by cell into this CSV")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """两版之间逐格的变化及原因 / What changed between two releases, by cause: publisher, reader, registry…"""
    from dataclasses import asdict

    from base.temporary import temporary_folder
    from base.terminal import to_json
    from publish.releases.changes import table, write_changes
    from publish.releases.delta import require_sound
    from publish.releases.edition import ReleaseError

    with (
        stopping_at(ReleaseError),
        working("比较 comparing"),
        temporary_folder() as folder,
    ):
        for release in (older, newer):
            require_sound(release)
        target = to or folder / "changes.csv"
        counts = write_changes(older / "parquet", newer / "parquet", target)
    if as_json:
        print(to_json([asdict(one) for one in counts]))
    else:
        print("\n".join(table(counts)))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
