"""The command discover: a portal's annual report columns, proposed for the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.paths import OWN_REGISTRY
from base.spreadsheets import csv_lines
from base.terminal import NEEDS_PERSON, AsJson, note, stop, stopping_at, to_json, working
from commands.crawls.upkeep import loaded
from commands.shared.options import ArchiveDir, Contact, RegistryDir, Settings, archive_of, scrapy_settings

if TYPE_CHECKING:
    from crawler.survey.rows import PortalRow


def discover(
    url: Annotated[str, typer.Argument(help="门户首页 / a portal's home page")],
    site: Annotated[
        str, typer.Option(help="站点标识，默认按网址查 / its id in sites.csv; default: by its address")
    ] = "",
    accept: Annotated[
        str | None,
        typer.Option(
            metavar="ID,ID…|all",
            help="把这些建议写入登记表 / write these proposals into the registry; all: all without a problem",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="把建议写成 CSV，删改后用 gknb registry add 登记 / write the proposals as CSV, to be gone "
            "through by a person and then added with gknb registry add"
        ),
    ] = None,
    pages: Annotated[int, typer.Option(help="最多看多少页 / pages to look at, at most", min=1)] = 300,
    depth: Annotated[
        int, typer.Option(help="离首页最多几步 / clicks from the home page, at most", min=1)
    ] = 5,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    contact: Contact = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """从门户首页寻找年报栏目，提出登记建议 / Find a portal's annual report columns; propose rows for them."""
    where = archive_of(archive).resolve()
    arguments = {"url": url, "site": site, "pages": str(pages), "depth": str(depth)}
    row, proposals = discovered(
        arguments | {"registry": str(registry.resolve())}, where, scrapy_settings(contact, settings)
    )
    if out and proposals:
        names, rows = list(proposals[0]), [list(row.values()) for row in proposals]
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(names, rows, for_people=True))
    if as_json:
        print(to_json(proposals))
    elif proposals:
        show_proposals(proposals)
    if not proposals:
        tell_nothing(row)
        raise typer.Exit(NEEDS_PERSON)
    if accept:
        _accept(accept, row, registry, where)


def discovered(
    arguments: Mapping[str, str], archive: Path, settings: Mapping[str, str]
) -> tuple[PortalRow, list[dict[str, Any]]]:
    """How the portal stands, and what the spider proposes; leaves where it could not look."""
    import json

    from base.tables import TableError
    from base.temporary import temporary_folder
    from crawler.process import FINISHED
    from crawler.process import crawl as crawl_by
    from crawler.registry import tables as tables
    from crawler.run_ids import new_run_id
    from crawler.survey.records import Surveys

    with stopping_at(TableError, LookupError):
        tables.load(Path(arguments["registry"])).select(filter(None, [arguments.get("site", "")]))
    run_id = new_run_id(archive)
    surveys = Surveys(archive)
    log = surveys.told(run_id)
    with temporary_folder() as folder:
        output = folder / "proposals.json"
        with working(f"查看 looking at {arguments['url']}"):
            ended = crawl_by(
                "discover",
                dict(arguments) | {"run_id": run_id},
                dict(settings) | {"ARCHIVE_DIR": str(archive)},
                log,
                output=output,
            )
        if ended.reason not in (FINISHED, "no_column_found"):
            stop(f"{ended.error} (log: {log})")
        found: list[dict[str, Any]] = json.loads(output.read_bytes() or b"[]")
    return next(surveys.rows(run_id)), found


def tell_nothing(row: PortalRow) -> None:
    """Why nothing was found, and what to do."""
    from crawler.survey.outcomes import advice

    known = advice()[row.outcome]
    note("没有找到年报栏目 / no annual report column was found")
    note(f"{row.outcome}: {known.meaning}. {row.detail} — {known.what_to_do}", "yellow")


def show_proposals(proposals: Sequence[Mapping[str, Any]]) -> None:
    """Proposals, with what speaks for each."""
    from commands.shared.answers import show_answer

    names = ("column_id", "owner", "family", "confidence", "reports", "folders", "url", "why")
    show_answer(names, [[row[name] for name in names] for row in proposals])
    first = proposals[0]
    said = " ".join(filter(None, (first["site_name"], first["site_id_code"], first["site_domain"])))
    print(f"site: {first['site_id']} {said}")
    if first["site_doubts"]:
        note(f"存疑 doubts: {first['site_doubts']}", "yellow")


def _accept(accept: str, row: PortalRow, registry: Path, archive: Path) -> None:
    """Write proposals of this discovery into the registry; those that stand there already are passed over."""
    from base.tables import TableError
    from crawler.survey.acceptance import ProposalError, standings
    from crawler.survey.acceptance import accept as write

    wanted = accept.split(",")
    if accept == "all":
        wanted = [one.column_id for one in row.proposals if not one.problem]
    if unknown := set(wanted) - {one.column_id for one in row.proposals}:
        stop(f"没有这些建议 / not among the proposals: {', '.join(sorted(unknown))}")
    with stopping_at(TableError, ProposalError):
        states = {one.column.column_id: one.state for one in standings(archive, loaded(registry))}
        new = [one for one in wanted if states[one] not in ("accepted", "registered")]
        write(archive, registry, new)
    there = len(wanted) - len(new)
    note(f"登记 {len(new)} 行，{there} 行已有 / {len(new)} rows added, {there} stood there already")
