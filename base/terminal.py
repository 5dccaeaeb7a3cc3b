"""What all commands share: exit codes, options, and how they speak to people and to machines.

Answers go to stdout, everything said beside them to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_Thing = TypeVar("_Thing")

FINE, NEEDS_PERSON, COULD_NOT_RUN = 0, 1, 2
CPUS = os.cpu_count() or 1
PIPE_WIDTH = 120

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / JSON for machines")]
Jobs = Annotated[int, typer.Option(help="并行进程数 / processes", min=1)]
Lake = Annotated[
    Path | None, typer.Option(help="数据湖文件夹，默认 data/lake / folder of the lake, default data/lake")
]
AllowShrink = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="允许比当前构建少，须写明原因 / let the build hold less than the current one, and say why",
    ),
]


def console(stderr: bool = False) -> Console:
    """Where people read."""
    from rich.console import Console

    # A pipe has no width of its own: wide enough there for table three.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, highlight=False, width=width)


def note(message: str, style: str = "") -> None:
    """Tell a person, beside the answer."""
    console(stderr=True).print(message, style=style, markup=False, soft_wrap=True)


def stop(message: str) -> NoReturn:
    """Say why nothing can be done, and leave."""
    note(message, "red")
    raise typer.Exit(COULD_NOT_RUN)


@contextmanager
def stopping_at(*errors: type[Exception]) -> Iterator[None]:
    """These errors say why nothing can be done."""
    try:
        yield
    except errors as error:
        stop(str(error))


def tell(values: Mapping[str, Any], as_json: bool) -> None:
    """A few values by name."""
    if as_json:
        print(to_json(values))
        return
    for name, value in values.items():
        print(f"{name}: {value}")


def to_json(value: Any, indent: int | None = 1) -> str:
    """A value as JSON, Chinese as Chinese."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


@contextmanager
def progress(label: str, things: Iterator[_Thing], total: int) -> Iterator[Iterator[_Thing]]:
    """The same things, with a bar on stderr that moves as they are drawn."""
    with _bar(label) as bar:
        yield iter(bar.track(things, total=total))


@contextmanager
def counting(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told how many are done of how many."""
    with _bar(label) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def working(message: str) -> Iterator[None]:
    """Say on stderr what goes on, as long as it does."""
    with console(stderr=True).status(message):
        yield


def _bar(label: str) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # A pipe, a log or a mail would get the empty line that is left of a bar.
    hidden = not sys.stderr.isatty()
    return Progress(*columns, console=console(stderr=True), transient=True, disable=hidden)
