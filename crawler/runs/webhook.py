"""The webhook: one POST of the run report, or of its short form for a chat bot (chat.py), within one
deadline; and the dead-man check, which is asked for after every run. Failures are sentences, never crashes.

Who reads such a sentence may not know the address: user, password, path and query of a webhook are its
secrets, so that only scheme and host are ever named, and nothing that the other side has said is repeated.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import threading
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from crawler.runs.chat import Service, message, service_named, service_of
from crawler.runs.summary import RefreshReport

# For the whole call: name, connection, TLS, request and the head of the answer.
SECONDS = 30.0
# Of an answer that has to be read, so much.
_MOST_ANSWER = 64 * 1024
# What may stand in an address as it is; everything else is escaped.
_SAFE = "/%:@!$&'()*+,;=-._~?"
_HOST = re.compile(r"[\w.:-]+", re.ASCII)


class WebhookError(ValueError):
    """The webhook cannot be told; the message says why, and holds no secret."""


@dataclass(frozen=True)
class Webhook:
    """An address to send to. `name` is what may be said of it. A chat `service` gets a short message, signed
    with the `secret` if there is one, with the `link` to the report, where {run} is the run's id."""

    name: str
    url: str = field(repr=False)
    authorization: str = field(repr=False, default="")
    service: Service | None = None
    secret: str = field(repr=False, default="")
    link: str = field(repr=False, default="")

    @classmethod
    def parse(cls, address: str, *, service: str = "", secret: str = "", link: str = "") -> Self:
        """The webhook at an http or https address, with user and password or without; of the chat `service`
        named, else of the one that its host is. Raises WebhookError.

        >>> hook = Webhook.parse("https://bot:secret@hook.example.org/send?token=abc")
        >>> hook.name, hook.url
        ('https://hook.example.org', 'https://hook.example.org/send?token=abc')
        """
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:  # whose text may hold the password
            raise WebhookError("the webhook is no address: its host or port cannot be read") from None
        if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
            raise WebhookError("the webhook should be a whole http or https address")
        place = f"[{host}]" if ":" in host else host
        place += "" if port is None else f":{port}"
        path, query = quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE)
        try:
            chat = service_named(service) if service else service_of(host)
        except LookupError as error:
            raise WebhookError(str(error)) from None
        return cls(
            f"{parts.scheme}://{place}",
            urlunsplit((parts.scheme, place, path, query, "")),
            _basic(parts.username, parts.password),
            chat,
            secret,
            link,
        )

    def tell(self, report: RefreshReport, path: Path, now: datetime | None = None) -> None:
        """Send a run report: whole, or to a chat service its short form, which names the link of the report
        or else its `path`. `now` is the time of a signature. Raises WebhookError."""
        chat, now = self.service, now or datetime.now(UTC)
        if chat is None:
            self.send(json.dumps(report.to_record(), ensure_ascii=False).encode("utf-8", "replace"))
            return
        link = self.link.replace("{run}", report.run_id) or str(path)
        text = message(report, link, chat.most_bytes)
        self.send(chat.body(text, self.secret, now), chat.parameters(self.secret, now), chat.refusal)

    def send(
        self,
        body: bytes,
        parameters: Mapping[str, str] | None = None,
        refusal: Callable[[bytes], str] | None = None,
    ) -> None:
        """Send `body`, with `parameters` beside the address's own, and see it answered by 2xx. Raises
        WebhookError.

        Only the head of the answer counts, but where `refusal` reads its body; no redirect is followed.
        """
        self._ask("POST", body, parameters or {}, refusal)

    def beat(self) -> None:
        """Ask for the address, as a dead-man check (healthchecks.io, Uptime Kuma) wants to be. Raises
        WebhookError."""
        self._ask("GET", None, {}, None)

    def _ask(
        self,
        method: str,
        body: bytes | None,
        parameters: Mapping[str, str],
        refusal: Callable[[bytes], str] | None,
    ) -> None:
        headers = {} if body is None else {"Content-Type": "application/json; charset=utf-8"}
        if self.authorization:
            headers["Authorization"] = self.authorization
        joint = "&" if urlsplit(self.url).query else "?"
        url = self.url + (f"{joint}{urlencode(parameters)}" if parameters else "")
        call = _Call(urllib.request.Request(url, body, headers, method=method), refusal)
        # Nothing bounds a look-up of a name, or an answer that comes a byte a minute, but to leave it.
        thread = threading.Thread(target=call.make, daemon=True)
        thread.start()
        thread.join(SECONDS)
        said = call.failure if not thread.is_alive() else f"no answer within {SECONDS:g} seconds"
        if said:
            raise WebhookError(f"{self.name}: {said}")


@dataclass
class _Call:
    """A request on its way; `failure` says what became of it, "" where it was answered by 2xx."""

    request: urllib.request.Request
    refusal: Callable[[bytes], str] | None
    failure: str = "the call broke off"

    def make(self) -> None:
        try:
            # No handler for redirects, for statuses, or for any scheme but this.
            opener = urllib.request.OpenerDirector()
            opener.add_handler(urllib.request.ProxyHandler())
            if self.request.type == "https":
                opener.add_handler(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
            else:
                opener.add_handler(urllib.request.HTTPHandler())
            with opener.open(self.request, timeout=SECONDS) as response:
                self.failure = _of_status(response.status)
                if self.refusal and not self.failure:
                    self.failure = self.refusal(response.read(_MOST_ANSWER))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failure = _of_error(error)


def _basic(user: str | None, password: str | None) -> str:
    if user is None and password is None:
        return ""
    pair = f"{unquote(user or '')}:{unquote(password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _of_status(status: int) -> str:
    if 200 <= status < 300:
        return ""
    redirects = "; redirects are not followed" if 300 <= status < 400 else ""
    return f"it answered HTTP {status}{redirects}"


def _of_error(error: BaseException) -> str:
    """Of what kind a failure is. Its own text may hold the address, or what the server sent."""
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        return _of_error(error.reason)
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not accepted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or 'the connection broke off'}"
        case socket.gaierror():
            return "its name does not resolve"
        case TimeoutError():
            return f"no answer within {SECONDS:g} seconds"
        case http.client.RemoteDisconnected():
            return "it closed the connection without an answer"
        case OSError(errno=int(number)):
            return os.strerror(number)
        case http.client.HTTPException():
            return f"its answer is no HTTP ({type(error).__name__})"
        case _:
            return f"the call failed ({type(error).__name__})"
