"""The commands on proposals: registry proposals, registry accept, registry reject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from base.paths import OWN_REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stopping_at, to_json
from commands.crawls.upkeep import loaded, registry_app
from commands.shared.options import ArchiveDir, Region, RegistryDir, Sites, archive_of, ids

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="建议的标识 / ids of proposals")]


@registry_app.command("proposals")
def proposals(
    sites: Sites = None,
    region: Region = None,
    every: Annotated[
        bool, typer.Option("--all", help="也列出已决定的 / also those that have been decided")
    ] = False,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    as_json: AsJson = False,
) -> None:
    """列出普查提出的栏目 / List what surveys propose, the surest first, with what speaks for each."""
    from commands.shared.answers import show_answer
    from crawler.survey.acceptance import standings

    tables = loaded(registry)
    with stopping_at(LookupError):
        chosen = {site.site_id for site in tables.select(ids(sites), region)}
    found = [
        one
        for one in standings(archive_of(archive), tables)
        if (one.row.site_id in chosen or (one.row.new and not (sites or region)))
        and (every or one.state == "waiting")
    ]
    names = ("column_id", "site_id", "name", "state", "sure", "reports", "family", "owner", "url", "why")
    rows = [
        {
            **{name: getattr(one.column, name) for name in names if name not in ("name", "state")},
            "name": one.row.name or one.row.identity.site_name,
            "state": one.state,
        }
        for one in found
    ]
    if as_json:
        extra = [{"titles": one.column.titles, "evidence": one.column.evidence} for one in found]
        print(to_json([row | more for row, more in zip(rows, extra, strict=True)]))
    elif rows:
        show_answer(names, [[row[name] for name in names] for row in rows])
    counted = ", ".join(f"{state} {count}" for state, count in Counter(one.state for one in found).items())
    note(f"{len(found)} 条建议 proposals ({counted or '0'})")
    raise typer.Exit(FINE if found else NEEDS_PERSON)


@registry_app.command("accept")
def accept(column_ids: Ids, registry: RegistryDir = OWN_REGISTRY, archive: ArchiveDir = None) -> None:
    """把建议写入登记表，不再抓取 / Write proposals into the registry, from the archive, without a crawl."""
    from crawler.survey.acceptance import accept as write

    with _deciding():
        taken = write(archive_of(archive), registry, column_ids)
    note(f"登记 {len(taken)} 个栏目 / {len(taken)} columns registered: gknb refresh crawls them")


@registry_app.command("reject")
def reject(
    column_ids: Ids,
    reason: Annotated[str, typer.Option(help="为什么不是 / why it is none")],
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
) -> None:
    """记下这些建议不是年报栏目 / Note that proposals are no columns; they are not proposed again."""
    from crawler.survey.acceptance import reject as write

    with _deciding():
        taken = write(archive_of(archive), registry, column_ids, reason)
    note(f"否决 {len(taken)} 条 / {len(taken)} proposals rejected")


@contextmanager
def _deciding() -> Iterator[None]:
    from base.tables import TableError
    from crawler.survey.acceptance import ProposalError

    with stopping_at(TableError, ProposalError):
        yield
