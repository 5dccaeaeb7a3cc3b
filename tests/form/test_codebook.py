"""The codebook's tables hold together: every count, parent, label and header that others rely on."""

from collections import Counter
from pathlib import Path

import pytest

from base.paths import CODEBOOK
from extract.form.layout.codebook import CodebookError, codebook, read_table
from extract.form.layout.identities import identities
from extract.form.layout.labels import normalise
from extract.form.layout.positions import positions

PRINTED_CELLS = {"e2021": {"t2": 10, "t3": 175, "t4": 15}, "e2019": {"t2": 22, "t3": 161, "t4": 15}}


@pytest.mark.parametrize("edition", PRINTED_CELLS)
def test_each_edition_prints_as_many_cells_as_the_notice_does(edition: str) -> None:
    forms = {table: codebook().form(table, edition).printed_cells for table in ("t2", "t3", "t4")}
    assert forms == PRINTED_CELLS[edition]
    stated = {row["edition"]: row["printed_cells"] for _, row in read_table("editions")}
    assert int(stated[edition]) == sum(forms.values())


def test_it_is_read_once_whether_its_folder_is_named_or_not() -> None:
    assert codebook() is codebook(CODEBOOK)
    assert identities() is identities(CODEBOOK)


def test_row_codes_are_unique_and_have_their_parents() -> None:
    codes = Counter(row["row_code"] for _, row in read_table("rows"))
    assert [code for code, count in codes.items() if count > 1] == []
    orphans = [row.code for row in codebook().rows.values() if row.parent and row.parent not in codes
               and row.parent != row.table]  # fmt: skip
    assert orphans == []


def test_names_for_columns_are_unique() -> None:
    names = Counter(row.name for row in codebook().rows.values() if row.name)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_printed_row_is_a_leaf_a_total_or_a_part_and_never_a_group() -> None:
    printed = {(row["edition"], row["row_code"]): row["node"] for _, row in read_table("edition_rows")
               if row["printed"] == "yes"}  # fmt: skip
    assert set(printed.values()) == {"leaf", "total", "of_which"}


def test_no_leaf_of_an_edition_has_a_printed_leaf_below_it() -> None:
    """Summing the leaves of an edition counts nothing twice; what is part of another row is `of_which`."""
    for edition, tables in (
        ("e2019", ("t2", "t3", "t4")),
        ("e2021", ("t2", "t3", "t4")),
        ("e2014", ("s14",)),
    ):
        nodes = {row["row_code"]: row["node"] for _, row in read_table("edition_rows")
                 if row["edition"] == edition and row["table"] in tables}  # fmt: skip
        leaves = [code for code, node in nodes.items() if node == "leaf"]
        for code in leaves:
            parent = codebook().rows[code].parent
            while parent in codebook().rows:
                assert nodes.get(parent) != "leaf", (edition, code, parent)
                parent = codebook().rows[parent].parent


def test_no_label_stands_for_two_rows_of_a_table() -> None:
    for (table, edition), form in codebook().forms.items():
        if table == "s14":
            continue
        bodies = Counter(body for line in form.lines for body in set(line.bodies))
        assert [body for body, count in bodies.items() if count > 1] == [], (table, edition)


def test_label_variants_are_not_what_normalising_gives_anyway() -> None:
    seen = {(row["table"], normalise(row["label_zh"]).body) for _, row in read_table("edition_rows")}
    idle = [row["label_zh"] for _, row in read_table("labels")
            if (row["table"], normalise(row["label_zh"]).body) in seen]  # fmt: skip
    assert idle == []


def test_table_four_has_its_fifteen_positions_in_order() -> None:
    form = positions("t4", "e2021")
    assert form.keys[:5] == ("rec.upheld", "rec.corrected", "rec.other", "rec.pending", "rec.total")
    assert form.proceedings == ("rec", "litd", "litr") and form.width == 5 and len(form.keys) == 15


def test_a_variant_for_an_unknown_row_is_named_with_its_line(tmp_path: Path) -> None:
    from base.paths import CODEBOOK

    for path in CODEBOOK.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "labels.csv").write_text("table,row_code,label_zh\nt3,t3:9.9,不存在\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"labels\.csv line 2: no row t3:9\.9"):
        codebook(tmp_path)


def test_each_table_of_the_national_form_has_its_titles() -> None:
    titles = {row["table"]: row for _, row in read_table("tables") if row["always"] == "yes"}
    tables = {table for table, edition in codebook().forms if edition in ("e2019", "e2021")}
    assert titles.keys() == tables
    for number, table in zip("二三四", sorted(tables), strict=True):
        assert titles[table]["title_zh"].startswith(f"{number}、") and titles[table]["title_en"]
