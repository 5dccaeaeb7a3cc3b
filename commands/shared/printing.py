"""What a person reads in the terminal: reports as their tables, many reports as lines, findings by report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from base.streams import on_one_line
from commands.shared.answers import number
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook, read_table
from extract.form.layout.positions import positions
from query.rows import Row, fetch

# Findings of one check in one report that are shown among those of many reports.
ALIKE_SHOWN = 3
_SEVERITY_STYLES = {"error": "bold red", "warn": "yellow", "info": "cyan"}
_STATUS_STYLES = {"ok": "green", "partial": "yellow", "unreadable": "bold red", "no_tables": "yellow"}
_EMPTY = ("blank", "dash", "slash", "none_word")

# Row code and applicant type.
Place = tuple[str, str]
Cells = Mapping[Place, Row]


def _title(table: str) -> str:
    """The title of a table in both languages: 表三、… where the form numbers it."""
    known = codebook().tables[table]
    zh, en = known.title_zh, known.title_en
    return f"表{zh} | {en.partition(', ')[2]}" if known.always else f"{zh} | {en}"


def report_line(report: Mapping[str, Any]) -> str:
    """One line on one report: what it is, and how it was read."""
    cells = f"{report['cells_read']}/{report['cells_expected']}"
    parts = (
        on_one_line(report["source_name"]),
        on_one_line(report["title"] or report["agency_name"] or "—"),
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
        f"文件 file: {on_one_line(report['source_name'])}",
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
    for one in findings:
        if one["severity"] != "info":
            console.print(_finding_line(one))
    if told := Counter(one["check_id"] for one in findings if one["severity"] == "info"):
        counted = ", ".join(f"{check_id} {count}" for check_id, count in told.most_common())
        console.print(Text(f"info  {counted}: gknb extract --json", style="dim"))
    console.print()


def finding_lines(findings: Iterable[Row], alike_shown: int | None = None) -> Iterator[RenderableType]:
    """Findings of many reports: whose report it is, then what was found in it, so many of each check."""
    for report_id, of_report in groupby(findings, itemgetter("report_id")):
        several = list(of_report)
        yield _whose(several[0])
        for check_id, of_check in groupby(several, itemgetter("severity", "check_id")):
            alike = list(of_check)
            lines = [_finding_line(finding) for finding in alike[:alike_shown]]
            if len(alike) > len(lines):
                more = f"… {len(alike)}: --report {report_id} --check {check_id[1]}"
                lines.append(Text(more, style="dim"))
            yield from (Padding(line, (0, 0, 0, 2)) for line in lines)


def _whose(finding: Row) -> Text:
    """The report of a finding: its agency as printed, after it what of its name the registry adds."""
    printed = finding["agency_name"] or finding["title"] or "（机关不明 agency not known）"
    known = finding["agency"] or ""
    added = known.removesuffix(printed)
    return Text.assemble(
        (f"{on_one_line(printed)} {finding['year'] or '（年度不明 year not known）'}", "bold"),
        (f"  {added}  {finding['report_id']}  {on_one_line(finding['source_name'])}", "dim"),
    )


def _form_table(table: str, cells: Cells, doubtful: set[Place]) -> Table:
    """The cells of one table of the form, laid out as the form does."""
    edition = next(iter(cells.values()))["edition"]
    shown = Table(
        title=f"{_title(table)} ({edition})",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    if table == "t3":
        _fill_requests(shown, edition, cells, doubtful)
    elif table == "t4":
        _fill_disputes(shown, table, edition, cells, doubtful)
    else:
        _fill_list(shown, table, edition, cells, doubtful)
    return shown


def _fill_requests(shown: Table, edition: str, cells: Cells, doubtful: set[Place]) -> None:
    applicants = codebook().applicant_types
    # Where it is narrow the labels fold: a figure that is cut is another figure.
    shown.add_column("", overflow="fold", max_width=44)
    for head in ("自然人", "企业", "科研", "公益", "法律", "其他", "总计"):
        shown.add_column(head, justify="right", no_wrap=True)
    for code, node in _rows("t3", edition, cells):
        label = codebook().rows[code].label_zh
        if node in ("header", "group"):
            shown.add_row(Text(label, style="dim"))
        else:
            shown.add_row(label, *(_cell(cells, doubtful, (code, applicant)) for applicant in applicants))


def _fill_disputes(shown: Table, table: str, edition: str, cells: Cells, doubtful: set[Place]) -> None:
    form, rows = positions(table, edition), codebook().rows
    shown.add_column("")
    for outcome in form.outcomes:
        head = rows[form.code(f"{form.proceedings[0]}.{outcome}")].label_zh
        shown.add_column(head, justify="right", no_wrap=True)
    for block in form.proceedings:
        codes = (form.code(f"{block}.{outcome}") for outcome in form.outcomes)
        values = (_cell(cells, doubtful, (code, APPLICANT_TOTAL)) for code in codes)
        shown.add_row(rows[form.code(block)].label_zh, *values)


def _fill_list(shown: Table, table: str, edition: str, cells: Cells, doubtful: set[Place]) -> None:
    shown.show_header = False
    shown.add_column(overflow="fold", max_width=60)
    shown.add_column(justify="right", no_wrap=True)
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
