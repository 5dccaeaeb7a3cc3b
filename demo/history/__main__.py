"""`python -m demo.history FOLDER`: the made-up province's twelve years as an archive, with the truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from demo.history.make import make_history
from demo.history.truth import STATUSES

app = typer.Typer(add_completion=False)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="Where archive, registry and truth.json are written.")],
    seed: Annotated[int, typer.Option(help="Which history.")] = 1,
    counties: Annotated[int, typer.Option(help="So many counties at the least, in every year.")] = 12,
    agencies: Annotated[int, typer.Option(help="So many agencies a county at the least.")] = 20,
    first_year: Annotated[int, typer.Option(help="The first report year.")] = 2014,
    last_year: Annotated[int, typer.Option(help="The last report year.")] = 2025,
) -> None:
    """Make a history known in full, for `gknb build --archive FOLDER/archive`."""
    console = Console()
    with console.status(f"making reports of {first_year} to {last_year}"):
        try:
            truth = make_history(folder, seed, counties, agencies, range(first_year, last_year + 1))
        except ValueError as error:
            console.print(f"[red]{error}[/]")
            raise typer.Exit(2) from error
        truth.write(folder / "truth.json")
    statuses = Counter(one.status for one in truth.coverage)
    table = Table("status", "agency-years", box=None, pad_edge=False)
    for status in STATUSES:
        table.add_row(status, str(statuses[status]))
    console.print(table)
    console.print(
        f"{len(truth.agencies)} agencies, {len(truth.documents)} documents in {folder / 'archive'}; "
        f"the truth about them in {folder / 'truth.json'}"
    )


if __name__ == "__main__":
    app()
