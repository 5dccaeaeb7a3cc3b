"""The desk: doubtful cells keyed by keys alone, corrections that the build takes, two desks at once."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from base.paths import REGISTRY
from demo.generate import generate
from demo.places import agencies_of, places
from extract.agencies.registry import load
from extract.builds.build import Build, make_build
from extract.extractor import extract
from extract.records import Extraction, Source
from publish.desk.desk import Desk
from publish.desk.doubts import CELL, doubts
from publish.desk.tables import DeskError, Tables
from publish.guards import HEADERS
from publish.server import Service, application
from query.database import open_build
from tests.publish.conftest import LIMITS
from tests.publish.made import Made
from tests.publish.test_server import Reply, ask

# The year of a report that names none.
UNDATED_YEAR = "2019"
# Agencies that the build knows, to whom reports that name nobody known are settled.
KNOWN = ("渠县商务局", "渠县教育局", "渠县民政局", "渠县财政局")
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Doubtful:
    """A build some cells of which are doubtful; what their pages print, and which were read as others."""

    made: Made
    read: list[Extraction]
    truth: Mapping[Place, str]
    prints: Mapping[Place, str]
    misread: Mapping[Place, str]
    registry: Path

    @property
    def tables(self) -> Tables:
        return Tables(self.registry)


def doubtful(folder: Path, cells: int, skins: tuple[str, ...]) -> Doubtful:
    """So many doubtful cells in each report."""
    registry = folder / "data" / "registry"
    shutil.copytree(REGISTRY, registry)
    files: dict[str, bytes] = {}
    known_truth: dict[Place, str] = {}
    prints: dict[Place, str] = {}
    misread: dict[Place, str] = {}
    read = []
    for at, skin in enumerate(skins):
        made = generate(80 + at, edition="e2021", skin=skin, agency=agencies_of(places()[0])[at], year=2023)
        sha256 = hashlib.sha256(made.data).hexdigest()
        files[sha256] = made.data
        one = extract(Source(made.data, made.name, sha256))
        truth = {cell.key: cell.printed for cell in made.truth.cells}
        known_truth |= {(one.report.report_id, *cell): text for cell, text in truth.items()}
        chosen = [
            fact for fact in one.facts
            if fact.row_code.startswith("t3:") and fact.value is not None
            and truth.get((fact.row_code, fact.applicant_type)) == fact.published
        ][:cells]  # fmt: skip
        assert len(chosen) == cells
        doubted = {}
        for number, fact in enumerate(chosen):
            place = (one.report.report_id, fact.row_code, fact.applicant_type)
            prints[place] = fact.published
            doubted[fact] = replace(fact, flags=("suspect",))
            if number % 2 == 0:
                # As readers err: another cell of the table was taken for it.
                other = next(one for one in chosen if one.value != fact.value)
                doubted[fact] = replace(
                    fact, flags=("realigned",), value=other.value, published=other.published,
                    locator=other.locator,
                )  # fmt: skip
                misread[place] = other.published
        read.append(replace(one, facts=tuple(doubted.get(fact, fact) for fact in one.facts)))
    read += [known(name) for name in KNOWN]
    nameless, data = undated()
    files[nameless.report.source_sha256] = data
    read.append(nameless)
    return Doubtful(
        Made(make_build(read, folder / "lake", registry=registry).path, files),
        read,
        known_truth,
        prints,
        misread,
        registry,
    )


def known(name: str) -> Extraction:
    """A report of an agency that the registry knows."""
    agency = replace(agencies_of(places()[0])[1], name=name)
    made = generate(90, edition="e2021", skin="html_word", agency=agency, year=2022)
    return extract(Source(made.data, made.name, hashlib.sha256(made.data).hexdigest()))


def undated() -> tuple[Extraction, bytes]:
    """A report of a known agency that says nowhere of which year it is, as it is read; with its bytes."""
    agency = replace(agencies_of(places()[0])[1], name=KNOWN[0])
    made = generate(91, edition="e2019", skin="html_clean", agency=agency, year=2019)
    data = re.sub("20(19|20)(年度?)?", "", made.data.decode()).encode()
    one = extract(Source(data, "report.html", hashlib.sha256(data).hexdigest()))
    assert one.report.year is None and one.facts
    return one, data


@contextmanager
def seated(case: Doubtful, who: str, folder: Path) -> Iterator[tuple[str, Desk]]:
    """A server with the desk of a person: its address."""
    import uvicorn

    service = Service(case.made.build, folder, case.made.body, LIMITS, 1)
    desk = Desk(service.connection, who, case.tables)
    listening = socket.create_server(("127.0.0.1", 0))
    app = application(service, ("127.0.0.1", "localhost"), desk)
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", server_header=False))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", desk
    running.should_exit = True
    thread.join()
    listening.close()
    service.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves beside the desk: nothing that these tests look at."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("page")
    return folder


def key_all(browser: Any, base: str, desk: Desk, case: Doubtful) -> int:
    """Key what the pages print until nothing is left, by the keyboard alone; how many cells were keyed."""
    context = browser.new_context()
    context.set_default_timeout(0)
    seen = context.new_page()
    problems: list[str] = []
    seen.on("pageerror", lambda error: problems.append(str(error)))
    seen.goto(f"{base}/desk/#key={desk.key}")
    keyed = 0
    unsettled = iter(KNOWN)
    state = moved(seen, "")
    while state != "done":
        kind, report, code = state.split(":", 2)
        row, _, applicant = code.rpartition(":")
        if kind in ("agency", "year"):
            assert seen.locator("#seen img, #seen p").count() >= 1
            seen.keyboard.type(next(unsettled) if kind == "agency" else UNDATED_YEAR)
            for _ in ("its name", "its number", "why") if kind == "agency" else ("its year", "why"):
                seen.keyboard.press("Enter")
                state = moved(seen, state)
            continue
        # The picture is there and the reading is not.
        assert seen.locator("#seen img, #seen td.marked").count() >= 1
        assert "读数" not in seen.locator("main").inner_text()
        seen.keyboard.type(case.truth[report, row, applicant])
        seen.keyboard.press("Enter")
        keyed += 1
        state = moved(seen, state)
        assert (state == "differs") == ((report, row, applicant) in case.misread)
        if state == "differs":
            assert case.misread[report, row, applicant] in seen.locator("#told").inner_text()
            seen.keyboard.press("Enter")
            state = moved(seen, state)
    assert problems == []
    context.close()
    return keyed


def moved(seen: Any, state: str) -> str:
    """The page's next state; what it says where it refused."""
    seen.wait_for_function(
        "before => (document.body.dataset.state ?? before) !== before"
        " || document.querySelector('[role=alert]')",
        arg=state,
    )
    assert seen.locator("[role=alert]").count() == 0, seen.locator("[role=alert]").inner_text()
    told: str = seen.evaluate("document.body.dataset.state")
    return told


def corrected(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def built_anew(case: Doubtful, folder: Path) -> Build:
    """A build with what was decided, as a process makes it that has not read the tables before."""
    load.cache_clear()
    return make_build(case.read, folder / "lake", registry=case.registry)


def keyed_through(browser: Any, case: Doubtful, folder: Path, page: Path) -> None:
    with open_build(case.made.build) as connection:
        # Those that were planted, and what the checks of the build find in them.
        cells = [one for one in doubts(connection) if one.asks == CELL]
    assert len(cells) >= len(case.prints)
    with seated(case, "anna", page) as (base, desk):
        assert key_all(browser, base, desk, case) == len(cells)
    settled = [row for row in corrected(case.tables.settled) if row["by"] == "anna"]
    assert len(settled) == len(case.read) - len(KNOWN) - 1 and all(row["why"] for row in settled)
    ((undated_id,),) = [[one.report.report_id] for one in case.read if one.report.year is None]
    (dated,) = corrected(case.tables.years)
    assert (dated["report_id"], dated["year"], dated["by"]) == (undated_id, UNDATED_YEAR, "anna") and dated[
        "why"
    ]
    rows = corrected(case.tables.corrections)
    assert len(rows) == len(case.misread) > 0
    assert {row["who"] for row in rows} == {"anna"} and {row["status"] for row in rows} == {"open"}
    assert all(row["reason"] and row["evidence"] and row["decided_on"] for row in rows)
    again = built_anew(case, folder)
    with open_build(again.path) as connection:
        told = connection.execute(
            "SELECT report_id, row_code, applicant_type, corrected_value FROM corrections"
        ).fetchall()
        of_year = connection.execute(
            "SELECT DISTINCT facts.year, year_evidence FROM facts JOIN reports USING (report_id) "
            "WHERE report_id = $1",
            [undated_id],
        ).fetchall()
        unknown = connection.execute(
            "SELECT report_id FROM findings WHERE check_id = 'year_unknown'"
        ).fetchall()
    assert {(one[0], one[1], one[2]): one[3] for one in told} == {
        place: float(case.prints[place]) for place in case.misread
    }
    ((year, evidence),) = of_year
    assert year == int(UNDATED_YEAR) and evidence.startswith("settled by anna in settled_years.csv, line 2: ")
    assert unknown == []
    # Another person is asked about what was keyed otherwise than read, and makes it two who say so.
    with seated(case, "bo", page) as (base, desk):
        assert key_all(browser, base, desk, case) == len(rows)
    rows = corrected(case.tables.corrections)
    assert {row["who"] for row in rows} == {"anna, bo"} and {row["status"] for row in rows} == {"accepted"}
    built_anew(case, folder)


def test_doubtful_cells_are_keyed_by_keys_alone(browser: Any, tmp_path: Path, page: Path) -> None:
    keyed_through(browser, doubtful(tmp_path, 3, ("pdf_lines", "html_word")), tmp_path, page)


@pytest.mark.slow
def test_a_hundred_doubtful_cells_are_keyed_by_keys_alone(browser: Any, tmp_path: Path, page: Path) -> None:
    case = doubtful(tmp_path, 25, ("pdf_lines", "html_word", "docx", "ofd"))
    assert len(case.prints) == 100
    keyed_through(browser, case, tmp_path, page)


def test_two_desks_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each in a process's place: other cells, and the same cells, written by many hands."""
    case = doubtful(tmp_path, 30, ("html_word",))
    with open_build(case.made.build) as connection:
        desks = [Desk(connection, who, case.tables) for who in ("anna", "bo")]
        places = list(case.prints.items())

        def keys(number: int) -> None:
            at, who = divmod(number, 2)
            (report, row, applicant), text = places[at]
            desk = desks[who]
            cell = desk.cell(report, row, applicant)
            if desk.keyed(cell, text) == "differs":
                desk.tables.correct(desk.who, cell.cell, text, "misread")

        with ThreadPoolExecutor(8) as hands:
            list(hands.map(keys, range(2 * len(places))))
    keyed = corrected(case.tables.keyed)
    assert len(keyed) == 2 * len(places)
    assert {(row["row_code"], row["applicant_type"], row["who"]) for row in keyed} == {
        (row, applicant, who) for _, row, applicant in case.prints for who in ("anna", "bo")
    }
    rows = corrected(case.tables.corrections)
    assert len(rows) == len(case.misread) and {row["status"] for row in rows} == {"accepted"}
    built_anew(case, tmp_path)


def test_another_correction_of_a_cell_is_not_written_over(tmp_path: Path) -> None:
    case = doubtful(tmp_path, 2, ("html_word",))
    with open_build(case.made.build) as connection:
        (report, row, applicant) = next(iter(case.misread))
        text = case.prints[report, row, applicant]
        cell = Desk(connection, "anna", case.tables).cell(report, row, applicant).cell
        case.tables.correct("anna", cell, text, "misread")
        before = case.tables.corrections.read_bytes()
        with pytest.raises(DeskError, match="corrects this cell otherwise"):
            case.tables.correct("bo", cell, "99999", "misread")
        with pytest.raises(DeskError, match="a number"):
            case.tables.correct("bo", cell, "?", "misread")
    assert case.tables.corrections.read_bytes() == before


def test_whose_report_it_is_is_settled(tmp_path: Path, page: Path) -> None:
    case = doubtful(tmp_path, 2, ("html_word",))
    with open_build(case.made.build) as connection:
        ((report, name),) = connection.execute("SELECT report_id, agency_name FROM undecided").fetchall()
        ((undated_id,),) = connection.execute("SELECT report_id FROM reports WHERE year IS NULL").fetchall()
        ((agency,),) = connection.execute("SELECT min(agency_id) FROM agencies").fetchall()
    before = corrected(case.tables.settled)
    with seated(case, "anna", page) as (base, desk):
        headers = {"x-gknb-desk": desk.key, "content-type": "application/json"}
        body = {"report": report, "agency": agency, "why": "asked by telephone"}
        wrong = json.dumps(body | {"agency": "nowhere:gov"}).encode()
        kinds = []
        # Reports come in the order of their ids.
        for _ in ("whose it is", "of which year"):
            told = ask(base, "/desk/api/next", headers).json()
            kinds.append(told["kind"])
            if told["kind"] == "agency":
                assert name not in str(told.get("agency")) and told["report"] == report
                assert ask(base, "/desk/api/settle", headers, wrong).status == 409
                assert ask(base, "/desk/api/settle", headers, json.dumps(body).encode()).status == 200
                continue
            assert told["report"] == undated_id and told["excerpt"]["paragraphs"]
            for year, status in (("19", 409), ("1999", 409), ("2999", 409), ("2019", 200)):
                dated = {"report": undated_id, "year": year, "why": "asked by telephone"}
                assert ask(base, "/desk/api/year", headers, json.dumps(dated).encode()).status == status
        assert sorted(kinds) == ["agency", "year"]
        assert ask(base, "/desk/api/next", headers).json()["kind"] == "cell"
    after = corrected(case.tables.settled)
    assert after[: len(before)] == before and len(after) == len(before) + 1
    assert (after[-1]["key"], after[-1]["agency_id"], after[-1]["by"]) == (report, agency, "anna")
    built = built_anew(case, tmp_path)
    with open_build(built.path) as connection:
        found = connection.execute("SELECT agency_id FROM reports WHERE report_id = $1", [report]).fetchall()
    assert found == [(agency,)]


def test_the_desk_answers_only_who_has_its_key(tmp_path: Path, page: Path) -> None:
    case = doubtful(tmp_path, 2, ("html_word",))
    body = b"{}"
    with seated(case, "anna", page) as (base, desk):
        right = {"x-gknb-desk": desk.key, "content-type": "application/json"}
        asked: list[tuple[int, Reply]] = [
            (403, ask(base, "/desk/api/next")),
            (403, ask(base, "/desk/api/next", {"x-gknb-desk": "guessed"})),
            (403, ask(base, "/desk/api/later", {"content-type": "application/json"}, body)),
            (403, ask(base, "/desk/api/later", right | {"Origin": "http://evil.test"}, body)),
            (403, ask(base, "/desk/api/later", right | {"Sec-Fetch-Site": "cross-site"}, body)),
            (400, ask(base, "/desk/api/later", right | {"Host": "evil.test"}, body)),
            (415, ask(base, "/desk/api/later", right | {"content-type": "text/plain"}, body)),
            (400, ask(base, "/desk/api/later", right, b"[1]")),
            (413, ask(base, "/desk/api/later", right, b'{"a":"' + b"x" * 20_000 + b'"}')),
            (409, ask(base, "/desk/api/key", right, b"{}")),
            (404, ask(base, "/desk/api/key", right)),
            (200, ask(base, "/desk/api/later", right, body)),
        ]
        assert [reply.status for _, reply in asked] == [status for status, _ in asked]
        assert all(HEADERS.items() <= reply.headers.items() for _, reply in asked)
        assert b"gknb" in ask(base, "/desk/").body
    assert not case.tables.keyed.exists() and not case.tables.corrections.exists()


def test_without_a_desk_there_is_none(made: Made, server: tuple[str, Service]) -> None:
    base, _ = server
    assert ask(base, "/desk/").status == 404 and ask(base, "/desk/api/next").status == 404
