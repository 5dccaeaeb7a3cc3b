"""What was read of each report: the report, its cells, what is to be known of it, what a person states."""

from __future__ import annotations

import pyarrow as pa

from extract.schemas.column import REPORT_ID, STRINGS, column

FACTS = pa.schema(
    [
        column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        column("applicant_type", pa.string(), "申请人类型；total 为总计", "applicant type; total for 总计"),
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
        column("report_id", pa.string(), "报告标识", "report"),
        column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        column("locator", pa.string(), "在原件中的位置", "where in the source"),
        column("reader", pa.string(), "读取器", "which reader read it"),
        column("flags", STRINGS, "存疑标记，见视图 flags", "doubts about the reading: see the view flags"),
    ]
)

REPORTS = pa.schema(
    [
        column("report_id", pa.string(), "报告标识", "report"),
        column("title", pa.string(), "标题", "title"),
        column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        column("year_evidence", pa.string(), "报告年度的依据", "what the report year was read from"),
        column("published_at", pa.date32(), "发布日期", "date of publication"),
        column("url", pa.string(), "网址", "address"),
        column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        column("format", pa.string(), "文件格式", "file format"),
        column("reader", pa.string(), "读取器", "which reader read it"),
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
        column("report_id", pa.string(), "报告标识", "report"),
        column("check_id", pa.string(), "检查项，见 identities", "check, see identities"),
        column("severity", pa.string(), "程度：error warn info", "error warn info"),
        column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
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
