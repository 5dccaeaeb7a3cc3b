"""The demo: its server in a process of its own, and the whole way as `make demo` goes it."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from demo import whole_way
from demo.province.server import free_ports


def test_the_province_is_served_by_a_process_of_its_own_and_ends_with_it(tmp_path: Path) -> None:
    with whole_way.served(tmp_path / "demo", 2024) as served:
        known = served.province
        host, address = next(iter(known.addresses.items()))
        client = http.client.HTTPConnection(address, known.port)
        client.request("GET", "/", headers={"Host": host})
        assert client.getresponse().status == 200
        assert (tmp_path / "demo" / "registry" / "columns.csv").is_file()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(address, known.port).connect()


def test_where_it_cannot_be_served_this_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with whole_way.served(tmp_path / "one", 2024) as served:
        monkeypatch.setattr(whole_way, "free_ports", lambda _: (served.province.port, *free_ports(1)))
        with (
            pytest.raises(whole_way.NoProvinceError, match="in use"),
            whole_way.served(tmp_path / "two", 2024),
        ):
            pass
