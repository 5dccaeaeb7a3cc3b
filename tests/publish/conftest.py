"""A browser, servers on loopback, and builds to look at."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from publish.bounded_queries import QueryLimits
from publish.static_site import write_site
from tests.publish.made import Made, hostile, readable

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LIMITS = QueryLimits(seconds=3600, rows=2_000, bytes=2_000_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium as Debian brings it. Of a module: while it is open an event loop runs in this thread, in which
    no test elsewhere could run one of its own."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no browser: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return readable(tmp_path_factory.mktemp("readable"))


@pytest.fixture(scope="session")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def site(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a static site of the readable build."""
    folder = tmp_path_factory.mktemp("sites") / "site"
    write_site(made.build, folder)
    with plain_server(folder) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_site(hostile_build: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("sites") / "hostile"
    write_site(hostile_build.build, folder)
    with plain_server(folder) as address:
        yield address


@pytest.fixture(scope="session")
def server(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The address of a running `gknb serve`, and its service."""
    folder = tmp_path_factory.mktemp("served") / "page"
    write_site(made.build, folder, server=True)
    with serving(made, folder) as running:
        yield running


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """``python -m http.server``, as anybody has it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()


@contextmanager
def serving(made: Made, folder: Path) -> Iterator[tuple[str, Any]]:
    import uvicorn

    from publish.server import Service, application

    service = Service(made.build, folder, made.body, LIMITS, 2)
    listening = socket.create_server(("127.0.0.1", 0))
    app = application(service, ("127.0.0.1", "localhost"))
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", server_header=False))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/", service
    running.should_exit = True
    thread.join()
    listening.close()
    service.close()
