"""Builds for the page: generated reports of a few agencies, and one full of hostile texts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from base.paths import MADE_UP
from demo.generate import generate
from demo.places import agencies_of, places
from extract.builds.build import make_build
from extract.extractor import extract
from extract.records import Extraction, Finding, Source
from tests.dataset.factory import extraction

#: Year and look of each report; 2022 is missing on purpose.
REPORTS = ((2020, "html_word"), (2021, "pdf_lines"), (2023, "ofd"), (2024, "docx"))
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FORMULA = '=HYPERLINK("http://foreign.test/","x")'
TURNED = "\u202egnp.exe\u202c\u0007\u2066x\u0000"
HOSTILE = (
    MARKUP,
    FORMULA,
    TURNED,
    "'); DROP TABLE facts; --",
    "{{7*7}}${7*7}",
    "javascript:alert(3)",
    "@SUM(1)",
)


@dataclass(frozen=True)
class Made:
    """A build with the bytes that it was made from."""

    build: Path
    files: dict[str, bytes]

    def body(self, sha256: str, name: str) -> bytes | None:
        """The bytes of a source."""
        return self.files.get(sha256)


def readable(lake: Path) -> Made:
    """Reports of two agencies over some years, in several formats."""
    lake.joinpath(MADE_UP).touch()
    files: dict[str, bytes] = {}
    read: list[Extraction] = []
    for at, agency in enumerate(agencies_of(places()[0])[:2]):
        for year, skin in REPORTS:
            made = generate(60 + at, edition="e2021", skin=skin, agency=agency, year=year)
            sha256 = hashlib.sha256(made.data).hexdigest()
            files[sha256] = made.data
            read.append(extract(Source(made.data, made.name, sha256)))
    return Made(make_build(read, lake).path, files)


def hostile(lake: Path) -> Made:
    """Reports whose agencies, titles, cells, file names and findings are what an attacker would write."""
    read = []
    for at, text in enumerate(HOSTILE):
        one = extraction(f"{text}局", 2020 + at % 4, values={("t3:1", "total"): 12 + at})
        facts = tuple(
            replace(fact, published=text, unit=text, locator="table 1 r1 c1", flags=(text,))
            if fact.row_code.startswith("t3:3.3")
            else fact
            for fact in one.facts
        )
        finding = Finding("A1", "warn", text, text, "t3:1", "total", text, text)
        report = replace(one.report, title=text, url=f"javascript:alert('{at}')", source_name=f"{text}.html")
        read.append(replace(one, report=report, facts=facts, findings=(finding,)))
    return Made(make_build(read, lake).path, {})
