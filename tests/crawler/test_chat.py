"""Chat bots and the dead-man check, against a real server that answers as these services do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.runs.chat import message, service_named
from crawler.runs.monitors import Alarm
from crawler.runs.summary import RefreshReport
from crawler.runs.webhook import Webhook, WebhookError
from tests.crawler.hooks import Answer, Hook, Place, says, status

# What each service answers to a message that it took, and to one that it refused, as their pages show it.
TOOK = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
}
REFUSED = {
    "wecom": ({"errcode": 93000, "errmsg": "invalid webhook url s3cr3t"}, "errcode 93000"),
    "dingtalk": ({"errcode": 310000, "errmsg": "keywords not in content s3cr3t"}, "errcode 310000"),
    "feishu": ({"code": 19021, "msg": "sign match fail s3cr3t"}, "code 19021"),
}


def answers(body: object) -> Answer:
    """HTTP 200 with a body of JSON."""
    data = json.dumps(body).encode()
    return says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data))


def text_of(service: str, body: dict[str, dict[str, str]]) -> str:
    return body["content"]["text"] if service == "feishu" else body["text"]["content"]


@pytest.mark.parametrize("service", TOOK)
def test_a_bot_gets_a_short_message_and_its_refusal_is_no_yes(
    service: str, place: Place, hook: Callable[..., Hook]
) -> None:
    environment = {
        "GKNB_WEBHOOK_SERVICE": service,
        "GKNB_WEBHOOK_SECRET": "s3cr3t",
        "GKNB_REPORT_LINK": "https://gknb.example.org/runs/{run}",
    }
    answer, said = REFUSED[service]
    code, out, errors = place.tell(hook(answers(answer)).url(), **environment)
    assert code == 1 and said in errors and place.is_pending and place.secrets(out, errors) == [], errors
    for nonsense in (status("200 OK"), says(b"HTTP/1.1 200 OK\r\n\r\n<html>"), answers([0]), answers({})):
        code, _, errors = place.tell(hook(nonsense).url(), **environment)
        assert code == 1 and "did not say" in errors and place.is_pending, errors

    good = hook(answers(TOOK[service]))
    code, out, errors = place.tell(good.url(), **environment)
    assert code == 0 and not place.is_pending, errors
    (told,) = map(json.loads, good.told)
    text = text_of(service, told)
    assert "新增 new 1" in text and text.endswith(
        "https://gknb.example.org/runs/r000001-20260131T000000Z-0001"
    )


def test_signatures_are_what_the_services_compute(hook: Callable[..., Hook], tmp_path: Path) -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    report = RefreshReport("r000001", ("a",), 0)
    server = hook(answers(TOOK["dingtalk"]))
    Webhook.parse(server.url(), service="dingtalk", secret="SEC1").tell(report, tmp_path, now)
    asked = parse_qs(urlsplit(server.heads[0].split()[1].decode()).query)
    # 钉钉: HMAC-SHA256 of "time in ms, line feed, secret" under the secret, in the address
    moment = str(int(now.timestamp() * 1000))
    digest = hmac.new(b"SEC1", f"{moment}\nSEC1".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(digest).decode()] and asked["timestamp"] == [moment]
    assert asked["token"] == ["s3cr3t"]

    server = hook(answers({"StatusCode": 0, "StatusMessage": "success"}))
    Webhook.parse(server.url(), service="feishu", secret="SEC1").tell(report, tmp_path, now)
    # 飞书: of nothing under "time in s, line feed, secret", in the body
    body, seconds = json.loads(server.told[0]), str(int(now.timestamp()))
    digest = hmac.new(f"{seconds}\nSEC1".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(digest).decode() and body["timestamp"] == seconds


def test_a_message_is_whole_lines_within_what_the_service_takes() -> None:
    alarms = tuple(
        Alarm("blocked", f"51172{n}", "nb", "被拦截\n假行 \x1b[31m" + "很长" * 200) for n in range(30)
    )
    report = RefreshReport("r000001", ("a",), 0, alarms=alarms)
    for most in (400, 2048, 20000):
        text = message(report, "https://gknb.example.org/1", most)
        assert len(text.encode()) <= most and "\x1b" not in text and "\n假行" not in text
        assert text.startswith("gknb") and text.endswith("https://gknb.example.org/1")
        assert "需人处理 for a person: 30" in text
    assert text.count("\n- blocked") == 8 and "共 30 项" in text


def test_services_are_known_by_their_hosts() -> None:
    for host, service in (("qyapi.weixin.qq.com", "wecom"), ("open.feishu.cn", "feishu")):
        hook = Webhook.parse(f"https://{host}/cgi-bin/webhook/send?key=s3cr3t")
        assert hook.service == service_named(service)
    assert Webhook.parse("https://hook.example.org/").service is None
    with pytest.raises(WebhookError, match="no chat service is called 'slack'; there are wecom, dingtalk"):
        Webhook.parse("https://hook.example.org/", service="slack")


def test_the_dead_man_check_hears_of_every_run_and_of_no_other(
    place: Place, hook: Callable[..., Hook]
) -> None:
    good, watch = hook(status("204 No Content")), hook(status("200 OK"))
    code, _, errors = place.tell(good.url(), GKNB_HEARTBEAT=watch.url())
    assert code == 0 and [head.split()[0] for head in watch.heads] == [b"GET"], errors
    # nothing is due and nothing to tell: the run came to its end all the same
    code, _, errors = place.tell(good.url(), GKNB_HEARTBEAT=watch.url())
    assert code == 0 and len(watch.heads) == 2 and len(good.told) == 1, errors
    code, out, errors = place.tell(good.url(), GKNB_HEARTBEAT=hook(status("500 hunter2")).url())
    assert code == 1 and "dead-man check" in errors and "HTTP 500" in errors, errors
    assert place.secrets(out, errors) == []
    (place.registry / "columns.csv").write_text("no table\n", encoding="utf-8")
    code, _, errors = place.tell(good.url(), GKNB_HEARTBEAT=watch.url())
    assert code == 2 and len(watch.heads) == 2, errors
    code, _, errors = place.tell(good.url(), GKNB_HEARTBEAT="ftp://robot:hunter2@watch.test/")
    assert code == 2 and "hunter2" not in errors


@pytest.fixture(autouse=True)
def _no_service_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GKNB_WEBHOOK_SERVICE", "GKNB_WEBHOOK_SECRET", "GKNB_REPORT_LINK", "GKNB_HEARTBEAT"):
        monkeypatch.delenv(name, raising=False)
