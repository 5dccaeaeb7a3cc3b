"""What a person reads in the terminal: reports as their tables, many reports as lines, answers as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from extract.form.layout.codebook import APPLICANT_TOTAL, codebook, read_table

# Rows of an answer that a terminal shows; --json and --csv give all.
ROWS_SHOWN = 200
_TABLE_TITLES = {
    "t2": "表二 主动公开政府信息情况 | proactive disclosure",
    "t3": "表三 收到和处理政府信息公开申请情况 | requests",
    "t4": "表四 行政复议、行政诉讼情况 | disputes",
    "s14": "政府信息公开情况统计表 | statistics of 2014",
}
_SEVERITY_STYLES = {"error": "bold red", "warn": "yellow", "info": "cyan"}
_STATUS_STYLES = {"ok": "green", "partial": "yellow", "unreadable": "bold red", "no_tables": "yellow"}
_EMPTY = ("blank", "dash", "slash", "none_word")

Row = dict[str, Any]
# Row code and applicant type.
Place = tuple[str, str]
Cells = Mapping[Place, Row]


def fetch(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[Row]:
    """All rows of a query, each a dict."""
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def number(value: float | None) -> str:
    """A number as people write it; empty for None.

    >>> number(12.0), number(0.5), number(27225290916.0), number(None)
    ('12', '0.5', '27225290916', '')
    """
    if value is None:
        return ""
    return f"{value:.15g}" if math.isfinite(value) else str(value)


def report_line(report: Mapping[str, Any]) -> str:
    """One line on one report: what it is, and how it was read."""
    cells = f"{report['cells_read']}/{report['cells_expected']}"
    parts = (
        report["source_name"],
        report["title"] or report["agency_name"] or "—",
        str(report["year"] or "年度不明 year unknown"),
        "+".join(report["editions"]) or "—",
        f"{cells} cells",
        report["status"],
    )
    return "  ".join(parts)


def show_report(console: Console, connection: duckdb.DuckDBPyConnection, report: Mapping[str, Any]) -> None:
    """One report with the tables read from it, and its findings."""
    style = _STATUS_STYLES.get(report["status"], "")
    facts = fetch(connection, "FROM facts WHERE report_id = $id", id=report["report_id"])
    findings = fetch(
        connection,
        "FROM findings WHERE report_id = $id ORDER BY severity = 'info', check_id, row_code, applicant_type",
        id=report["report_id"],
    )
    console.print(Text(report["title"] or "（无标题 no title）", style="bold"))
    said = (
        f"机关 agency: {report['agency_name'] or '—'}",
        f"年度 year: {report['year'] or '—'}",
        f"版式 editions: {'+'.join(report['editions']) or '—'}",
        f"单元格 cells: {report['cells_read']}/{report['cells_expected']}",
        f"文件 file: {report['source_name']}",
        "结果 status: ",
    )
    console.print(Text.assemble("  ".join(said), (report["status"], style)))
    doubtful = {
        (one["row_code"], one["applicant_type"]) for one in findings if one["severity"] in ("error", "warn")
    }
    for table in ("s14", "t2", "t3", "t4"):
        cells = {
            (f["row_code"], f["applicant_type"]): f for f in facts if f["row_code"].startswith(f"{table}:")
        }
        if cells:
            console.print(_form_table(table, cells, doubtful))
    if findings:
        console.print(Group(*(_finding_line(one) for one in findings)))
    console.print()


def answer_table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """An answer as a table; numbers to the right."""
    table = Table(header_style="bold")
    shown = [tuple(rows_value) for rows_value in rows]
    for place, name in enumerate(names):
        numeric = all(isinstance(row[place], int | float) or row[place] is None for row in shown)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        table.add_row(*(Text(_plain(value)) for value in row))
    return table


def findings_table(findings: Iterable[Row]) -> Table:
    """Findings of many reports."""
    table = Table(header_style="bold")
    for name in ("report_id", "check_id", "severity", "row_code", "applicant_type", "message"):
        table.add_column(name, overflow="fold")
    for one in findings:
        severity = Text(one["severity"], style=_SEVERITY_STYLES.get(one["severity"], ""))
        place = (one["row_code"] or "", one["applicant_type"] or "")
        table.add_row(one["report_id"], one["check_id"], severity, *place, Text(one["message"]))
    return table


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return number(round(value, 4))
    return "" if value is None else str(value)


def _form_table(table: str, cells: Cells, doubtful: set[Place]) -> Table:
    """The cells of one table of the form, laid out as the form does."""
    edition = next(iter(cells.values()))["edition"]
    shown = Table(
        title=f"{_TABLE_TITLES[table]} ({edition})",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    if table == "t3":
        _fill_requests(shown, edition, cells, doubtful)
    elif table == "t4":
        _fill_disputes(shown, cells, doubtful)
    else:
        _fill_list(shown, table, edition, cells, doubtful)
    return shown


def _fill_requests(shown: Table, edition: str, cells: Cells, doubtful: set[Place]) -> None:
    applicants = codebook().applicant_types
    shown.add_column("", no_wrap=True, overflow="ellipsis", max_width=44)
    for head in ("自然人", "企业", "科研", "公益", "法律", "其他", "总计"):
        shown.add_column(head, justify="right", no_wrap=True)
    for code, node in _rows("t3", edition, cells):
        label = codebook().rows[code].label_zh
        if node in ("header", "group"):
            shown.add_row(Text(label, style="dim"))
        else:
            shown.add_row(label, *(_cell(cells, doubtful, (code, applicant)) for applicant in applicants))


def _fill_disputes(shown: Table, cells: Cells, doubtful: set[Place]) -> None:
    shown.add_column("")
    for head in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"):
        shown.add_column(head, justify="right")
    proceedings = {"rec": "行政复议", "litd": "未经复议直接起诉", "litr": "复议后起诉"}
    for block, label in proceedings.items():
        parts = ("upheld", "corrected", "other", "pending", "total")
        shown.add_row(label, *(_cell(cells, doubtful, (f"t4:{block}.{part}", "total")) for part in parts))


def _fill_list(shown: Table, table: str, edition: str, cells: Cells, doubtful: set[Place]) -> None:
    shown.show_header = False
    shown.add_column(overflow="fold", max_width=60)
    shown.add_column(justify="right")
    shown.add_column()
    columns = {row["row_code"]: row["column_label_zh"] for _, row in read_table("rows")}
    for code, node in _rows(table, edition, cells):
        key = (code, APPLICANT_TOTAL)
        if node not in ("header", "group"):
            label = f"{codebook().rows[code].label_zh} {columns[code]}".strip()
            shown.add_row(label, _cell(cells, doubtful, key), cells.get(key, {}).get("unit") or "")


def _rows(table: str, edition: str, cells: Cells) -> Iterator[tuple[str, str]]:
    """Row codes of a table with their nodes, in the form's order; of a form that is not national, as read."""
    printed = [row for _, row in read_table("edition_rows")]
    form = [row for row in printed if (row["table"], row["edition"]) == (table, edition)]
    if form:
        yield from ((row["row_code"], row["node"]) for row in form)
    else:
        yield from ((code, "leaf") for code in dict.fromkeys(code for code, _ in cells))


def _cell(cells: Cells, doubtful: set[Place], key: Place) -> Text:
    """A cell as it was read: the number, · for a cell without one, ? where it cannot be read, – where it is
    missing."""
    fact = cells.get(key)
    if fact is None:
        return Text("–", style="red")
    if fact["value_status"] in _EMPTY:
        return Text("·", style="dim")
    if fact["value"] is None:
        return Text("?", style="bold red")
    style = "yellow" if key in doubtful or fact["flags"] else "dim" if fact["value"] == 0 else "bold"
    return Text(number(fact["value"]), style=style)


def _finding_line(finding: Row) -> Text:
    place = " ".join(filter(None, (finding["row_code"], finding["applicant_type"])))
    return Text.assemble(
        (f"{finding['severity']:5} ", _SEVERITY_STYLES.get(finding["severity"], "")),
        f"{finding['check_id']} {place}: " if place else f"{finding['check_id']}: ",
        finding["message"],
    )
