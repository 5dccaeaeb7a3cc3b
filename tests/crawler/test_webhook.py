"""Broken webhooks of every kind: the report stands, the exit code is right, no secret is in any output, and
what could not be told is told by the next run. A real server of sockets; the command as a person gives it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.runs import webhook
from crawler.runs.records import Runs
from crawler.runs.webhook import Webhook, WebhookError
from demo.province.certificates import Authority, server_context
from demo.province.faults import Fault
from tests.crawler.hooks import (
    RUN,
    Answer,
    Hook,
    Place,
    resets,
    says,
    says_and_waits,
    says_without_end,
    status,
)

ROOT = Path(__file__).parents[2]

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

# What the server does, and what is said of it. Silence is waited out: see `hook`.
BROKEN: dict[str, tuple[Answer, str]] = {
    "reset": (resets, "reset"),
    "closed without an answer": (says(b""), "without an answer"),
    "silence": (says_and_waits(b""), "no answer within"),
    "half a head, then silence": (says_and_waits(b"HTTP/1.1 200 OK\r\nX-A: b"), "no answer within"),
    "half a head, then closed": (says(b"HTTP/1.1 2"), ""),
    "a head without end": (says_without_end(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "no HTTP"),
    "a header without end": (says_without_end(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 4096), "no HTTP"),
    "a status without end": (says_without_end(b"HTTP/1.1 200 ", b"O" * 4096), "no HTTP"),
    "garbage": (says(b"220 mail.test ESMTP hunter2\r\n"), "no HTTP"),
    "binary garbage": (says(bytes(range(256)) * 8), "no HTTP"),
    "another protocol": (says(b"HTTP/9.9 200 OK\r\n\r\n"), "no HTTP"),
    "a status that is none": (says(b"HTTP/1.1 OK hunter2\r\n\r\n"), "no HTTP"),
    "one 100 after the other": (says_without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "no answer within"),
    "101": (status("101 Switching Protocols", "Upgrade: x"), "HTTP 101"),
    "404": (status("404 hunter2"), "HTTP 404"),
    "500": (status("500 Internal Server Error"), "HTTP 500"),
    "redirect to another host": (status("302 Found", "Location: http://other.test/"), "not followed"),
    "redirect to a file": (status("301 Moved", "Location: file:///etc/passwd"), "not followed"),
    "redirect that keeps the method": (status("307 T", "Location: /again?token=s3cr3t"), "not followed"),
}
# Answers whose head says 2xx: told, whatever becomes of the rest.
GOOD: dict[str, Answer] = {
    "204": status("204 No Content"),
    "body without end": says_without_end(CHUNKED, b"1\r\nx\r\n"),
    "body that drips and stops": says_and_waits(CHUNKED + b"5\r\nab"),
    "broken chunks": says(CHUNKED + b"zz\r\nab"),
    "less than promised": says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nab"),
}
TLS_FAULTS = {
    Fault.UNKNOWN_CA: "certificate is not accepted",
    Fault.EXPIRED: "certificate is not accepted: certificate has expired",
    Fault.WRONG_NAME: "certificate is not accepted: Hostname mismatch",
}


# What never comes is not waited for long; what comes may take its time on a busy machine.
SILENCE, PATIENCE = 0.2, 120.0


def test_every_broken_answer_leaves_the_report_and_the_news(
    place: Place, hook: Callable[..., Hook], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (answer, said) in BROKEN.items():
        monkeypatch.setattr(webhook, "SECONDS", SILENCE if said == "no answer within" else PATIENCE)
        server = hook(answer)
        code, out, errors = place.tell(server.url())
        assert code == 1, (name, errors)
        assert "Traceback" not in errors and place.secrets(out, errors) == [], name
        problem = place.report["webhook_problem"]
        assert isinstance(problem, str) and problem.startswith(f"http://127.0.0.1:{server.port}: "), name
        assert said in problem and problem in errors, (name, problem)
        assert place.is_pending and len(server.told) <= 1, name
    monkeypatch.setattr(webhook, "SECONDS", PATIENCE)
    refused = hook(resets)
    refused.close()
    code, out, errors = place.tell(refused.url())
    assert code == 1 and "refused" in errors and place.secrets(out, errors) == []

    # What could not be told is told by the run that can, once.
    good = hook(status("204 No Content"))
    code, out, errors = place.tell(good.url())
    assert code == 0 and not place.is_pending, errors
    (told,) = map(json.loads, good.told)
    assert [document["title"] for document in told["new"]] == ["某县年报"]
    assert told | {"webhook_problem": ""} == place.report | {"webhook_problem": ""}
    assert b"Authorization: Basic cm9ib3Q6aHVudGVyMg==" in good.heads[0]
    assert b"POST /inbox?token=s3cr3t " in good.heads[0] and b"hunter2" not in good.heads[0]
    code, out, errors = place.tell(good.url())
    assert code == 0 and "no site is due" in errors and len(good.told) == 1
    assert place.secrets(out, errors) == []


def test_a_signal_while_the_webhook_is_silent(place: Place, hook: Callable[..., Hook]) -> None:
    server = hook(says_and_waits(b""))
    where = ["--registry", str(place.registry), "--archive", str(place.archive), "--due"]
    with subprocess.Popen(
        [sys.executable, "-m", "gknb", "crawl", *where],
        cwd=ROOT,
        env=os.environ | {"GKNB_WEBHOOK": server.url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        server.asked.wait()
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate()
    assert process.returncode == 143 and "stopped by SIGTERM" in errors, errors
    assert "Traceback" not in errors and place.secrets(out, errors) == []
    assert Runs(place.archive).last_kind(RUN) == "stopped" and place.is_pending
    new = place.report["new"]
    assert isinstance(new, list) and [one["title"] for one in new] == ["某县年报"]


@pytest.mark.parametrize("name", GOOD)
def test_an_answer_of_2xx_is_enough(name: str, hook: Callable[..., Hook]) -> None:
    server = hook(GOOD[name])
    Webhook.parse(server.url()).send(b"{}")
    assert server.told == [b"{}"]


@pytest.mark.parametrize("fault", TLS_FAULTS)
def test_certificates_are_checked(
    fault: Fault, place: Place, hook: Callable[..., Hook], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    sound = hook(status("200 OK"), server_context(authority, ["localhost"], ()))
    Webhook.parse(sound.url("https", "localhost")).send(b"{}")
    assert sound.told == [b"{}"]
    server = hook(status("200 OK"), server_context(authority, ["localhost"], [fault]))
    code, out, errors = place.tell(server.url("https", "localhost"))
    assert code == 1 and TLS_FAULTS[fault] in errors, errors
    assert server.told == [] and place.is_pending and place.secrets(out, errors) == []


def test_a_port_that_speaks_no_tls(place: Place, hook: Callable[..., Hook]) -> None:
    server = hook(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), listens=False)
    code, out, errors = place.tell(server.url("https"))
    assert code == 1 and f"https://127.0.0.1:{server.port}: " in errors, errors
    assert place.is_pending and place.secrets(out, errors) == []


def test_a_name_that_does_not_resolve_or_takes_for_ever(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known: robot:hunter2")

    over = threading.Event()

    def waits(*_: object, **__: object) -> None:
        over.wait()
        fails()

    for look_up, said, seconds in (
        (fails, "does not resolve", PATIENCE),
        (waits, "no answer within", SILENCE),
    ):
        monkeypatch.setattr(webhook, "SECONDS", seconds)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        code, out, errors = place.tell("http://robot:hunter2@hook.test/inbox?token=s3cr3t")
        assert code == 1 and said in errors and place.secrets(out, errors) == [], errors
    over.set()


@pytest.mark.parametrize(
    "address",
    [
        "file:///inbox/s3cr3t",
        "ftp://robot:hunter2@hook.test/",
        "hook.test/inbox?token=s3cr3t",
        "http://robot:hunter2@/inbox",
        "http://robot:hunter2@hook.test:s3cr3t/",
        "http://robot:hunter2@[::1/",
        "http://hook.test inbox/",
        "javascript:s3cr3t",
    ],
)
def test_what_is_no_web_address_is_said_before_anything_is_done(place: Place, address: str) -> None:
    code, out, errors = place.tell(address)
    assert code == 2 and "the webhook" in errors and place.secrets(out, errors) == [], errors
    assert not (place.archive / "runs" / f"{RUN}.json").exists()
    with pytest.raises(WebhookError):
        Webhook.parse(address)
