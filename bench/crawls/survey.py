"""`python -m bench.survey`: a survey of hundreds of made-up portals on loopback, killed and resumed.

One `gknb survey --accept-sure`, killed with all its processes at so many moments and begun again by the same
command, then `gknb refresh`. Told are: columns found by family, outcomes against what was put in, requests a
portal, what was asked twice, wall time against one portal after the other, and by arithmetic the country.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Annotated

import psutil
import typer
from protego import Protego

from crawler.archive.store import Archive
from crawler.runs.outcomes import FINAL
from crawler.survey.records import Surveys
from crawler.survey.rows import PortalRow
from demo.province import journal
from demo.province.http import Request
from demo.province.many import Country, export
from demo.province.server import Server, free_ports, serving
from demo.whole_way import settings

COUNTY_PORTALS = 2_838
# The pause that the settings keep between two requests to one address.
POLITE_DELAY = 3.0
SITES_AT_ONCE = 256
# Pages that a survey asks a portal for, at most.
PAGES = 300


def main(
    portals: Annotated[int, typer.Option(help="Portals.")] = 500,
    kills: Annotated[int, typer.Option(help="How often it is killed.")] = 10,
    delay: Annotated[float, typer.Option(help="Seconds between two requests to one address.")] = 0.2,
    refresh: Annotated[bool, typer.Option(help="Crawl and build what was accepted.")] = True,
    folder: Annotated[Path | None, typer.Option(help="Where registry, archive and lake are to stay.")] = None,
) -> None:
    """Survey, kill, resume, refresh; print what came of it."""
    with tempfile.TemporaryDirectory() as temporary:
        root = folder or Path(temporary)
        country = Country(1, free_ports(1)[0], portals)
        export(country, root / "registry")
        with serving(country) as server:
            wall = _survey(root, country, server, kills, delay)
            entries = server.entries
            _tell(root, country, entries, wall, delay, kills)
            if refresh:
                _refresh(root, country, delay)
                _tell_manners(country, server.entries[len(entries) :], delay)


def _survey(root: Path, country: Country, server: Server, kills: int, delay: float) -> float:
    """Run the survey to its end, with that many kills on the way; seconds that it ran."""
    expected = 9 * len(country.counties)
    moments = [expected * n // (kills + 1) for n in range(1, kills + 1)]
    wall = 0.0
    for run in range(kills + 1):
        started = time.monotonic()
        process = subprocess.Popen(_command("survey", root, country, delay, "--accept-sure"))
        while process.poll() is None:
            time.sleep(0.05)
            if run < kills and len(server.entries) >= moments[run]:
                _kill(process.pid)
                process.wait()
        wall += time.monotonic() - started
        if process.returncode >= 0:
            print(f"ended with exit code {process.returncode} after {run} kills")
            break
    return wall


def _kill(pid: int) -> None:
    """kill -9 of a process with all that it has started."""
    whole = psutil.Process(pid)
    for one in (whole, *whole.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def _command(command: str, root: Path, country: Country, delay: float, *more: str) -> list[str]:
    where = ["--registry", str(root / "registry"), "--archive", str(root / "archive")]
    hosts = root / "hosts.json"
    hosts.write_text(json.dumps(country.addresses), encoding="utf-8")
    options = settings(country) | {
        "HOST_ADDRESSES": str(hosts),
        "DOWNLOAD_DELAY": str(delay),
        "RETRY_TIMES": "1",
        "BACKOFF_BASE": "0.2",
    }
    network = [flag for item in options.items() for flag in ("--set", "=".join(item))]
    contact = ["--contact", "bench@example.org"]
    return [sys.executable, "-m", "gknb", command, *where, *network, *contact, *more]


def _tell(
    root: Path, country: Country, entries: list[journal.Entry], wall: float, delay: float, kills: int
) -> None:
    rows = _rows(root)
    _tell_outcomes(country, rows)
    _tell_columns(root, country)
    _tell_again(root, entries)
    _tell_manners(country, entries, delay)
    requests = sum(row.requests for row in rows.values())
    each = requests / len(rows)
    by_address = journal.by_party(entries, "address")
    pauses = sum(delay * (len(group) - 1) for group in by_address.values())
    serial = pauses + sum(entry.ended - entry.started for entry in entries)
    print(f"requests: {len(entries)} at the servers, {requests} of pages, {each:.1f} a portal")
    print(f"wall time {wall:.0f} s, begun {kills + 1} times; one address after the other {serial:.0f} s")
    for pages in (each, PAGES):
        print(_arithmetic(pages + 1))


def _rows(root: Path) -> dict[str, PortalRow]:
    """What the survey says of each portal."""
    surveys = Surveys(root / "archive")
    return {row.site_id: row for run in surveys.run_ids() for row in surveys.rows(run)}


def _arithmetic(each: float) -> str:
    """What a survey of all counties takes, with so many requests a portal, robots.txt among them."""
    asked = COUNTY_PORTALS * each
    side_by_side = -(-COUNTY_PORTALS // SITES_AT_ONCE) * each * POLITE_DELAY / 3600
    return (
        f"by arithmetic, {each:.0f} requests a portal, {POLITE_DELAY:g} s between two: "
        f"{COUNTY_PORTALS} portals, {asked:,.0f} requests, "
        f"{side_by_side:.1f} hours {SITES_AT_ONCE} side by side, "
        f"{asked * POLITE_DELAY / 3600:,.0f} hours one after the other"
    )


def _tell_outcomes(country: Country, rows: dict[str, PortalRow]) -> None:
    wanted = {county.code: "found" for county in country.counties}
    wanted |= {code: trouble.outcome for code, trouble in country.troubles.items()}
    print(f"portals: {len(rows)} of {len(wanted)} have a row")
    pairs = Counter((wanted[code], str(row.outcome)) for code, row in rows.items())
    for (put_in, said), count in sorted(pairs.items()):
        print(f"  {put_in:14} said {said:18} {count:4}{'' if put_in == said else '   !'}")
    for code, row in rows.items():
        if wanted[code] != str(row.outcome):
            print(f"    {code} {country.troubles.get(code, 'sound')}: {row.outcome} {row.detail}"[:200])


def _tell_columns(root: Path, country: Country) -> None:
    with (root / "registry" / "columns.csv").open(encoding="utf-8") as file:
        accepted = {(row["site_id"], row["url"]) for row in csv.DictReader(file)}
    truth = {(c.site_id, c.url): c.family for c in country.columns if c.site_id not in country.troubles}
    by_family: dict[str, list[bool]] = defaultdict(list)
    for column, family in truth.items():
        by_family[family].append(column in accepted)
    for family, had in sorted(by_family.items()):
        print(f"  {family:14} {sum(had):4} of {len(had):4} columns accepted as sure")
    print(
        f"columns: {len(accepted & set(truth))} of {len(truth)}, {len(accepted - set(truth))} that are none"
    )


def _tell_again(root: Path, entries: list[journal.Entry]) -> None:
    """What was asked again though the archive had it."""
    archived = Counter(
        (snapshot.method, snapshot.final_url, snapshot.request_sha256)
        for snapshot in Archive(root / "archive").snapshots()
        if snapshot.outcome in FINAL and snapshot.http_status is not None
    )
    twice = sum(count - 1 for count in archived.values())
    asked = Counter((entry.host, entry.method, entry.target, entry.form) for entry in entries)
    print(
        f"asked again though archived: {twice}; answers lost to a kill or failed, and asked again: "
        f"{sum(count - 1 for count in asked.values())}"
    )


def _tell_manners(country: Country, entries: list[journal.Entry], delay: float) -> None:
    """One request at a time, its delay kept, robots.txt obeyed: by the log of the servers."""
    parties: tuple[journal.Party, ...] = ("host", "address")
    for party in parties:
        groups = journal.by_party(entries, party).values()
        at_once = max(journal.most_at_once(group) for group in groups)
        gaps = [b.started - a.started for group in groups for a, b in itertools.pairwise(group)]
        soon = sum(gap < delay - 0.09 for gap in gaps)
        print(f"at most {at_once} at once a {party}; {soon} of {len(gaps)} gaps shorter than the delay")
    asked_first = [group[0].target == "/robots.txt" for group in journal.by_party(entries, "host").values()]
    print(
        f"robots.txt asked for first by {sum(asked_first)} of {len(asked_first)} hosts; "
        f"{len(_forbidden(country, entries))} requests that it forbids"
    )


def _forbidden(country: Country, entries: list[journal.Entry]) -> list[journal.Entry]:
    """Requests of pages that the robots.txt of their portal forbids (RFC 9309)."""
    rules = {}
    for host in {entry.host for entry in entries}:
        answer, _ = country.respond(Request.get(f"http://{host}/robots.txt"))
        if answer.status == 200:
            rules[host] = Protego.parse(answer.body.decode())
    pages = (entry for entry in entries if entry.target != "/robots.txt" and entry.host in rules)
    return [entry for entry in pages if not rules[entry.host].can_fetch(entry.target, "gknb")]


def _refresh(root: Path, country: Country, delay: float) -> None:
    started = time.monotonic()
    command = _command("refresh", root, country, delay, "--lake", str(root / "lake"), "--json")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    due = [report for report in country.reports if report.site_id not in country.troubles]
    had = {part["final_url"] for document in report["new"] for part in document["parts"]}
    found = sum(all(url in had for url in one.report_urls) for one in due)
    print(
        f"refresh: {found} of {len(due)} reports found, columns {report['outcomes']}, "
        f"alarms {dict(Counter(alarm['kind'] for alarm in report['alarms']))}"
    )
    told = {alarm["site_id"] for alarm in report["alarms"]}
    lost = Counter(one.site_id for one in due if not all(url in had for url in one.report_urls))
    doubtful = {site for site, row in _rows(root).items() if row.outcome == "found_with_doubt"}
    waiting = sum(count for site, count in lost.items() if site in doubtful)
    silent = sum(count for site, count in lost.items() if site not in told | doubtful)
    print(f"not found: {waiting} in columns that the survey leaves to a person; lost in silence: {silent}")
    built = report["built"] or {}
    print(f"build: {built.get('counts')}, exit code {done.returncode}, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    typer.run(main)
