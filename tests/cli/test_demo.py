"""The demo: its server in a process of its own, and the whole way as `make demo` goes it."""

from __future__ import annotations

import http.client
import re
from pathlib import Path

import pytest

from demo import whole_way
from demo.province.server import free_ports
from extract.builds import build
from tests.cli.run import gknb


def test_the_province_is_served_by_a_process_of_its_own_and_ends_with_it(tmp_path: Path) -> None:
    with whole_way.province(tmp_path / "demo") as known:
        host, address = next(iter(known.addresses.items()))
        client = http.client.HTTPConnection(address, known.port)
        client.request("GET", "/", headers={"Host": host})
        assert client.getresponse().status == 200
        assert (tmp_path / "demo" / "registry" / "columns.csv").is_file()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(address, known.port).connect()


def test_where_it_cannot_be_served_this_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with whole_way.province(tmp_path / "one") as known:
        monkeypatch.setattr(whole_way, "free_ports", lambda _: (known.port, *free_ports(1)))
        with pytest.raises(whole_way.NoProvinceError, match="in use"), whole_way.province(tmp_path / "two"):
            pass


@pytest.mark.slow
def test_the_whole_way_ends_in_coverage_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LAKE", tmp_path)
    told = gknb("demo")
    assert told.exit_code == 0, told.stderr
    assert "columns: ok 60" in told.stdout and "new 400" in told.stdout
    rows = re.findall(r"│ (\w+) +│ +(\d+) │ +(\d+) │\n", told.stdout)
    families = {name: (found, known) for name, found, known in rows if name in ("trs", "vsb", "all")}
    assert families == {"trs": ("64", "64"), "vsb": ("16", "16"), "all": ("400", "400")}
    assert "On which grounds do departments deny requests?" in told.stdout
    assert "no tables were read" not in told.stderr


@pytest.mark.slow
def test_without_portals_the_answers_are_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LAKE", tmp_path)
    told = gknb("demo", "--offline")
    assert told.exit_code == 0, told.stderr
    assert "On which grounds do departments deny requests?" in told.stdout
