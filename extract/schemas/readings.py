"""What was read of each report: the report, its cells, what is to be known of it, what a person states."""

from __future__ import annotations

import pyarrow as pa

from extract.schemas.column import (
    AGENCY_ID,
    AGENCY_NAME,
    APPLICANT_TYPE,
    READER,
    REGION_CODE,
    REPORT_ID,
    ROW_CODE,
    SOURCE_SHA256,
    STRINGS,
    YEAR,
    column,
)

FACTS = pa.schema(
    [
        column(*AGENCY_ID),
        column(*AGENCY_NAME),
        column(*REGION_CODE),
        column(*YEAR),
        column(*ROW_CODE),
        column(*APPLICANT_TYPE),
        column(
            "value",
            pa.float64(),
            "所印数字，按所印单位；未印数字则为空，空白不是零",
            "the number printed, in the unit printed; null unless a number is printed, a blank is not zero",
        ),
        column(
            "value_status",
            pa.string(),
            "单元格状态：number blank dash slash none_word annotated unreadable",
            "what stands in the cell: number blank dash slash none_word annotated unreadable",
        ),
        column("published", pa.string(), "单元格原文", "the cell's text, exactly"),
        column("unit", pa.string(), "所印单位", "unit as printed"),
        column("edition", pa.string(), "所在表格的版式", "edition of the table that the cell stands in"),
        column(*REPORT_ID),
        column(*SOURCE_SHA256),
        column("locator", pa.string(), "在原件中的位置", "where in the source"),
        column(*READER),
        column("flags", STRINGS, "存疑标记，见视图 flags", "doubts about the reading: see the view flags"),
    ]
)

REPORTS = pa.schema(
    [
        column(*REPORT_ID),
        column("title", pa.string(), "标题", "title"),
        column(*AGENCY_NAME),
        column(*AGENCY_ID),
        column(*REGION_CODE),
        column(*YEAR),
        column("year_evidence", pa.string(), "报告年度的依据", "what the report year was read from"),
        column("published_at", pa.date32(), "发布日期", "date of publication"),
        column("url", pa.string(), "网址", "address"),
        column(*SOURCE_SHA256),
        column("format", pa.string(), "文件格式", "file format"),
        column(*READER),
        column("editions", STRINGS, "各表的版式", "editions of its tables"),
        column(
            "status",
            pa.string(),
            "结果：ok partial no_tables empty_form not_a_report unreadable duplicate",
            "outcome: ok partial no_tables empty_form not_a_report unreadable duplicate",
        ),
        column("cells_expected", pa.int32(), "版式应有的单元格数", "cells that its editions print"),
        column("cells_read", pa.int32(), "读到的单元格数", "cells read"),
        column("content_hash", pa.string(), "内容摘要", "hash of the content"),
        column(
            "text_hash",
            pa.string(),
            "正文摘要，年份除外；正文过短为空",
            "hash of the text but for its years; none where the text is short",
        ),
        column("superseded_by", pa.string(), "被哪份报告取代", "report that replaces this one"),
        column("source_name", pa.string(), "文件名或网址", "file name or address"),
    ]
)

FINDINGS = pa.schema(
    [
        column(*REPORT_ID),
        column("check_id", pa.string(), "检查项，见 identities", "check, see identities"),
        column("severity", pa.string(), "程度：error warn info", "error warn info"),
        column(*ROW_CODE),
        column("applicant_type", pa.string(), "申请人类型", "applicant type"),
        column("expected", pa.string(), "应为", "what the check expects"),
        column("found", pa.string(), "实为", "what was found"),
        column(
            "attributed_to",
            pa.string(),
            "归因：publisher 发布者（另一格式的文件所印相同，已证实） extraction 提取 undecided 未定",
            "whose error: publisher (proven: a file in another format agrees), extraction or undecided",
        ),
        column("evidence", pa.string(), "依据", "evidence"),
        column("message", pa.string(), "说明，中文 | 英文", "message, Chinese | English"),
    ]
)

STATED = pa.schema(
    [
        column(*REPORT_ID),
        column("file", pa.string(), "sources.csv 中的文件名", "name of the file, as sources.csv has it"),
        column("url", pa.string(), "所述网址", "address that is stated"),
        column("agency", pa.string(), "所述机关，名称或标识", "agency that is stated, its name or id"),
        column("year", pa.int16(), "所述报告年度", "report year that is stated"),
        column("fetched_at", pa.timestamp("us", tz="UTC"), "所述取得时间", "when it was had, as is stated"),
        column("note", pa.string(), "备注", "note"),
        column("agency_read", pa.string(), "文件自述的机关名称", "agency that the file itself names"),
        column("year_read", pa.int16(), "文件自述的年度", "year that the file itself names"),
        column("year_read_from", pa.string(), "该年度的依据", "what that year was read from"),
    ]
)

EVIDENCE = pa.schema([("report_id", pa.string()), ("evidence", pa.string())])
