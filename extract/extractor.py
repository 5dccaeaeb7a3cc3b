"""One archived file -> one report with its facts and findings: a pure function, whatever the format."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from operator import attrgetter

from extract.about import About, about
from extract.document import Document, UnreadableDocumentError
from extract.form.layout.codebook import codebook
from extract.form.layout.editions import EDITION_LATE, EDITION_MIXED
from extract.form.local.tables import EDITION as LOCAL
from extract.form.printed_labels import (
    LEAST_IN_ORDER,
    LEAST_LABELS,
    labels_in_order,
    names_later_sections,
    printed_labels,
    prints_numbers,
)
from extract.form.read import read_form
from extract.form.reading import UNKNOWN_ROW, Reading
from extract.form.rows.other_years import without_other_years
from extract.form.rows.values import BLANK
from extract.narrative import Narrative, read_narrative
from extract.read_once import ReadOnce
from extract.records import UNREADABLE, Extraction, Fact, Finding, Report, Source, unreadable_report
from extract.repairs import Case, repaired
from extract.stated import about_as_stated, beside_read
from extract.whose import evidence_of

_NOTHING_SAID = About(None, None, None, None, None, "untitled")
# The table whose edition the others are taken to be on first.
BY_ROWS = "t3"
# So many of the form's tables with values make a report of a page whose title does not say so.
LEAST_TABLES = 2


def extract(source: Source, without: Collection[str] = (), read: ReadOnce | None = None) -> Extraction:
    """Read one source. Never raises for what the source holds: what cannot be read has status unreadable.
    `without` are repairs that are left out, to see what they do; `read` keeps what the readers make of it."""
    read = read or ReadOnce(source)
    try:
        document = read.document()
    except UnreadableDocumentError as error:
        return _unreadable(source, error)
    read_of_it = about(document)
    said = about_as_stated(read_of_it, source.stated)
    own, others = without_other_years(document, said.year)
    case = Case(read, document, own, others, said, read_form(own))
    reading = repaired(case, without).reading
    extraction = _extraction(source, document, said, replace(reading, findings=(*others, *reading.findings)))
    return replace(extraction, stated=beside_read(source.report_id, source.stated, read_of_it))


def _extraction(source: Source, document: Document, said: About, reading: Reading) -> Extraction:
    status, expected = _status(document, said, reading)
    kept = reading if status != "not_a_report" else Reading()
    narrative = read_narrative(document, said.year) if status != "not_a_report" else Narrative()
    report = Report(
        report_id=source.report_id,
        title=said.title,
        agency_name=said.agency_name,
        agency_id=None,
        region_code=None,
        year=said.year,
        year_evidence=said.year_evidence,
        published_at=said.published_at,
        url=source.url,
        source_name=source.name,
        source_sha256=source.sha256,
        format=document.format,
        reader=document.reader,
        editions=tuple(sorted(set(kept.editions.values()))),
        status=status,
        cells_expected=expected,
        cells_read=sum(cell.value_status != UNREADABLE for cell in kept.cells),
        content_hash=_content_hash(kept.cells),
        text_hash=narrative.text_hash,
    )
    findings = [*_reader_findings(document), *said.findings, *kept.findings, *_edition_findings(said, kept)]
    findings += [*_missing_tables(kept), *narrative.findings]
    if status == "not_a_report":
        findings = [finding for finding in findings if finding.severity == "info"]
    else:
        findings = [finding for finding in findings if finding.check_id != "not_a_report"]
    return Extraction(
        report,
        (*kept.cells, *narrative.cells),
        tuple(findings),
        evidence_of(source, document, said),
    )


def _status(document: Document, said: About, reading: Reading) -> tuple[str, int]:
    """The report's status and how many cells its form prints."""
    if said.verdict == "not_a_report":
        return "not_a_report", 0
    is_told = reading.cells and said.verdict == "report"
    in_order, edition = (0, None) if is_told else labels_in_order(document)
    is_form = in_order >= LEAST_IN_ORDER
    if (
        said.verdict != "report"
        and not _shows_tables(document, said, reading)
        and not (is_form and said.verdict == "untitled")
    ):
        return "not_a_report", 0
    expected = expected_cells(reading)
    if not reading.cells:
        if is_form and prints_numbers(document):
            # Its values could not be told; that they are not there nobody may say.
            return "partial", _cells_of(edition)
        is_empty = printed_labels(document) >= LEAST_LABELS and not prints_numbers(document)
        return ("empty_form" if is_empty else "no_tables"), expected
    if all(cell.value_status == BLANK for cell in reading.cells):
        return "empty_form", expected
    read_cells = sum(cell.value_status != UNREADABLE for cell in reading.cells)
    is_beyond = any(finding.check_id == UNKNOWN_ROW for finding in reading.findings)
    return ("ok" if read_cells == expected and not is_beyond else "partial"), expected


def _shows_tables(document: Document, said: About, reading: Reading) -> bool:
    """Whether tables make a report of a page that no title calls one: enough of them, with values where its
    title says that it is something else. The sections after the tables count as one, and a table that not
    every report has is a form by itself."""
    # A local form may count under national codes, and is no proof of a national form all the same.
    national = [cell for cell in reading.cells if cell.edition != LOCAL]
    values = {cell.row_code.partition(":")[0] for cell in national if cell.value is not None}
    shown = values if said.verdict == "unless_tables" else set(reading.editions) - {LOCAL}
    sections = said.verdict == "untitled" and names_later_sections(document)
    return bool(shown) and (len(shown) + sections >= LEAST_TABLES or not shown <= codebook().always.keys())


def _cells_of(edition: str | None) -> int:
    """How many values the whole form of an edition prints."""
    return sum(form.printed_cells for (_, one), form in codebook().forms.items() if one == edition)


def expected_cells(reading: Reading) -> int:
    """How many values the form of the report's editions prints; a table that was not found is expected in the
    edition of the tables that were."""
    book = codebook()
    editions = dict(reading.editions)
    if not editions:
        return 0
    if set(editions) == {LOCAL}:
        return len(reading.cells)
    expected = 0
    for table in editions.keys() - book.always.keys():
        # Beside the column of the year a table of single counts may have others.
        own = [cell for cell in reading.cells if cell.row_code.startswith(f"{table}:")]
        columns = {cell.row_code.partition("#")[2] for cell in own}
        expected += len(columns) * book.form(table, editions[table]).printed_cells
    told = [editions[table] for table in book.always if table in editions]
    if not told:
        return expected
    known = editions.get(BY_ROWS, told[0])
    return expected + sum(book.form(one, editions.get(one, known)).printed_cells for one in book.always)


def _reader_findings(document: Document) -> list[Finding]:
    return [
        Finding(note.code, note.severity, f"读取时：{note.detail}", f"while reading: {note.detail}")
        for note in document.notes
    ]


def _edition_findings(said: About, reading: Reading) -> list[Finding]:
    """EDITION_MIXED: tables of different editions in one report; EDITION_LATE: an old form reused."""
    book = codebook()
    national = {table: edition for table, edition in reading.editions.items() if table in book.always}
    findings = []
    if len(set(national.values())) > 1:
        told = ", ".join(f"{table} {edition}" for table, edition in sorted(reading.editions.items()))
        findings.append(
            Finding(
                EDITION_MIXED,
                "info",
                f"各表版本不同：{told}",
                f"tables of different editions: {told}",
                found=told,
            )
        )
    late = {
        (edition, newer)
        for table, edition in national.items()
        if said.year and (newer := book.successor(table, edition, said.year))
    }
    return findings + [
        Finding(
            EDITION_LATE,
            "info",
            f"{said.year} 年报告仍用 {book.editions[edition]} 年表式",
            f"a report for {said.year} on the form of {book.editions[edition]}",
            expected=newer,
            found=edition,
        )
        for edition, newer in sorted(late)
    ]


def _missing_tables(reading: Reading) -> list[Finding]:
    """A finding for each table of the form that is not there, or not known, in a report with others of it."""
    always = codebook().always
    if reading.editions.keys().isdisjoint(always):
        return []
    return [
        Finding("missing_table", "warn", f"未找到表{one.title_zh}", f"a table was not found: {one.title_en}")
        for table, one in always.items()
        if table not in reading.editions
    ]


def _content_hash(cells: Sequence[Fact]) -> str:
    """The content hash: of all values read, to find the same figures under another address or year."""
    lines = [
        f"{cell.row_code}|{cell.applicant_type}|{cell.value}|{cell.value_status}\n"
        for cell in sorted(cells, key=attrgetter("row_code", "applicant_type"))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _unreadable(source: Source, error: UnreadableDocumentError) -> Extraction:
    report = unreadable_report(
        source.report_id, source.name, source.sha256, url=source.url, title=source.link_text
    )
    finding = Finding(
        error.code,
        "error",
        f"文件无法读取：{source.name}（{error}）",
        f"{source.name} cannot be read: {error}",
    )
    stated = source.stated
    if stated:
        said = about_as_stated(_NOTHING_SAID, stated)
        report = replace(
            report, agency_name=said.agency_name, year=said.year, year_evidence=said.year_evidence
        )
    rows = beside_read(report.report_id, stated, None)
    return Extraction(report, (), (finding,), evidence_of(source, None), rows)
