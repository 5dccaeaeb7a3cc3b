"""The published tables: their Arrow schemas with a description of every column in both languages.

The schemas are the contract with whoever reads builds; `query` turns the descriptions into comments, the
data dictionary into pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


def _column(name: str, type_: pa.DataType, zh: str, en: str) -> pa.Field:
    return pa.field(name, type_, metadata={"description_zh": zh, "description_en": en})


_STRINGS = pa.list_(pa.string())

FACTS = pa.schema(
    [
        _column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        _column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        _column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        _column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        _column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        _column("applicant_type", pa.string(), "申请人类型；total 为总计", "applicant type; total for 总计"),
        _column(
            "value",
            pa.float64(),
            "所印数字，按所印单位；未印数字则为空，空白不是零",
            "the number printed, in the unit printed; null unless a number is printed, a blank is not zero",
        ),
        _column(
            "value_status",
            pa.string(),
            "单元格状态：number blank dash slash none_word annotated unreadable",
            "what stands in the cell: number blank dash slash none_word annotated unreadable",
        ),
        _column("published", pa.string(), "单元格原文", "the cell's text, exactly"),
        _column("unit", pa.string(), "所印单位", "unit as printed"),
        _column("edition", pa.string(), "所在表格的版式", "edition of the table that the cell stands in"),
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("locator", pa.string(), "在原件中的位置", "where in the source"),
        _column("reader", pa.string(), "读取器", "which reader read it"),
        _column("flags", _STRINGS, "存疑标记，见视图 flags", "doubts about the reading: see the view flags"),
    ]
)

REPORTS = pa.schema(
    [
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("title", pa.string(), "标题", "title"),
        _column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        _column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        _column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        _column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        _column("year_evidence", pa.string(), "报告年度的依据", "what the report year was read from"),
        _column("published_at", pa.date32(), "发布日期", "date of publication"),
        _column("url", pa.string(), "网址", "address"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("format", pa.string(), "文件格式", "file format"),
        _column("reader", pa.string(), "读取器", "which reader read it"),
        _column("editions", _STRINGS, "各表的版式", "editions of its tables"),
        _column(
            "status",
            pa.string(),
            "结果：ok partial no_tables empty_form not_a_report unreadable duplicate",
            "outcome: ok partial no_tables empty_form not_a_report unreadable duplicate",
        ),
        _column("cells_expected", pa.int32(), "版式应有的单元格数", "cells that its editions print"),
        _column("cells_read", pa.int32(), "读到的单元格数", "cells read"),
        _column("content_hash", pa.string(), "内容摘要", "hash of the content"),
        _column(
            "text_hash",
            pa.string(),
            "正文摘要，年份除外；正文过短为空",
            "hash of the text but for its years; none where the text is short",
        ),
        _column("superseded_by", pa.string(), "被哪份报告取代", "report that replaces this one"),
        _column("source_name", pa.string(), "文件名或网址", "file name or address"),
    ]
)

FINDINGS = pa.schema(
    [
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("check_id", pa.string(), "检查项，见 identities", "check, see identities"),
        _column("severity", pa.string(), "程度：error warn info", "error warn info"),
        _column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        _column("applicant_type", pa.string(), "申请人类型", "applicant type"),
        _column("expected", pa.string(), "应为", "what the check expects"),
        _column("found", pa.string(), "实为", "what was found"),
        _column(
            "attributed_to",
            pa.string(),
            "归因：publisher 发布者（另一格式的文件所印相同，已证实） extraction 提取 undecided 未定",
            "whose error: publisher (proven: a file in another format agrees), extraction or undecided",
        ),
        _column("evidence", pa.string(), "依据", "evidence"),
        _column("message", pa.string(), "说明，中文 | 英文", "message, Chinese | English"),
    ]
)

SNAPSHOTS = pa.schema(
    [
        _column("url", pa.string(), "请求的网址", "address asked for"),
        _column("final_url", pa.string(), "重定向后的网址", "address after redirects"),
        _column("site_id", pa.string(), "站点", "site"),
        _column("column", pa.string(), "栏目", "column of the site"),
        _column("fetched_at", pa.timestamp("us", tz="UTC"), "抓取时间", "time of the fetch"),
        _column("http_status", pa.int16(), "HTTP 状态码", "HTTP status"),
        _column("outcome", pa.string(), "结果", "outcome"),
        _column("content_type", pa.string(), "内容类型", "content type"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("etag", pa.string(), "ETag", "ETag"),
        _column("last_modified", pa.string(), "Last-Modified", "Last-Modified"),
        _column("link_text", pa.string(), "链接文字", "text of the link that led here"),
        _column("run_id", pa.string(), "批次", "run of the crawler"),
    ]
)

RUNS = pa.schema(
    [
        _column("run_id", pa.string(), "批次", "run of the crawler"),
        _column("site_id", pa.string(), "站点", "site"),
        _column("column_id", pa.string(), "栏目标识", "column of the site, as in columns.csv"),
        _column("url", pa.string(), "栏目网址", "the column's address"),
        _column("family", pa.string(), "网站系统类型", "CMS family"),
        _column("outcome", pa.string(), "结果，见 outcomes.csv", "how it ended, see outcomes.csv"),
        _column("detail", pa.string(), "结果的说明", "what there is to say of it"),
        _column("started_at", pa.timestamp("us", tz="UTC"), "开始时间", "when its walk began"),
        _column("finished_at", pa.timestamp("us", tz="UTC"), "结束时间", "when its walk ended"),
        _column("list_pages", pa.int32(), "列表页数", "list pages read"),
        _column("listed", pa.int32(), "列出的链接数", "links that the list has"),
        _column("stated_total", pa.int32(), "网站自称的条数", "how many it says that it has"),
        _column("present", pa.int32(), "现有报告数", "reports that it has now"),
        _column("before", pa.int32(), "上次的报告数", "reports that it had at the run before"),
        _column("new", pa.int32(), "新增", "new reports"),
        _column("changed", pa.int32(), "发布后改动", "reports changed after publication"),
        _column("confirmed", pa.int32(), "复查未变", "reports asked for again and found unchanged"),
        _column("withdrawn", pa.int32(), "撤下", "reports that are no longer there"),
        _column("failures", pa.int32(), "未能取得的页面和文件", "pages and files that could not be had"),
        _column(
            "passed_over",
            pa.map_(pa.string(), pa.int32()),
            "未跟进的链接数，按原因",
            "links not followed, by reason",
        ),
    ]
)


_AGENCY_ID = (
    "agency_id",
    pa.string(),
    "机关标识；未能认定时为空",
    "stable agency id; null where not resolved",
)
_AGENCY = ("agency_id", pa.string(), "机关标识", "stable agency id")
_REPORT_ID = ("report_id", pa.string(), "报告标识", "report")

AGENCIES = pa.schema(
    [
        _column(*_AGENCY),
        _column(
            "name",
            pa.string(),
            "机关名称：其最近报告所载；没有报告时为名册所载；再没有则由规则拼成，见 name_from",
            "name as its last report prints it; without a report, as the roster has it; else composed by a "
            "rule, see name_from",
        ),
        _column(
            "name_from",
            pa.string(),
            "名称出处：report 报告 roster 名册 composed 由规则拼成，未必是其正式名称",
            "where the name is from: report, roster, or composed by a rule and perhaps not what it is called",
        ),
        _column(
            "composed_name",
            pa.string(),
            "由地方全称和职能拼成的名称，各机关一律如此",
            "name composed of the place in full and what it does, made alike for all agencies",
        ),
        _column(
            "place_id", pa.string(), "地方标识，更名改码不变", "place, the same through renames and new codes"
        ),
        _column("region_code", pa.string(), "最近的行政区划代码", "the place's last division code"),
        _column("place_name", pa.string(), "地方名称", "the place's last name"),
        _column("prefecture_code", pa.string(), "所属地级代码", "division code of its prefecture"),
        _column("prefecture_name", pa.string(), "所属地级名称", "name of its prefecture"),
        _column("province_code", pa.string(), "所属省级代码", "division code of its province"),
        _column("province_name", pa.string(), "所属省级名称", "name of its province"),
        _column("function_code", pa.string(), "职能代码", "what it does, see functions.csv"),
        _column("function_name", pa.string(), "职能名称，中文 | 英文", "what it does, Chinese | English"),
        _column(
            "kind",
            pa.string(),
            "类别：government government_office department township zone vertical",
            "government, government_office, department, township, zone or vertical",
        ),
        _column(
            "valid_from", pa.int16(), "自何年存在，不详则为空", "first year of its being, null if unknown"
        ),
        _column("valid_to", pa.int16(), "自何年不再存在，仍在则为空", "year of its end, null while it lasts"),
        _column("successors", _STRINGS, "后继机关", "agencies that followed it"),
        _column("source", pa.string(), "依据", "what this is known from"),
    ]
)

PLACES = pa.schema(
    [
        _column(
            "place_id", pa.string(), "地方标识，更名改码不变", "place, the same through renames and new codes"
        ),
        _column("division_code", pa.string(), "行政区划代码", "division code (GB/T 2260) in the period"),
        _column("name", pa.string(), "名称", "name in the period"),
        _column("level", pa.string(), "层级", "province, prefecture or county"),
        _column("parent", pa.string(), "上级代码", "division code of what it is under"),
        _column("valid_from", pa.int16(), "自何年起", "from the end of this year"),
        _column(
            "valid_to",
            pa.int16(),
            "至何年止（不含），现行则为空",
            "to before the end of this year, null while in force",
        ),
        _column(
            "successors",
            _STRINGS,
            "后继代码；代码[年] 为该年划出部分的去向",
            "codes that followed; code[year]: where a part of the territory went that year",
        ),
        _column("change", pa.string(), "此前的变动", "how the period began"),
        _column("source", pa.string(), "依据", "source"),
    ]
)

RESOLUTIONS = pa.schema(
    [
        _column(*_REPORT_ID),
        _column(*_AGENCY_ID),
        _column("region_code", pa.string(), "当年的行政区划代码", "division code in the report's year"),
        _column("place_id", pa.string(), "地方标识", "place, with the unit below the county"),
        _column("function_code", pa.string(), "职能代码", "what the agency does"),
        _column("confidence", pa.float64(), "把握，0 到 1", "confidence, 0 to 1"),
        _column("evidence", _STRINGS, "依据", "what the resolution rests on"),
        _column(
            "candidates", _STRINGS, "候选机关，最可能的在前", "agencies that it might be, likeliest first"
        ),
        _column("conflicts", _STRINGS, "相互矛盾之处", "contradictions in the evidence"),
        _column(
            "follows",
            pa.string(),
            "自身证据未定时，所跟随的同一文章另一文件的报告标识",
            "where its own evidence leaves it open: the reading of its article that the agency is taken from",
        ),
        _column(
            "basis",
            pa.string(),
            "自身证据、年份、登记表和规则的哈希；哈希相同，结论相同",
            "hash over its own evidence, year, registry and rules; the same hash, the same decision",
        ),
    ]
)

COPIES = pa.schema(
    [
        _column("report_id", pa.string(), "采用的报告", "the reading that stands for the report"),
        _column("copy_id", pa.string(), "这一份读取", "this reading of it"),
        _column(
            "role",
            pa.string(),
            "chosen attachment page repost same_content older_version picture_version",
            "chosen, attachment, page, repost, same_content, older_version or picture_version",
        ),
        _column("url", pa.string(), "网址", "address"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("first_seen", pa.timestamp("us", tz="UTC"), "首次见到", "first seen there"),
        _column("last_seen", pa.timestamp("us", tz="UTC"), "最后见到", "last seen there"),
        _column(
            "next_version", pa.string(), "同一网址的下一版本", "reading of the next version at this address"
        ),
        _column("cells_compared", pa.int32(), "与采用者可比的单元格数", "cells that both print"),
        _column("cells_differing", pa.int32(), "其中不同的单元格数", "those of them that differ"),
        _column("rule", pa.string(), "采用或不采用的规则", "rule by which it was chosen or set aside"),
    ]
)

COVERAGE = pa.schema(
    [
        _column(*_AGENCY),
        _column("year", pa.int16(), "报告年度", "report year"),
        _column(
            "status",
            pa.string(),
            "状态：found late empty_form narrative_only withdrawn blocked unreachable missing "
            "never_crawled not_due",
            "found, late, empty_form, narrative_only, withdrawn, blocked, unreachable, missing, "
            "never_crawled or not_due",
        ),
        _column("detail", pa.string(), "说明", "what there is to say of it"),
        _column(*_REPORT_ID),
        _column("published_at", pa.date32(), "首次发布日期", "when it was first published"),
        _column("due_on", pa.date32(), "应发布日期", "when it was due"),
        _column("site_id", pa.string(), "站点", "site where it is or was looked for"),
    ]
)

CORRECTIONS = pa.schema(
    [
        _column(*_AGENCY_ID),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column(
            "report_id",
            pa.string(),
            "所更正的报告；已撤回或已改正的为空",
            "report that it corrects; null where withdrawn or mended",
        ),
        _column("year", pa.int16(), "报告年度", "report year"),
        _column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        _column("applicant_type", pa.string(), "申请人类型；total 为总计", "applicant type; total for 总计"),
        _column("published", pa.string(), "更正所见的原文", "what the correction expects the cell to print"),
        _column(
            "corrected_value",
            pa.float64(),
            "正确的数，按单元格的单位",
            "what is right, in the unit of the cell",
        ),
        _column("reason", pa.string(), "更正的理由", "why it is corrected"),
        _column("evidence", pa.string(), "更正的依据", "what shows it"),
        _column("who", pa.string(), "何人更正", "who says so"),
        _column("decided_on", pa.date32(), "更正日期", "when it was decided"),
        _column(
            "status",
            pa.string(),
            "更正的状态：open 待定 accepted 采纳 withdrawn 撤回 mended 发布者已改正",
            "status of the correction: open, accepted, withdrawn, or mended by the publisher",
        ),
    ]
)


STATED = pa.schema(
    [
        _column(*_REPORT_ID),
        _column("file", pa.string(), "sources.csv 中的文件名", "name of the file, as sources.csv has it"),
        _column("url", pa.string(), "所述网址", "address that is stated"),
        _column("agency", pa.string(), "所述机关，名称或标识", "agency that is stated, its name or id"),
        _column("year", pa.int16(), "所述报告年度", "report year that is stated"),
        _column("fetched_at", pa.timestamp("us", tz="UTC"), "所述取得时间", "when it was had, as is stated"),
        _column("note", pa.string(), "备注", "note"),
        _column("agency_read", pa.string(), "文件自述的机关名称", "agency that the file itself names"),
        _column("year_read", pa.int16(), "文件自述的年度", "year that the file itself names"),
        _column("year_read_from", pa.string(), "该年度的依据", "what that year was read from"),
    ]
)


# What a build is made from and does not publish: what each document says of whose it is (`AgencyEvidence`),
# and where the crawl's columns list each file.
EVIDENCE = pa.schema([("report_id", pa.string()), ("evidence", pa.string())])
LISTINGS = pa.schema(
    [
        ("site_id", pa.string()),
        ("column_id", pa.string()),
        # Whose reports the column lists, "" for the government of the site; null where the registry lacks it.
        ("owner", pa.string()),
        # The report as the column lists it: its address, its title, the day that its page or the list gives.
        ("url", pa.string()),
        ("title", pa.string()),
        ("published_on", pa.date32()),
        # Whether the column had the report, in this version or a later one, when it was last walked.
        ("listed", pa.bool_()),
        # The file: article, attachment or picture; its link and the address that gave it.
        ("part", pa.string()),
        ("part_url", pa.string()),
        ("final_url", pa.string()),
        ("source_sha256", pa.string()),
        ("first_seen", pa.timestamp("us", tz="UTC")),
        ("last_seen", pa.timestamp("us", tz="UTC")),
        # Whether it belongs to the report as last seen, and not to an older version.
        ("current", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A published table: its schema and the columns that, in this order, sort it totally."""

    name: str
    schema: pa.Schema
    order: tuple[str, ...]


TABLES = {
    spec.name: spec
    for spec in (
        TableSpec(
            "facts",
            FACTS,
            ("agency_id", "agency_name", "year", "report_id", "row_code", "applicant_type", "locator"),
        ),
        TableSpec("reports", REPORTS, ("agency_id", "agency_name", "year", "report_id")),
        TableSpec(
            "findings",
            FINDINGS,
            ("report_id", "check_id", "row_code", "applicant_type", "message", "evidence"),
        ),
        TableSpec("snapshots", SNAPSHOTS, ("fetched_at", "url", "run_id", "source_sha256")),
        TableSpec("runs", RUNS, ("run_id", "site_id", "column_id")),
        TableSpec("agencies", AGENCIES, ("agency_id",)),
        TableSpec("places", PLACES, ("place_id", "valid_from", "division_code")),
        TableSpec("resolutions", RESOLUTIONS, ("report_id",)),
        TableSpec("stated", STATED, ("report_id", "file")),
        TableSpec("copies", COPIES, ("report_id", "copy_id", "role", "url", "first_seen")),
        TableSpec(
            "superseded_facts",
            FACTS,
            ("agency_id", "agency_name", "year", "report_id", "row_code", "applicant_type", "locator"),
        ),
        TableSpec("coverage", COVERAGE, ("agency_id", "year")),
        TableSpec(
            "corrections",
            CORRECTIONS,
            (
                "agency_id",
                "source_sha256",
                "year",
                "row_code",
                "applicant_type",
                "status",
                "decided_on",
                "who",
                "corrected_value",
                "published",
                "reason",
                "evidence",
            ),
        ),
    )
}


def description(field: pa.Field) -> str:
    """What a column means, Chinese first, then English."""
    metadata = field.metadata
    return f"{metadata[b'description_zh'].decode()} | {metadata[b'description_en'].decode()}"
