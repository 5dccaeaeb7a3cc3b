"""Answers as a terminal can show them: a table where all columns fit, else as many as do, or records.

No column is ever squeezed to nothing and no number is cut: text folds, and what is left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from base.streams import visible
from base.terminal import console, note

# Rows of an answer that a terminal shows; --json and --csv give all.
ROWS_SHOWN = 200
# Lines of records that are still read.
RECORD_LINES = 200
# Text that is folded to a narrower column than this is not read any more.
NARROWEST_TEXT = 16
# Border and padding of a column.
FRAME = 3
# Printed amounts have six decimals at most, a fen in 万元; what has more is a quotient.
DECIMALS = 6


@dataclass(frozen=True)
class Shown:
    """What of an answer is shown: so many of its rows and columns."""

    picture: RenderableType
    rows: int
    columns: int


def show_answer(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    as_records: bool = False,
    all_columns: str = "--json",
    all_rows: str = "--json",
) -> None:
    """Print an answer and say, beside it, what of it is not shown and how to see that."""
    page = console()
    shown = records(names, rows[: _most_records(names)]) if as_records else fitted(names, rows, page.width)
    page.print(shown.picture)
    if shown.columns < len(names):
        note(
            f"显示 {len(names)} 列中的 {shown.columns} 列，全部列 / "
            f"{shown.columns} of {len(names)} columns shown, for all: {all_columns}",
            "dim",
        )
    if shown.rows < len(rows):
        note(
            f"显示 {len(rows)} 行中的 {shown.rows} 行，全部行 / "
            f"{shown.rows} of {len(rows)} rows shown, for all: {all_rows}",
            "dim",
        )


def fitted(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> Shown:
    """The answer within so many columns of a terminal. Where less than half of its columns fit, or there are
    few rows, records show them all."""
    shown = rows[:ROWS_SHOWN]
    room, fit = width - 1, 0
    for least in _narrowest(names, shown):
        room -= least + FRAME
        if room < 0:
            break
        fit += 1
    if fit == len(names) or len(names) == 1:
        return Shown(answer_table(names, shown), len(shown), len(names))
    if 2 * fit < len(names) or len(rows) * len(names) <= RECORD_LINES // 2:
        return records(names, rows[: _most_records(names)])
    return Shown(answer_table(names[:fit], [row[:fit] for row in shown]), len(shown), fit)


def answer_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """An answer as a table; numbers to the right, never cut."""
    table = Table(header_style="bold")
    for place, name in enumerate(names):
        values = [_text(row[place]) for row in rows]
        numeric = _is_numeric([row[place] for row in rows])
        head = _broken(name, max((_width(value) for value in values), default=0))
        if numeric:
            table.add_column(head, justify="right", no_wrap=True)
        else:
            table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def records(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Shown:
    """Each row as a record, its columns one below another, as `\\x` of psql shows them."""
    pieces: list[RenderableType] = []
    for number, row in enumerate(rows, start=1):
        record = Table.grid(padding=(0, 1, 0, 0))
        record.add_column(style="bold", no_wrap=True)
        record.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            record.add_row(visible(name), _text(value))
        pieces += [Rule(Text(str(number)), align="left", style="dim"), record]
    return Shown(Group(*pieces), len(rows), len(names))


def number(value: float) -> str:
    """A number as people write it, a quotient to six places.

    >>> number(12.0), number(0.5), number(27225290916.0), number(0.4638297872340426), number(float("nan"))
    ('12', '0.5', '27225290916', '0.463830', 'nan')
    """
    shortest = f"{value:.15g}"
    decimals = shortest.partition(".")[2]
    if len(decimals) <= DECIMALS or "e" in shortest:
        return shortest
    return f"{value:.{DECIMALS}f}" if abs(value) >= 10**-DECIMALS else f"{value:.{DECIMALS}g}"


def _text(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    return Text(_plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return f"[{', '.join(_plain(one) for one in value)}]"
    return visible(str(value))


def _most_records(names: Sequence[str]) -> int:
    return max(1, min(ROWS_SHOWN, RECORD_LINES // (len(names) + 1)))


def _is_numeric(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) or value is None for value in values)


def _narrowest(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """The width below which each column is not read any more."""
    found = []
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        widest = max((_width(_text(value)) for value in values), default=0)
        least = widest if _is_numeric(values) else min(widest, NARROWEST_TEXT)
        found.append(max(least, _width(Text(_broken(name, least)))))
    return found


def _width(text: Text) -> int:
    return max(map(cell_len, text.plain.splitlines()), default=0)


def _broken(name: str, room: int) -> str:
    r"""A column's name on lines of about so much room, broken where its words end.

    >>> print(_broken("litigation_correction_rate", 11))
    litigation_
    correction_
    rate
    """
    lines = [""]
    for word in re.findall(r"[^_]*_+|[^_]+", visible(name)):
        if lines[-1] and cell_len(lines[-1] + word) > max(room, NARROWEST_TEXT // 2):
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)
