"""Many portals at once, some in trouble: killed with all its processes and begun again, a survey asks for
nothing that it has had, and ends as one that was never killed."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from crawler.archive.store import Archive
from crawler.runs.outcomes import FINAL
from crawler.survey.records import Surveys
from demo.province import journal
from demo.province.http import Request
from demo.province.many import NAMES, Country, export
from demo.province.server import Server, free_ports, serving
from demo.whole_way import settings

PORTALS = 10
# County and district portals of the country.
NATION = 2838
ROOT = Path(__file__).resolve().parents[2]


def command(root: Path, country: Country) -> list[str]:
    options = settings(country) | {"DOWNLOAD_DELAY": "0.02", "RETRY_TIMES": "1", "BACKOFF_BASE": "0.01"}
    network = [flag for item in options.items() for flag in ("--set", "=".join(item))]
    where = ["--registry", str(root / "registry"), "--archive", str(root / "archive")]
    contact = ["--contact", "test@example.org"]
    return [sys.executable, "-m", "gknb", "survey", *where, *network, *contact, "--accept-sure"]


def kill(pid: int) -> None:
    """kill -9 of a process with all that it has started."""
    whole = psutil.Process(pid)
    for one in (whole, *whole.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def run(root: Path, country: Country, server: Server, until: int | None = None) -> int:
    """The command, killed once the servers have had so many requests."""
    process = subprocess.Popen(
        command(root, country),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        if until is not None and len(server.entries) >= until:
            kill(process.pid)
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    return process.returncode


@pytest.mark.slow
def test_killed_twice_and_begun_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    country = Country(2, port, PORTALS, share=0.3)
    export(country, tmp_path / "registry")
    with serving(country) as server:
        for moment in (12, 45):
            assert run(tmp_path, country, server, moment) == -signal.SIGKILL
        assert run(tmp_path, country, server) == 1
        entries = server.entries
    surveys = Surveys(tmp_path / "archive")
    (run_id,) = surveys.run_ids()
    rows = list(surveys.rows(run_id))
    ended = {row.site_id: str(row.outcome) for row in rows}
    assert len(rows) == len(ended) == PORTALS and surveys.is_finished(run_id)
    assert ended == {
        county.code: country.troubles[county.code].outcome if county.code in country.troubles else "found"
        for county in country.counties
    }
    archived = Counter(
        (one.method, one.final_url, one.request_sha256)
        for one in Archive(tmp_path / "archive").snapshots()
        if one.outcome in FINAL and one.http_status is not None
    )
    assert {key: count for key, count in archived.items() if count > 1} == {}
    parties: tuple[journal.Party, ...] = ("host", "address")
    for party in parties:
        for group in journal.by_party(entries, party).values():
            assert journal.most_at_once(group) == 1


def test_a_country_is_what_its_troubles_say() -> None:
    country = Country(3, 18080, 30, share=0.2)
    assert len({county.code for county in country.counties}) == len({c.name for c in country.counties}) == 30
    assert len(country.troubles) == 6 and len(country.machines) < 30
    silent = {code for code, trouble in country.troubles.items() if trouble.outcome == "dns"}
    hosts = {county.host for county in country.counties if county.code in silent}
    assert not hosts & set(country.addresses)
    whole = [one for one in country.reports if one.page_url and one.site_id not in country.troubles]
    for report in {one.site_id: one for one in whole}.values():
        answer, _ = country.respond(Request.get(report.report_urls[0]))
        assert answer.status == 200 and len(answer.body) > 1000


def test_there_are_names_for_a_whole_nation() -> None:
    assert len(set(NAMES)) == len(NAMES) >= NATION
