"""Real crawls for tests: Scrapy in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.registry.rows import COLUMNS, SITES
from tests.crawler.server import Web

ROOT = Path(__file__).resolve().parents[2]
# Nothing in a test waits for a polite delay, unless it is politeness that is tested; an answer may take its
# time on a busy machine, unless it is silence that is tested.
QUICK = {
    "DOWNLOAD_DELAY": "0",
    "BACKOFF_BASE": "0.01",
    "BLOCKED_PAUSES": "0.01,0.02",
    "LOG_LEVEL": "INFO",
    "DOWNLOAD_TIMEOUT": "3600",
}


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
    (directory / "sites.csv").write_text("\n".join([",".join(SITES), *sites]) + "\n", encoding="utf-8")
    (directory / "columns.csv").write_text("\n".join([",".join(COLUMNS), *columns]) + "\n", encoding="utf-8")
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


class Scrapy:
    """`python -m scrapy` in a process of its own, forked from one that has imported it all already."""

    _context = multiprocessing.get_context("forkserver")
    _context.set_forkserver_preload(["scrapy.cmdline", "tests.crawler.preload"])

    def __init__(
        self,
        command: Sequence[str],
        settings: Mapping[str, str],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        flags = [flag for name, value in settings.items() for flag in ("-s", f"{name}={value}")]
        self.log = log
        arguments = (["scrapy", *command, *flags], str(log), dict(environment or {}))
        self.process = self._context.Process(target=_scrapy, args=arguments)
        self.process.start()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.join()

    def wait(self) -> int:
        """Wait for its end; returns the exit code."""
        self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode


def _scrapy(argv: list[str], log: str, environment: dict[str, str]) -> None:
    os.chdir(ROOT)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from scrapy.cmdline import execute

    sys.argv = argv
    execute(argv)


def fetch(
    tmp_path: Path,
    groups: Sequence[Sequence[str]],
    settings: Mapping[str, str],
    run_id: str = "20260101T000000Z-0001",
    tables: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Fetch addresses, groups side by side, through all middlewares; see fetch_spider.py."""
    scrapy, out = start_fetch(tmp_path, groups, settings, run_id, tables, environment)
    returncode = scrapy.wait()
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return Ended([json.loads(line) for line in lines], scrapy.log.read_text(encoding="utf-8"), returncode)


def start_fetch(
    tmp_path: Path,
    groups: Sequence[Sequence[str]],
    settings: Mapping[str, str],
    run_id: str,
    tables: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Scrapy, Path]:
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
    return Scrapy([*command, "-o", str(out)], settings, tmp_path / "log.txt", environment), out
