"""HTML as portals publish it: broken spans, unclosed tags, layout tables, Word's leavings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Document, Table, UnreadableDocumentError
from extract.readers.html.boxes import CellBox
from extract.readers.html.reader import MOST_BYTES, read_html
from extract.readers.html.source import without_repeats
from extract.readers.html.spans import place
from tests.shared import CORPUS, needs_shared


def read(page: str) -> Document:
    return read_html(page.encode())


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def only_table(page: str) -> list[list[str | None]]:
    (table,) = read(page).tables()
    return texts(table)


def paragraphs(page: str) -> list[str]:
    return [paragraph.text for paragraph in read(page).paragraphs()]


def note_details(document: Document, code: str) -> list[str]:
    return [note.detail for note in document.notes if note.code == code]


# Spans and rows


def test_spans_place_cells_where_a_browser_does() -> None:
    page = """<table><tr><td rowspan="2">行政复议</td><td colspan="2">结果</td><td rowspan="2">总计</td></tr>
              <tr><td>维持</td><td>纠正</td></tr><tr><td>1</td><td>2</td><td>3</td><td>6</td></tr></table>"""
    assert only_table(page) == [
        ["行政复议", "结果", "结果", "总计"],
        ["行政复议", "维持", "纠正", "总计"],
        ["1", "2", "3", "6"],
    ]


def test_locators_name_grid_positions_and_count_what_is_delivered() -> None:
    document = read(
        "<p>一</p><table><tr><td rowspan=2>a<td>b<tr><td>c</table><p>二<table><tr><td>d<td>e</table>"
    )
    first, second = document.tables()
    assert [cell.locator for cell in first.cells] == ["table 1 r1 c1", "table 1 r1 c2", "table 1 r2 c2"]
    assert [cell.locator for cell in second.cells] == ["table 2 r1 c1", "table 2 r1 c2"]
    assert [paragraph.locator for paragraph in document.paragraphs()] == ["paragraph 1", "paragraph 2"]
    assert [type(block).__name__ for block in document.blocks] == ["Paragraph", "Table", "Paragraph", "Table"]


@pytest.mark.parametrize(
    "span", ['rowspan="999"', 'colspan="0"', 'colspan="-3"', 'rowspan="two"', 'colspan=""']
)
def test_bad_spans_cost_nothing(span: str) -> None:
    page = f"<table><tr><td>a</td><td {span}>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    (table,) = read(page).tables()
    assert [cell.text for cell in table.cells] == ["a", "b", "c", "d"]
    assert table.rows == 2
    assert table.columns <= 3


def test_a_span_over_the_whole_page_does_not_widen_the_table() -> None:
    assert only_table("<table><tr><td colspan='100%'>题</td></tr><tr><td>a</td><td>b</td></tr></table>") == [
        ["题", "题"],
        ["a", "b"],
    ]


def test_a_span_that_runs_into_another_is_cut_there() -> None:
    page = """<table><tr><td>a</td><td>b</td><td rowspan="2">c</td></tr>
              <tr><td>d</td><td colspan="2">e</td><td>f</td></tr></table>"""
    assert only_table(page) == [["a", "b", "c", None], ["d", "e", "c", "f"]]


def test_a_row_span_ends_with_its_section() -> None:
    page = "<table><thead><tr><th rowspan=5>a<th>b</thead><tbody><tr><td>1<td>2</tbody></table>"
    assert only_table(page) == [["a", "b"], ["1", "2"]]


def test_foot_is_printed_last_wherever_it_stands() -> None:
    page = """<table><tfoot><tr><td>总<td>计</tfoot><tbody><tr><td>1<td>2</tbody>
      <thead><tr><th>a<th>b</thead></table>"""
    assert only_table(page) == [["a", "b"], ["1", "2"], ["总", "计"]]


def test_ragged_rows_and_missing_end_tags() -> None:
    page = "<table><tr><td>a<td>b<td>c<tr><td>d<tr><td>e<td>f<td>g<td>h</table>尾"
    assert only_table(page) == [["a", "b", "c", None], ["d", None, None, None], ["e", "f", "g", "h"]]
    assert paragraphs(page) == ["尾"]


def test_a_row_inside_an_unclosed_cell_begins_a_new_row() -> None:
    page = "<table><tr><td>a<td>b<tr><td><div>c<tr><td>d<td>e</table>"
    assert only_table(page) == [["a", "b"], ["c", None], ["d", "e"]]


def test_rows_inside_a_form_inside_a_table() -> None:
    assert only_table("<table><form><tr><td>a<td>b</tr></form></table>") == [["a", "b"]]


# Text


def test_line_breaks_and_paragraphs_in_a_cell_are_line_ends() -> None:
    page = """<table><tr><td><p>三、</p>
       <p>本年度<br/>办理 <br> 结果</p></td><td>&nbsp;</td><td></td></tr></table>"""
    assert only_table(page) == [["三、\n本年度\n办理\n结果", "\xa0", ""]]


def test_white_space_runs_together_as_in_a_browser_but_published_spaces_stay() -> None:
    assert paragraphs("<p>\u3000\u3000一、&nbsp;总体\n\t 情况 </p>") == ["\u3000\u3000一、\xa0总体 情况"]


def test_preformatted_lines_stay_lines() -> None:
    assert paragraphs("<pre>一行\n二<b>行\n三</b>行\n</pre>") == ["一行\n二行\n三行"]


def test_word_markup_leaves_only_its_text() -> None:
    page = """<p class=MsoNormal><![if !supportLists]><span style='mso-list:Ignore'>7、</span><![endif]>公共
    监管    <o:p></o:p></p><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><style>p{}</style>
    <?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" />
    <table><tr style='mso-yfti-irow:0'><td><p><span lang=EN-US>8<o:p></o:p></span></p></td>
    <td><o:p>&nbsp;</o:p></td></tr>
    <![if !supportMisalignedColumns]><tr height=0><td width=9></td><td width=9></td></tr><![endif]></table>"""
    assert paragraphs(page) == ["7、公共 监管"]
    assert only_table(page) == [["8", "\xa0"], ["", ""]]


def test_text_in_a_table_outside_its_cells_is_not_lost() -> None:
    page = "<table><caption>表二</caption><tr>甲<td>1</td>乙<td>2</td></tr>丙</table>"
    assert only_table(page) == [["1", "2"]]
    assert paragraphs(page) == ["表二", "甲", "乙", "丙"]


def test_marks_of_our_own_in_a_page_do_no_harm() -> None:
    body = "政府信息公开" * 10
    page = f"<table><tr><td>\ufdd3a&#xFDD7;&#64977;</td><td>\ufdd8{body}\0</td></tr></table>"
    assert only_table(page) == [["a", body]]


# Layout and nesting


def test_layout_tables_are_walked_through() -> None:
    page = """<table><tr><td>首页</td><td>当前位置</td></tr><tr><td><p>2024年度报告</p>
      <table><tr><td>规章</td><td>1</td></tr><tr><td>行政规范性文件</td><td>2</td></tr></table><p>注</p></td><td></td></tr></table>"""
    document = read(page)
    assert [block.text if not isinstance(block, Table) else texts(block) for block in document.blocks] == [
        "首页",
        "当前位置",
        "2024年度报告",
        [["规章", "1"], ["行政规范性文件", "2"]],
        "注",
    ]


def test_a_table_of_one_column_is_a_stack_of_paragraphs() -> None:
    page = "<table><tr><td><p>题</p><p>文</p></td></tr><tr><td>尾</td></tr></table>"
    assert paragraphs(page) == ["题", "文", "尾"]
    assert list(read(page).tables()) == []


def test_a_table_inside_a_data_cell_gives_its_text_and_itself() -> None:
    inner = "<table><tr><td>7</td><td>件</td></tr></table>"
    page = f"<table><tr><td>a<td>b<td>c<tr><td>1<td>前{inner}后<td>3</table>"
    outer, nested = read(page).tables()
    assert texts(outer) == [["a", "b", "c"], ["1", "前\n7\n件\n后", "3"]]
    assert texts(nested) == [["7", "件"]]


def test_a_box_around_a_figure_is_no_table() -> None:
    page = "<table><tr><td>规章</td><td><table><tr><td>7</td></tr></table></td></tr></table>"
    assert only_table(page) == [["规章", "7"]]


def test_prose_in_a_small_table_is_prose() -> None:
    prose = "本机关按照条例要求开展工作。" * 100
    assert paragraphs(
        f"<table><tr><td>标题</td><td></td></tr><tr><td>{prose}</td><td></td></tr></table>"
    ) == [
        "标题",
        prose,
    ]


def test_a_form_cut_into_tables_gives_several() -> None:
    piece = "<table><tr><td>信息内容</td><td>本年制发件数</td></tr></table>"
    assert len(list(read(piece * 3).tables())) == 3


# What is not displayed, pictures, metadata


def test_hidden_rows_cells_and_words_are_left_out_and_said() -> None:
    page = """<table><tr style="display: none"><td>旧</td><td>99</td></tr>
      <tr><td>规章</td><td style="DISPLAY:none">5</td>
      <td>1<span style="color:red;display:none">2</span>件</td></tr>
      <tr hidden><td></td><td></td></tr></table>"""
    document = read(page)
    (table,) = document.tables()
    assert texts(table) == [["规章", "1件"]]
    assert note_details(document, "hidden_text") == ["旧 99", "5", "2"]


def test_words_that_a_browser_shows_without_size_or_not_at_all_are_left_out() -> None:
    page = """<table><tr><td>194<span style="visibility:hidden">0</span></td>
      <td>35<b style="font-size: 0px">8</b></td>
      <td style="font-size:0"><span style="font-size:14px">7</span></td></tr></table>"""
    document = read(page)
    assert [texts(table) for table in document.tables()] == [[["194", "35", "7"]]]
    assert note_details(document, "hidden_text") == ["0", "8"]


@pytest.mark.parametrize(
    "struck",
    ["<s>12</s>", "<strike>12</strike>", "<del>12</del>", '<i style="text-decoration:line-through">12</i>'],
)
def test_a_number_struck_through_is_no_part_of_the_one_beside_it(struck: str) -> None:
    document = read(f"<table><tr><td>规章</td><td>{struck}15</td></tr></table>")
    assert [texts(table) for table in document.tables()] == [[["规章", "15"]]]
    assert note_details(document, "struck_text") == ["12"]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("12<sup>1</sup>", "12¹"),
        ("12<sub>1</sub>", "12₁"),
        ("12<SUP><a href='#_ftn1'><span>[1]</span></a></SUP>", "12[¹]"),
        ('12<span style="font-size:8px;vertical-align: super">2</span>3', "12²3"),
        ("<sup style='vertical-align:baseline'></sup>12", "12"),
    ],
)
def test_a_raised_digit_stays_raised(marked: str, text: str) -> None:
    assert only_table(f"<table><tr><td>规章</td><td>{marked}</td></tr></table>") == [["规章", text]]


def test_what_a_form_is_filled_with_is_printed() -> None:
    page = """<table><tr><td><input value="12"></td><td><input type="hidden" value="9">5</td>
      <td><input type="text" value="7">件</td>
      <td><select><option>0</option><option selected>3</option></select></td></tr></table>"""
    assert only_table(page) == [["12", "5", "7 件", "3"]]


def test_what_scripts_show_stays() -> None:
    page = """<div style="display:none">文字版</div><table><tr><td>a</td><td style="display:none">
      <table><tr><td>1</td><td>2</td></tr></table></td></tr></table>"""
    document = read(page)
    assert [paragraph.text for paragraph in document.paragraphs()] == ["文字版", "a"]
    assert [texts(table) for table in document.tables()] == [[["1", "2"]]]
    assert document.notes == ()


def test_pictures_that_may_be_the_report_are_noted() -> None:
    page = """<img src="logo.png" width="120"><div><img src="icon.gif"></div><p>见图<img src="inline.png"></p>
      <p><span><img src="./W020250101.png"></span></p><img src="big.jpg" style="width: 640px">
      <iframe src="viewer.html?file=a.pdf"></iframe><embed src="b.pdf"><iframe src="about:blank"></iframe>"""
    document = read(page)
    assert note_details(document, "picture_in_body") == ["./W020250101.png", "big.jpg"]
    assert note_details(document, "frame_in_body") == ["viewer.html?file=a.pdf", "b.pdf"]


def test_meta_tags_keep_their_names_and_the_first_that_speaks_wins() -> None:
    page = """<html><head><meta name="ArticleTitle" content=""><meta name="ArticleTitle" content="年报">
      <meta name="ArticleTitle" content="别的"><meta charset="utf-8" name="PubDate" content="2025-01-20">
      <title> 年报_
      某县 </title></head><body><h1></h1><h1>2024年<br>年报</h1></body></html>"""
    assert dict(read(page).metadata) == {
        "ArticleTitle": "年报",
        "PubDate": "2025-01-20",
        "title": "年报_ 某县",
        "h1": "2024年年报",
    }
    assert paragraphs(page) == ["2024年\n年报"]


def test_character_set_comes_from_the_bytes() -> None:
    page = '<meta charset="utf-8"><p>政府信息公开工作年度报告</p>'
    document = read_html(page.encode("gb18030"))
    assert [paragraph.text for paragraph in document.paragraphs()] == ["政府信息公开工作年度报告"]


def test_lost_characters_are_said() -> None:
    document = read_html("<p>政府信息公开工作年度报告".encode()[:-1])
    assert [(note.code, note.severity) for note in document.notes] == [("encoding_replaced", "warn")]


# Limits


def test_an_empty_page_and_a_huge_one_are_refused() -> None:
    with pytest.raises(UnreadableDocumentError) as empty:
        read_html(b" \n")
    assert empty.value.code == "empty"
    with pytest.raises(UnreadableDocumentError) as huge:
        read_html(b"<p>" + b" " * MOST_BYTES)
    assert huge.value.code == "too_large"


@pytest.mark.parametrize(
    "page",
    [
        b"<table><tr>" + b"<td colspan=1000>x" * 5000,
        b"<table>" + b"<tr><td rowspan=65534>x<td>y" * 2500,
    ],
)
def test_spans_that_would_fill_the_memory_are_refused(page: bytes) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_html(page)
    assert refused.value.code == "too_large"


def test_a_page_nested_beyond_the_parsers_limit_says_that_it_is_cut() -> None:
    document = read_html(b"<p>first</p>" + b"<div>" * 100_000 + b"deep")
    assert [paragraph.text for paragraph in document.paragraphs()] == ["first"]
    assert [note.code for note in document.notes] == ["page_cut_short"]


# Properties

spans = st.one_of(st.integers(0, 6), st.just(999))
rows_of_cells = st.lists(st.lists(st.tuples(spans, spans), max_size=6), max_size=8)


@given(st.lists(rows_of_cells, max_size=3))
def test_no_cell_is_lost_doubled_or_covered(shape: list[list[list[tuple[int, int]]]]) -> None:
    sections = []
    given_cells = []
    for rows in shape:
        section = []
        for spans_of_row in rows:
            cells = []
            for row_span, column_span in spans_of_row:
                cell = CellBox()
                cell.row_span, cell.column_span = row_span, column_span
                cells.append(cell)
            section.append(cells)
            given_cells += cells
        sections.append(section)
    height, width, placed = place(sections)
    assert [id(cell) for cell, *_ in placed] == [id(cell) for cell in given_cells]
    covered: set[tuple[int, int]] = set()
    for _, row, column, row_span, column_span in placed:
        assert row_span >= 1
        assert column_span >= 1
        assert row + row_span <= height
        assert column + column_span <= width
        positions = {(r, c) for r in range(row, row + row_span) for c in range(column, column + column_span)}
        assert not positions & covered
        covered |= positions
    assert {column for _, _, column, _, _ in placed} == set(range(width))


@given(rows_of_cells)
def test_every_cell_of_a_random_table_comes_out_once(shape: list[list[tuple[int, int]]]) -> None:
    labels = [f"#{number}." for number in range(sum(map(len, shape)))]
    rest = iter(labels)
    rows = "".join(
        "<tr>" + "".join(f"<td rowspan={r} colspan={c}>{next(rest)}" for r, c in row) for row in shape
    )
    document = read(f"<p>前</p><table>{rows}</table><p>后</p>")
    found = [cell.text for table in document.tables() for cell in table.cells if cell.text]
    found += [paragraph.text for paragraph in document.paragraphs()]
    assert sorted(found) == sorted([*labels, "前", "后"])


OPENING = [
    "<table>",
    "<tr>",
    "<td rowspan=2>",
    "<td>",
    "<thead>",
    "<tbody>",
    "<tfoot>",
    "<caption>",
    "<form>",
]
CLOSING = [
    "</table>",
    "</tr>",
    "</td>",
    "</tbody>",
    "</form>",
    "</p>",
    "</div>",
    "</span>",
    "</script>",
    "-->",
]
OTHER = [
    "<p>",
    "<br>",
    "<div>",
    "<pre>",
    "<td style='display:none'>",
    "<span hidden>",
    "<!--",
    "<script>",
    "字\n",
]
pieces = st.sampled_from([*OPENING, *CLOSING, *OTHER])


@given(st.lists(pieces, max_size=40))
def test_tag_soup_gives_a_document_whose_cells_do_not_overlap(soup: list[str]) -> None:
    document = read("字" + "".join(soup))
    for table in document.tables():
        area = sum(cell.row_span * cell.column_span for cell in table.cells)
        assert area == sum(cell is not None for row in table.grid() for cell in row)


VISIBLE = [
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<p>",
    "<div>",
    "</div>",
    "<th rowspan=2>",
]
visible = st.sampled_from(VISIBLE)


@given(st.lists(visible, max_size=30))
def test_no_text_is_lost_whatever_the_nesting(soup: list[str]) -> None:
    page = "".join(f"{tag}#{number}." for number, tag in enumerate(soup))
    document = read("<body>" + page)
    found = "\n".join(
        block.text if not isinstance(block, Table) else "\n".join(cell.text for cell in block.cells)
        for block in document.blocks
    )
    for number in range(len(soup)):
        assert f"#{number}." in found


@given(st.binary(max_size=300))
def test_any_bytes_give_a_document_or_the_one_error(data: bytes) -> None:
    try:
        assert read_html(data).reader == "html"
    except UnreadableDocumentError as error:
        assert error.code in ("empty", "too_large")


# Real pages


@needs_shared
def test_a_portal_page_with_its_meta_tags() -> None:
    document = read_html((CORPUS / "pingtan_2024.html").read_bytes())
    two, three, four = document.tables()
    assert (two.rows, two.columns, three.columns, four.columns) == (14, 4, 10, 15)
    assert texts(two)[3] == ["行政规范性文件", "62", "33", "440"]
    assert texts(four)[3] == ["2", "1", "3", "1", "7", "0", "0", "0", "0", "0", "13", "2", "4", "0", "19"]
    assert document.metadata["ArticleTitle"] == "平潭综合实验区2024年度政府信息公开工作年度报告"
    assert document.metadata["PubDate"] == "2025-03-10 15:35"


@needs_shared
def test_a_fragment_whose_zeros_are_nbsp() -> None:
    document = read_html((CORPUS / "shanghai_office_2019.html").read_bytes())
    two, three, four = document.tables()
    assert texts(two)[2] == ["规章", "13", "13", "13", "524"]
    assert texts(three)[3][3:] == ["821", "35", "\xa0", "\xa0", "2", "1", "859"]
    assert texts(four)[3][:5] == ["5", "\xa0", "\xa0", "2", "7"]


STYLED = """<html><head><style><!-- /* Word's own: .all {display:none} */
span.MsoFootnoteReference {mso-style-name:"脚注引用"; vertical-align:super;}
a.none, .gone {display:none}
.old {text-decoration: underline line-through}
td.gone {display:none} .menu .sub {display:none}
@media print { .screen {display:none} .x {display:none} }
.last {visibility:hidden}
--></style></head><body><table><tr><td>a</td><td>%s</td></tr><tr><td>b</td><td>5</td></tr></table>"""


@pytest.mark.parametrize(
    ("cell", "text", "codes"),
    [
        ('12<span class="MsoFootnoteReference">1</span>', "12¹", []),
        ("12<span class=msofootnotereference><span>[1]</span></span>", "12[¹]", []),
        ("12<a class=MsoFootnoteReference>1</a>", "121", []),
        ('12<span class="x gone">1</span>', "12", ["hidden_text"]),
        ("12<a class=none>1</a>", "12", ["hidden_text"]),
        ("<span class=old>11</span>12", "12", ["struck_text"]),
        ("<span class=last>11</span>12", "12", ["hidden_text"]),
        ('<span class=gone style="display: inline">11</span>', "11", []),
        ("<span class=sub>11</span><span class=screen>1</span><span class=all>1</span>", "1111", []),
        ("<p class=gone>12</p>", "12", []),
    ],
)
def test_a_style_sheet_hides_strikes_and_raises_words(cell: str, text: str, codes: list[str]) -> None:
    document = read_html((STYLED % cell).encode())
    (table,) = document.tables()
    assert table.cells[1].text == text
    assert [note.code for note in document.notes] == codes


@pytest.mark.parametrize(
    "unseen",
    [
        '<span style="opacity:0">9</span>',
        '<span style="opacity: 0.0;">9</span>',
        '<span style="color: transparent">9</span>',
        '<span style="display:inline-block;text-indent:-9999px">9</span>',
        '<i style="position:absolute;left:-9999px">9</i>',
        '<i style="position:absolute;width:1px;clip:rect(0 0 0 0)">9</i>',
        '<b style="visibility:collapse">9</b>',
        '<b style="font-size:0"><u>9</u></b>',
    ],
)
def test_words_that_no_screen_shows_are_left_out(unseen: str) -> None:
    document = read(f"<table><tr><td>规章</td><td>12{unseen}</td></tr></table>")
    assert [texts(table) for table in document.tables()] == [[["规章", "12"]]]
    assert note_details(document, "hidden_text") == ["9"]


@pytest.mark.parametrize(
    "seen",
    [
        '<span style="opacity:0.9">9</span>',
        '<span style="opacity:.5">9</span>',
        '<span style="background-color: transparent">9</span>',
        '<span style="text-indent:-9pt">9</span>',
        '<i style="position:relative;left:-1px">9</i>',
        '<b style="font-size:0"><u style="font-size:14px">9</u></b>',
        '<b style="font-size:0"><font size=3>9</font></b>',
    ],
)
def test_words_that_a_screen_shows_stay(seen: str) -> None:
    assert only_table(f"<table><tr><td>规章</td><td>12{seen}</td></tr></table>") == [["规章", "129"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('12<a href="#_ftn1">1</a>', "12¹"),
        ('12<span style="mso-text-raise:3.0pt;position:relative;top:-3.0pt">1</span>', "12¹"),
        ('12<span style="vertical-align: 4px; font-size:6pt">1</span>', "12¹"),
        ('12<span style="position:relative;top:-3pt">1</span>', "12¹"),
        ('12<span style="position:relative;top:3pt">1</span>', "121"),
        ('<span style="vertical-align:top">12</span>', "12"),
        ("<span style='position:relative;top:-1.0pt;mso-text-raise:1.0pt'>1<span>2</span></span>", "12"),
        ('<span style="vertical-align:top">1</span><span style="vertical-align:top">2</span>', "12"),
        ('12<span style="vertical-align:0px">1</span>', "121"),
        ('12<a href="list.html">1</a>', "121"),
    ],
)
def test_digits_set_higher_than_others_of_their_cell_are_raised(cell: str, text: str) -> None:
    assert only_table(f"<table><tr><td>规章</td><td>{cell}</td></tr></table>") == [["规章", text]]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ('<INPUT TYPE="TEXT" VALUE="12">', "12"),
        ('<input type="tel" value="12">', "12"),
        ('<input type="button" value="9"><input type="Hidden" value="9">12', "12"),
        ("<select><option>12</option><option>9</option></select>", "12"),
        ('<select><optgroup label="x"><option>9<option selected>12</optgroup></select>', "12"),
    ],
)
def test_a_field_prints_what_a_browser_shows_in_it(field: str, text: str) -> None:
    assert only_table(f"<table><tr><td>规章</td><td>{field}</td></tr></table>") == [["规章", text]]


@pytest.mark.parametrize(
    ("head", "cell", "flags"),
    [
        ("", '<img src="12.png">', ("not_text",)),
        ("", '12<img src="3.png">', ("not_text",)),
        ("", "<svg></svg>", ("not_text",)),
        ("", "<bdo dir=rtl>12</bdo>", ("not_text",)),
        ("", "<bdo dir=ltr>12</bdo>", ()),
        ("", '<script>document.write("12")</script>', ("not_text",)),
        ("", '<span v-text="row.a"></span>', ("not_text",)),
        ("<script>$('#a').text(12)</script>", '<b id="a"></b>', ("not_text",)),
        ("<script>$('#a').text(12)</script>", '<b id="a">12</b>', ("shown_otherwise",)),
        ("<script>$('#a').text(12)</script>", '<b id="b"></b>', ()),
        ("", '<img src="blank.gif" width="1">', ()),
        ("", '规章<img src="icon.png">', ()),
        ("", '12<span style="color:#fff">9</span>', ("may_be_unseen",)),
        ("", '12<font color="#FFFFFF">9</font>', ("may_be_unseen",)),
        ("<style>.w {color:white}</style>", "12<b class=w>9</b>", ("may_be_unseen",)),
        ("", '<b style="color:white;background:#4472c4">12</b>', ()),
        ("", '<b style="color:#fff000">12</b><b style="background-color:#fff">1</b>', ()),
    ],
)
def test_cells_whose_text_is_not_what_they_show_are_flagged(
    head: str, cell: str, flags: tuple[str, ...]
) -> None:
    document = read(f"<head>{head}</head><table><tr><td>规章</td><td>{cell}</td></tr></table>")
    (table,) = document.tables()
    assert table.cells[1].flags == flags
    assert not any("\ufdd0" <= one <= "\ufdef" for one in table.cells[1].text)
    assert table.cells[0].flags == ()


def test_pictures_around_tables_leave_no_trace() -> None:
    page = "<table><tr><td><img src=logo.png></td><td><img src=a.png><table><tr><td>1<td>2</table></table>"
    document = read(page)
    assert [texts(table) for table in document.tables()] == [[["1", "2"]]]
    assert paragraphs(page) == []


@pytest.mark.parametrize(
    ("sheet", "cell", "text"),
    [
        ("td .lab {display:none}", "<b class=lab>9</b>12", "12"),
        ("#x {display:none}", "<b id=x>9</b>12", "12"),
        ("td span {display:none}", "<span>9</span>12", "12"),
        ("@media screen {.lab {display:none}}", "<b class=lab>9</b>12", "12"),
        (".lab {display:none} td .lab {display:inline}", "<b class=lab>1</b>2", "12"),
        ("td .lab {display:inline} .lab {display:none}", "<b class=lab>1</b>2", "12"),
        (".menu .lab {display:none}", "<b class=lab>1</b>2", "12"),
        ("td > .lab {display:none}", "<b class=lab>9</b>12", "12"),
        (".lab:hover {display:none} @media print {.lab {display:none}}", "<b class=lab>1</b>2", "12"),
        (".z {font-size:0} .o {opacity:0}", "12<b class=z>9</b><b class=o>9</b>", "12"),
    ],
)
def test_selectors_of_a_style_sheet(sheet: str, cell: str, text: str) -> None:
    page = f"<style>{sheet}</style><table><tr><td>规章</td><td>{cell}</td></tr></table>"
    assert only_table(page) == [["规章", text]]


LABELS = ("规章", "行政规范性文件", "行政许可", "行政处罚", "行政强制")


def labelled(figure: int, attributes: str = "") -> str:
    rows = "".join(f"<tr><td>{label}</td><td>{figure}</td></tr>" for label in LABELS)
    return f"<table {attributes}>{rows}</table>"


@pytest.mark.parametrize(
    "hidden",
    [
        labelled(9, "style='display:none'"),
        labelled(9, "hidden"),
        labelled(9, "class=m"),
        f"<div style='display: none'><p>前年</p>{labelled(9)}</div>",
        f"<div class='tab m'>{labelled(9)}</div>",
    ],
)
def test_a_hidden_table_that_repeats_one_that_is_shown_is_left_out(hidden: str) -> None:
    sheet = "<style>.m {display:none} @media print {.m {display:block}}</style>"
    for page in (f"{sheet}{hidden}尾{labelled(1)}", f"{sheet}{labelled(1)}{hidden}尾"):
        document = read(page)
        (table,) = document.tables()
        assert [row[1] for row in texts(table)] == ["1"] * len(LABELS)
        assert [paragraph.text for paragraph in document.paragraphs()] == ["尾"]
        assert [note.code for note in document.notes] == ["hidden_copy"]


def test_hidden_tables_that_repeat_none_stay() -> None:
    sheet = "<style>.m {display:none} @media screen and (max-width: 600px) {.n {display:none}}</style>"
    for page in (f"<div class=m>{labelled(1)}</div>", f"<div class=n>{labelled(1)}</div>{labelled(1)}"):
        document = read(sheet + page)
        assert len(list(document.tables())) == page.count("<table")
        assert document.notes == ()


def test_fields_in_heading_cells_are_read_too() -> None:
    page = (
        '<table><tr><th>规章</th><th><input value="12"></th><th><select><option>3</select></th></tr></table>'
    )
    assert only_table(page) == [["规章", "12", "3"]]


PIECES = st.lists(st.sampled_from(["<", "td", " style=", "0", ">", "</td>", "absolute", "ol", "<ol", "\n"]))


@given(PIECES, st.integers(0, 60), st.integers(1, 9))
def test_a_source_without_repeats_has_the_same_words(pieces: list[str], start: int, length: int) -> None:
    source = "".join(pieces).encode()
    words = without_repeats(source)
    word = source[start : start + length]
    if b"<" not in word[1:]:
        assert word in words
    # And no word that the source lacks.
    word = words[start : start + length]
    if b"<" not in word[1:]:
        assert word in source
