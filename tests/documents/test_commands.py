"""README's words are tested: each command that a page prints is run as it stands, and all that it says read.

The sandbox is a folder in which the commands find what a reader would have: `.venv/bin/gknb`, a folder of
reports, the demo's lake. The one real portal that is named, www.quxian.gov.cn, is played by a county of the
demo province, which is put in between as a proxy of the institution's network would be (`http_proxy`).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from shutil import copytree
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from commands import app
from demo.generate import generate
from demo.province.counties import counties
from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.plan import Province
from demo.province.server import free_ports, serving
from demo.province.shapes.shape import Shape
from tests.demo_lake import DemoLake
from tests.documents.printed import ROOT, Command, commands, pages

#: What is printed and not run here, and why.
NOT_RUN = {
    "make demo": "its recipe is `gknb demo`, which the fixture demo_lake has run; the rule is read below",
    "make test": "runs this test",
    "make bench": "takes minutes, and measures the machine",
    "make lint": "is run with each change (.ci/run)",
    "make accuracy": "half an hour",
    "make scans": "two hours",
    "make fuzz": "an hour",
    "python -m bench.accuracy --gate": "is `make gate`, a part of .ci/run",
    "python -m bench ablate": "minutes; tests/bench runs it on a few documents",
    "python -m http.server": "serves until it is ended; tests/publish serve the page so",
    "python -m bench.figures": "a bench, over the typefaces that a machine has",
    "python -m bench.size": "builds four environments from a package index",
    "python -m query.dictionary": "writes the checkout's docs/; tests/documents/test_dictionary.py runs it",
    "gknb audit draw AUDIT --size 300 --seed 1": "people key pages; tests/audit runs all four",
    "gknb audit key AUDIT --as NAME --browser": "the same",
    "gknb audit report AUDIT": "the same",
    "gknb audit accept AUDIT": "the same",
    "gknb release 2026.1 --out DIR --audit AUDIT": "the same, with the audit that they make",
    "python -m demo.history DIR": "half a minute; tests/demo_history runs it",
    "gknb extract --browser": "draws with chromium; tests of what is displayed run it",
    "gknb extract FILE --browser": "the same",
    "gknb extract 文件 --browser": "the same",
    "python -m bench deceptions": "minutes; a bench",
    "pip install 'gknb[browser]'": "from a package index",
    "pip install 'gknb[ocr]'": "the same",
    "python -m bench.accuracy --scans --count 90 --seed 2026": "half an hour of `make scans`",
    "python -m bench promises": "minutes; a bench",
    "gknb archive mementos": "needs files of another archive; tests/crawler/test_mementos.py runs it",
    ".venv/bin/gknb archive mementos x.warc.gz --cdx x.cdx --out mementos": "the same",
    ".venv/bin/gknb archive mementos --from https://web.archive.org --out mementos": "asks an archive; "
    "tests/crawler/test_memento_server.py runs it against one on loopback",
    "pip wheel . --no-deps": "tests of packaging build, install and run the wheel",
    "pip install gknb-0.1.0-py3-none-any.whl": "the same",
    "pip install jupyterlab": "from a package index, and large; the notebooks themselves are run by a test",
    'GKNB_BUILD="$PWD/R1" jupyter lab notebooks': "serves; tests/documents/test_notebooks.py runs them so",
    "dask scheduler --host 10.0.0.5": "serves; tests/cluster starts one, with workers",
    "dask worker tcp://10.0.0.5:8786 --nthreads 8": "the same",
    ".venv/bin/gknb build --archive data/lake/archive --cluster tcp://10.0.0.5:8786": "the same",
    ".venv/bin/gknb push s3://gknb/lake": "tests/storage runs it against a server of S3",
    ".venv/bin/gknb pull s3://gknb/lake --lake cache --current": "the same",
    ".venv/bin/gknb push s3://gknb/lake --release releases/2026.1": "the same",
    ".venv/bin/gknb verify --storage s3://gknb/lake": "the same",
    "gknb push --release": "the same; a sentence names it without its folder",
    ".venv/bin/gknb refresh --lake s3://gknb/lake": "the same",
    ".venv/bin/gknb build --lake s3://gknb/lake": "the same",
    '.venv/bin/gknb sql "FROM rates" --lake s3://gknb/lake': "the same",
    ".venv/bin/gknb verify --lake s3://gknb/lake": "the same",
    "gknb verify --lake s3://…": "the same",
    ".venv/bin/gknb prune --lake s3://gknb/lake --dry-run": "the same",
    "systemctl enable --now gknb.timer": "needs systemd",
    "systemctl list-units --failed": "needs systemd",
    "journalctl -u gknb": "needs systemd",
}
#: Words that stand for what the reader puts there.
PLACEHOLDERS = {
    "--example NAME": "--example panel",
    "--example 名称": "--example panel",
    " [--lake L] [--archive A] [--json]": "",
    # The one portal that is played here; without a region the survey would go through the whole country.
    "survey --accept-sure": "survey --region 渠县 --accept-sure",
    "--index FILE": "--index addresses.txt",
    "--index 文件": "--index addresses.txt",
    "add ADDRESS": "add www.quxian.gov.cn",
    "add 网址": "add www.quxian.gov.cn",
    "bundle SITE…": "bundle 511725 --all --out faults.zip",
    "bundle 站点…": "bundle 511725 --all --out faults.zip",
    "replay FILE": "replay faults.zip",
    "show AGENCY YEAR ROW": "show 栖禾县人民政府 2024 t3:1 --lake data/lake/demo",
    "show 机关 年度 行": "show 栖禾县人民政府 2024 t3:1 --lake data/lake/demo",
    "letter AGENCY": "letter 栖禾县人民政府 --lake data/lake/demo",
    "letter 机关": "letter 栖禾县人民政府 --lake data/lake/demo",
    # A port that nobody else has.
    "gknb serve --lake": "gknb serve --port 0 --lake",
    "gknb serve --desk": "gknb serve --port 0 --desk",
    # Beside the lake of the portal, of which it would be a small part.
    "gknb build REPORTS": "gknb build REPORTS --lake own",
    "gknb build 报告": "gknb build 报告 --lake own",
    "replay 文件": "replay faults.zip",
    # One release, under the names that are harder to take.
    "R2-made": "二版所成",
    "R1": "一版",
    "R2": "二版",
    "DELTA": "差异",
    "cells.csv": "变化.csv",
}
#: Commands that are documented to end otherwise than with 0.
CODES = {
    # The name that the reader is to fill in is no agency's: no rows.
    "WHERE agency_name = '…' AND year = 2023": 1,
    # What was sure is registered by the line before, and of the played portal nothing else is proposed.
    "registry proposals": 1,
    # The column of which the list has a report is registered by then.
    "survey --index": 1,
    # The id that the reader is to fill in is no proposal's.
    "registry accept ID…": 2,
    # As SIGTERM ends every command (docs/schedule.md).
    "gknb serve": 143,
    # For who has installed gknb; the sandbox, like a checkout, has its registry, and that is said.
    "gknb registry copy": 2,
}
#: A command that goes on until it is ended by hand.
SERVES = "gknb serve "
HOST = "www.quxian.gov.cn"
COUNTY = "990121"
#: What the county's pages say of it, and what the registry has of the place whose portal it plays.
PLAYED = {"栖禾县": "渠县", "云汀市": "达州市", COUNTY: "511725"}
PRINTED = [command for page in pages() for command in commands(page)]


class OnePortal(Province):
    """One county of the demo province under the name of a real portal, at the port that its addresses say
    and behind another."""

    def __init__(self) -> None:
        super().__init__(1, 80, None)
        county = next(county for county in counties(1, 80) if county.code == COUNTY)
        columns = tuple(replace(column, host=HOST) for column in county.columns)
        self._counties = {COUNTY: replace(county, host=HOST, columns=columns)}
        (self.port,) = free_ports(1)

    def respond(self, request: Request) -> tuple[Response, Fault | Shape | None]:
        """The county's answer, in the names of the place that it plays; files stay as they are."""
        response, fault = super().respond(request)
        if (response.header("Content-Type") or "").startswith("text/"):
            body = response.body
            for made_up, real in PLAYED.items():
                body = body.replace(made_up.encode(), real.encode())
            response = replace(response, body=body)
        return response, fault


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, demo_lake: DemoLake) -> Iterator[dict[str, str]]:
    """The environment of a reader who stands in a folder of their own: `PWD` is that folder."""
    folder = tmp_path_factory.mktemp("reader")
    for name, seed in (("REPORTS", 1), ("报告", 2)):
        (folder / name).mkdir()
        made = generate(seed, edition="e2021", skin="html_clean")
        (folder / name / made.name).write_bytes(made.data)
    report = f"http://{HOST}/zfxxgk/zfxxgknb/2024n/202502/t20250205_94798388.html"
    (folder / "addresses.txt").write_text(f"{report}\n", encoding="utf-8")
    (folder / ".venv" / "bin").mkdir(parents=True)
    program = folder / ".venv" / "bin" / "gknb"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gknb "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    copytree(ROOT / "data" / "registry", folder / "data" / "registry")
    (folder / "data" / "lake").mkdir()
    (folder / "data" / "lake" / "demo").symlink_to(demo_lake.lake)
    portal = OnePortal()
    with serving(portal):
        (machine,) = portal.machines
        yield dict(os.environ) | {
            "PWD": str(folder),
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "80",
            "GKNB_LAKE": str(folder / "data" / "lake"),
            "GKNB_REGISTRY": str(folder / "data" / "registry"),
            "GKNB_CONTACT": "you@example.org",
            "GKNB_SET": "DOWNLOAD_DELAY=0 ALLOWED_NETWORKS=127.0.0.0/8 "
            + "HOST_ADDRESSES="
            + json.dumps({HOST: machine}, separators=(",", ":")),
            "http_proxy": f"http://{machine}:{portal.port}",
            "https_proxy": f"http://{machine}:{portal.port}",
        }


@pytest.fixture(scope="module")
def ended(sandbox: dict[str, str], demo_lake: DemoLake) -> dict[str, tuple[int, str, str]]:
    """Every command with how it ended and what it said, run in the order in which the pages print them; what
    two pages print alike but for their language once."""
    # What takes longest of all has been run already, as it is printed.
    ended = {"gknb demo": (demo_lake.code, demo_lake.stdout, demo_lake.stderr)}
    found = {}
    for command in PRINTED:
        if command.text in NOT_RUN or command.text in found:
            continue
        typed = as_typed(command, sandbox["PWD"])
        same = typed.replace(".venv/bin/", "") if typed.startswith(".venv/bin/") else typed
        if command.named:
            found[command.text] = explained(same)
            continue
        if same in ended:
            found[command.text] = ended[same]
            continue
        serves = SERVES in typed
        started = subprocess.Popen(
            # A signal goes to the command itself.
            ["bash", "-c", f"exec {typed}" if serves else typed],
            env=sandbox,
            cwd=sandbox["PWD"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        first = ended_by_hand(started) if serves else b""
        stdout, stderr = started.communicate()
        ended[same] = found[command.text] = started.returncode, stdout.decode(), (first + stderr).decode()
    return found


def explained(typed: str) -> tuple[int, str, str]:
    """How a command that is only named explains itself: `gknb NAME --help`, in this process."""
    program, *arguments = shlex.split(typed)
    assert program == "gknb" and arguments[-1] == "--help"
    told = CliRunner().invoke(app, arguments, prog_name="gknb")
    return told.exit_code, told.stdout, told.stderr


def ended_by_hand(server: subprocess.Popen[bytes]) -> bytes:
    """What a server said up to its address, once it has answered there and was told to end."""
    assert server.stderr is not None
    said = b""
    try:
        for line in server.stderr:
            said += line
            if address := re.search(rb"http://\S+", line):
                with urlopen(address[0].decode()) as answer:
                    assert answer.status == 200
                break
    finally:
        server.send_signal(signal.SIGTERM)
    return said


def as_typed(command: Command, folder: str) -> str:
    """The command as a reader types it, in a folder of their own; what is only named explains itself."""
    text = command.text.replace("/srv/gknb", folder)
    for word, meant in PLACEHOLDERS.items():
        text = text.replace(word, meant)
    return f"{text} --help" if command.named else text


def code_of(command: Command) -> int:
    return 0 if command.named else next((code for part, code in CODES.items() if part in command.text), 0)


def test_pages_print_commands() -> None:
    assert {command.page for command in PRINTED} >= {
        "README.md",
        "README.zh.md",
        "schedule.md",
        "corrections.md",
    }
    texts = [command.text for command in PRINTED]
    assert "gknb refresh --due --dry-run" in texts
    assert any("out=$(.venv/bin/gknb refresh --due 2>&1)" in text for text in texts)
    assert "/srv/gknb/.venv/bin/gknb refresh --due" in texts


def test_each_exception_is_printed_somewhere() -> None:
    assert set(NOT_RUN) <= {command.text for command in PRINTED}


def test_make_demo_is_the_demo(demo_lake: DemoLake) -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo: ")[2].splitlines()[1]
    assert recipe == "\t$(BIN)/gknb demo"
    assert demo_lake.code == 0, demo_lake.stderr


@pytest.mark.parametrize("command", PRINTED, ids=lambda one: f"{one.page}: {one.text[:60]}")
def test_a_printed_command_runs_as_it_stands(
    command: Command, ended: dict[str, tuple[int, str, str]]
) -> None:
    if command.text in NOT_RUN:
        return
    code, stdout, stderr = ended[command.text]
    assert "Traceback" not in stdout + stderr, stderr
    assert code == code_of(command), f"{stdout}\n{stderr}"
    assert command.text.startswith("export ") or "out=$(" in command.text or (stdout + stderr).strip()
