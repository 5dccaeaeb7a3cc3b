"""Answers as CSV, JSON and XLSX, each in parts as they come; one that was cut says so in its last line."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from base.spreadsheets import BOM, harmless
from publish.bounded_queries import Answer

CUT = {
    "rows": "结果在此截断：行数到了上限 / cut here: the limit of rows is reached",
    "bytes": "结果在此截断：大小到了上限 / cut here: the limit of bytes is reached",
    "time": "结果在此截断：时间到了上限 / cut here: the limit of time is reached",
    "error": "结果在此截断：查询出错 / cut here: the query failed on the way",
    "memory": "结果在此截断：内存到了上限 / cut here: the limit of memory is reached",
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_csv(answer: Answer) -> Iterator[str]:
    """CSV with the mark by which Excel knows UTF-8; no text in it can be a formula."""
    yield BOM + _line([harmless(name) for name in answer.columns])
    for part in answer.parts:
        yield "".join(_line([_as_text(value) for value in row]) for row in part)
    if answer.cut:
        yield _line([f"# {CUT[answer.cut]}"])


def as_json(answer: Answer) -> Iterator[str]:
    """An object of columns and rows, a row a line; its last line says whether and why it was cut."""
    yield f'{{"columns": {json.dumps(answer.columns, ensure_ascii=False)},\n"rows": [\n'
    separator = ""
    for part in filter(None, answer.parts):
        yield separator + ",\n".join(json.dumps(row, ensure_ascii=False) for row in part)
        separator = ",\n"
    cut = {"cut": answer.cut, "message": CUT.get(answer.cut or "")}
    yield f"\n],\n{json.dumps(cut, ensure_ascii=False)[1:]}\n"


def as_xlsx(answer: Answer) -> Iterator[bytes]:
    """A workbook whose texts are texts: no formula, no link."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet("gknb")
            at = 0
            for column, name in enumerate(answer.columns):
                sheet.write_string(0, column, name)
            for part in answer.parts:
                for row in part:
                    at += 1
                    for column, value in enumerate(row):
                        _write(sheet, at, column, value)
            if answer.cut:
                sheet.write_string(at + 1, 0, CUT[answer.cut])
        file.seek(0)
        while chunk := file.read(1 << 16):
            yield chunk


WRITERS: dict[str, Callable[[Answer], Iterator[str | bytes]]] = {
    "csv": as_csv,
    "json": as_json,
    "xlsx": as_xlsx,
}


def _as_text(value: Any) -> Any:
    """A value for a cell of CSV: lists as JSON, numbers as they are, and no text that could be a formula."""
    return harmless(json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value)


def _line(values: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool) or value is None:
        sheet.write_string(row, column, "" if value is None else str(value).lower())
    elif isinstance(value, int | float) and abs(value) < 1e15:
        sheet.write_number(row, column, value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        sheet.write_string(row, column, text[:32_000])
