"""The generator: the same request gives the same bytes, and what makes no sense is refused."""

import csv
import hashlib
import os
import subprocess
import sys
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from demo.editions import EDITIONS
from demo.faults import FAULTS
from demo.generate import corpus, generate, requests, skins, write_corpus
from demo.places import agencies_of, places
from demo.skins import SKINS
from demo.truth import TrueCell

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("skin", sorted(SKINS))
def test_equal_requests_give_equal_files(skin: str) -> None:
    first = generate(4, edition="e2021", skin=skin, faults=("blanks_for_zeros", "label_variant"))
    again = generate(4, edition="e2021", skin=skin, faults=("label_variant", "blanks_for_zeros"))
    assert first == again
    assert generate(5, edition="e2021", skin=skin).data != first.data


def test_no_hash_order_leaks_into_the_files() -> None:
    script = (
        "import hashlib\nfrom demo.generate import corpus\n"
        "print(hashlib.sha256(b''.join(g.data + repr(g.truth).encode() for g in corpus(40, 9))).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_the_corpus_does_not_depend_on_how_much_of_it_is_asked_for() -> None:
    short = [made.data for made in corpus(25, 3)]
    long = [made.data for made in islice(corpus(10**9, 3), 25)]
    assert short == long
    assert [made.data for made in corpus(25, 4)] != short


def test_the_corpus_covers_editions_skins_and_faults() -> None:
    met = list(requests(900, 1))
    assert {(request.edition, request.skin) for request in met} == {
        (e, s) for e in EDITIONS for s in skins(scans=False)
    }
    drawn = {name for name, fault in FAULTS.items() if not fault.rare}
    assert {name for request in met for name in request.faults} == drawn
    assert len({request.seed for request in met}) == len(met)
    assert sum(not request.faults for request in met) == 300


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_a_fault_only_glued_text_leaves_a_doubt(edition: str) -> None:
    for skin in SKINS:
        truth = generate(8, edition=edition, skin=skin).truth
        assert truth.status == "ok"
        assert all(cell.status == "number" and cell.printed == f"{cell.value:f}" for cell in truth.cells)
        assert skin == "text_glued" or not any(cell.may_be_null for cell in truth.cells)


def test_agency_and_year_can_be_given() -> None:
    agency = agencies_of(places()[1])[5]
    made = generate(1, edition="e2021", skin="html_article", agency=agency, year=2024)
    assert (made.truth.year, made.truth.agency_name) == (2024, agency.name)
    assert made.truth.region_code == agency.place.code
    assert made.truth.agency in made.truth.title


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"edition": "e2010", "skin": "html_clean"}, "e2014, e2019, e2021"),
        ({"edition": "e2021", "skin": "html"}, "html_clean"),
        ({"edition": "e2021", "skin": "html_clean", "faults": ("nonsense",)}, "blanks_for_zeros"),
        ({"edition": "e2021", "skin": "html_clean", "faults": ("signed",)}, "only in e2019"),
        (
            {"edition": "e2021", "skin": "pdf_lines", "faults": ("lost_leading_cells",)},
            "only in html, txt, md",
        ),
        ({"edition": "e2021", "skin": "html_clean", "faults": ("notice", "signed")}, "without other faults"),
    ],
)
def test_nonsense_is_refused_with_what_would_do(request_: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        generate(1, **request_)


def test_a_written_corpus_tells_every_cell(tmp_path: Path) -> None:
    lines = write_corpus(tmp_path, 30, 2)
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == lines
    expected = {made.name: made for made in corpus(30, 2)}
    assert {row["file"] for row in rows} == set(expected)
    for name, made in expected.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).digest() == hashlib.sha256(made.data).digest()
        own = {
            (row["row_code"], row["applicant_type"]): row
            for row in rows
            if row["file"] == name and row["row_code"]
        }
        assert own.keys() == made.truth.by_key().keys()
        for cell in made.truth.cells:
            assert own[cell.key]["printed"] == cell.printed
            assert own[cell.key]["value"] == ("" if cell.value is None else f"{cell.value:f}")


def test_a_reading_is_honest_where_it_is_exact_or_rightly_silent() -> None:
    def cell(value: Decimal | None, may_be_null: bool = False) -> TrueCell:
        return TrueCell(
            "t3:1", "total", "", value, "number" if value else "blank", "e2021", None, may_be_null
        )

    assert cell(Decimal(5)).accepts(5.0)
    assert not cell(Decimal(5)).accepts(6.0)
    assert not cell(Decimal(5)).accepts(None)
    assert cell(Decimal(5), may_be_null=True).accepts(None)
    assert not cell(Decimal(5), may_be_null=True).accepts(0.0)
    assert cell(None).accepts(None)
    assert not cell(None).accepts(0.0)
    assert cell(Decimal("24252.311082")).accepts(24252.311082)
