"""The audit in a browser: two persons and a third, by keys alone, from pictures in which no reading is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from demo.generate import generate
from extract.builds.build import make_build
from extract.extractor import extract
from extract.records import Source
from publish.audit.files import Audit
from publish.audit.report import audit_report
from publish.audit.routes import audit_routes
from publish.audit.sample import draw, frame
from publish.audit.seat import Seat
from publish.audit.settle import Key
from publish.guards import HEADERS, guarded
from publish.static_site import write_site
from query import open_build
from tests.cli.run import gknb
from tests.publish.conftest import plain_server
from tests.publish.made import Made
from tests.publish.test_desk import moved
from tests.publish.test_server import ask

MISREAD: Key = ("t3:1", "natural_person")
Prints = Mapping[str, Mapping[Key, str]]


def sampled(folder: Path, skins: tuple[str, ...], cells: int | None = None) -> tuple[Made, Path, Prints]:
    """A build of real files, a cell of the first read as another number; an audit of all; what pages print.
    With `cells`, the readings have so many of table three and no more."""
    files: dict[str, bytes] = {}
    prints: dict[str, Mapping[Key, str]] = {}
    read = []
    for at, skin in enumerate(skins):
        made = generate(70 + at, edition="e2021", skin=skin)
        sha256 = hashlib.sha256(made.data).hexdigest()
        files[sha256] = made.data
        one = extract(Source(made.data, made.name, sha256))
        prints[one.report.report_id] = {cell.key: cell.printed for cell in made.truth.cells}
        facts = tuple(
            replace(fact, value=47110815.0, published="47110815")
            if at == 0 and (fact.row_code, fact.applicant_type) == MISREAD
            else fact
            for fact in one.facts
        )
        read.append(replace(one, facts=facts))
    made_build = Made(make_build(read, folder / "lake").path, files)
    with open_build(made_build.build) as connection:
        reports = frame(connection)
        Audit.begin(folder / "audit", "made", 1, reports, draw(reports, len(reports), 1))
    return made_build, folder / "audit", prints


@contextmanager
def seated(made: Made, audit: Path, who: str) -> Iterator[tuple[str, Seat]]:
    """The page of a person: its address."""
    import uvicorn

    with open_build(made.build) as connection:
        seat = Seat(Audit.open(audit), connection, who, made.body)
        listening = socket.create_server(("127.0.0.1", 0))
        app = guarded(audit_routes(seat), ("127.0.0.1", "localhost"))
        running = uvicorn.Server(uvicorn.Config(app, log_level="error", server_header=False))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seat
        running.should_exit = True
        thread.join()
        listening.close()


def key_all(
    browser: Any,
    base: str,
    seat: Seat,
    prints: Prints,
    slips: Mapping[tuple[str, Key], str],
    most: int = 10_000,
) -> int:
    """Key what the pages print, but for the slips, by the keyboard alone; how many cells were keyed."""
    context = browser.new_context()
    context.set_default_timeout(0)
    page = context.new_page()
    answers: list[str] = []
    page.on("response", lambda one: answers.append(one.text()) if "/api/next" in one.url else None)
    page.goto(f"{base}/#key={seat.key}")
    keyed = 0
    state = moved(page, "")
    while state != "done" and keyed < most:
        report, code = state.split(":", 1)
        row, _, applicant = code.rpartition(":")
        assert page.locator("#seen img, #seen a#original").count() >= 1
        right = prints[report].get((row, applicant), "?")
        page.keyboard.type(slips.get((report, (row, applicant)), right))
        page.keyboard.press("Enter")
        state = moved(page, state)
        keyed += 1
    # Nothing that the page was told has the reading in it.
    assert not any("47110815" in one for one in answers) and "47110815" not in page.content()
    context.close()
    return keyed


def audited(browser: Any, folder: Path, skins: tuple[str, ...]) -> None:
    made, audit, prints = sampled(folder, skins)
    chance = random.Random(5)
    cells = [(report, cell) for report, own in prints.items() for cell in own]
    slips: list[dict[tuple[str, Key], str]] = [
        {cell: str(90_000 + at) for at, cell in enumerate(chance.sample(cells, len(cells) // 100))}
        for _ in range(2)
    ]
    counts = []
    for who, own in (("anna", slips[0]), ("bo", slips[1]), ("cai", {})):
        with seated(made, audit, who) as (base, seat):
            counts.append(key_all(browser, base, seat, prints, own))
    different = len(slips[0].keys() | slips[1].keys())
    assert counts[0] == counts[1] >= len(cells) and counts[2] == different > 0
    with open_build(made.build) as connection:
        found = audit_report(Audit.open(audit), connection)
    assert found.differences == different and not found.unseen
    assert found.wrong == ((next(iter(prints)), *MISREAD),)


@pytest.mark.slow
def test_two_persons_and_a_third_key_reports_by_keys_alone(browser: Any, tmp_path: Path) -> None:
    audited(browser, tmp_path, ("pdf_lines", "scan_200"))


def test_cells_are_keyed_by_keys_alone_and_keyed_again(browser: Any, tmp_path: Path) -> None:
    made, audit, prints = sampled(tmp_path, ("pdf_lines",))
    with seated(made, audit, "anna") as (base, seat):
        assert key_all(browser, base, seat, prints, {}, most=4) == 4
    # Who stopped goes on where they stopped, and mends the cell before.
    with seated(made, audit, "anna") as (base, seat):
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(f"{base}/#key={seat.key}")
        first = moved(page, "")
        page.keyboard.type("77777")
        page.keyboard.press("Enter")
        second = moved(page, first)
        page.keyboard.press("ArrowUp")
        assert moved(page, second) == first and page.locator("#typed").input_value() == "77777"
        page.keyboard.type("7")
        page.keyboard.press("Enter")
        assert moved(page, first) == second
        page.close()
    with (audit / "keyed" / "anna.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    (keyed,) = Audit.open(audit).keyings().values()
    assert len(keyed["anna"]) == 5 and list(keyed["anna"].values())[-1] == "7"


def test_a_page_is_legible_and_shows_nothing_of_the_reading(tmp_path: Path) -> None:
    made, audit, _ = sampled(tmp_path, ("pdf_lines",))
    with open_build(made.build) as connection:
        seat = Seat(Audit.open(audit), connection, "anna", made.body)
        turn = seat.next()
        assert turn is not None and turn.pages
        seen = seat.page(turn.report.report_id, turn.pages[0])
        assert seen.picture is not None and seen.frames == () and seen.excerpt is None
        behind = seat.page(turn.report.report_id, 99)
        assert behind.picture is None and "no page 99" in (behind.problem or "")
    picture = Image.open(io.BytesIO(seen.picture)).convert("RGB")
    assert min(picture.size) > 1000  # two pixels a point
    red, green, blue = (np.asarray(picture)[..., at] for at in range(3))
    assert not ((red > 150) & (green < 80) & (blue < 80)).any()


def test_only_who_has_the_key_is_answered(tmp_path: Path) -> None:
    made, audit, _ = sampled(tmp_path, ("html_word",))
    with seated(made, audit, "anna") as (base, seat):
        right = {"x-gknb-desk": seat.key, "content-type": "application/json"}
        report = seat.audit.sample[0].report_id
        assert ask(base, "/api/next").status == 403
        assert ask(base, "/api/original", {"content-type": "application/json"}, b"{}").status == 403
        body = json.dumps({"report": report}).encode()
        told = ask(base, "/api/original", right, body)
        assert told.body == next(iter(made.files.values())) and HEADERS.items() <= told.headers.items()
        assert ask(base, "/api/original", right | {"Origin": "http://evil.test"}, body).status == 403
        assert (
            ask(base, "/api/page", right, json.dumps({"report": report, "page": "x"}).encode()).status == 409
        )


def test_the_figures_are_in_the_release_and_on_its_page(browser: Any, tmp_path: Path) -> None:
    made, audit, prints = sampled(tmp_path, ("pdf_lines", "html_word"))
    with open_build(made.build) as connection:
        for who in ("anna", "bo"):
            seat = Seat(Audit.open(audit), connection, who, made.body)
            while turn := seat.next():
                report, cell = turn.report.report_id, turn.cells[0]
                seat.keyed(report, cell, prints[report].get(cell, "?"))
    told = gknb("release", "1", "--out", tmp_path / "R", "--build", made.build, "--audit", audit)
    assert told.exit_code == 0, told.stderr
    figures = json.loads((tmp_path / "R" / "audit.json").read_text(encoding="utf-8"))["all"]
    assert (figures["reports"], figures["wrong_reports"]) == (2, 1)
    low, high = (100 * figures["report_rate"][end] for end in ("low", "high"))
    write_site(tmp_path / "R" / "parquet", tmp_path / "site")
    with plain_server(tmp_path / "site") as address:
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(f"{address}#/data")
        page.wait_for_selector("#audit")
        said = page.locator("#audit").inner_text()
        page.close()
    assert "2 份" in said and "1 份" in said and f"{low:.2f}–{high:.2f} %" in said
