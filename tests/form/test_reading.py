"""What a cell's flags do to its reading."""

from extract.document import NOT_TEXT, Cell
from extract.form.reading import read_cell


def test_a_cell_that_shows_no_text_is_not_blank() -> None:
    cells = [Cell(text, 0, 0, flags=(NOT_TEXT,)) for text in ("", "\xa0", "12")]
    read = [read_cell("t2:20.5.1.decisions", "total", cell, "e2021", None) for cell in cells]
    assert [(one.value, one.value_status) for one in read] == [
        (None, "unreadable"),
        (None, "unreadable"),
        (12.0, "number"),
    ]
    assert all(NOT_TEXT in one.flags for one in read)
