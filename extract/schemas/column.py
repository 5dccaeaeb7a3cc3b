"""A column of a published table, with what it means in both languages."""

from __future__ import annotations

import pyarrow as pa


def column(name: str, type_: pa.DataType, zh: str, en: str) -> pa.Field:
    """A column, described in Chinese and English."""
    return pa.field(name, type_, metadata={"description_zh": zh, "description_en": en})


STRINGS = pa.list_(pa.string())

AGENCY_ID = (
    "agency_id",
    pa.string(),
    "机关标识；未能认定时为空",
    "stable agency id; null where not resolved",
)
AGENCY_NAME = ("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it")
REGION_CODE = (
    "region_code",
    pa.string(),
    "所属政府的行政区划代码，六位",
    "division code of the agency's government, six digits",
)
YEAR = ("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication")
ROW_CODE = ("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook")
APPLICANT_TYPE = (
    "applicant_type",
    pa.string(),
    "申请人类型；total 为总计",
    "applicant type; total for 总计",
)
SOURCE_SHA256 = ("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes")
READER = ("reader", pa.string(), "读取器", "which reader read it")
AGENCY = ("agency_id", pa.string(), "机关标识", "stable agency id")
REPORT_ID = ("report_id", pa.string(), "报告标识", "report")
