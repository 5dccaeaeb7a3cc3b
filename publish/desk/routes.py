"""The desk over HTTP, for the person who started the server on this machine, and for nobody else.

Every question and every answer carries the desk's key, which stands in the address that the command prints
and which no other page, program or person on the machine has. What may reveal the reading is told only after
the cell was keyed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from secrets import compare_digest
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from base.lock import InUseError
from base.tables import TableError
from publish.desk.desk import NO_NUMBER, SAME, Desk
from publish.desk.doubts import Doubt
from publish.desk.tables import DeskError
from publish.looks import Look
from publish.printed_cells import NoCellError, PrintedCell

PAGE = Path(__file__).parent / "page"
KEY_HEADER = "x-gknb-desk"
# No body that a person keys is longer.
_MOST_BYTES = 10_000
#: Looks at a place: hash, name, locator, what was published there.
LookAt = Callable[[str, str, str, str], Look]
Told = dict[str, Any]


def desk_routes(desk: Desk, look: LookAt) -> list[BaseRoute]:
    """The routes below ``/desk``."""

    def route(path: str, act: Callable[[Told], Any], method: str = "POST") -> Route:
        async def answer(request: Request) -> Response:
            if not compare_digest(request.headers.get(KEY_HEADER, "").encode(), desk.key.encode()):
                raise HTTPException(
                    403, "这不是本桌的网址 / not this desk's address: see what gknb serve printed"
                )
            asked = await _asked(request)
            try:
                told = await run_in_threadpool(act, asked)
            except (DeskError, NoCellError, InUseError, TableError) as error:
                raise HTTPException(409, str(error)) from error
            if isinstance(told, Look):
                if told.picture is None:
                    raise HTTPException(404, told.problem or "no picture")
                return Response(told.picture, media_type=told.media_type)
            return Response(json.dumps(told, ensure_ascii=False, default=str), media_type="application/json")

        return Route(path, answer, methods=[method])

    def seen(report: str, row: str, applicant: str) -> Look:
        if row:
            one = desk.cell(report, row, applicant).cell
            return look(one["source_sha256"], one["source_name"], one["locator"], one["published"])
        told = desk.report(report)
        return look(told["source_sha256"], told["source_name"], told["locator"] or "line 1", "")

    def following(_: Told) -> Told:
        one = desk.next()
        if one is None:
            return {"kind": "none", "who": desk.who}
        found = seen(one.report_id, one.row_code, one.applicant_type)
        shown = {"excerpt": None if found.picture else found.excerpt, "problem": found.problem}
        return {**_place(desk, one), **shown, "has_picture": found.picture is not None, "who": desk.who}

    def picture(asked: Told) -> Look:
        return seen(_text(asked, "report"), asked.get("row", ""), asked.get("applicant", ""))

    def cell_of(asked: Told) -> PrintedCell:
        return desk.cell(_text(asked, "report"), _text(asked, "row"), _text(asked, "applicant"))

    def key(asked: Told) -> Told:
        cell = cell_of(asked)
        verdict = desk.keyed(cell, asked.get("keyed", ""))
        return {"verdict": verdict, **({} if verdict == SAME else _revealed(cell, verdict))}

    def correct(asked: Told) -> Told:
        why = _text(asked, "why")
        status = desk.tables.correct(desk.who, cell_of(asked).cell, _text(asked, "keyed"), why)
        return {"status": status}

    def agencies(asked: Told) -> Told:
        return {"agencies": desk.agencies(_text(asked, "report"), _text(asked, "named"))}

    def settle(asked: Told) -> Told:
        desk.settled(_text(asked, "report"), _text(asked, "agency"), _text(asked, "why"))
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
    if not one.row_code:
        return {"kind": "report", "year": report["year"], **told}
    cell = desk.cell(one.report_id, one.row_code, one.applicant_type).cell
    labels = {
        "row": one.row_code, "applicant": one.applicant_type, "label_zh": cell["label_zh"],
        "column_zh": cell["column_label_zh"], "label_en": cell["label_en"], "table": cell["form_table"],
    }  # fmt: skip
    return {"kind": "cell", "year": cell["year"], "agency": cell["agency_name"], **told, **labels}


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


async def _asked(request: Request) -> Told:
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "give JSON")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "too long")
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise HTTPException(400, "no JSON") from error
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise HTTPException(400, "give texts by name")
    return asked


def _text(asked: Told, name: str) -> str:
    text = str(asked.get(name, "")).strip()
    if not text:
        raise DeskError(f"{name} 不能为空 / is empty")
    return text
