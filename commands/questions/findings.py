"""The command findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, console, note, somebody_reads, to_json
from commands.shared.source import From, asked_of, open_source

if TYPE_CHECKING:
    import duckdb


def findings(
    source: From = None,
    lake: Lake = None,
    severity: Annotated[
        Literal["error", "warn", "info", "all"] | None,
        typer.Option(
            help="默认显示 error 和 warn，--json 则全部 / "
            "without it error and warn are shown, and all by --json, --check and --report"
        ),
    ] = None,
    check: Annotated[str | None, typer.Option(help="检查项，如 A1 / a check, such as A1")] = None,
    report: Annotated[
        str | None,
        typer.Option(
            help="报告标识，或机关名、文件名、标题的一部分 / "
            "a report's id, or a part of its agency's name, file name or title"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出检查发现，按报告 / List what the checks and the extraction found, by report."""
    from commands.shared.printing import ALIKE_SHOWN, finding_lines
    from query.rows import fetch

    asked = {"check": check, "report": report}
    # Who asks for one check or one report wants all of it.
    everything = as_json or check is not None or report is not None
    wanted: list[str] = ["error", "warn"] if severity is None and not everything else [severity or "all"]
    with open_source(source, lake) as connection:
        found = fetch(connection, f"{_FOUND} AND {_WANTED} {_ORDER}", **asked, wanted=wanted)
        left = [] if as_json else _left_out(connection, asked, wanted)
    if as_json:
        print(to_json(found))
    for line in () if as_json else finding_lines(found, None if everything else ALIKE_SHOWN):
        if not somebody_reads():
            break
        console().print(line)
    if not found:
        note("没有符合条件的发现 / no findings match")
    if left and severity is None:
        counted = ", ".join(f"{check_id} {count}" for check_id, count in left)
        note(
            f"另有 info 级发现未显示 / findings of severity info are not shown: {counted}\n"
            f"查看 to see them: gknb findings --severity info, --check {left[0][0]}{asked_of(source, lake)}",
            "dim",
        )
    raise typer.Exit(FINE if found else NEEDS_PERSON)


_FOUND = """
SELECT findings.*, title, agency_name, agencies.name AS agency, year, source_name
FROM findings
JOIN reports USING (report_id)
LEFT JOIN agencies USING (agency_id)
WHERE ($check IS NULL OR check_id = $check)
    AND ($report IS NULL OR report_id = $report
        OR contains(source_name, $report) OR contains(title, $report) OR contains(agency_name, $report)
        OR contains(agencies.name, $report))
"""
_WANTED = "($wanted = ['all'] OR list_contains($wanted, severity))"
# Reports with errors first, then those with the most warnings; within a report as the form goes.
_ORDER = """
ORDER BY
    min(CASE severity WHEN 'error' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END) OVER (PARTITION BY report_id),
    agency_name, year, report_id,
    CASE severity WHEN 'error' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END, check_id, row_code, applicant_type
"""


def _left_out(
    connection: duckdb.DuckDBPyConnection, asked: dict[str, str | None], wanted: list[str]
) -> list[tuple[str, int]]:
    """The checks whose findings are not shown, with how many there are."""
    return connection.execute(
        f"""
        SELECT check_id, count(*) AS number
        FROM ({_FOUND} AND NOT {_WANTED})
        GROUP BY ALL
        ORDER BY number DESC, check_id
        """,
        asked | {"wanted": wanted},
    ).fetchall()
