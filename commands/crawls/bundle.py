"""The commands bundle and replay: a fault in one file, and what this program makes of it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from base.paths import OWN_REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stopping_at, to_json, working
from commands.crawls.upkeep import loaded
from commands.shared.options import ArchiveDir, RegistryDir, archive_of


def bundle(
    sites: Annotated[list[str], typer.Argument(metavar="SITE…", help="站点标识 / ids of sites")],
    out: Annotated[Path | None, typer.Option(help="写到此文件 / the file to write")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="正常的栏目也打包 / also columns that are well")
    ] = False,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
) -> None:
    """把失败栏目的存档页打成一个文件，隐去个人信息 / Pack archived pages of failed columns into one file."""
    from crawler.bundles.bundle import BundleError, write_bundle

    tables = loaded(registry)
    target = out or Path(f"gknb-{'-'.join(sites[:3])}.zip")
    with stopping_at(LookupError):
        chosen = tables.select(sites)
    with stopping_at(BundleError, OSError), working("打包 packing"):
        packed = write_bundle(archive_of(archive), tables, chosen, target, every=every)
    print(target)
    told = f"{packed.columns} columns, {packed.portals} portals, {packed.pages} pages; "
    hidden = f"{packed.masked} personal details masked, {packed.left_out} files left out"
    note(f"隐去个人信息 {packed.masked} 处，未装文件 {packed.left_out} 个 / {told}{hidden}")


def replay(
    path: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="gknb bundle 的文件 / a file of gknb bundle")
    ],
    as_json: AsJson = False,
) -> None:
    """不联网重走一个包：识别、提议、列表、读取 / Go through a bundle again, without network."""
    from commands.shared.answers import show_answer
    from crawler.bundles.bundle import BundleError, read_bundle
    from crawler.bundles.replay import replay as walk

    with stopping_at(BundleError), working("重走 replaying"):
        given = read_bundle(path)
        found = walk(given)
    if as_json:
        print(to_json({"versions": given.manifest["versions"], "replayed": [asdict(one) for one in found]}))
    else:
        versions = ", ".join(f"{name} {number}" for name, number in given.manifest["versions"].items())
        note(f"由此做成 made by: {versions}")
        names = ("site_id", "column_id", "then", "now", "reports", "read", "families", "url", "detail")
        shown = [
            {
                **asdict(one),
                "read": ", ".join(f"{k} {v}" for k, v in one.read.items()),
                "families": ", ".join(one.families),
            }
            for one in found
        ]
        show_answer(names, [[row[name] for name in names] for row in shown])
    raise typer.Exit(FINE if found else NEEDS_PERSON)
