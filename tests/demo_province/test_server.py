"""The server itself: its protocol, its end, and the command that runs it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.province import journal
from demo.province.http import Request, Response
from demo.province.plan import Province, at_rest
from demo.province.server import Server, free_ports
from tests.demo_province.client import Client

ROOT = Path(__file__).parents[2]


def test_a_connection_serves_many_requests(province: Province, server: Server) -> None:
    home = urlsplit(province.home("990121"))
    connection = http.client.HTTPConnection(province.addresses[home.hostname or ""], home.port)
    for path in ("/", "/zfxxgk/zfxxgknb/", "/nothing"):
        connection.request("GET", path, headers={"Host": home.netloc})
        connection.getresponse().read()
    connection.close()
    entries = server.entries[-3:]
    assert [entry.status for entry in entries] == [200, 200, 404]
    assert len({entry.connection for entry in entries}) == 1


def test_head_sends_the_head_alone(province: Province, server: Server) -> None:
    reply = Client(province).ask(province.home("990121"), method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "sent",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\x16\x03\x01\x00"],
)
def test_what_is_no_request_is_refused(sent: bytes, province: Province, server: Server) -> None:
    with socket.create_connection((province.machines[0], province.port)) as connection:
        connection.sendall(sent)
        assert connection.recv(64).startswith(b"HTTP/1.1 400 ")


def test_another_name_and_a_bare_address(province: Province, server: Server) -> None:
    address = province.machines[0]
    connection = http.client.HTTPConnection(address, province.port)
    connection.request("GET", "/", headers={"Host": "www.example.test"})
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (421, b"no such portal here")
    connection.request("GET", "/")
    assert "栖禾县" in connection.getresponse().read().decode()
    connection.close()


def test_a_port_that_is_taken_is_said(province: Province, server: Server) -> None:
    with pytest.raises(OSError, match="address already in use"):
        Server(at_rest(1, province.port)).start()


def test_a_fault_of_the_simulator_does_not_pass_for_a_fault_of_a_portal() -> None:
    class Broken(Province):
        def respond(self, request: Request) -> tuple[Response, None]:
            raise ZeroDivisionError("a bug")

    port, _ = free_ports(2)
    broken = Broken(1, port, None)
    server = Server(broken)
    server.start()
    with pytest.raises(http.client.RemoteDisconnected):
        Client(broken).ask(broken.home("990121"))
    with pytest.raises(BaseExceptionGroup, match="the simulator failed"):
        server.stop()


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    port, tls_port = free_ports(2)
    log, registry = tmp_path / "log.jsonl", tmp_path / "registry"
    command = [
        sys.executable,
        "-m",
        "demo.province",
        "serve",
        "--port",
        str(port),
        "--tls-port",
        str(tls_port),
    ]
    process = subprocess.Popen(
        [*command, "--log", str(log), "--registry", str(registry)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert process.stdout
    for line in process.stdout:
        if "Ctrl-C" in line:
            break
    Client(at_rest(1, port)).get(f"http://www.qihe.test:{port}/")
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    process.stdout.close()
    assert [entry.status for entry in journal.read(log)] == [200]
    assert {path.name for path in registry.iterdir()} == {
        "sites.csv",
        "columns.csv",
        "hosts.csv",
        "divisions.csv",
    }
