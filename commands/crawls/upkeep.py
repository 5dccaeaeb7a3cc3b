"""The commands that look after the archive and the registry: archive …, registry …."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base import durable
from base.paths import HOME_REGISTRY, IS_CHECKOUT, OWN_REGISTRY, REGISTRY
from base.spreadsheets import as_meant
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stop, stopping_at, tell, to_json, working
from commands.shared.options import ArchiveDir, Contact, Region, RegistryDir, Sites, archive_of, ids

if TYPE_CHECKING:
    from crawler.registry.tables import Registry

SITES_SHOWN = 200
# The tables of a registry that a crawl adds to; people may edit all of them.
EDITED = ("sites.csv", "columns.csv")

archive_app = typer.Typer(
    help="抓取档案：清理、导出、存档副本 / The archive: gc, export, mementos", no_args_is_help=True
)
registry_app = typer.Typer(
    help="登记表：核对、列出、添加、导出 / The registry: check, list, add, export", no_args_is_help=True
)


@archive_app.command("gc")
def gc(archive: ArchiveDir = None) -> None:
    """清除崩溃遗留、无记录指向的文件 / Remove what a crash left behind: bodies that no record names."""
    from base.lock import InUseError
    from base.log_file import DamagedRecordError
    from crawler.archive.store import Archive

    with stopping_at(InUseError, DamagedRecordError), working("清理 collecting"):
        dead = Archive(_existing(archive)).gc()
    for path in dead:
        print(path)
    note(f"清除 {len(dead)} 个文件 / {len(dead)} files removed")


@archive_app.command("export")
def export_archive(
    target: Annotated[Path, typer.Argument(help="WARC 文件 / the WARC file to write, such as crawl.warc.gz")],
    run: Annotated[str | None, typer.Option(help="只导出这一次运行 / this run only")] = None,
    archive: ArchiveDir = None,
) -> None:
    """导出为 WARC / Write the archive as WARC 1.1, for other tools."""
    from crawler.archive.store import Archive, MissingBodyError
    from crawler.archive.warc import export_warc

    source = Archive(_existing(archive))
    if run and run not in source.run_ids():
        stop(f"没有这次运行 / no run {run}; there are: {', '.join(source.run_ids()) or 'none'}")
    with (
        stopping_at(MissingBodyError, OSError),
        working("导出 writing"),
        durable.replacing(target) as part,
    ):
        count = export_warc(source, part, run)
    print(f"records: {count}")


@archive_app.command("mementos")
def mementos(
    out: Annotated[Path, typer.Option(metavar="DIR", help="新文件夹 / a new folder for what is found")],
    warcs: Annotated[
        list[Path] | None, typer.Argument(help="WARC 文件 / WARC files of another archive", metavar="WARC")
    ] = None,
    index: Annotated[
        list[Path] | None,
        typer.Option("--cdx", metavar="FILE", help="其索引 CDX、CDXJ / its index, CDX or CDXJ"),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="改向此档案馆逐一索取（CDX 和 id_ 网址） / ask this archive instead, one copy after the "
            "other, by its CDX and its id_ addresses, such as https://web.archive.org",
        ),
    ] = None,
    contact: Contact = None,
    archive: ArchiveDir = None,
    as_json: AsJson = False,
) -> None:
    """撤下或改动的报告在别处的存档副本，另存 / Archived copies of withdrawn or changed reports, apart."""
    from crawler.archive.memento_server import MementoServer
    from crawler.archive.mementos import RECORD, MementoError, take, take_from
    from crawler.runs.records import Runs

    if bool(warcs) == bool(server) or bool(warcs) != bool(index):
        stop("给出 WARC 及 --cdx，或 --from / give WARC files and their --cdx, or --from URL")
    with stopping_at(MementoError, OSError), working("找存档副本 looking for archived copies"):
        runs = Runs(_existing(archive))
        if server:
            taken, refused = take_from(runs, MementoServer(server.rstrip("/"), contact).copies, out)
        else:
            taken, refused = take(runs, warcs or (), index or (), out)
    for one in refused:
        note(f"未取 refused: {one.url} {one.archived_at}: {one.why}", "yellow")
    new = [one for one in taken if not one.is_own]
    tell({"mementos": len(taken), "not_ours": len(new), "refused": len(refused)}, as_json)
    if taken:
        note(f"记录 record: {out / RECORD}")
    if new:
        note(f"读取 to read them, apart: gknb extract {out} --out DIR")
    elif taken:
        note("字节都是本方抓取过的，无可另读 / all are the very bytes that we fetched: nothing more to read")
    raise typer.Exit(FINE if taken and not refused else NEEDS_PERSON)


@registry_app.command("check")
def check_registry(registry: RegistryDir = OWN_REGISTRY) -> None:
    """核对登记表，逐行指出错误 / Check all tables; each faulty row is named with its line."""
    from crawler.registry import tables as tables

    problems = tables.check(registry)
    for problem in problems:
        print(problem)
    if not problems:
        sound = tables.load(registry)
        print(f"divisions: {len(sound.divisions)}\nsites: {len(sound.sites)}\ncolumns: {len(sound.columns)}")
    raise typer.Exit(NEEDS_PERSON if problems else FINE)


@registry_app.command("list")
def list_registry(
    sites: Sites = None, region: Region = None, registry: RegistryDir = OWN_REGISTRY, as_json: AsJson = False
) -> None:
    """列出站点及其栏目数 / List sites, and how many columns each has."""
    from commands.shared.answers import show_answer

    names = ("site_id", "division_code", "name", "portal_url", "family", "verified", "fault", "columns")
    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = tables.select(ids(sites), region)
    rows = [
        (*(getattr(site, name) for name in names[:-1]), len(tables.columns_of(site.site_id)))
        for site in chosen
    ]
    if as_json:
        print(to_json([dict(zip(names, row, strict=True)) for row in rows]))
    elif rows:
        show_answer(names, rows)
    verified = Counter(site.verified for site in chosen)
    told = ", ".join(f"{name} {count}" for name, count in verified.items())
    note(f"{len(rows)} 个站点 sites ({told or '0'})")
    raise typer.Exit(FINE if rows else NEEDS_PERSON)


@registry_app.command("add")
def add_to_registry(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV，列名同 sites.csv 或 columns.csv，多余的列不用 / CSV with the columns of sites.csv or "
            "columns.csv; others are left aside"
        ),
    ],
    registry: RegistryDir = OWN_REGISTRY,
) -> None:
    """添加站点或栏目 / Add sites or columns."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                {name: as_meant(cell or "") for name, cell in row.items()} for row in csv.DictReader(file)
            ]
    except UnicodeDecodeError as error:
        stop(f"{table}: 不是 UTF-8，请另存为 CSV UTF-8 / not UTF-8, save it as CSV UTF-8: {error}")
    except (OSError, csv.Error) as error:
        stop(f"{table}: {error}")
    if not rows:
        note("表中没有行 / the table has no rows")
        raise typer.Exit(NEEDS_PERSON)
    register(rows, registry)


@registry_app.command("export")
def export_registry(registry: RegistryDir = OWN_REGISTRY, as_json: AsJson = False) -> None:
    """导出站点和栏目，每栏目一行 / Write sites and columns flat, a row a column: CSV, or --json."""
    from crawler.registry import tables as tables

    records = list(tables.export(loaded(registry)))
    if as_json:
        print(to_json(records))
    elif records:
        writer = csv.DictWriter(sys.stdout, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    if not records:
        note("登记表是空的 / the registry is empty")
    raise typer.Exit(FINE if records else NEEDS_PERSON)


@registry_app.command("copy")
def copy_registry(
    folder: Annotated[
        Path, typer.Argument(help="新登记表的文件夹 / folder of the new registry")
    ] = HOME_REGISTRY,
) -> None:
    """复制站点和栏目两表，供自己编辑 / Copy the tables of sites and columns, for you to edit.

    其余各表仍用项目自带的 / The other tables of a registry stay the project's own."""
    import shutil

    there = [name for name in EDITED if (folder / name).exists()]
    if there:
        stop(f"{folder}: 已有 {there[0]} / has {there[0]} already")
    folder.mkdir(parents=True, exist_ok=True)
    for name in EDITED:
        shutil.copy(REGISTRY / name, folder / name)
    note(f"登记表在 / the registry is in {folder}")


def editable(registry: Path) -> Path:
    """A registry that may be written to; leaves where it is the one of an installed gknb, which the next
    update would replace."""
    if registry.resolve() == REGISTRY and not IS_CHECKOUT:
        stop(
            f"{registry} 属于所安装的 gknb，更新时会被替换；先运行 gknb registry copy / belongs to the "
            "installed gknb and is replaced by an update: run gknb registry copy first"
        )
    return registry


def register(rows: Sequence[Mapping[str, str]], registry: Path) -> None:
    """Add rows to sites.csv or columns.csv, as their cells say; leaves, with none added, where one is
    faulty."""
    from base.tables import TableError
    from crawler.registry import tables as tables

    with stopping_at(TableError):
        added = tables.add_rows(editable(registry), rows)
    there = len(rows) - added
    note(f"登记 {added} 行，{there} 行已有 / {added} rows added, {there} stood there already")


def loaded(registry: Path) -> Registry:
    """The registry; leaves where it is faulty."""
    from base.tables import TableError
    from crawler.registry import tables as tables

    with stopping_at(TableError):
        return tables.load(registry)


def _existing(named: Path | None) -> Path:
    archive = archive_of(named)
    if not (archive / "log").is_dir():
        stop(f"没有抓取档案 / {archive} is no archive: it has no fetch log")
    return archive
