"""Chat bots as webhooks (企业微信, 钉钉, 飞书): a short text in the body that each wants, signed where it
asks for that, and the number in its answer that says whether it took it.

Such a service answers HTTP 200 to what it refuses, too. Which host is which service stands in
`data/webhooks.csv`; every other webhook gets the run report as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from base.paths import DATA
from base.streams import visible
from base.tables import read
from crawler.runs.summary import RefreshReport

_COLUMNS = ("service", "name", "hosts", "answers_in", "most_bytes", "basis")
# Alarms that a message names; the report has all.
_NAMED = 8
# A title or an alarm's sentence is cut after so many characters.
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Service:
    """A chat service. `answers_in` are fields of its answer: the one that is there is 0 where it took the
    message; of the text it takes `most_bytes` (UTF-8)."""

    service: str
    hosts: frozenset[str]
    answers_in: tuple[str, ...]
    most_bytes: int

    def body(self, text: str, secret: str, now: datetime) -> bytes:
        """The request's body; 飞书 wants its signature there."""
        if self.service == "feishu":
            signed = _signed_by_feishu(secret, now) if secret else {}
            return _json({**signed, "msg_type": "text", "content": {"text": text}})
        return _json({"msgtype": "text", "text": {"content": text}})

    def parameters(self, secret: str, now: datetime) -> Mapping[str, str]:
        """What is added to the address; 钉钉 wants its signature (加签) there."""
        if self.service != "dingtalk" or not secret:
            return {}
        moment = str(int(now.timestamp() * 1000))
        return {"timestamp": moment, "sign": _hmac(secret, f"{moment}\n{secret}")}

    def refusal(self, answer: bytes) -> str:
        """Why an answer is not a yes, "" where it is one. Its words may hold a secret: its number is told."""
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        for field in self.answers_in:
            if isinstance(told, dict) and isinstance(code := told.get(field), int):
                return "" if code == 0 else f"{self.service} refused the message ({field} {code})"
        return f"{self.service} did not say whether it took the message"


def service_of(host: str) -> Service | None:
    """The chat service at a host, None where it is none of them.

    >>> service_of("oapi.dingtalk.com").service, service_of("hook.example.org")
    ('dingtalk', None)
    """
    return next((one for one in _services() if host in one.hosts), None)


def service_named(name: str) -> Service:
    """The chat service of that name. Raises LookupError."""
    for one in _services():
        if one.service == name:
            return one
    names = ", ".join(one.service for one in _services())
    raise LookupError(f"no chat service is called {name!r}; there are {names}")


def message(report: RefreshReport, link: str, most_bytes: int) -> str:
    """A run in a few lines, whole lines of it within `most_bytes`: what is new, what needs a person, where
    the report is."""
    first, *middle, last = _lines(report, link)
    kept = [first]
    for line in middle:
        if len("\n".join([*kept, line, "…", last]).encode()) > most_bytes:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join([*kept, last])


def _lines(report: RefreshReport, link: str) -> Iterator[str]:
    yield f"gknb 公开年报库 {report.run_id}"
    counts = {"新增 new": report.new, "改动 changed": report.changed, "撤下 withdrawn": report.withdrawn}
    yield " · ".join(f"{name} {len(documents)}" for name, documents in counts.items())
    problems = [report.problem, report.built.refused if report.built else "", *report.damaged]
    yield from (f"！{_short(problem)}" for problem in problems if problem)
    if report.alarms:
        yield f"需人处理 for a person: {len(report.alarms)}"
    for alarm in report.alarms[:_NAMED]:
        place = " ".join(filter(None, (alarm.kind, alarm.site_id, alarm.column_id)))
        yield f"- {_short(f'{place}: {alarm.message}')}"
    if len(report.alarms) > _NAMED:
        yield f"- … 共 {len(report.alarms)} 项 / in all"
    yield f"运行报告 / run report: {link}"


def _short(text: str) -> str:
    plain = visible(" ".join(text.split()))
    return plain if len(plain) <= _WIDTH else plain[: _WIDTH - 1] + "…"


def _signed_by_feishu(secret: str, now: datetime) -> dict[str, str]:
    seconds = str(int(now.timestamp()))
    return {"timestamp": seconds, "sign": _hmac(f"{seconds}\n{secret}", "")}


def _hmac(key: str, text: str) -> str:
    return b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


@cache
def _services() -> tuple[Service, ...]:
    return tuple(
        Service(
            row["service"],
            frozenset(row["hosts"].split("|")),
            tuple(row["answers_in"].split("|")),
            int(row["most_bytes"]),
        )
        for row in read(DATA / "webhooks.csv", _COLUMNS)
    )
