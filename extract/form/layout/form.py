"""What the compiled form is made of: its tables, in each edition a form of lines, and the rows' codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row of one table in one edition, or a heading or group row that prints no value.

    `bodies` are all label bodies (`labels.normalise`) that stand for it; `cells` its printed cells as
    (column key, row code, applicant type), in the form's order; `headers` the words that the edition prints
    above each of them, where it has a header of its own for this line.
    """

    code: str
    table: str
    edition: str
    position: int
    node: str
    marker: str
    bodies: tuple[str, ...]
    cells: tuple[tuple[str, str, str], ...]
    headers: tuple[str, ...] = ()

    @property
    def printed(self) -> bool:
        """Whether the form prints values in this row."""
        return bool(self.cells)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of its cells."""
        return tuple(key for key, _, _ in self.cells)

    @property
    def codes(self) -> tuple[str, ...]:
        """The row codes of its cells, each once."""
        return tuple(dict.fromkeys(code for _, code, _ in self.cells))


@dataclass(frozen=True, slots=True)
class Form:
    """One table of one edition: its lines in order."""

    table: str
    edition: str
    lines: tuple[Line, ...]

    @property
    def printed_lines(self) -> tuple[Line, ...]:
        """The lines that print values."""
        return tuple(line for line in self.lines if line.printed)

    @property
    def codes(self) -> tuple[str, ...]:
        """The row codes that it prints values of."""
        return tuple(code for line in self.lines for code in line.codes)

    @property
    def printed_cells(self) -> int:
        """How many values the form prints."""
        return sum(len(line.cells) for line in self.lines)


@dataclass(frozen=True, slots=True)
class RowCode:
    """One row code of the codebook with its published unit and kind of value."""

    code: str
    table: str
    parent: str
    node: str
    label_zh: str
    label_en: str
    name: str
    unit: str | None
    value_type: str


@dataclass(frozen=True, slots=True)
class TableOfForm:
    """A table of the form: its titles, how its cells are coded, and whether every report on it has it."""

    table: str
    title_zh: str
    title_en: str
    cells: str
    always: bool
