"""Whose reports they are, and what a build decides across them."""

from __future__ import annotations

import pyarrow as pa

from extract.schemas.column import (
    AGENCY,
    AGENCY_ID,
    APPLICANT_TYPE,
    REPORT_ID,
    ROW_CODE,
    SOURCE_SHA256,
    STRINGS,
    column,
)

AGENCIES = pa.schema(
    [
        column(*AGENCY),
        column(
            "name",
            pa.string(),
            "机关名称：其最近报告所载；没有报告时为名册所载；再没有则由规则拼成，见 name_from",
            "name as its last report prints it; without a report, as the roster has it; else composed by a "
            "rule, see name_from",
        ),
        column(
            "name_from",
            pa.string(),
            "名称出处：report 报告 roster 名册 composed 由规则拼成，未必是其正式名称",
            "where the name is from: report, roster, or composed by a rule and perhaps not what it is called",
        ),
        column(
            "composed_name",
            pa.string(),
            "由地方全称和职能拼成的名称，各机关一律如此",
            "name composed of the place in full and what it does, made alike for all agencies",
        ),
        column(
            "place_id", pa.string(), "地方标识，更名改码不变", "place, the same through renames and new codes"
        ),
        column("region_code", pa.string(), "最近的行政区划代码", "the place's last division code"),
        column("place_name", pa.string(), "地方名称", "the place's last name"),
        column("prefecture_code", pa.string(), "所属地级代码", "division code of its prefecture"),
        column("prefecture_name", pa.string(), "所属地级名称", "name of its prefecture"),
        column("province_code", pa.string(), "所属省级代码", "division code of its province"),
        column("province_name", pa.string(), "所属省级名称", "name of its province"),
        column("function_code", pa.string(), "职能代码", "what it does, see functions.csv"),
        column("function_name", pa.string(), "职能名称，中文 | 英文", "what it does, Chinese | English"),
        column(
            "kind",
            pa.string(),
            "类别：government government_office department township zone vertical",
            "government, government_office, department, township, zone or vertical",
        ),
        column(
            "valid_from", pa.int16(), "自何年存在，不详则为空", "first year of its being, null if unknown"
        ),
        column("valid_to", pa.int16(), "自何年不再存在，仍在则为空", "year of its end, null while it lasts"),
        column("successors", STRINGS, "后继机关", "agencies that followed it"),
        column("source", pa.string(), "依据", "what this is known from"),
    ]
)

PLACES = pa.schema(
    [
        column(
            "place_id", pa.string(), "地方标识，更名改码不变", "place, the same through renames and new codes"
        ),
        column("division_code", pa.string(), "行政区划代码", "division code (GB/T 2260) in the period"),
        column("name", pa.string(), "名称", "name in the period"),
        column("level", pa.string(), "层级", "province, prefecture or county"),
        column("parent", pa.string(), "上级代码", "division code of what it is under"),
        column("valid_from", pa.int16(), "自何年起", "from the end of this year"),
        column(
            "valid_to",
            pa.int16(),
            "至何年止（不含），现行则为空",
            "to before the end of this year, null while in force",
        ),
        column(
            "successors",
            STRINGS,
            "后继代码；代码[年] 为该年划出部分的去向",
            "codes that followed; code[year]: where a part of the territory went that year",
        ),
        column("change", pa.string(), "此前的变动", "how the period began"),
        column("source", pa.string(), "依据", "source"),
    ]
)

RESOLUTIONS = pa.schema(
    [
        column(*REPORT_ID),
        column(*AGENCY_ID),
        column("region_code", pa.string(), "当年的行政区划代码", "division code in the report's year"),
        column("place_id", pa.string(), "地方标识", "place, with the unit below the county"),
        column("function_code", pa.string(), "职能代码", "what the agency does"),
        column("confidence", pa.float64(), "把握，0 到 1", "confidence, 0 to 1"),
        column("evidence", STRINGS, "依据", "what the resolution rests on"),
        column("candidates", STRINGS, "候选机关，最可能的在前", "agencies that it might be, likeliest first"),
        column("conflicts", STRINGS, "相互矛盾之处", "contradictions in the evidence"),
        column(
            "follows",
            pa.string(),
            "自身证据未定时，所跟随的同一文章另一文件的报告标识",
            "where its own evidence leaves it open: the reading of its article that the agency is taken from",
        ),
        column(
            "basis",
            pa.string(),
            "自身证据、年份、登记表和规则的哈希；哈希相同，结论相同",
            "hash over its own evidence, year, registry and rules; the same hash, the same decision",
        ),
    ]
)

COPIES = pa.schema(
    [
        column("report_id", pa.string(), "采用的报告", "the reading that stands for the report"),
        column("copy_id", pa.string(), "这一份读取", "this reading of it"),
        column(
            "role",
            pa.string(),
            "chosen attachment page repost same_content older_version picture_version",
            "chosen, attachment, page, repost, same_content, older_version or picture_version",
        ),
        column("url", pa.string(), "网址", "address"),
        column(*SOURCE_SHA256),
        column("first_seen", pa.timestamp("us", tz="UTC"), "首次见到", "first seen there"),
        column("last_seen", pa.timestamp("us", tz="UTC"), "最后见到", "last seen there"),
        column(
            "next_version", pa.string(), "同一网址的下一版本", "reading of the next version at this address"
        ),
        column("cells_compared", pa.int32(), "与采用者可比的单元格数", "cells that both print"),
        column("cells_differing", pa.int32(), "其中不同的单元格数", "those of them that differ"),
        column("rule", pa.string(), "采用或不采用的规则", "rule by which it was chosen or set aside"),
    ]
)

COVERAGE = pa.schema(
    [
        column(*AGENCY),
        column("year", pa.int16(), "报告年度", "report year"),
        column(
            "status",
            pa.string(),
            "状态：found late empty_form narrative_only withdrawn blocked unreachable missing "
            "never_crawled not_due",
            "found, late, empty_form, narrative_only, withdrawn, blocked, unreachable, missing, "
            "never_crawled or not_due",
        ),
        column("detail", pa.string(), "说明", "what there is to say of it"),
        column(*REPORT_ID),
        column("published_at", pa.date32(), "首次发布日期", "when it was first published"),
        column("due_on", pa.date32(), "应发布日期", "when it was due"),
        column("site_id", pa.string(), "站点", "site where it is or was looked for"),
    ]
)

CORRECTIONS = pa.schema(
    [
        column(*AGENCY_ID),
        column(*SOURCE_SHA256),
        column(
            "report_id",
            pa.string(),
            "所更正的报告；已撤回或已改正的为空",
            "report that it corrects; null where withdrawn or mended",
        ),
        column("year", pa.int16(), "报告年度", "report year"),
        column(*ROW_CODE),
        column(*APPLICANT_TYPE),
        column("published", pa.string(), "更正所见的原文", "what the correction expects the cell to print"),
        column(
            "corrected_value",
            pa.float64(),
            "正确的数，按单元格的单位",
            "what is right, in the unit of the cell",
        ),
        column("reason", pa.string(), "更正的理由", "why it is corrected"),
        column("evidence", pa.string(), "更正的依据", "what shows it"),
        column("who", pa.string(), "何人更正", "who says so"),
        column("decided_on", pa.date32(), "更正日期", "when it was decided"),
        column(
            "status",
            pa.string(),
            "更正的状态：open 待定 accepted 采纳 withdrawn 撤回 mended 发布者已改正",
            "status of the correction: open, accepted, withdrawn, or mended by the publisher",
        ),
    ]
)
