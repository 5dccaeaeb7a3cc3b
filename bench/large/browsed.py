"""A static site in chromium, served by ``python -m http.server``: what it fetches, how soon it shows, and the
memory of the process that draws it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

ROUNDS = 5
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# When the first chart, or the first row of a table, stands in the page: milliseconds since it was asked for.
_FIRST = """new MutationObserver((_, observer) => {
    if (document.querySelector("main svg.chart, main tbody tr")) {
        window.first = performance.now(); observer.disconnect();
    }
}).observe(document, { childList: true, subtree: true });"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One view of a page: bytes of its code and of its data, milliseconds until it showed, bytes of memory of
    the renderer (its share, and at its peak as the system counts it), and requests elsewhere."""

    page: int
    data: int
    first: float
    memory: int
    peak: int
    foreign: int


def browsed(site: Path) -> Iterator[str]:
    """For the agency in the largest file, and the ranking of the country: a line of cells each."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no chromium: the site is not looked at", file=sys.stderr)
        return
    largest = max(site.glob("data/places/[0-9]*.json.gz"), key=lambda path: path.stat().st_size)
    agency = json.loads(gzip.decompress(largest.read_bytes()))["agencies"][0]["id"]
    states = {"an agency": f"agency?id={quote(agency)}", "the ranking": "ranking?min=1"}
    from playwright.sync_api import sync_playwright

    with served(site) as base, sync_playwright() as playwright:
        for name, state in states.items():
            visits = []
            for _ in range(ROUNDS):
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                visits.append(_visit(browser, base, state))
                browser.close()
            first = statistics.median(visit.first for visit in visits)
            one = visits[-1]
            cells = (
                name, f"{one.page / 1e3:.0f}", f"{one.data / 1e3:.0f}", f"{first / 1e3:.2f}",
                f"{max(visit.memory for visit in visits) / 1e6:.0f}",
                f"{max(visit.peak for visit in visits) / 1e6:.0f}",
                str(sum(visit.foreign for visit in visits)),
            )  # fmt: skip
            yield " | ".join(cells)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """``python -m http.server`` over a folder, at a free port of loopback."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--directory", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    port = server.stdout.readline().partition("port ")[2].split()[0]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


def _visit(browser: Any, base: str, state: str) -> Visit:
    page = browser.new_page()
    page.add_init_script(_FIRST)
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{base}#/{state}")
    page.wait_for_selector("body[data-ready] main:not([aria-busy])")
    first = page.evaluate("window.first")
    sizes = {answer.url: len(answer.body()) for answer in answers}
    own = {url: size for url, size in sizes.items() if urlsplit(url).netloc == urlsplit(base).netloc}
    data = sum(size for url, size in own.items() if "/data/" in url)
    memory, peak = max(_renderers())
    return Visit(sum(own.values()) - data, data, first, memory, peak, len(sizes) - len(own))


def _renderers() -> Iterator[tuple[int, int]]:
    """The memory of each renderer that descends from this process: its share (PSS), and its peak (VmHWM)."""
    parents: dict[int, int] = {}
    renderers = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            if b"--type=renderer" in (process / "cmdline").read_bytes():
                renderers.append(int(process.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(process.name)] = int(status.partition("PPid:")[2].split()[0])
    for renderer in renderers:
        above = renderer
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            folder = Path(f"/proc/{renderer}")
            share = (folder / "smaps_rollup").read_text().partition("Pss:")[2].split()[0]
            peak = (folder / "status").read_text().partition("VmHWM:")[2].split()[0]
            yield 1024 * int(share), 1024 * int(peak)
