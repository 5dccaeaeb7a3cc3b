"""A made-up edition e2027: the form of 2021 with one more row in table three and another word above a column
of table two. All of it is rows of the codebook; `python -m tests.form.new_edition FOLDER` then makes reports
of it and of the older editions, reads them, and says what came of it as JSON.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from base.paths import CODEBOOK

NEW, OLD = "e2027", "e2021"
ROW, AFTER, LABEL = "t3:3.5.6", "t3:3.5.5", "6.申请人撤回申请"
HEADER, OLD_HEADER = "本年制定件数", "本年制发件数"
# Formats that keep the table, that draw it, and that leave only its text.
SKINS = ("html_word", "pdf_lines", "docx_boxes", "text_tabs")


def write_codebook(folder: Path, *, renamed: bool = True) -> Path:
    """A copy of the codebook with the new edition: four rows and those that it takes over."""
    copied = folder / "codebook"
    shutil.copytree(CODEBOOK, copied)
    editions = _rows(copied, "editions")
    last = next(row for row in editions if row["edition"] == OLD)
    own = {**last, "edition": NEW, "first_year": "2027", "printed_cells": "207"}
    _write(copied, "editions", [*editions, own])
    _write(copied, "rows", _after(_rows(copied, "rows"), AFTER, {
        "row_code": ROW, "label_zh": LABEL, "label_en": "Withdrawn by the applicant", "name": "npr_withdrawn",
    }))  # fmt: skip
    rows = _rows(copied, "edition_rows")
    taken = [{**row, "edition": NEW} for row in rows if row["edition"] == OLD]
    if renamed:
        for row in taken:
            if row["column_label_zh"] == OLD_HEADER:
                row["column_label_zh"] = HEADER
    _write(copied, "edition_rows", rows + _after(taken, AFTER, {"row_code": ROW, "label_zh": LABEL}))
    return copied


def _after(rows: list[dict[str, str]], code: str, change: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows with one more behind that of a code: the same, but for what changes."""
    place = next(index for index, row in enumerate(rows) if row["row_code"] == code)
    return [*rows[: place + 1], {**rows[place], **change}, *rows[place + 1 :]]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Make reports of each edition and read them, under the codebook that the environment names."""
    from bench.truth.judging import judge_generated
    from demo.generate import generate

    told = []
    for seed, edition in enumerate(("e2019", OLD, NEW)):
        for skin in SKINS:
            made = generate(seed + 40, edition=edition, skin=skin)
            (folder / made.name).write_bytes(made.data)
            judged = judge_generated(made)
            denied = [cell for cell in made.truth.cells if cell.row_code.startswith("t3:3.5.")]
            told.append(
                {
                    "name": made.name,
                    "edition": edition,
                    "right": sum(count for (_, drawer), count in judged.drawers.items() if drawer == "exact"),
                    "wrong": [*judged.wrong, *judged.about, *judged.besides.wrong],
                    "refused": sum(float(c.value or 0) for c in denied if c.applicant_type == "total"),
                }
            )
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
