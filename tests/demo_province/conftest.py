from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.province.plan import Province, at_rest
from demo.province.server import Server, free_ports, serving


@pytest.fixture(scope="module")
def province() -> Province:
    port, tls_port = free_ports(2)
    return at_rest(seed=1, port=port, tls_port=tls_port)


@pytest.fixture(scope="module")
def server(province: Province) -> Iterator[Server]:
    with serving(province) as running:
        yield running
