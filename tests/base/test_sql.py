"""DuckDB as gknb opens it keeps the standard output clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# `python -c` has no file as its main module, and so DuckDB takes a person to look on.
BARE = "import duckdb; connection = duckdb.connect()"
SORTING = (
    "import sys; from pathlib import Path; from extract.builds.dataset import sorting_connection; "
    "connection = sorting_connection(Path(sys.argv[1]))"
)
ASKED = "; connection.execute('SELECT 1'); print(*connection.execute("
ASKED += "\"SELECT current_setting('enable_progress_bar')\").fetchone())"


def bars(opened: str, folder: Path) -> str:
    """Whether a connection would draw progress bars, in a process of its own."""
    command = [sys.executable, "-c", opened + ASKED, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_what_a_build_sorts_with_draws_no_bars_into_what_is_printed(tmp_path: Path) -> None:
    assert bars(BARE, tmp_path) == "True", "DuckDB draws no bars of itself any more: draw_no_bars may go"
    assert bars(SORTING, tmp_path) == "False"
