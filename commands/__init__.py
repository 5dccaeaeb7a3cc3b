"""The command line: one module a command, loaded as it is called; the only place that knows the terminal.

A question waits for no crawler, and a mistake in a name for nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
import typer.core
import typer.main

_MANNERS: dict[str, Any] = {
    "add_completion": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "pretty_exceptions_show_locals": False,
}
#: The commands in their order, and the module of each under `commands`; a function or a group of that name.
COMMANDS = {
    "demo": "demo:demo",
    "extract": "readings.extract:extract",
    "build": "readings.build:build",
    "survey": "crawls.survey:survey",
    "add": "crawls.add:add",
    "crawl": "crawls.crawl:crawl",
    "discover": "crawls.discover:discover",
    "refresh": "crawls.refresh:refresh",
    "alarms": "crawls.alarms:alarms",
    "sql": "questions.sql:sql",
    "show": "questions.show:show",
    "letter": "questions.letter:letter",
    "site": "published.site:site",
    "serve": "published.serve:serve",
    "export": "published.export:export",
    "release": "published.release:release",
    "changes": "published.release:changes",
    "delta": "published.release:delta",
    "patch": "published.release:patch",
    "findings": "questions.findings:findings",
    "status": "questions.status:status",
    "check": "readings.check:check",
    "bundle": "crawls.bundle:bundle",
    "replay": "crawls.bundle:replay",
    "verify": "lakes.verify:verify",
    "alive": "questions.status:alive",
    "push": "lakes.storage:push",
    "pull": "lakes.storage:pull",
    "prune": "lakes.prune:prune",
    "audit": "published.audit:audit_app",
    "archive": "crawls.upkeep:archive_app",
    "registry": "crawls.proposals:registry_app",
}


class _Commands(Mapping[str, Any]):
    """The commands by name, each loaded when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _command(name: str) -> Any:
    """The command or group of commands of that name, as typer runs it."""
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(f"commands.{module}"), attribute)
    holder = typer.Typer(**_MANNERS)
    if not isinstance(found, typer.Typer):
        holder.command(name)(found)
        return typer.main.get_command(holder)
    holder.add_typer(found, name=name)
    return typer.main.get_group(holder).commands[name]


class _OnDemand(typer.core.TyperGroup):
    """The commands of the front door; help alone loads all of them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order in which help shows them."""
        return list(COMMANDS)


app = typer.Typer(cls=_OnDemand, no_args_is_help=True, **_MANNERS)


@app.callback(
    help="公开年报库：把政府信息公开工作年度报告的统计表变成可用 SQL 查询的数据 / "
    "the statistical tables of China's government-information disclosure reports, ready for SQL"
)
def _front_door() -> None:
    """Nothing is done before a command."""
