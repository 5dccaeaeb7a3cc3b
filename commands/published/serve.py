"""The command serve: the page over HTTP, with printed cells, views and SQL."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base.terminal import Lake, note, stop, stopping_at, working
from commands.published.site import BoundariesFile, boundaries_of
from commands.questions.show import Files, bodies_of
from commands.questions.status import run_status
from commands.readings.extract import Registry
from commands.shared.options import ArchiveDir, archive_of
from commands.shared.source import From, folder_of

if TYPE_CHECKING:
    from publish.desk.desk import Desk
    from publish.server import Service

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: Annotated[
        str, typer.Option(help="监听的地址，默认只限本机 / address to listen on; default: this machine only")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="端口，0 为任一空闲端口 / port; 0 for any that is free", min=0, max=65535)
    ] = 8765,
    name: Annotated[
        list[str] | None,
        typer.Option(help="服务器还用的主机名 / a host name that the server goes by as well", metavar="HOST"),
    ] = None,
    seconds: Annotated[float, typer.Option(help="查询最多几秒 / seconds a query may take", min=0.1)] = 10.0,
    rows: Annotated[int, typer.Option(help="每个查询最多几行 / rows an answer may have", min=1)] = 100_000,
    desk: Annotated[
        str | None,
        typer.Option(
            help="核对存疑处，以此名署名，只限本机 / a desk for what is doubtful, signed so; only here",
            metavar="NAME",
        ),
    ] = None,
    registry: Registry = None,
    source: From = None,
    lake: Lake = None,
    archive: ArchiveDir = None,
    files: Files = None,
    boundaries: BoundariesFile = None,
) -> None:
    """网页加原件和 SQL，默认只限本机 / The page with printed cells and SQL, on this machine by default."""
    try:
        import uvicorn

        from publish.bounded_queries import QueryLimits
        from publish.server import Service, application
        from publish.static_site import is_written, write_site, write_status
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[page]'")
    from query import NothingToOpenError

    if desk is not None and host not in LOOPBACK:
        stop(f"--desk 只在本机 / works on this machine only, and not on {host}")
    build = folder_of(source, lake).resolve()
    page = _page_of(build)
    given = boundaries_of(boundaries)
    with stopping_at(OSError):
        listening = bound(host, port)
    with stopping_at(NothingToOpenError):
        if not is_written(build, page, given):
            with working("写网页 writing the page"):
                write_site(build, page, server=True, boundaries=given)
        if source is None:
            write_status(page, run_status(registry, archive_of(archive, lake)))
        bodies = bodies_of(archive_of(archive, lake), files)
        service = Service(build, page, bodies, QueryLimits(seconds=seconds, rows=rows), processes=2)
    seat = None if desk is None else seat_of(service, desk, registry)
    hosts = [*LOOPBACK, host, *(name or [])]
    shown = f"[{host}]" if ":" in host else host
    note(f"网页 the page: http://{shown}:{listening.getsockname()[1]}/  (Ctrl-C 结束 ends it)")
    if seat is not None:
        note(f"核对 the desk: http://{shown}:{listening.getsockname()[1]}/desk/#key={seat.key}")
    if host not in LOOPBACK:
        note("注意：别的机器也能访问 / mind: other machines can reach this", "yellow")
    try:
        config = uvicorn.Config(application(service, hosts, seat), log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        service.close()
        listening.close()


def seat_of(service: Service, who: str, registry: Path | None) -> Desk:
    """The desk of a person; leaves where the name is none that can be signed with."""
    from base.paths import OWN_REGISTRY
    from publish.desk.desk import Desk
    from publish.desk.tables import Tables

    if not who.strip() or "," in who:
        stop("--desk: 署名不能为空，也不能有逗号 / a name to sign with, without a comma")
    return Desk(service.connection, who.strip(), Tables((registry or OWN_REGISTRY).absolute()))


def _page_of(build: Path) -> Path:
    """Where the page of a build is kept: in its lake; beside a release, which stays as it is; with tables."""
    if build.parent.name == "builds":
        return build.parent.parent / "page"
    if build.name == "parquet":
        return build.parent.with_name(f"{build.parent.name}-page")
    return build / "page"


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at the port, before anything is made for it: who asks early waits. OSError says
    which port is taken."""
    family, kind, protocol, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Of a socket that says it is TCP asyncio sends answers at once; else each would wait 40 ms for Nagle.
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise OSError(f"{host}:{port}: {error.strerror}; another port: --port") from error
    return listening
