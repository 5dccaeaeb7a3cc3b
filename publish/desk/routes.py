"""The desk over HTTP, for the person who started the server on this machine, and for nobody else.

Every question and every answer carries the desk's key, which stands in the address that the command prints
and which no other page, program or person on the machine has. What may reveal the reading is told only after
the cell was keyed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from publish.desk.desk import NO_NUMBER, SAME, Desk
from publish.desk.doubts import CELL, Doubt
from publish.desk.tables import DeskError
from publish.guards import Told, keyed_route, text_of
from publish.looks import BEGINNING, Look
from publish.printed_cells import NoCellError, PrintedCell

PAGE = Path(__file__).parent / "page"
#: Looks at a place: hash, name, locator, what was published there.
LookAt = Callable[[str, str, str, str], Look]


def desk_routes(desk: Desk, look: LookAt) -> list[BaseRoute]:
    """The routes below ``/desk``."""

    def route(path: str, act: Callable[[Told], Any], method: str = "POST") -> BaseRoute:
        return keyed_route(desk.key, path, act, method, (DeskError, NoCellError))

    def seen(report: str, row: str, applicant: str) -> Look:
        if row:
            one = desk.cell(report, row, applicant).cell
            return look(one["source_sha256"], one["source_name"], one["locator"], one["published"])
        told = desk.report(report)
        return look(told["source_sha256"], told["source_name"], BEGINNING, "")

    def following(_: Told) -> Told:
        one = desk.next()
        if one is None:
            return {"kind": "none", "who": desk.who}
        found = seen(one.report_id, one.row_code, one.applicant_type)
        shown = {"excerpt": None if found.picture else found.excerpt, "problem": found.problem}
        return {**_place(desk, one), **shown, "has_picture": found.picture is not None, "who": desk.who}

    def picture(asked: Told) -> Look:
        return seen(text_of(asked, "report"), asked.get("row", ""), asked.get("applicant", ""))

    def cell_of(asked: Told) -> PrintedCell:
        return desk.cell(text_of(asked, "report"), text_of(asked, "row"), text_of(asked, "applicant"))

    def key(asked: Told) -> Told:
        cell = cell_of(asked)
        verdict = desk.keyed(cell, asked.get("keyed", ""))
        return {"verdict": verdict, **({} if verdict == SAME else _revealed(cell, verdict))}

    def correct(asked: Told) -> Told:
        why = text_of(asked, "why")
        status = desk.tables.correct(desk.who, cell_of(asked).cell, text_of(asked, "keyed"), why)
        return {"status": status}

    def agencies(asked: Told) -> Told:
        return {"agencies": desk.agencies(text_of(asked, "report"), text_of(asked, "named"))}

    def settle(asked: Told) -> Told:
        desk.settled(text_of(asked, "report"), text_of(asked, "agency"), text_of(asked, "why"))
        return {"status": "settled"}

    def of_year(asked: Told) -> Told:
        desk.of_year(text_of(asked, "report"), text_of(asked, "year"), text_of(asked, "why"))
        return {"status": "settled"}

    def put_off(_: Told) -> Told:
        desk.put_off()
        return {}

    return [
        route("/api/next", following, "GET"),
        route("/api/picture", picture),
        route("/api/key", key),
        route("/api/correct", correct),
        route("/api/agencies", agencies),
        route("/api/settle", settle),
        route("/api/year", of_year),
        route("/api/later", put_off),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]


def _place(desk: Desk, one: Doubt) -> Told:
    """What a person needs to find the place, and nothing of what was read there."""
    report = desk.report(one.report_id)
    told = {
        "report": one.report_id,
        "title": report["title"],
        "url": report["url"],
        "file": report["source_name"],
    }
    if one.asks != CELL:
        return {"kind": one.asks, "year": report["year"], **told}
    cell = desk.cell(one.report_id, one.row_code, one.applicant_type).cell
    labels = {
        "row": one.row_code, "applicant": one.applicant_type, "label_zh": cell["label_zh"],
        "column_zh": cell["column_label_zh"], "label_en": cell["label_en"], "table": cell["form_table"],
    }  # fmt: skip
    return {"kind": CELL, "year": cell["year"], "agency": cell["agency_name"], **told, **labels}


def _revealed(cell: PrintedCell, verdict: str) -> Told:
    """The reading and the doubts about it, with grounds that a person may confirm."""
    doubts = [f"{one['meaning_zh']} {one['meaning_en']}" for one in cell.doubts]
    grounds = "；".join(one["meaning_zh"] for one in cell.doubts)
    return {
        "published": cell.cell["published"],
        "status": cell.cell["value_status"],
        "doubts": doubts,
        "findings": [one["message"] for one in cell.findings if one["row_code"]],
        "why": "" if verdict == NO_NUMBER else f"读取有误{f'（{grounds}）' if grounds else ''}",
    }
