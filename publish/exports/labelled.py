"""Stata and SPSS: labels in one language, statuses as labelled codes, missing numbers of several kinds.

A number that is not printed is missing, and why it is stays with it: .a to .f in Stata; in SPSS, which has no
such letters, numbers that no cell prints, declared as missing. Both formats are written whole from memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from publish.exports.asked import Asked, Column, ExportError, Language, Progress, short_names, statuses
from publish.exports.values import flat, whole

#: More are not held in memory at once; a year of all agencies is less.
MOST_ROWS = 8_000_000
#: What Stata calls the first of its kinds of missing, in SPSS: the letters count down from here.
SPSS_MISSING_A = -999_999_901
_LARGEST_LONG = 2_147_483_620
_NAME = re.compile(r"[^\W\d_]\w{0,31}")
# Words of Stata's and of SPSS's language.
_RESERVED = frozenset(
    [
        *("byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with"),
        *("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to"),
    ]
)
STATUS, VALUE = "value_status", "value"
_FILE_LABEL_BYTES = 64
# The header of a .dta file says when it was written, in so many characters.
_DTA_TIME = re.compile(rb"<timestamp>\x11(.{17})</timestamp>", re.DOTALL)
_HEADER_BYTES = 1024
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
# A line of a note in a .sav file.
_NOTE_BYTES = 80

Frame = dict[str, Any]


def write_stata(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """Write a .dta file of Stata 14 and later."""
    import pandas as pd
    import pyreadstat

    columns = _columns(asked, progress, _letters)
    names = _names(asked.columns)
    letters = [status.missing for status in statuses().values() if status.missing]
    has_kinds = {VALUE, STATUS} <= columns.keys()
    pyreadstat.write_dta(
        pd.DataFrame({names[name]: values for name, values in columns.items()}),
        target,
        file_label=_file_label(asked),
        column_labels=_labels(asked.columns, names, language),
        version=14,
        variable_value_labels=_value_labels(columns, language, lambda letter: letter),
        missing_user_values={VALUE: letters} if has_kinds else None,
    )


def write_spss(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """Write a .sav file."""
    import pandas as pd
    import pyreadstat

    columns = _columns(asked, progress, _spss_numbers)
    names = _names(asked.columns)
    has_kinds = {VALUE, STATUS} <= columns.keys()
    lowest = spss_missing("f")
    frame = pd.DataFrame({names[name]: values for name, values in columns.items()})
    pyreadstat.write_sav(
        frame,
        target,
        file_label=_file_label(asked),
        column_labels=_labels(asked.columns, names, language),
        note=list(_notes(asked.about)),
        variable_value_labels=_value_labels(columns, language, spss_missing),
        missing_ranges={VALUE: [{"lo": lowest, "hi": SPSS_MISSING_A}]} if has_kinds else None,
        variable_format={
            name: "F12.0" for name in frame.columns if pd.api.types.is_integer_dtype(frame[name].dtype)
        },
    )


def spss_missing(letter: str) -> int:
    """The number that stands in SPSS for a kind of missing.

    >>> spss_missing("a"), spss_missing("f")
    (-999999901, -999999906)
    """
    return SPSS_MISSING_A - (ord(letter) - ord("a"))


def set_time(path: Path, moment: datetime) -> None:
    """Let a .dta file say that it was written at `moment`: the same table is the same bytes then."""
    with path.open("r+b") as file:
        found = _DTA_TIME.search(file.read(_HEADER_BYTES))
        if not found:
            raise ExportError(f"{path}: no header of a .dta file")
        month = _MONTHS[3 * moment.month - 3 : 3 * moment.month]
        file.seek(found.start(1))
        file.write(f"{moment.day:02} {month} {moment.year} {moment.hour:02}:{moment.minute:02}".encode())


def _columns(asked: Asked, progress: Progress, with_kinds: Callable[..., Any]) -> Frame:
    """All columns as the writers take them, by name."""
    if asked.rows > MOST_ROWS:
        raise ExportError(
            f"{asked.rows} 行，Stata 和 SPSS 文件一次最多 {MOST_ROWS} 行 / {asked.rows} rows, and a file of "
            f"Stata or SPSS is written from memory, {MOST_ROWS} at most: WHERE year = …, 或 or .parquet"
        )
    schema = pa.schema([(column.name, column.type) for column in asked.columns])
    table = pa.Table.from_batches(asked.batches(progress), schema)
    found = {column.name: _series(table[column.name]) for column in asked.columns}
    if {VALUE, STATUS} <= found.keys():
        found[VALUE] = with_kinds(table[VALUE].to_pylist(), table[STATUS].to_pylist())
    if STATUS in found:
        found[STATUS] = _codes(table[STATUS].to_pylist())
    return found


def _series(column: pa.ChunkedArray) -> Any:
    """A column as pandas has it: whole numbers where all are, texts never null, days as days."""
    import pandas as pd

    kind = column.type
    if types.is_floating(kind) and _is_whole(column):
        return pd.array([None if value is None else int(value) for value in column.to_pylist()], "Int32")
    if types.is_floating(kind):
        return column.to_pandas()
    if types.is_boolean(kind):
        return pd.array([None if value is None else int(value) for value in column.to_pylist()], "Int8")
    if types.is_integer(kind):
        largest = pc.max(pc.abs(column.cast(pa.int64()))).as_py() or 0
        return pd.array(column.to_pylist(), "Int32" if largest <= _LARGEST_LONG else "Int64")
    if types.is_timestamp(kind):
        return column.cast(pa.timestamp("us")).to_pandas()
    if types.is_date(kind):
        return pd.Series(column.to_pylist(), dtype=object)
    if types.is_string(kind) or types.is_large_string(kind):
        return _texts(column)
    return pd.Series(
        [intern(str(flat("" if value is None else value))) for value in column.to_pylist()], dtype=object
    )


def _texts(column: pa.ChunkedArray) -> Any:
    """Texts, each of which is held once, however often it stands there: memory is what bounds a file."""
    import numpy as np
    import pandas as pd

    told = column.combine_chunks().dictionary_encode()
    words = np.array([*told.dictionary.to_pylist(), ""], dtype=object)
    places = told.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return pd.Series(words[places], dtype=object)


def _is_whole(column: pa.ChunkedArray) -> bool:
    """Whether all numbers are whole and not too large for a long."""
    fits = pc.and_(pc.equal(pc.floor(column), column), pc.less_equal(pc.abs(column), _LARGEST_LONG))
    return bool(pc.all(fits, min_count=0).as_py())


def _codes(found: Sequence[str | None]) -> Any:
    import pandas as pd

    known = statuses()
    return pd.array([None if one is None else known[one].code for one in found], "Int32")


def _letters(values: Sequence[float | None], found: Sequence[str | None]) -> Any:
    """Numbers, and letters where there is none."""
    import pandas as pd

    numbers = [None if value is None else whole(value) for value in values]
    if not all(
        number is None or (isinstance(number, int) and abs(number) <= _LARGEST_LONG) for number in numbers
    ):
        numbers = [None if value is None else float(value) for value in values]
    kinds = statuses()
    mixed = [
        kinds[status].missing or None if number is None and status is not None else number
        for number, status in zip(numbers, found, strict=True)
    ]
    return pd.Series(mixed, dtype=object)


def _spss_numbers(values: Sequence[float | None], found: Sequence[str | None]) -> Any:
    """Numbers, and those that stand for a kind of missing where there is none."""
    lowest = spss_missing("f")
    if taken := [value for value in values if value is not None and lowest <= value <= SPSS_MISSING_A]:
        raise ExportError(
            f"{taken[0]} 是 SPSS 缺失值的代码 / a cell prints {taken[0]}, a code of missing: use .dta"
        )
    kinds = statuses()
    mixed = [
        spss_missing(kinds[status].missing) if value is None and status and kinds[status].missing else value
        for value, status in zip(values, found, strict=True)
    ]
    return _series(pa.chunked_array([pa.array(mixed, pa.float64())]))


def _names(columns: Sequence[Column]) -> Mapping[str, str]:
    """What the columns are called in the file; ExportError names one that neither program takes."""
    found = {column.name: short_names().get(column.name, column.name) for column in columns}
    for name, short in found.items():
        if not _NAME.fullmatch(short) or short.lower() in _RESERVED:
            raise ExportError(
                f"{name}: Stata 和 SPSS 的变量名须以文字开头，最多 32 个字符，不是保留字 / a name of Stata "
                "and SPSS begins with a letter, has 32 characters at most, is no reserved word: SELECT … AS …"
            )
    return found


def _labels(columns: Sequence[Column], names: Mapping[str, str], language: Language) -> dict[str, str | None]:
    return {names[column.name]: column.short_label(language) or None for column in columns}


def _value_labels(
    columns: Frame, language: Language, missing: Callable[[str], str | int]
) -> dict[str, dict[Any, str]]:
    found: dict[str, dict[Any, str]] = {}
    said = {one: one.zh if language == "zh" else one.en for one in statuses().values()}
    if STATUS in columns:
        found[STATUS] = {one.code: label for one, label in said.items()}
    if {VALUE, STATUS} <= columns.keys():
        found[VALUE] = {missing(one.missing): label for one, label in said.items() if one.missing}
    return found


def _notes(about: Mapping[str, str]) -> Iterator[str]:
    """Lines no longer than a note's."""
    for name, value in about.items():
        line = ""
        for character in f"{name}: {value}":
            if len((line + character).encode()) > _NOTE_BYTES:
                yield line
                line = ""
            line += character
        yield line


def _file_label(asked: Asked) -> str:
    """Name and origin, within what SPSS holds."""
    label = " ".join(
        ["gknb", asked.name, *(asked.about[key] for key in ("version", "build") if key in asked.about)]
    )
    return label.encode()[:_FILE_LABEL_BYTES].decode(errors="ignore")
