"""What a command loads before it works: the asking side no builder, one file no crawler."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from base.paths import REGISTRY
from commands import COMMANDS, app
from crawler.archive.deliver import deliver
from crawler.archive.store import Archive
from demo.generate import generate
from extract.stages import read_in_stages
from tests.cli.run import gknb
from tests.cli.test_archived import fill, snapshot
from tests.terminal.process import ROOT, environment

_TOLD = "loaded: "
_RUN = f"""
import atexit, sys, gknb
atexit.register(lambda: print({_TOLD!r} + " ".join(sorted(sys.modules)), file=sys.__stderr__))
gknb.main()
"""


def loaded(*arguments: object) -> frozenset[str]:
    """The modules that a command has loaded at its end, in its own process."""
    command = [sys.executable, "-c", _RUN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, env=environment(), cwd=ROOT, check=False)
    (line,) = (line for line in done.stderr.decode().splitlines() if line.startswith(_TOLD))
    assert done.returncode == 0, done.stderr.decode()
    return frozenset(line.removeprefix(_TOLD).split())


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("start") / "page.html"
    path.write_bytes(generate(1, edition="e2021", skin="html_clean").data)
    return path


def test_a_question_loads_nothing_that_it_does_not_need(page: Path) -> None:
    lake = page.parent / "lake"
    gknb("build", page, "--lake", lake)
    found = loaded("sql", "select 1", "--lake", lake)
    spared = {"numpy", "pandas", "pyarrow", "lxml", "scrapy", "extract.extractor", "commands.crawls.crawl"}
    assert found & spared == set()
    assert "duckdb" in found


def test_one_page_loads_no_crawler_no_server_of_processes_and_nothing_that_others_read(page: Path) -> None:
    found = loaded("extract", page)
    others = {"pypdfium2", "docx", "multiprocessing.forkserver", "multiprocessing.resource_tracker"}
    assert found & (others | {"pandas", "numpy", "scrapy", "crawler", "pyarrow.compute"}) == set()
    assert "extract.builds.assemble" in found


def test_of_several_pages_the_command_loads_no_reader(page: Path) -> None:
    other = page.with_name("other.html")
    other.write_bytes(generate(2, edition="e2021", skin="html_clean").data)
    found = loaded("extract", page, other)
    assert found & {"pandas", "scrapy", "crawler", "lxml", "extract.extractor", "pyarrow.compute"} == set()
    assert "multiprocessing.forkserver" in found


def test_a_build_of_an_archive_loads_no_reader_and_nothing_that_only_works_on_arrays(tmp_path: Path) -> None:
    """From nothing, without change, and with one new report."""
    archive = tmp_path / "archive"
    fill(archive)
    command = ("build", "--archive", archive, "--lake", tmp_path, "--jobs", "1")
    found = loaded(*command) | loaded(*command)
    with Archive(archive).writer("20260301T080000Z") as writer:
        body = generate(3, edition="e2021", skin="html_clean").data
        writer.record(snapshot("http://a.test/3.html", writer.store(body), "article"))
    found |= loaded(*command)
    arrays = {"numpy", "pandas", "pyarrow.compute", "pyarrow.dataset"}
    assert found & (arrays | {"scrapy", "lxml", "extract.extractor"}) == set()


def test_what_reads_an_archived_body_loads_nothing_that_makes_tables(tmp_path: Path) -> None:
    fill(tmp_path / "archive")
    item, _ = deliver(tmp_path / "archive", REGISTRY, tmp_path).items.values()
    script = (
        "import pickle, sys\nitem, stage = pickle.load(sys.stdin.buffer)\n"
        "assert stage(item.load()).extraction.report.status == 'ok'\nprint(*sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps((item, read_in_stages)),
        capture_output=True,
        env=environment(),
        cwd=ROOT,
        check=True,
    )
    assert set(done.stdout.decode().split()) & {"duckdb", "numpy", "pandas", "pyarrow", "scrapy"} == set()


def test_a_command_ends_with_its_code_and_all_that_it_says(page: Path) -> None:
    """Though it does not take its objects apart: what is to be done at the end is done."""
    script = "import atexit, gknb\natexit.register(lambda: print('at the end'))\ngknb.main()\n"
    for argument, code in ((page, 0), (page.parent / "none.html", 2)):
        command = [sys.executable, "-c", script, "extract", str(argument)]
        done = subprocess.run(command, capture_output=True, env=environment(), cwd=ROOT, check=False)
        assert done.returncode == code, done.stderr.decode()
        assert done.stdout.decode().endswith("at the end\n")


def test_every_command_is_there_under_its_name() -> None:
    from typer.main import get_command

    front_door = get_command(app)
    for name in COMMANDS:
        assert front_door.commands[name].name == name  # type: ignore[attr-defined]


def test_pandas_is_served_where_it_was_left_out() -> None:
    """In a process of its own: pyarrow asks only once."""
    script = (
        "import sys\nfrom extract.builds.without_pandas import leave_pandas_out\nleave_pandas_out()\n"
        "import pyarrow as pa\npa.array(['a'])\nassert 'pandas' not in sys.modules\n"
        "frame = pa.table({'a': [1, None]}).to_pandas()\n"
        "assert pa.Table.from_pandas(frame).to_pydict() == {'a': [1.0, None]}\n"
        "assert pa.array(frame['a']).to_pylist() == [1.0, None]\n"
    )
    subprocess.run([sys.executable, "-c", script], env=environment(), cwd=ROOT, check=True)
