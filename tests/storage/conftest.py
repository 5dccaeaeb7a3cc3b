"""A lake to be sent, and storages to send it to: a folder, and moto's S3 server on loopback."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from crawler.storage.objects import Storage
from tests.crawler.crawl import site_row, write_registry
from tests.damage.lake import make_lake

_NUMBERS = count()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small lake, crawled twice and built, and its registry."""
    folder = tmp_path_factory.mktemp("stored")
    write_registry(folder / "registry", [site_row(one, f"http://{one}.test/", "trs") for one in "ab"], [])
    assert make_lake(folder / "lake").build is not None
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(made, tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of an S3 server."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A URL in a bucket of its own, and the environment that leads there."""
    bucket = f"lake-{next(_NUMBERS)}"
    urllib.request.urlopen(urllib.request.Request(f"{server}/{bucket}", method="PUT"))
    named = {"ENDPOINT_URL": server, "REGION": "us-east-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}
    for name, value in (named | {"ALLOW_HTTP": "true"}).items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://{bucket}/gknb"


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Either."""
    if request.param == "file":
        return (tmp_path / "storage").as_uri()
    return str(request.getfixturevalue("s3"))


@pytest.fixture
def storage(url: str) -> Storage:
    """The storage there."""
    return Storage(url)
