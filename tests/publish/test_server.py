"""`gknb serve`: what it answers, what it refuses, and that no query does harm or outlives its limits."""

from __future__ import annotations

import csv
import io
import json
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import openpyxl
import pytest

from bench.large.hostile import CANARIES, HARMFUL, SECRET, hostile_queries, plant_canaries
from bench.large.touched import ANY, CHANGING, touched
from commands.published.serve import bound
from publish.answer_cache import AnswerCache
from publish.bounded_queries import Answer, QueryLimits, QueryPool, QueryRefusedError
from publish.guards import HEADERS
from publish.interface import recipes
from publish.server import Service
from query.database import open_build
from query.definitions import VIEWS
from tests.publish.conftest import LIMITS
from tests.publish.made import FORMULA, Made
from tests.waiting import until

# Until a process that was ended is replaced; on a busy machine that takes a while.
PATIENCE = 3600.0
# The limits of queries that have no end; others may take their time on a busy machine.
HASTY = replace(LIMITS, seconds=1.5)


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    base: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, **query: str
) -> Reply:
    connection = HTTPConnection(urlsplit(base).netloc)
    address = path + (f"?{urlencode(query)}" if query else "")
    connection.request("POST" if body is not None else "GET", address, body, dict(headers or {}))
    answer = connection.getresponse()
    told = {name.lower(): value for name, value in answer.getheaders()}
    reply = Reply(answer.status, told, answer.read())
    connection.close()
    return reply


def test_views_come_as_json_csv_and_workbooks(server: tuple[str, Service]) -> None:
    base, _ = server
    told = ask(base, "/api/views/facts.json", row_code="t3:1", applicant_type="total").json()
    assert told["cut"] is None
    assert len(told["rows"]) == 8
    listed = ask(base, "/api/views/facts.csv", row_code="t3:1", applicant_type="total").body.decode()
    rows = list(csv.DictReader(io.StringIO(listed.removeprefix("\ufeff"))))
    assert listed.startswith("\ufeff")
    assert [list(map(str, row.values()))[:6] for row in rows] == [
        ["" if value is None else str(value) for value in row[:6]] for row in told["rows"]
    ]
    book = openpyxl.load_workbook(io.BytesIO(ask(base, "/api/views/facts.xlsx", row_code="t3:1").body))
    assert [cell.value for cell in book["gknb"][1]] == told["columns"]


def test_a_query_comes_in_the_address_or_as_the_body_and_its_errors_tell_no_secret(
    server: tuple[str, Service],
) -> None:
    base, service = server
    assert ask(base, "/api/sql", q="SELECT 1 AS a, '甲' AS b").json()["rows"] == [[1, "甲"]]
    assert ask(base, "/api/sql", body=b"SELECT 2 AS a").json()["rows"] == [[2]]
    for sql in (
        "SELECT nothing FROM facts",
        "FROM read_parquet('/etc/passwd')",
        "SELECT 1/'x'",
        "FROM stored.nothing",
    ):
        refused = ask(base, "/api/sql", q=sql)
        assert refused.status == 400
        assert str(service.build) not in refused.body.decode()
        assert "Traceback" not in refused.body.decode()


def test_an_answer_that_was_cut_says_so_in_its_last_line(server: tuple[str, Service]) -> None:
    base, _ = server
    many = "SELECT range AS n FROM range(1000000)"
    lines = ask(base, "/api/sql", q=many, format="csv").body.decode().splitlines()
    assert len(lines) == 1 + LIMITS.rows + 1
    assert lines[-1].startswith("# ") and "cut here" in lines[-1]
    told = ask(base, "/api/sql", q=many).json()
    assert (len(told["rows"]), told["cut"]) == (LIMITS.rows, "rows")
    wide = ask(base, "/api/sql", q="SELECT repeat('x', 100000) FROM range(1000)").json()
    assert wide["cut"] == "bytes"
    sheet = openpyxl.load_workbook(io.BytesIO(ask(base, "/api/sql", q=many, format="xlsx").body))["gknb"]
    assert "cut here" in str(sheet.cell(sheet.max_row, 1).value)


def test_texts_like_formulas_are_texts(server: tuple[str, Service]) -> None:
    base, _ = server
    quoted = FORMULA.replace("'", "''")
    sql = f"SELECT '{quoted}' AS a, '+1-1' AS b, -5 AS c, '-5' AS d, 'http://x.test/' AS e"
    line = ask(base, "/api/sql", q=sql, format="csv").body.decode().splitlines()[1]
    assert next(csv.reader([line])) == [f"'{FORMULA}", "'+1-1", "-5", "-5", "http://x.test/"]
    sheet = openpyxl.load_workbook(io.BytesIO(ask(base, "/api/sql", q=sql, format="xlsx").body))["gknb"]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "s", "s"]
    assert not any(cell.hyperlink for cell in sheet[2])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.test"}, 400),
        ({"Host": "127.0.0.1.evil.test"}, 400),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({}, 200),
    ],
)
def test_only_its_own_names_and_its_own_pages_are_answered(
    server: tuple[str, Service], headers: dict[str, str], status: int
) -> None:
    base, _ = server
    reply = ask(base, "/api/views", headers)
    assert reply.status == status
    assert HEADERS.items() <= reply.headers.items()
    assert not any(name.startswith("access-control") for name in reply.headers)


def test_no_path_leads_out_of_the_page(server: tuple[str, Service]) -> None:
    base, _ = server
    assert ask(base, "/").status == 200
    for path in (
        "/../manifest.json",
        "/%2e%2e/manifest.json",
        "/..%2fmanifest.json",
        "/data/../../manifest.json",
    ):
        assert ask(base, path).status in (400, 404)
    assert ask(base, "/api/views/facts%22;.json").status == 404
    asked: dict[str, Any] = {'year" = 1 OR "year': "1"}
    assert ask(base, "/api/views/facts.json", **asked).status == 400


def test_the_interface_is_described_as_it_is(server: tuple[str, Service]) -> None:
    base, _ = server
    told = ask(base, "/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert set(ask(base, "/api/views").json()) == set(VIEWS)
    served = ask(base, "/recipes").body.decode()
    assert all(name in served for name in ("pandas", "polars", "R\n", "Power Query", "curl"))
    assert base.rstrip("/") in served


def test_the_recipes_in_the_docs_are_those_that_are_served() -> None:
    page = Path(__file__).parents[2] / "docs" / "page.md"
    assert f"```text\n{recipes('http://127.0.0.1:8765')}```" in page.read_text(encoding="utf-8")


def test_the_recipes_of_pandas_and_polars_work(server: tuple[str, Service]) -> None:
    base, service = server
    served = ask(base, "/recipes").body.decode()
    for name in ("pandas", "polars"):
        lines = served.split(f"\n{name}\n")[1].split("\n\n")[0].splitlines()
        scope: dict[str, Any] = {}
        exec("\n".join(line.strip() for line in lines), scope)
        with open_build(service.build) as connection:
            known = connection.execute("SELECT count(*) FROM rates").fetchone()
        assert known is not None and len(scope["rates"]) == known[0] > 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_the_recipe_of_curl_works(server: tuple[str, Service], tmp_path: Path) -> None:
    base, service = server
    recipe = ask(base, "/recipes").body.decode().split("\ncurl\n")[1].split("\n\n")[0]
    subprocess.run(["bash", "-ec", recipe], cwd=tmp_path, check=True, capture_output=True)
    with (tmp_path / "rates.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with open_build(service.build) as connection:
        known = connection.execute("SELECT count(*) FROM rates").fetchone()
    assert rows[0] == ["agency_name", "year", "disclosure_rate"]
    assert known is not None and len(rows) == 1 + known[0] > 1


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_the_recipe_of_r_works(server: tuple[str, Service]) -> None:
    base, service = server
    recipe = ask(base, "/recipes").body.decode().split("\nR\n")[1].split("\n\n")[0]
    told = subprocess.run(
        ["Rscript", "-e", f"{recipe.strip()}; cat(names(rates)[1], nrow(rates), sum(rates$year))"],
        check=True,
        capture_output=True,
    )
    with open_build(service.build) as connection:
        known = connection.execute("SELECT count(*), sum(year) FROM rates").fetchone()
    assert known is not None and known[0] > 0
    assert told.stdout.decode() == f"report_id {known[0]} {known[1]}"


def peak_memory(pool: QueryPool) -> int:
    """The largest memory of the processes that are alive and idle, in bytes."""
    peak = 0
    for process in list(pool._ready.queue):
        status = Path(f"/proc/{process._process.pid}/status").read_text()
        peak = max(peak, 1024 * int(status.partition("VmHWM:")[2].split()[0]))
    return peak


def answers(pool: QueryPool) -> bool:
    """Within limits that are too narrow for the simplest query while the machine is busy."""
    try:
        return pool.ask("SELECT 42", wait=PATIENCE).all_rows() == [[42]]
    except QueryRefusedError:
        return False


def test_a_process_that_ran_out_of_memory_answers_nobody_else(made: Made) -> None:
    pool = QueryPool(made.build, QueryLimits(seconds=60, duckdb_memory="50MB"), 1)
    try:
        (before,) = [process._process.pid for process in pool._ready.queue]
        with pytest.raises(QueryRefusedError) as refused:
            pool.ask("SELECT list(range) FROM range(1000000000)")
        assert refused.value.reason == "memory"
        assert pool.ask("SELECT 42", wait=120).all_rows() == [[42]]
        assert before not in [process._process.pid for process in pool._ready.queue]
    finally:
        pool.close()


def survives(made: Made, folder: Path, queries: Sequence[str]) -> None:
    """Ask hostile queries one after the other: each comes to an end, none leaves a trace or reads a file."""
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in made.build.rglob("*")}
    plant_canaries(folder, next(made.build.rglob("*.parquet")))
    reasons: set[str | None] = set()
    pool = QueryPool(made.build, HASTY, 2)
    try:
        with touched([folder], ANY) as read:
            for sql in queries:
                try:
                    answer = pool.ask(sql, wait=PATIENCE)
                    said = str(answer.all_rows())
                    reasons.add(answer.cut)
                except QueryRefusedError as error:
                    reasons.add(error.reason)
                    said = str(error)
                    assert str(made.build) not in said
                assert SECRET not in said and "root:x:0" not in said, sql
        assert read == {}
        assert reasons >= {"refused", "error", "time"} and "busy" not in reasons
        until(lambda: answers(pool))
        assert 0 < peak_memory(pool) < 1 << 30
    finally:
        pool.close()
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in made.build.rglob("*")} == before
    assert len(list(folder.iterdir())) == CANARIES


def test_what_touches_a_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("x")
    with touched([tmp_path], ANY) as seen:
        (tmp_path / "one").read_text()
    assert seen["read " + f"{tmp_path.name}/one"] == 1
    with touched([tmp_path], CHANGING) as seen:
        (tmp_path / "one").read_text()
    assert seen == {}
    with touched([tmp_path], CHANGING) as seen:
        (tmp_path / "two").write_text("x")
    assert seen["created " + f"{tmp_path.name}/two"] == 1


def test_hostile_queries_do_no_harm(made: Made, tmp_path: Path) -> None:
    file = next(made.build.rglob("*.parquet"))
    survives(made, tmp_path, hostile_queries(len(HARMFUL), tmp_path, file)[::2])


@pytest.mark.slow
def test_a_thousand_hostile_queries_do_no_harm(made: Made, tmp_path: Path) -> None:
    survives(made, tmp_path, hostile_queries(1000, tmp_path, next(made.build.rglob("*.parquet"))))


def test_answers_are_sent_at_once() -> None:
    with bound("127.0.0.1", 0) as listening:
        # By this asyncio knows that it may turn Nagle's delay off: 40 ms of each answer.
        assert listening.proto == socket.IPPROTO_TCP


def test_an_answer_of_a_view_is_kept_and_known_again_by_its_tag(
    server: tuple[str, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, service = server
    path = "/api/views/rates.csv"
    first = ask(base, path, limit="3")
    asked: list[str] = []
    ask_pool = service.pool.ask

    def heard(sql: str) -> Answer:
        asked.append(sql)
        return ask_pool(sql)

    with monkeypatch.context() as patch:
        patch.setattr(service.pool, "ask", heard)
        again = ask(base, path, limit="3")
        assert (again.body, again.headers["etag"]) == (first.body, first.headers["etag"])
        assert again.headers["content-type"] == first.headers["content-type"]
        known = ask(base, path, {"If-None-Match": first.headers["etag"]}, limit="3")
        assert (known.status, known.body) == (304, b"")
        assert asked == []
        other = ask(base, path, {"If-None-Match": first.headers["etag"]}, limit="2")
        assert (other.status, len(other.body.splitlines()), len(asked)) == (200, 3, 1)


def test_what_is_kept_stays_small_and_answers_cut_by_chance_are_not_kept() -> None:
    kept = AnswerCache()

    def given(sql: str, cut: str | None = None, size: int = 400_000) -> bytes | None:
        answer = Answer(["a"], ["VARCHAR"], cut=cut)
        tag = kept.tag(sql, "csv")
        b"".join(kept.keeping(tag, answer, iter(["x" * size])))
        return kept.get(tag)

    assert given("one") and given("two", "rows")
    assert [given(cut, cut) for cut in ("time", "memory", "error")] == [None, None, None]
    assert given("large", size=600_000) is None
    assert all(given(str(n)) for n in range(200))
    assert kept.get(kept.tag("one", "csv")) is None
    assert kept.get(kept.tag("199", "csv"))
    assert AnswerCache().get(kept.tag("199", "csv")) is None


def test_the_page_comes_while_questions_wait(server: tuple[str, Service]) -> None:
    base, service = server
    idle = [service.pool._ready.get() for _ in range(2)]
    with ThreadPoolExecutor(60) as people:
        waiting = [people.submit(ask, base, "/api/sql", q=f"SELECT {n} AS n") for n in range(60)]
        until(lambda: service._asking.statistics().tasks_waiting > 30)
        assert ask(base, "/data/site.json.gz").status == 200
        for process in idle:
            service.pool._ready.put(process)
        assert [one.result().status for one in waiting] == [200] * 60


def test_many_ask_at_once(server: tuple[str, Service]) -> None:
    base, _ = server
    with ThreadPoolExecutor(16) as people:
        replies = list(people.map(lambda n: ask(base, "/api/sql", q=f"SELECT {n} AS n"), range(48)))
    assert [reply.json()["rows"] for reply in replies] == [[[n]] for n in range(48)]


def test_a_printed_cell_comes_with_its_picture_or_its_table(server: tuple[str, Service]) -> None:
    base, service = server
    for kind in ("pdf", "ofd", "html", "docx"):
        with open_build(service.build) as connection:
            report, row, applicant, published = connection.execute(
                """
                SELECT report_id, row_code, applicant_type, published
                FROM facts JOIN reports USING (report_id)
                WHERE format = $kind AND value > 0 AND row_code LIKE 't%' ORDER BY ALL LIMIT 1
                """,
                {"kind": kind},
            ).fetchone() or ("", "", "", "")
        asked = {"report": report, "row": row, "applicant": applicant}
        told = ask(base, "/api/cell", **asked).json()
        assert told["problem"] is None
        assert told["published"] == published
        marked = [
            one["text"][start:stop]
            for line in told["excerpt"].get("rows", [])
            for one in line
            for start, stop in one["marks"]
        ]
        assert marked == [published]
        picture = ask(base, "/api/picture", **asked)
        assert picture.status == (200 if kind in ("pdf", "ofd") else 404)
        assert len(picture.body) <= 40_000
    assert ask(base, "/api/cell", report="x", row="y").status == 404
