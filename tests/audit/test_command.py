"""An audit from the draw to the grade: three persons key real files, a planted misreading is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import query.database
from commands import app
from demo.generate import generate
from extract.builds.build import make_build
from extract.extractor import extract
from extract.records import Source
from publish.audit.files import Audit
from publish.audit.sample import cells_to_key
from publish.audit.settle import Key
from publish.static_site import about_build
from query import open_build
from tests.cli.run import gknb

MISREAD: Key = ("t3:1", "natural_person")


def typed(person: str, audit: Path, keys: list[str], *options: object) -> str:
    """What a person sees who types this."""
    arguments = [*map(str, ("audit", "key", audit, "--as", person, *options))]
    told = CliRunner().invoke(app, arguments, prog_name="gknb", input="\n".join(keys) + "\n")
    assert told.exit_code == 0, told.output
    return told.output


def test_from_the_draw_to_the_grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, lake, audit = tmp_path / "files", tmp_path / "lake", tmp_path / "audit"
    files.mkdir()
    prints: dict[str, Mapping[Key, str]] = {}
    read = []
    for at, skin in enumerate(("pdf_lines", "html_word")):
        made = generate(70 + at, edition="e2021", skin=skin)
        (files / made.name).write_bytes(made.data)
        one = extract(Source(made.data, made.name, hashlib.sha256(made.data).hexdigest()))
        assert one.report.status == "ok"
        prints[one.report.report_id] = {cell.key: cell.printed for cell in made.truth.cells}
        read.append(one)
    facts = [
        replace(fact, value=47110815.0, published="47110815")
        if (fact.row_code, fact.applicant_type) == MISREAD
        else fact
        for fact in read[0].facts
    ]
    build = make_build([replace(read[0], facts=tuple(facts)), read[1]], lake).path
    where = ("--build", build)
    told = gknb("audit", "draw", audit, "--size", 2, "--seed", 3, *where)
    assert told.exit_code == 0, told.stderr
    assert gknb("audit", "report", audit, *where).exit_code == 1  # nobody has keyed anything
    unmeasured = gknb("release", "1", "--out", tmp_path / "release", "--audit", audit, *where)
    assert unmeasured.exit_code == 2 and "nothing measured" in unmeasured.stderr
    assert not (tmp_path / "release").exists()
    with open_build(build) as connection:
        cells = {one: list(cells_to_key(connection, one)) for one in prints}
    order = [one.report_id for one in Audit.open(audit).sample]
    keys = [prints[report].get(cell, "?") for report in order for cell in cells[report]]
    options = ("--files", files, *where)
    seen = typed("anna", audit, keys, *options)
    assert "47110815" not in seen
    assert (".png" in seen or ".jpg" in seen) and ".html" in seen
    slipped = ["99999", *keys[1:]]
    typed("bo", audit, slipped, *options)
    third = typed("cai", audit, keys[:1], *options)
    assert third.count("·") < 8  # the one cell that the two keyed otherwise
    found = json.loads(gknb("audit", "report", audit, *where, "--json").stdout)
    assert found["differences"] == 1 and found["unseen"] == {}
    assert (found["all"]["reports"], found["all"]["wrong_reports"]) == (2, 1)
    assert found["wrong"] == [[read[0].report.report_id, *MISREAD]]
    told = gknb("release", "1", "--out", tmp_path / "release", "--audit", audit, *where)
    assert told.exit_code == 0, told.stderr
    released = json.loads((tmp_path / "release" / "audit.json").read_text(encoding="utf-8"))
    assert released == {"version": "1", **found}
    with open_build(tmp_path / "release" / "parquet") as connection:
        page = about_build(connection, tmp_path / "release" / "parquet")["audit"]
    assert (page["reports"], page["wrong"], page["unseen"]) == (2, 1, 0)
    assert 0 < page["low"] < 0.5 < page["high"] < 1
    table = tmp_path / "checked.csv"
    monkeypatch.setattr("base.paths.CHECKED", table)
    monkeypatch.setattr(query.database, "CHECKED", table)
    assert json.loads(gknb("audit", "accept", audit, *where, "--json").stdout)["added"] == 2
    assert json.loads(gknb("audit", "accept", audit, *where, "--json").stdout)["added"] == 0
    with open_build(build) as connection:
        grades = dict(connection.execute("SELECT report_id, grade FROM grades").fetchall())
    assert grades[read[1].report.report_id] == "checked"
    assert grades[read[0].report.report_id] != "checked"
