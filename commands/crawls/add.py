"""The command add: any address of a portal is a beginning."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from base.paths import OWN_REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stop, stopping_at, to_json
from commands.crawls.discover import discovered, show_proposals, tell_nothing
from commands.crawls.upkeep import loaded
from commands.shared.options import ArchiveDir, Contact, RegistryDir, Settings, archive_of, scrapy_settings


def add(
    url: Annotated[
        str,
        typer.Argument(
            help="门户首页、栏目、某篇年报或附件的网址，可不写 http:// / the address of a home page, a "
            "column, a report or a file of one, with or without http://"
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只提建议，不登记 / propose only, register nothing")
    ] = False,
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    contact: Contact = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """由任意网址找到年报栏目并登记 / From any address to the column it belongs to, and into the registry."""
    from base.tables import TableError
    from crawler.columns.links import is_file_address
    from crawler.registry.address_rules import column_of, whole_address
    from crawler.survey.acceptance import accept_sure, standings

    with stopping_at(ValueError):
        whole = whole_address(url)
    if is_file_address(whole) and column_of(whole) is None:
        stop(
            f"{whole}: 附件网址看不出栏目，请给出链接它的网页 / the address of this file says nothing of its "
            "column: give the page that links to it"
        )
    parts = urlsplit(whole)
    home = parts._replace(path="/", query="", fragment="").geturl()
    begin = "" if parts.path == "/" and not parts.query else whole
    where = archive_of(archive).resolve()
    row, proposals = discovered(
        {"url": home, "begin": begin, "registry": str(registry.resolve())},
        where,
        scrapy_settings(contact, settings),
    )
    taken: tuple[str, ...] = ()
    if not dry_run:
        with stopping_at(TableError):
            taken = tuple(one.column_id for one in accept_sure(where, registry, [row.site_id]))
    if as_json:
        print(to_json({"row": row.to_record(), "accepted": taken}))
    elif proposals:
        show_proposals(proposals)
    if not proposals:
        tell_nothing(row)
        raise typer.Exit(NEEDS_PERSON)
    states = {one.column.column_id: one.state for one in standings(where, loaded(registry))}
    waiting = [one["column_id"] for one in proposals if states[one["column_id"]] == "waiting"]
    there = len(proposals) - len(taken) - len(waiting)
    if taken:
        note(f"登记 {len(taken)} 个栏目 / registered: {', '.join(taken)}")
    if there:
        note(f"{there} 个栏目已有或已否决 / stood there already, or was rejected")
    if waiting:
        note(f"待定 to decide: gknb registry accept {' '.join(waiting)}", "yellow")
    raise typer.Exit(NEEDS_PERSON if waiting else FINE)
