"""Real crawls for tests: Scrapy in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import registry
from tests.crawler.server import Web

ROOT = Path(__file__).resolve().parents[2]
# Nothing in a test waits for a polite delay, unless it is politeness that is tested.
QUICK = {"DOWNLOAD_DELAY": "0", "BACKOFF_BASE": "0.01", "LOG_LEVEL": "INFO", "DOWNLOAD_TIMEOUT": "5"}


@dataclass(frozen=True)
class Ended:
    """A crawl that has ended: what it yielded, and what it logged."""

    items: list[dict[str, Any]]
    log: str
    returncode: int

    @property
    def outcomes(self) -> dict[str, str]:
        return {item["url"]: item["outcome"] for item in self.items}


def write_registry(
    directory: Path, sites: Sequence[str] = (), columns: Sequence[str] = (), hosts: Sequence[str] = ()
) -> Path:
    """A registry of these rows."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "sites.csv").write_text(
        "\n".join([",".join(registry.SITES), *sites]) + "\n", encoding="utf-8"
    )
    (directory / "columns.csv").write_text(
        "\n".join([",".join(registry.COLUMNS), *columns]) + "\n", encoding="utf-8"
    )
    (directory / "hosts.csv").write_text("\n".join(["host,reviewed_by,reviewed_at,note", *hosts]) + "\n")
    return directory


def site_row(site_id: str, url: str, family: str = "generic", delay: str = "", tls_profile: str = "") -> str:
    return f"{site_id},110101,县{site_id},{url},{family},high,unverified,,{delay},{tls_profile},,"


def settings_of(web: Web | None, archive: Path, **settings: str) -> dict[str, str]:
    """Settings for a crawl of `web` into `archive`."""
    found = {**QUICK, "ARCHIVE_DIR": str(archive), "ALLOWED_NETWORKS": "127.0.0.0/8"}
    if web is not None:
        found["HOST_ADDRESSES"] = json.dumps(web.addresses)
    return found | settings


def scrapy(
    command: Sequence[str], settings: Mapping[str, str], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Scrapy, started with these settings."""
    flags = [flag for name, value in settings.items() for flag in ("-s", f"{name}={value}")]
    outside = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", *command, *flags],
        cwd=ROOT,
        env={**outside, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def fetch(
    tmp_path: Path,
    groups: Sequence[Sequence[str]],
    settings: Mapping[str, str],
    run_id: str = "20260101T000000Z-0001",
    tables: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Fetch addresses, groups side by side, through all middlewares; see fetch_spider.py."""
    process, out = start_fetch(tmp_path, groups, settings, run_id, tables, environment)
    log, _ = process.communicate(timeout=120)
    items = (
        [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    )
    return Ended(items, log, process.returncode)


def start_fetch(
    tmp_path: Path,
    groups: Sequence[Sequence[str]],
    settings: Mapping[str, str],
    run_id: str,
    tables: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[subprocess.Popen[str], Path]:
    """The same, without waiting: the process, and where its items will be."""
    urls = tmp_path / "urls.json"
    urls.write_text(json.dumps(groups), encoding="utf-8")
    out = tmp_path / "items.jsonl"
    out.unlink(missing_ok=True)
    directory = tables or write_registry(tmp_path / "registry")
    spider = str(ROOT / "tests" / "crawler" / "fetch_spider.py")
    command = [
        "runspider",
        spider,
        "-a",
        f"urls={urls}",
        "-a",
        f"run_id={run_id}",
        "-a",
        f"registry={directory}",
    ]
    return scrapy([*command, "-o", str(out)], settings, environment), out
