"""What all commands share: exit codes, options, and how they speak to people and to machines.

Answers go to stdout, everything said beside them to stderr; both pass `base.streams`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.abc import Loader
from importlib.util import LazyLoader, find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from base.lakes.working_copy import NoAddressError, lake_at
from base.logs import stream
from base.spreadsheets import BOM
from base.streams import Lasting, json_escaped, printing_safely, visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.progress import Progress
    from rich.segment import Segment

_Thing = TypeVar("_Thing")

FINE, NEEDS_PERSON, COULD_NOT_RUN = 0, 1, 2
CPUS = os.cpu_count() or 1
PIPE_WIDTH = 120
# How what is told in a colour is told in a log.
_LEVELS = {"red": logging.ERROR, "yellow": logging.WARNING}

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / JSON for machines")]
Jobs = Annotated[int, typer.Option(help="并行进程数 / processes", min=1)]


def _lake_named(text: str) -> Path:
    try:
        return lake_at(text)
    except NoAddressError as error:
        raise typer.BadParameter(str(error)) from error


Lake = Annotated[
    Path | None,
    typer.Option(
        parser=_lake_named,
        metavar="PATH|URL",
        help="数据湖：文件夹，默认 data/lake；或多机共用的网址 / the lake: a folder, default data/lake; or "
        "the address of one that machines share: s3://…, file://…",
    ),
]
AllowShrink = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="允许比当前构建少，须写明原因 / let the build hold less than the current one, and say why",
    ),
]


def main(app: typer.Typer) -> NoReturn:
    """Run a command line; it ends with one of the three codes, and an error of ours with its traceback and
    the last of them. A signal ends it in order, with a code of its own."""
    from base.processes.stopping import Stopped, exit_code, name_of, stoppable

    with printing_safely(), stream.ended_with():
        _have_typer_speak_visibly()
        try:
            with stoppable():
                app()
        except Stopped as stopped:
            name = name_of(stopped.number)
            note(f"由 {name} 停止 / stopped by {name}", "red")
            sys.exit(exit_code(name))
        except Exception:  # noqa: BLE001 - told as Python tells it, with our exit code
            sys.excepthook(*sys.exc_info())
            sys.exit(COULD_NOT_RUN)
    sys.exit(FINE)


class _Visibly(Loader):
    """Loads what typer speaks to people with, once it does, with our console in it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code, and put the console in place."""
        self._loader.exec_module(module)
        setattr(module, "Console", _console_class())  # noqa: B010


def _have_typer_speak_visibly() -> None:
    """Typer's own words quote what was typed, and file names are typed by the shell. It has such words for
    help and mistakes alone, and to load what writes them takes a fifth of a second."""
    name = "typer.rich_utils"
    if name in sys.modules:
        setattr(sys.modules[name], "Console", _console_class())  # noqa: B010
        return
    spec = find_spec(name)
    assert spec is not None and spec.loader is not None
    spec.loader = LazyLoader(_Visibly(spec.loader))
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def console(stderr: bool = False) -> Console:
    """Where people read. A pipe has no width of its own: wide enough there for table three."""
    shown = sys.stderr if stderr else sys.stdout
    told = os.environ.get("COLUMNS", "").isdigit() or (shown is not None and shown.isatty())
    return _console_class()(stderr=stderr, highlight=False, width=None if told else PIPE_WIDTH)


@cache
def _console_class() -> type[Console]:
    """A console whose texts hold no control character; rich's own escapes, of colours and bars, pass."""
    from rich.console import Console
    from rich.segment import Segment

    class VisibleConsole(Console):
        """The console."""

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            """What is to be written."""
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else visible(text), style, control)

    return VisibleConsole


def write_exactly(text: str) -> None:
    """Write an answer for machines as it is; a terminal is shown its control characters. Ends the command
    where the encoding of stdout lacks a character."""
    stream = getattr(sys.stdout, "rich_proxied_file", None)
    if isinstance(stream, Lasting) and not stream.isatty():
        stream.write_exactly(text)
    else:
        sys.stdout.write(visible(text.removeprefix(BOM)))


def somebody_reads() -> bool:
    """False once the reader of stdout has gone, as `head` does."""
    return not getattr(getattr(sys.stdout, "rich_proxied_file", None), "reader_gone", False)


def note(message: str, style: str = "", *, site: str | None = None) -> None:
    """Tell a person, beside the answer; `site` is the one that it is of, for a log of JSON lines."""
    if stream.current() is not None:
        stream.logger.log(_LEVELS.get(style, logging.INFO), "%s", message, extra={"site": site})
        return
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
        stop(_said(error))


def _said(error: Exception) -> str:
    """What an error says; of the system's, the file and the cause without its number."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    gone = "没有这个文件 / " if isinstance(error, FileNotFoundError) else ""
    return f"{os.fsdecode(error.filename)}: {gone}{(error.strerror or str(error)).lower()}"


def tell(values: Mapping[str, Any], as_json: bool) -> None:
    """A few values by name.

    >>> tell({"build": "0a", "statuses": {"ok": 19, "no_tables": 3}}, as_json=False)
    build: 0a
    statuses: ok 19, no_tables 3
    """
    if as_json:
        print(to_json(values))
        return
    for name, value in values.items():
        counted = isinstance(value, Mapping)
        shown = ", ".join(f"{of} {count}" for of, count in value.items()) if counted else value
        print(f"{name}: {shown}")


def to_json(value: Any, indent: int | None = 1) -> str:
    """A value as JSON, Chinese as Chinese where stdout can say it; control characters as JSON's escapes."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return json_escaped(written, getattr(sys.stdout, "encoding", None) or "utf-8")


@contextmanager
def progress(label: str, things: Iterator[_Thing], total: int) -> Iterator[Iterator[_Thing]]:
    """The same things, with a bar on stderr that moves as they are drawn. A pipe, a log or a mail would get
    the empty line that is left of a bar."""
    if not sys.stderr.isatty():
        yield things
        return
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
