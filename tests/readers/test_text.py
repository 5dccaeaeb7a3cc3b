"""Plain text and Markdown: lines as they stand, tables of pipes as converters really write them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Document, Table, UnreadableDocumentError
from extract.readers.markdown import read_markdown
from extract.readers.text import MOST_BYTES, read_text
from tests.shared import CORPUS, SEEDS, needs_shared


def rows(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def blocks(document: Document) -> list[object]:
    return [rows(block) if isinstance(block, Table) else block.text for block in document.blocks]


def test_lines_keep_tabs_and_spaces_and_their_numbers() -> None:
    document = read_text("一、总体\r\n\t\n\t0\t 0 \u3000\n  \n尾\u2028行\x0c\r后".encode())
    assert [(paragraph.text, paragraph.locator) for paragraph in document.paragraphs()] == [
        ("一、总体", "line 1"),
        ("\t", "line 2"),
        ("\t0\t 0 \u3000", "line 3"),
        ("尾\u2028行\x0c", "line 5"),
        ("后", "line 6"),
    ]


def texts(page: str) -> list[str]:
    return [paragraph.text for paragraph in read_text(page.encode()).paragraphs()]


def test_bars_between_cells_are_tabs() -> None:
    assert texts("首页|公开\n\n规章 | 0 | | 3 |\n许可 | 1 | |||\n\n| 处罚 ｜ 2 │ 3") == [
        "首页\t公开",
        "规章\t0\t\t3",
        "许可\t1\t\t\t",
        "\t处罚\t2\t3",
    ]


def test_a_bar_at_the_end_closes_a_cell_where_every_line_has_it() -> None:
    assert texts("规章 | 0 | 3 |\n许可 | 1 | 2 | ") == ["规章\t0\t3", "许可\t1\t2"]
    assert texts("规章 | 0 | 3\n许可 | 1 | ") == ["规章\t0\t3", "许可\t1\t"]


def test_a_tab_at_the_end_closes_a_cell_where_several_lines_have_it() -> None:
    assert texts("规章\t0\t3\t\n许可\t1\t2\t") == ["规章\t0\t3", "许可\t1\t2"]
    assert texts("规章\t0\t3\n许可\t1\t\n\n处罚\t1\t") == ["规章\t0\t3", "许可\t1\t", "处罚\t1\t"]


def test_a_cell_a_line_keeps_its_blank_cells() -> None:
    assert texts("规章 |\n0 |\n|\n||\n许可 |") == ["\t规章", "\t0", "\t", "\t\t", "\t许可"]


@pytest.mark.parametrize("read", [read_text, read_markdown])
def test_blank_and_huge_files_are_refused(read: Callable[[bytes], Document]) -> None:
    for data, code in ((b"", "empty"), (b" \n\t", "empty"), (b"a" * (MOST_BYTES + 1), "too_large")):
        with pytest.raises(UnreadableDocumentError) as refused:
            read(data)
        assert refused.value.code == code


def test_lost_characters_are_said() -> None:
    (note,) = read_text("政府信息公开年度报告".encode()[:-1]).notes
    assert (note.code, note.severity) == ("encoding_replaced", "warn")


def test_pipe_tables_stand_among_lines() -> None:
    page = """# 2024年年度报告
| 信息内容 | 本年制发件数 |
| :--- | ---: |
| 规章 | **0** |
| 行政规范性文件<br>（含修订） | 1\\|2 | 3 |
|  | &nbsp; |
注：**全部**数据
2024 | 2023"""
    document = read_markdown(page.encode())
    assert blocks(document) == [
        "2024年年度报告",
        [
            ["信息内容", "本年制发件数", None],
            ["规章", "0", None],
            ["行政规范性文件\n（含修订）", "1|2", "3"],
            ["", "\xa0", None],
        ],
        "注：**全部**数据",
        "2024 | 2023",
    ]
    (table,) = document.tables()
    assert [cell.locator for cell in table.cells][:3] == ["line 2 c1", "line 2 c2", "line 4 c1"]
    assert table.locator == "line 2"
    assert document.metadata == {"h1": "2024年年度报告"}


def test_tables_without_outer_pipes() -> None:
    document = read_markdown("前\n规章 | 1 | 0\n---|---|---\n许可 | 2\n\n后".encode())
    assert blocks(document) == ["前", [["规章", "1", "0"], ["许可", "2", None]], "后"]


def test_a_row_over_dashes_begins_a_new_table() -> None:
    page = "| 三、 | 9 | 0 |\n|---|---|---|\n| 四、 | 1 | 0 |\n| 0 | 0 |\n|---|---|\n| 1 | 2 |"
    assert blocks(read_markdown(page.encode())) == [
        [["三、", "9", "0"], ["四、", "1", "0"]],
        [["0", "0"], ["1", "2"]],
    ]


def test_a_row_of_single_dashes_holds_values() -> None:
    page = "| 规章 | 废止 |\n|---|---|\n| - | - |\n| -- | 1 |"
    assert blocks(read_markdown(page.encode())) == [[["规章", "废止"], ["-", "-"], ["--", "1"]]]


def test_rows_in_outer_pipes_need_no_dashes() -> None:
    assert blocks(read_markdown("| 规章 | 1 |\n| 许可 | 2 |\n".encode())) == [[["规章", "1"], ["许可", "2"]]]


def test_html_tables_inside_markdown() -> None:
    page = "## 表二\n\n<table><tr><td rowspan=2>规章</td><td>1</td></tr>\n<tr><td>2</td></tr></table>\n尾"
    document = read_markdown(page.encode())
    assert blocks(document) == ["表二", [["规章", "1"], ["规章", "2"]], "尾"]
    (table,) = document.tables()
    assert [cell.locator for cell in table.cells][-1] == "line 3 table 1 r2 c2"


table_lines = st.lists(
    st.sampled_from(["|", "-", "---", "a", " ", "\\|", "\n", "\n|", "<table>", "</table>", "<br>", "*"])
)


@given(table_lines)
def test_any_pipes_give_a_document_whose_cells_keep_their_place(parts: list[str]) -> None:
    document = read_markdown(("文" + "".join(parts)).encode())
    for table in document.tables():
        assert all(cell.row < table.rows and cell.column < table.columns for cell in table.cells)


@given(
    st.lists(st.text("甲乙0 -", min_size=1).map(str.strip).filter(bool), min_size=2, max_size=5),
    st.booleans(),
)
def test_cells_come_back_as_written(cells: list[str], outer: bool) -> None:
    line = " | ".join(cells)
    rule = "|".join(["---"] * len(cells))
    page = f"| {line} |\n|{rule}|\n| {line} |" if outer else f"{line}\n{rule}\n{line}"
    assert blocks(read_markdown(page.encode())) == [[cells, cells]]


@needs_shared
def test_a_pdf_turned_to_markdown() -> None:
    document = read_markdown((CORPUS / "shanghai_kewei_2024.md").read_bytes())
    tables = [rows(table) for table in document.tables()]
    assert tables[0] == [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "0", "0"],
        ["规范性文件", "13", "0", "55"],
    ]
    assert ["（七）总计", "33", "2", "0", "0", "0", "0", "35"] in [row for table in tables for row in table]
    assert tables[-1] == [["1", "0", "0", "0", "1", *["0"] * 10]]


@needs_shared
def test_the_seeds_come_line_by_line() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        data = path.read_bytes()
        found = {paragraph.locator: paragraph.text for paragraph in read_text(data).paragraphs()}
        expected = enumerate(data.decode().replace("\r\n", "\n").split("\n"), start=1)
        assert found == {f"line {number}": line for number, line in expected if line.strip() or "\t" in line}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12<sup>1</sup>", "12¹"),
        ("12<sub>1</sub>", "12₁"),
        ("<font color=red>12</font>", "12"),
        ("<b>12</b><u> 件</u>", "12 件"),
        ("<del>9</del>12", "<del>9</del>12"),
        ('<span style="display:none">9</span>12', '<span style="display:none">9</span>12'),
    ],
)
def test_tags_in_a_cell_of_markdown(cell: str, text: str) -> None:
    assert blocks(read_markdown(f"| 规章 | {cell} |\n|---|---|\n".encode())) == [[["规章", text]]]


def test_what_is_left_out_of_html_inside_markdown_is_told() -> None:
    document = read_markdown("# 题\n<table><tr><td>规章</td><td><del>9</del>12</td></tr></table>\n".encode())
    assert blocks(document)[-1] == [["规章", "12"]]
    assert [note.code for note in document.notes] == ["struck_text"]
