"""The columns of a local form, and the cells of its rows under them.

A header names an indicator and one or more columns of counts, on one row or two (数量 above 本年 and 累计),
once or twice side by side. A cell belongs to a column if it stands under that column and no other, in one
row; what reaches over two columns or two rows is neither's for certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.document import Cell
from extract.form.engine.headers import leaves
from extract.form.layout.labels import normalise
from extract.form.layout.value_columns import DESCRIBING, YEAR_VALUE, column_key, is_header
from extract.form.rows.kinds import VALUE, kind
from extract.form.rows.values import header_unit

Covering = Sequence[Cell | None]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Panel:
    """The columns of one run of indicators: grid spans of what describes an indicator and of its counts by
    key, and the unit that all headers of counts name, if they name one."""

    describing: Mapping[str, Span]
    counts: Mapping[str, Span]
    unit: str | None

    def own(self, covering: Covering, name: str) -> Cell | None:
        """The cell that describes a row's indicator: the last that prints anything under that header, where
        the group's label stands before its own."""
        if name not in self.describing:
            return None
        cells = cells_under(covering, self.describing[name])
        return next((cell for cell in reversed(cells) if cell.text.strip()), None)

    def values(self, covering: Covering) -> dict[str, Cell]:
        """The cells of a row by column; of several under one header the one that prints anything."""
        found: dict[str, Cell] = {}
        for key, span in self.counts.items():
            cells = cells_under(covering, span)
            printed = [cell for cell in cells if cell.text.strip()]
            if cells and len(printed) <= 1:
                found[key] = (printed or cells)[0]
        return found

    def cells(self, covering: Covering) -> list[Cell]:
        """All cells of a row under the panel's headers, from left to right."""
        spans = sorted((*self.describing.values(), *self.counts.values()))
        return list(dict.fromkeys(cell for span in spans for cell in cells_under(covering, span)))

    def is_under(self, cell: Cell, key: str) -> bool:
        """Whether a cell stands under the column `key` and under no other."""
        spans = (span for other, span in (*self.describing.items(), *self.counts.items()) if other != key)
        end = cell.column + cell.column_span
        return not any(cell.column < stop and start < end for start, stop in spans)


def cells_under(covering: Covering, span: Span) -> list[Cell]:
    """The cells of a row in the grid columns [start, stop), each once."""
    cells = [cell for cell in covering[slice(*span)] if cell is not None]
    return [cell for place, cell in enumerate(cells) if not place or cell is not cells[place - 1]]


def with_panels(
    grid: Sequence[Covering], before: Sequence[Panel]
) -> Iterator[tuple[int, Covering, Sequence[Panel]]]:
    """The rows below a header with their index in the table, each with the panels that the header names; rows
    above the first header belong to `before`, the panels of the table that this one continues."""
    panels = before
    header: list[list[Cell]] = []
    for index, covering in enumerate(grid):
        cells = cells_under(covering, (0, len(covering)))
        if not any(kind(cell.text) == VALUE for cell in cells):
            if is_header(cells):
                below = bool(header) and any(cell in header[-1] for cell in cells)
                header = [*header, cells] if below else [cells]
                panels = panels_of(header)
                continue
            if header and _names_columns(covering, panels):
                header = [*header, cells]
                panels = panels_of(header)
                continue
        header = []
        yield index, covering, panels


def _names_columns(covering: Covering, panels: Sequence[Panel]) -> bool:
    """Whether a row right below a header names columns: words, with nothing where the indicators stand."""
    spans = [span for panel in panels for span in panel.describing.values()]
    beside = [cell for span in spans for cell in cells_under(covering, span)]
    words = any(cell is not None and cell.text.strip() for cell in covering)
    return words and not any(cell.text.strip() for cell in beside)


def panels_of(header: Sequence[Sequence[Cell]]) -> list[Panel]:
    """The panels that header rows name: one, or two side by side, each beginning with what describes."""
    named = [(_key(cells), _words(cells), (start, stop)) for cells, start, stop in leaves(header)]
    named = [one for one in named if one[1]]
    runs: list[list[tuple[str, str, Span]]] = []
    for one in named:
        counted = bool(runs) and any(key not in DESCRIBING for key, *_ in runs[-1])
        if not runs or (one[0] in DESCRIBING and counted and _begins_again(one[0], runs[-1])):
            runs.append([])
        runs[-1].append(one)
    return [_panel(run) for run in runs if "indicator" in {key for key, *_ in run}]


def _begins_again(key: str, run: Sequence[tuple[str, str, Span]]) -> bool:
    return key in {known for known, *_ in run}


def _panel(named: Sequence[tuple[str, str, Span]]) -> Panel:
    """Two headers of one meaning (two years) keep their own words, so that neither is taken for the year's;
    headers of the same words are told by their number (数量~2)."""
    times = Counter(key for key, *_ in named)
    describing: dict[str, Span] = {}
    counts: dict[str, Span] = {}
    seen: Counter[str] = Counter()
    for key, words, span in named:
        if key in DESCRIBING:
            first = describing.get(key, span)
            adjoins = first[1] in (span[0], span[1])
            describing[key] = (first[0], span[1]) if adjoins else first
            continue
        own = key if times[key] == 1 else normalise(words).body
        seen[own] += 1
        counts[own if seen[own] == 1 else f"{own}~{seen[own]}"] = span
    units = {unit for key, words, _ in named if key not in DESCRIBING and (unit := header_unit(words))}
    return Panel(describing, counts, units.pop() if len(units) == 1 else None)


def _words(cells: Sequence[Cell]) -> str:
    return "".join("".join(cell.text.split()) for cell in cells)


def _key(cells: Sequence[Cell]) -> str:
    """The key of a column whose header stands on one row or more: what describes, by any of them; else what
    they say beyond 数量 (a count), in their own words where that is more than one thing."""
    keys = [key for cell in cells if (key := column_key(cell.text))]
    said = list(dict.fromkeys(key for key in keys if key != YEAR_VALUE))
    described = [key for key in said if key in DESCRIBING]
    if described:
        return described[0]
    if len(said) > 1:
        return normalise(_words(cells)).body
    return said[0] if said else YEAR_VALUE
