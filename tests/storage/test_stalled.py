"""A machine that stalls beyond its leases, as one that is suspended, and then goes on where it stood: another
one has taken them, and it asks those hosts no more, nor writes over what that one has written."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event

import pytest

from crawler.archive.verify import damaged
from crawler.storage.leases import PLAY
from tests.crawler.county import COLUMN, County, article, reports, serve
from tests.crawler.server import Page, Reply, Web, serving
from tests.storage.test_leases import (
    APART,
    HOSTS,
    SITES,
    held_by,
    leases_of,
    left,
    machine,
    walked,
)
from tests.waiting import until

LENGTH = 15.0
#: Each machine names itself in its requests.
MACHINES = ("one", "two")
NAMED = {name: {"LEASE_SECONDS": str(LENGTH), "USER_AGENT": name} for name in MACHINES}
HELD = HOSTS[:2]


class Gate:
    """A page at whose first request each machine is held until it may go on."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.asked = {name: Event() for name in MACHINES}
        self.opened = {name: Event() for name in MACHINES}

    def __call__(self, _: str, headers: Mapping[str, str]) -> Reply:
        machine = headers["user-agent"]
        self.asked[machine].set()
        self.opened[machine].wait()
        return self._reply


def gated(web: Web) -> list[Gate]:
    """A county on each host; the second report of those that are HELD is a gate."""
    gates = []
    for host in HOSTS:
        found = reports(4)
        gate = Gate(article(found[1], host))
        extra: dict[str, Page] = {COLUMN + found[1].name: gate} if host in HELD else {}
        serve(web, host, County(found, tag=host, extra=extra, etags=False))
        gates += [gate] if extra else []
    return gates


def asked_by(web: Web, name: str) -> list[str]:
    return [asked.url for asked in web.log if asked.headers["user-agent"] == name]


@pytest.mark.slow
def test_a_machine_that_stalls_beyond_its_leases_asks_those_hosts_no_more(tmp_path: Path) -> None:
    """Two requests of it are answered while it stalls, and more wait in it for their turn."""
    with serving(APART) as web:
        gates = gated(web)
        one = machine("one", web, tmp_path, SITES_AT_ONCE="2", **NAMED["one"])
        for gate in gates:
            until(lambda gate=gate: gate.asked["one"].is_set() or not one.process.is_alive())  # type: ignore[misc]
        assert one.process.pid is not None and one.process.is_alive(), one.log.read_text("utf-8")
        os.kill(one.process.pid, signal.SIGSTOP)
        for gate in gates:
            gate.opened["one"].set()
        mine = held_by(tmp_path, "one") & SITES
        assert mine == {"0", "1"}
        until(lambda: len(asked_by(web, "one")) >= 2 * 4 and all(map(has_ended, leases_of(tmp_path, "one"))))
        before = asked_by(web, "one")

        two = machine("two", web, tmp_path, **NAMED["two"])
        for gate in gates:
            until(lambda gate=gate: gate.asked["two"].is_set() or not two.process.is_alive())  # type: ignore[misc]
        assert two.process.is_alive(), two.log.read_text("utf-8")
        assert mine <= held_by(tmp_path, "two")
        # It wakes up while the other one is in the midst of its sites.
        os.kill(one.process.pid, signal.SIGCONT)
        assert one.wait() == 0
        told = one.log.read_text("utf-8")
        assert "was lost, the crawl ends" in told and "(lease_lost)" in told, told[-2000:]
        assert asked_by(web, "one") == before
        assert mine <= held_by(tmp_path, "two")
        assert walked(tmp_path, "one") == set() == held_by(tmp_path, "one")
        for gate in gates:
            gate.opened["two"].set()
        assert two.wait() == 0
        assert walked(tmp_path, "two") == SITES and held_by(tmp_path, "two") == set()
        for name in MACHINES:
            pages = [url for url in asked_by(web, name) if not url.endswith("/robots.txt")]
            assert len(pages) == len(set(pages)), name
            assert damaged(tmp_path / name) == []
        # The same run, resumed, leaves to the other one what that has walked.
        assert machine("one", web, tmp_path, **NAMED["one"]).wait() == 0
        assert asked_by(web, "one") == before and left(tmp_path, "one") == SITES


def has_ended(path: Path) -> bool:
    """Whether a lease may be taken by another machine."""
    until_then: float = json.loads(path.read_bytes())["until"]
    return until_then + PLAY * LENGTH < time.time()
