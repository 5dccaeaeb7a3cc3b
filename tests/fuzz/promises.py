"""What holds for every extraction, whatever the file."""

from __future__ import annotations

from extract.document import UnreadableDocumentError
from extract.extractor import extract
from extract.readers import read
from extract.records import Extraction, Source

STATUSES = {"ok", "partial", "no_tables", "empty_form", "not_a_report", "unreadable"}
WITH_VALUE = {"number", "annotated"}


def extract_and_check(source: Source) -> Extraction:
    """The extraction; AssertionError where it breaks a promise."""
    extraction = extract(source)
    report = extraction.report
    assert report.status in STATUSES, report.status
    if report.status == "unreadable":
        assert not extraction.facts and any(one.severity == "error" for one in extraction.findings)
    keys = [(fact.row_code, fact.applicant_type) for fact in extraction.facts]
    assert len(set(keys)) == len(keys), "a cell of the form was read twice"
    for fact in extraction.facts:
        # A text without digits gives no value.
        assert (fact.value is not None) == (fact.value_status in WITH_VALUE), fact
        assert fact.value is None or any(map(str.isnumeric, fact.published)), fact
        assert fact.locator or "no_cell" in fact.flags, fact
    assert all(" | " in one.message or one.severity == "error" for one in extraction.findings)
    return extraction


def read_or_refuse(data: bytes, name: str) -> None:
    """Read, and take a refusal that says what to do."""
    try:
        read(data, name=name)
    except UnreadableDocumentError as refusal:
        assert refusal.code and str(refusal)
