"""XLSX: the rows, what the columns mean, and where they are from, a sheet each. No text is a formula."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from publish.exports.asked import Asked, ExportError, Language, Progress, statuses
from publish.exports.values import flat

#: What a sheet holds at most, the head of the columns included; and a cell, in characters of UTF-16.
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_workbook(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """Write the workbook; ExportError where a sheet or a cell cannot hold what is asked."""
    import xlsxwriter

    if asked.rows >= MOST_ROWS:
        raise ExportError(
            f"{asked.rows} 行，工作表最多 {MOST_ROWS - 1} 行 / {asked.rows} rows, and a sheet holds "
            f"{MOST_ROWS - 1}: WHERE year = …, 或 or .csv .parquet .dta"
        )
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet(asked.name[:31])
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, asked.names)
        line = 0
        for batch in asked.batches(progress):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                for place, value in enumerate(row):
                    try:
                        if isinstance(value, datetime):
                            sheet.write_datetime(line, place, value.replace(tzinfo=None), moment)
                        elif isinstance(value, date):
                            sheet.write_datetime(line, place, value, day)
                        else:
                            _write(sheet, line, place, flat(value))
                    except ExportError as error:
                        raise ExportError(
                            f"{asked.names[place]}, 第 {line} 行 row {line}: {error}"
                        ) from error
        _write_dictionary(book.add_worksheet("字典 dictionary"), asked, language)
        about = book.add_worksheet("来源 source")
        for line, pair in enumerate(asked.about.items()):
            _write_row(about, line, pair)


def _write_dictionary(sheet: Any, asked: Asked, language: Language) -> None:
    """The columns, then the statuses that a cell may have; the chosen language first."""
    other: Language = "en" if language == "zh" else "zh"
    _write_row(sheet, 0, ("column", f"label_{language}", f"label_{other}"))
    for line, column in enumerate(asked.columns, start=1):
        _write_row(sheet, line, (column.name, column.label(language), column.label(other)))
    if "value_status" in asked.names:
        for line, (name, status) in enumerate(statuses().items(), start=len(asked.columns) + 2):
            both = (status.zh, status.en) if language == "zh" else (status.en, status.zh)
            _write_row(sheet, line, (f"value_status = {name}", *both))


def _write_row(sheet: Any, line: int, values: Any) -> None:
    for place, value in enumerate(values):
        _write(sheet, line, place, value)


def _write(sheet: Any, line: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and abs(value) < 1e15:
        sheet.write_number(line, place, value)
        return
    text = str(value)
    if len(text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        raise ExportError(
            f"{len(text)} 个字符，单元格最多 {MOST_CHARACTERS} / {len(text)} characters, and a cell holds "
            f"{MOST_CHARACTERS}: left(column, {MOST_CHARACTERS}), 或 or .csv .parquet"
        )
    sheet.write_string(line, place, text)
