"""`python -m demo.province serve`: the province for a person to look at."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from demo.province.plan import DEFAULT_PORT, DEFAULT_TLS_PORT, Province, at_rest
from demo.province.registry import export
from demo.province.server import Server
from demo.province.worst import Worst, at_worst

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def main() -> None:
    """The demo province: made-up counties on loopback."""


@app.command()
def serve(
    seed: Annotated[int, typer.Option(help="Which province.")] = 1,
    port: Annotated[int, typer.Option(help="The port, the same on every address.")] = DEFAULT_PORT,
    tls_port: Annotated[int, typer.Option(help="The port for https.")] = DEFAULT_TLS_PORT,
    worst: Annotated[bool, typer.Option("--worst", help="With a fault at every site.")] = False,
    log: Annotated[
        Path | None, typer.Option(help="Append every request to this file, a JSON line each.")
    ] = None,
    registry: Annotated[Path | None, typer.Option(help="Write the province's registry tables here.")] = None,
) -> None:
    """Serve the province until Ctrl-C."""
    spoilt = at_worst(seed, port, tls_port) if worst else None
    province = spoilt.province if spoilt else at_rest(seed, port, tls_port)
    console = Console()
    if registry:
        export(province, registry)
        console.print(f"registry written to {registry}")
    ending = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the server's thread begins, so that only sigwait takes them.
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        server = Server(province, log)
        server.start()
    except OSError as error:
        console.print(f"[red]cannot serve: {error}[/] (another --port?)")
        raise typer.Exit(2) from error
    console.print(_overview(province, spoilt))
    console.print(
        "For the names, add to /etc/hosts the lines of `python -m demo.province hosts`. Ctrl-C ends."
    )
    signal.sigwait(ending)
    server.stop()


@app.command()
def hosts(seed: int = 1) -> None:
    """Print the lines for /etc/hosts by which a browser finds the portals by name."""
    for name, address in at_rest(seed).addresses.items():
        typer.echo(f"{address}\t{name}")


def _overview(province: Province, spoilt: Worst | None) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("open at", "name", "county", "dialect", "reports", *(["faults"] if spoilt else [])):
        table.add_column(heading, no_wrap=heading != "faults", overflow="fold")
    for county in province.counties:
        count = sum(report.site_id == county.code for report in province.reports)
        row = [
            f"http://{county.address}:{province.port}/",
            county.host,
            county.name,
            f"{county.family} {county.variant}",
            str(count),
        ]
        faults = ", ".join(sorted(fault.value for fault in province.faults(county.code)))
        table.add_row(*row, *([faults] if spoilt else []))
    return table


if __name__ == "__main__":
    app()
