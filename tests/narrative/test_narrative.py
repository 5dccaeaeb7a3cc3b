"""Counts stated in words: every wording on its own example, real sentences, and what misleads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Cell, Document, Doubt, Paragraph, Table
from extract.form.layout.codebook import codebook, read_table
from extract.form.plain_text import PlainText, plain_text, text_hash
from extract.narrative import Narrative, read_narrative, wordings

Stated = dict[str, tuple[float | None, str, str | None]]


def document(*paragraphs: str) -> Document:
    blocks = tuple(Paragraph(text, f"line {number}") for number, text in enumerate(paragraphs, 1))
    return Document(blocks, "text", "txt")


def stated(*paragraphs: str, year: int | None = 2023) -> Stated:
    cells = read_narrative(document(*paragraphs), year).cells
    return {cell.row_code: (cell.value, cell.value_status, cell.unit) for cell in cells}


WORDINGS = [pytest.param(row, id=f"line {line}") for line, row in read_table("narrative_patterns")]


@pytest.mark.parametrize("row", WORDINGS)
def test_every_wording_reads_its_example(row: dict[str, str]) -> None:
    cells = {cell.row_code: cell for cell in read_narrative(document(row["example"]), None).cells}
    cell = cells[row["row_code"]]
    assert cell.published == row["published"]
    assert cell.value == (float(row["value"]) if row["value"] else None)
    assert cell.value_status == ("number" if row["value"] else "none_word")


def test_every_stated_row_has_a_wording() -> None:
    stated_rows = {code for code, row in codebook().rows.items() if row.node == "text"}
    assert {wording.row_code for wording in wordings()} == stated_rows


def test_a_text_that_a_wording_fits_has_its_words() -> None:
    examples = [plain_text(document(row["example"])).plain for _, row in read_table("narrative_patterns")]
    for wording in wordings():
        fitting = [text for text in examples if wording.pattern.search(text)]
        assert fitting
        assert all(wording.words in text for text in fitting)


def test_a_paragraph_of_a_city() -> None:
    """上海市政府办公厅 2019: what is named together, and numbers before and after their words."""
    found = stated(
        "市政府办公厅代表市政府共受理政府信息公开申请859件，申请数量较去年回落12.3%；答复政府信息公开申请805件"
        "（含上年度结转申请18件，另有72件申请按照《条例》顺延到下年度答复），均在法定期限内予以答复。"
        "予以公开及部分公开258件，占33.9%；不予公开35件，占4.34%；因本机关不掌握等原因无法提供265件，占32.9%；"
        "不予处理158件，占19.6%；其他处理0件。信息公开类行政复议7件，诉讼9件，均获维持。"
    )
    assert {code: value for code, (value, _, _) in found.items()} == {
        "x1:received": 859, "x1:closed": 805, "x1:carried_in": 18, "x1:carried_out": 72,
        "x1:granted_or_partly": 258, "x1:denied": 35, "x1:unable": 265, "x1:not_processed": 158,
        "x1:other": 0, "x1:reconsiderations": 7, "x1:lawsuits": 9,
    }  # fmt: skip


def test_broken_lines_are_one_sentence_and_the_place_names_both() -> None:
    cells = read_narrative(
        document("全市共受理政府信息公开申请3119件，答", "复 3050 件（含上年度结转 34件）。"), 2024
    ).cells
    closed = next(cell for cell in cells if cell.row_code == "x1:closed")
    assert (closed.value, closed.published) == (3050, "答复 3050 件")
    assert closed.locator == "line 1 [20-20] to line 2 [8-8]"


def test_what_a_reader_doubts_of_a_line_is_a_flag_of_what_it_states() -> None:
    lines = ("2023年共收到政府信息公开申请33", "件。全年组织培训3次。")
    doubt = Doubt(len(lines[0]) - 2, len(lines[0]), ("ocr_low_confidence",))
    blocks = (Paragraph(lines[0], "line 1", (doubt,)), Paragraph(lines[1], "line 2"))
    cells = read_narrative(Document(blocks, "text", "txt"), 2023).cells
    assert {cell.row_code: cell.flags for cell in cells if cell.flags} == {"x1:received": doubt.flags}


def test_a_denial_prints_no_number() -> None:
    found = stated("我局未收到有关政府信息公开行政复议、提起行政诉讼的申请。2023年未收到政府信息公开申请。")
    codes = ("x1:received", "x1:reconsiderations", "x1:lawsuits")
    assert found == dict.fromkeys(codes, (None, "none_word", None))


@pytest.mark.parametrize(
    "sentence",
    [
        "收到信访举报3件。",
        "政务服务大厅办理行政许可 60 件、行政处罚30件。",
        "收到申请数量同比增加5件。",
        "收到申请数 件 5",
        "主动公开政府信息数（不同渠道和方式公开相同信息计1条） 条 100",
        "在收到申请之日起20个工作日内答复。",
        "未按规定公开政府信息的，责令改正。",
        "2022年共收到政府信息公开申请70件。",
        "对不予公开的政府信息，一律说明理由。",
    ],
)
def test_what_only_looks_like_a_count_states_none(sentence: str) -> None:
    assert stated(sentence) == {}


def test_requests_for_reconsideration_are_no_requests_for_information() -> None:
    assert stated("收到行政复议申请3件。") == {"x1:reconsiderations": (3, "number", "件")}


def test_a_sentence_about_another_year_is_left_alone() -> None:
    assert stated("2022年收到申请70件，2023年收到申请75件。") == {"x1:received": (75, "number", "件")}


def test_parts_of_a_count_are_not_the_count() -> None:
    assert stated("全区共收到申请75件，其中区政府办公室收到申请12件。")["x1:received"][0] == 75
    found = stated("全区主动公开政府信息3460条。区直部门主动公开政府信息1822条。乡镇主动公开政府信息1638条。")
    assert found["x1:items_disclosed"] == (3460, "number", "条")


def test_statements_that_differ_are_not_believed() -> None:
    found = read_narrative(document("本机关收到申请12件。", "全年收到政府信息公开申请30件。"), 2023)
    (cell,) = found.cells
    assert (cell.value, cell.value_status, cell.unit) == (None, "unreadable", None)
    assert cell.published == "收到申请12件；收到政府信息公开申请30件"
    assert {finding.check_id for finding in found.findings} == {"stated_in_text", "statements_differ"}


def test_a_denial_and_a_nought_agree() -> None:
    assert stated("全年收到申请0件。本年度未收到政府信息公开申请。")["x1:received"] == (0, "number", "件")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("2024年，无收取信息处理费情况。", "none"),
        ("全年收取信息处理费0.12万元。", "0.12 万元"),
        ("收取信息处理费3元。收取信息处理费5元。", "different numbers"),
    ],
)
def test_the_english_half_says_what_the_chinese_says(sentence: str, said: str) -> None:
    """That none were collected was told as: Processing fees collected."""
    told = read_narrative(document(sentence), 2024).findings[0]
    assert told.zh.startswith("正文所述：") and told.en.startswith(f"stated in the text: {said}")
    assert told.en.endswith("(Processing fees collected)")


def test_numbers_and_units_stand_as_printed() -> None:
    found = stated(
        "主动公开各类政府信息１２,３４５条，发出收费通知2份，收取信息处理费0.12万元。收到申请70余件。"
    )
    assert found == {
        "x1:items_disclosed": (12345, "number", "条"),
        "x6:fee_notices": (2, "number", "份"),
        "x6:fee_amount": (0.12, "number", "万元"),
        "x1:received": (70, "annotated", "件"),
    }


def test_sentences_in_cells_are_read_and_labels_are_not() -> None:
    cells = (
        Cell("全年共收到政府信息公开申请75件，均按时予以答复。", 0, 0, locator="table 1 r1 c1"),
        Cell("（一）收到申请数 5件", 1, 0, locator="table 1 r2 c1"),
    )
    found = read_narrative(Document((Table(2, 1, cells, "table 1"),), "html", "html"), 2023)
    assert [(cell.row_code, cell.value, cell.locator) for cell in found.cells] == [
        ("x1:received", 75, "table 1 r1 c1 [4-16]")
    ]


def test_the_sentence_is_kept_without_contacts() -> None:
    found = read_narrative(
        document("联系人：王小二，电话0591-23165370，全年收到申请5件，邮箱ab@163.com。"), None
    )
    (finding,) = found.findings
    assert (finding.check_id, finding.row_code, finding.found) == (
        "stated_in_text",
        "x1:received",
        "收到申请5件",
    )
    assert finding.evidence == "联系人：〔略〕，电话〔略〕，全年收到申请5件，邮箱〔略〕。"


@given(
    st.lists(
        st.text(alphabet="收到申请办结答复件条，。、;（）0123456789年结转下 \n其中未无余万元", max_size=60)
    )
)
def test_any_text_gives_numbers_that_it_prints(lines: list[str]) -> None:
    found: Narrative = read_narrative(document(*lines), 2023)
    assert len({cell.row_code for cell in found.cells}) == len(found.cells)
    printed = "".join("".join(line.split()) for line in lines).replace("，", "")
    for cell in found.cells:
        published = "".join(cell.published.split()).replace("，", "")
        if cell.value is not None:
            assert published in printed and f"{cell.value:.15g}" in published


class TestTextHash:
    """Two reports are known to have the same text whatever their years, markup and menus."""

    TEXT = tuple(
        f"2023年，我局主动公开政府信息{count}条，收到政府信息公开申请{count}件，均在法定期限内答复申请人，没有行政复议。"
        for count in (12, 40, 7, 31, 9, 22, 8)
    )

    def hash_of(self, *paragraphs: str) -> str | None:
        return text_hash(plain_text(document(*paragraphs)))

    def test_years_white_space_and_what_is_no_sentence_do_not_matter(self) -> None:
        known = self.hash_of(*self.TEXT)
        later = [sentence.replace("2023", "2024") for sentence in self.TEXT]
        broken = "\n".join(later).replace("申请人", "申 请 人")
        assert known is not None
        assert self.hash_of("首页 > 政府信息公开", "浏览次数：381", *later, "上一篇：无") == known
        assert self.hash_of(broken) == known

    def test_one_number_or_one_word_matters(self) -> None:
        known = self.hash_of(*self.TEXT)
        for old, new in (("40条", "41条"), ("没有", "无")):
            assert self.hash_of(*(sentence.replace(old, new) for sentence in self.TEXT)) != known

    def test_a_short_text_tells_nothing(self) -> None:
        assert self.hash_of(*self.TEXT[:4]) is None

    def test_a_text_without_a_full_stop_comes_to_an_end(self) -> None:
        # Searched from each of its characters to its end, this would take an hour.
        assert text_hash(PlainText("年" * 1_000_000, (), ())) is None


@pytest.mark.parametrize(
    "about", ["约10件", "近10件", "超10件", "10余件", "10多件", "10件左右", "10件上下", "10件以上"]
)
def test_a_number_that_is_about_says_so(about: str) -> None:
    assert stated(f"收到申请{about}。") == {"x1:received": (10, "annotated", "件")}
