"""The audit over HTTP, for the person who keys on this machine: pages, cells, and never a reading."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from publish.audit.sample import AuditError
from publish.audit.seat import Seat
from publish.desk.routes import PAGE as DESK
from publish.guards import RefusedError, Told, keyed_route, text_of
from publish.looks import Look

PAGE = Path(__file__).parent / "page"


def audit_routes(seat: Seat) -> list[BaseRoute]:
    """The page and what it asks."""

    def following(_: Told) -> Told:
        turn = seat.next()
        if turn is None:
            return {"kind": "none", "who": seat.who, "lacking": seat.lacking}
        above, row, column = seat.label(turn.cells[0])
        code, applicant = turn.cells[0]
        return {
            "kind": "cell", "who": seat.who, "report": turn.report.report_id, "file": turn.report.source_name,
            "number": turn.number, "of": len(seat.audit.sample), "left": len(turn.cells), "pages": turn.pages,
            "row": code, "applicant": applicant, "above": above, "label": row, "column": column,
        }  # fmt: skip

    def key(asked: Told) -> Told:
        cell = (text_of(asked, "row"), text_of(asked, "applicant"))
        seat.keyed(text_of(asked, "report"), cell, str(asked.get("keyed", "")))
        return {}

    def page(asked: Told) -> Look:
        number = text_of(asked, "page")
        if not (number.isascii() and number.isdecimal() and 0 < int(number) < 10_000):
            raise RefusedError(f"{number}: 没有这一页 / no such page")
        return seat.page(text_of(asked, "report"), int(number))

    return [
        keyed_route(seat.key, "/api/next", following, "GET"),
        keyed_route(seat.key, "/api/key", key, refusals=(AuditError,)),
        keyed_route(seat.key, "/api/page", page),
        keyed_route(seat.key, "/api/original", lambda asked: seat.original(text_of(asked, "report"))),
        Route("/desk.css", lambda _: FileResponse(DESK / "desk.css")),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
