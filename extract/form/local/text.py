"""Local forms that survive only as running text, mostly with their columns run together.

346085376 is 3460 and 85376, or 34 and 6085376, or 3 and 46085376. A cut is taken where there is one way only,
or where one way alone has a count for the year that the text of the same report prints with the same unit;
anything else is unreadable, in every column of the row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract import locators
from extract.document import Cell, Document
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import codebook
from extract.form.layout.value_columns import DESCRIBING, TABLE, YEAR_VALUE, column_key
from extract.form.local.tables import Indicator, code_of, is_indicator, label_words, local_reading
from extract.form.plain_text import PlainText, plain_text
from extract.form.reading import NOT_PLACED, SPLIT, Reading
from extract.form.rows import digits
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.text_rows import stream, stream_rows
from extract.privacy import without_contacts
from extract.records import Finding

# So much of the text before a count is kept as evidence.
WORDS_BEFORE = 12
_YEAR_HEADER = r"(?:19|20)\d\d年度?"


def read_local_text(document: Document) -> Reading:
    """The reading of a local form in a document's running text; empty where there is none."""
    text = plain_text(document)
    indicators: list[Indicator] = []
    findings: list[Finding] = []
    rows = list(_rows(stream_rows(stream(list(document.paragraphs())))))
    # Among rows that keep their gaps, one with too few counts has blank cells and no digits run together.
    gaps = any(len(_printed(row)) == len(columns) > 1 for _, row, columns in rows)
    for label, row, columns in rows:
        words, unit = _words_and_unit(label)
        if is_indicator(words):
            indicator, finding = _read_row(
                row, columns, Indicator(words, "", unit, {}), None if gaps else text
            )
            indicators.append(indicator)
            findings += [finding] if finding else []
    return local_reading(indicators, findings)


def _rows(rows: Sequence[PrintedRow]) -> Iterator[tuple[str, PrintedRow, tuple[str, ...]]]:
    """Rows below a header that names indicator, unit and columns, each with its label and the columns.

    A year in the header (2016年度) is cut off as a number where everything is run together.
    """
    heard = ""
    columns: tuple[str, ...] = ()
    for row in rows:
        label = _plain(row)
        heard = heard + label if not columns else label
        if header := _header().search(heard):
            columns = _columns_of(header["columns"])
            heard, label = "", heard[header.end() :]
        if not columns:
            heard += "".join(row.texts)
        elif "。" in label:
            columns = ()
        elif row.prints_values():
            yield label, row, columns


def _plain(row: PrintedRow) -> str:
    text = "".join(cell.text for cell in row.label_cells)
    return "".join(unicodedata.normalize("NFKC", text).split())


def _header() -> re.Pattern[str]:
    by_key: dict[str, list[str]] = {}
    for label, key in codebook().columns[TABLE].items():
        by_key.setdefault("value" if key not in DESCRIBING else key, []).append(label)
    named = {key: one_of(found) for key, found in by_key.items()}
    return re.compile(
        rf"(?:{named['indicator']})(?:{named['unit']})(?:{named['code']})?"
        rf"(?P<columns>(?:{_YEAR_HEADER}|{named['value']})+)(?:{named['remark']})?"
    )


def _columns_of(printed: str) -> tuple[str, ...]:
    header = rf"{_YEAR_HEADER}|{one_of(codebook().columns[TABLE])}"
    return tuple(column_key(found) for found in re.findall(header, printed))


def _words_and_unit(label: str) -> tuple[str, str | None]:
    ends = re.search(rf"(?:{one_of(codebook().words['unit'])})$", label)
    unit = ends.group() if ends else None
    return label_words(label.removesuffix(unit) if unit else label), unit


def _printed(row: PrintedRow) -> list[Cell]:
    return [replace(cell, text=cell.text.strip()) for cell in row.value_cells if cell.text.strip()]


def _read_row(
    row: PrintedRow, columns: Sequence[str], empty: Indicator, text: PlainText | None
) -> tuple[Indicator, Finding | None]:
    """The indicator with its values by column, and a finding where they were run together, or too few;
    without a text nothing is cut."""
    values = _printed(row)
    for printed in (values, row.value_cells):
        if len(printed) == len(columns):
            return replace(empty, cells=dict(zip(columns, printed, strict=True))), None
    tokens = [cell.text for cell in values]
    ways = list(digits.ways(tokens, len(columns))) if text and digits.are_digits(tokens) else []
    evidence = ""
    if text and len(ways) > 1 and YEAR_VALUE in columns:
        stated = {way: _stated(way[columns.index(YEAR_VALUE)], empty.unit, text) for way in ways}
        ways = [way for way in ways if stated[way]]
        evidence = stated[ways[0]] if len(ways) == 1 else ""
    where = locators.span(values[0].locator, values[-1].locator)
    doubts = tuple(dict.fromkeys(flag for cell in values for flag in cell.flags))
    if len(ways) != 1:
        whole = replace(values[0], text=" ".join(tokens), locator=where, flags=doubts)
        return replace(empty, cells=dict.fromkeys(columns, whole), told=False), _not_told(empty, whole)
    flags = () if set("".join(tokens)) == {"0"} else (SPLIT,)
    cells = {
        column: replace(values[0], text=part, flags=(*doubts, *flags), locator=where)
        for column, part in zip(columns, ways[0], strict=True)
    }
    return replace(empty, cells=cells), _told(empty, " ".join(tokens), ways[0], evidence) if flags else None


def _stated(count: str, unit: str | None, text: PlainText) -> str:
    """Where the text states a count in this unit, with the words before it; empty where it does not."""
    found = re.search(rf"(?<![\d.,]){count}{unit}", text.plain) if unit else None
    return text.original(max(0, found.start() - WORDS_BEFORE), found.end()) if found else ""


def _told(one: Indicator, printed: str, parts: Sequence[str], evidence: str) -> Finding:
    cut = " | ".join(parts)
    return Finding(
        "split_by_text",
        "info",
        f"{one.label}：{printed} 按正文所述拆分为 {cut}",
        f"{printed} is cut into {cut}, as the text of the report states the year's count",
        row_code=code_of(one),
        expected=cut,
        found=printed,
        attributed_to="extraction",
        evidence=without_contacts(evidence),
    )


def _not_told(one: Indicator, whole: Cell) -> Finding:
    return Finding(
        NOT_PLACED,
        "warn",
        f"数值与各列无法对应：{one.label} {whole.text}",
        f"the values have no sure columns, or are digits run together: {one.label} {whole.text}",
        row_code=code_of(one),
        found=whole.text,
        attributed_to="undecided",
        evidence=whole.locator,
    )
